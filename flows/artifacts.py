"""A run's report as artifacts of its flow run: one page to read, two tables to search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from flows.report import Evidence, Participant, Report


async def publish_artifacts(report: Report, evidence: Evidence) -> None:
    """Attach the report to the flow run that this is called in; tables without rows are left out."""
    await acreate_markdown_artifact(markdown(report), key="ingest-report", description="What the run did.")
    if evidence.events.height:
        await acreate_table_artifact(
            _records(evidence.events), key="ingest-events", description="Events and the sentences that tell them."
        )
    if evidence.quarantine.height:
        await acreate_table_artifact(
            _records(evidence.quarantine), key="ingest-quarantine", description="Records that could not be used."
        )


def markdown(report: Report) -> str:
    """The report as a page."""
    counts, found = report.counts, report.found
    parts = [
        f"# {report.flow_run_name}",
        f"{counts.records_seen:,} records in {report.seconds:,.1f} s, {found.words:,} words,"
        f" {found.entities:,} entities, {found.events:,} events, into `{report.warehouse}`.",
        _table(["seen", "loaded", "unchanged", "duplicates", "quarantined"], [counts.model_dump().values()]),
    ]
    if report.events_by_type:
        rows = [(row.event_type, row.events, row.mentions, row.actual) for row in report.events_by_type]
        parts += ["## Events", _table(["type", "events", "mentions", "told as having happened"], rows)]
    for title, people in (("Actors", report.actors), ("Recipients", report.recipients), ("Places", report.places)):
        if people:
            parts += [f"## {title}", _table(["name", "country", "mentions"], _named(people))]
    if report.rejections:
        rows_of_rejections = [(row.reason, row.stage, row.records, row.example) for row in report.rejections]
        parts += ["## Quarantine", _table(["reason", "stage", "records", "for example"], rows_of_rejections)]
    return "\n\n".join(parts)


def _named(people: Sequence[Participant]) -> list[tuple[str, str | None, int]]:
    return [(one.name, one.country_code, one.mentions) for one in people]


def _table(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in GitHub's Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|").replace("\n", " ")


def _records(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON can hold them."""
    return frame.with_columns(pl.col(pl.Date, pl.Datetime).cast(pl.String)).to_dicts()
