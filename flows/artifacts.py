"""A run's report as artifacts of its flow run: one page to read, two tables to search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from flows.bidi import isolate
from flows.report import ROWS, Evidence, Participant, Report


async def publish_artifacts(report: Report, evidence: Evidence) -> None:
    """Attach the report to the flow run that this is called in; tables without rows are left out."""
    await acreate_markdown_artifact(markdown(report), key="ingest-report", description="What the run did.")
    if evidence.events.height:
        await acreate_table_artifact(
            _records(evidence.events), key="ingest-events", description="Events and the sentences that tell them."
        )
    if report.rejections:
        await acreate_table_artifact(
            [row.model_dump() for row in report.rejections],
            key="ingest-quarantine-reasons",
            description=report.failure or "Why records could not be used, with one for example.",
        )
    if evidence.quarantine.height:
        await acreate_table_artifact(
            _records(evidence.quarantine),
            key="ingest-quarantine",
            description=f"Records that could not be used; the first {ROWS} (marsad quarantine list --all has all).",
        )


def markdown(report: Report) -> str:
    """The report as a page."""
    counts, outcomes, found = report.counts, report.outcomes, report.found
    parts = [
        f"# {report.flow_run_name}",
        f"{counts.records_seen:,} records in {report.seconds:,.1f} s, {found.words:,} words,"
        f" {found.entities:,} entities, {found.events:,} events, into `{report.warehouse}`.",
        markdown_table(["seen", "loaded", "unchanged", "duplicates", "quarantined"], [counts.model_dump().values()]),
        f"Articles: {outcomes.new:,} new, {outcomes.revised:,} revised, {outcomes.near_copies:,} near-copies.",
    ]
    if report.failure:
        parts.insert(1, f"**Failed:** {report.failure}.")
    if report.events_by_type:
        rows = [(row.event_type, row.events, row.mentions, row.actual) for row in report.events_by_type]
        parts += ["## Events", markdown_table(["type", "events", "mentions", "told as having happened"], rows)]
    for title, people in (("Actors", report.actors), ("Recipients", report.recipients), ("Places", report.places)):
        if people:
            parts += [f"## {title}", markdown_table(["name", "country", "mentions"], _named(people))]
    if report.rejections:
        rows_of_rejections = [(row.reason, row.stage, row.records, row.example) for row in report.rejections]
        parts += ["## Quarantine", markdown_table(["reason", "stage", "records", "for example"], rows_of_rejections)]
    if report.slowest:
        steps = [(step.name, f"{step.seconds:,.2f}") for step in report.slowest]
        parts += ["## Slowest steps", markdown_table(["step", "seconds"], steps)]
    # The server's page is not on this machine, as a rule, so the link is for who is, and the path for everybody.
    parts.append(f"Snapshot: [{report.snapshot}]({Path(report.snapshot).as_uri()}), load {report.load_id}.")
    return "\n\n".join(parts)


def _named(people: Sequence[Participant]) -> list[tuple[str, str | None, int]]:
    return [(one.name, one.country_code, one.mentions) for one in people]


def markdown_table(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in GitHub's Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else isolate(str(value).replace("|", "\\|").replace("\n", " "))


def _records(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON can hold them, and as the UI, which is written from left to right, shows them well."""
    rows = frame.with_columns(pl.col(pl.Date, pl.Datetime).cast(pl.String)).to_dicts()
    return [{name: isolate(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows]
