"""Every night: what keeps the warehouse right, small and shown, and tells when something is unusual."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
from prefect import flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from pydantic import BaseModel, ConfigDict

from flows.alarms import warn_of_low_volume
from flows.artifacts import markdown_table
from flows.naming import rename
from flows.settings import Settings, load_settings
from tasks.upkeep.tasks import (
    apply_retention,
    check_warehouse,
    compact_file,
    consolidate_events,
    count_source_days,
    publish_snapshot,
)
from warehouse.connection import existing


class ChecksFailedError(RuntimeError):
    """The warehouse is wrong: a check of severity error found rows. All else was done."""


class CheckResult(BaseModel):
    """What one check found."""

    model_config = ConfigDict(frozen=True)

    check: str
    severity: str
    title: str
    violations: int
    example: str | None


class Upkeep(BaseModel):
    """What was done, and what was found."""

    model_config = ConfigDict(frozen=True)

    warehouse: str
    consolidated_mentions: int
    let_go: dict[str, int]
    bytes_given_back: int
    low_sources: list[str]
    checks: list[CheckResult]

    def failed(self, severity: str) -> list[str]:
        """Names of the checks of a severity that found something."""
        return [check.check for check in self.checks if check.severity == severity and check.violations]


@flow(name="maintain", flow_run_name="maintain", persist_result=False, timeout_seconds=4 * 3600)
async def maintain(settings: Settings | None = None) -> Upkeep:
    """Consolidate, let go of what is old, count the days of sources, give room back, publish, check.

    The order is that of need: what is let go of leaves room to give back; the checks look at the snapshot that people
    are shown. Each step is done again as often as one likes, so a run that is killed is simply run again.

    Args:
        settings: what to override of the settings of the machine that the run is on.

    Raises:
        ChecksFailedError: a check of severity error found something; the run fails so that somebody is told.
        WarehouseError: there is no warehouse, or it cannot be used.
    """
    settings = settings or load_settings()
    warehouse = existing(settings.warehouse)
    consolidated = await consolidate_events(warehouse)
    let_go = await apply_retention(warehouse, settings.retention.model_dump())
    low = await count_source_days(warehouse, datetime.now(UTC).date())
    given_back = await compact_file(warehouse)
    await publish_snapshot(warehouse)
    found = await check_warehouse(warehouse)
    await publish_snapshot(warehouse)

    for row in low.iter_rows(named=True):
        warn_of_low_volume(**row)
    upkeep = Upkeep(
        warehouse=str(warehouse),
        consolidated_mentions=consolidated,
        let_go=let_go,
        bytes_given_back=given_back,
        low_sources=[source or "(no source)" for source in low["source"]],
        checks=[CheckResult(**row) for row in found.iter_rows(named=True)],
    )
    get_run_logger().info(
        "maintained consolidated_mentions=%d bytes_given_back=%d low_sources=%d errors=%s warnings=%s",
        *(consolidated, given_back, low.height, upkeep.failed("error"), upkeep.failed("warning")),
    )
    await publish_upkeep(upkeep, low)
    errors, warnings = upkeep.failed("error"), upkeep.failed("warning")
    outcome = [f"{len(errors)} errors" if errors else "", f"{len(warnings)} warnings" if warnings else ""]
    await rename(flow_run.id, "maintain · " + (", ".join(filter(None, outcome)) or f"{found.height} checks hold"))
    if errors:
        raise ChecksFailedError(f"{warehouse} is wrong: {', '.join(errors)} found something; look at it: marsad check")
    return upkeep


async def publish_upkeep(upkeep: Upkeep, low: pl.DataFrame) -> None:
    """Attach what was done and found to the flow run."""
    await acreate_markdown_artifact(page(upkeep, low), key="maintain-report", description="What upkeep did and found.")
    rows = [check.model_dump() for check in upkeep.checks]
    await acreate_table_artifact(rows, key="maintain-checks", description="Results of the checks.")


def page(upkeep: Upkeep, low: pl.DataFrame) -> str:
    """What was done and found, as Markdown."""
    policies = ", ".join(f"{rows:,} by {policy}" for policy, rows in upkeep.let_go.items()) or "none, all is kept"
    parts = [
        f"# Upkeep of {upkeep.warehouse}",
        f"Mentions consolidated: {upkeep.consolidated_mentions:,}. Rows let go of: {policies}."
        f" Room given back: {upkeep.bytes_given_back / 1e6:,.1f} MB.",
        "## Checks",
        markdown_table(
            ["check", "severity", "violations", "what has to hold", "for example"],
            [(c.check, c.severity, c.violations, c.title, c.example) for c in upkeep.checks],
        ),
    ]
    if low.height:
        parts += [
            "## Sources that brought less than half of the usual",
            markdown_table(["source", "day", "articles", "usual"], low.iter_rows()),
        ]
    return "\n\n".join(parts)
