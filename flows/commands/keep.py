"""Commands that keep the warehouse right and pass it on: `check`, `maintain`, `reprocess`, `backfill`, `backup` …"""

from __future__ import annotations

import json
from collections.abc import Awaitable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import (
    DONE,
    DONE_WITH_QUARANTINED,
    FAILED,
    AsJson,
    Warehouse,
    faults,
    quieten_prefect,
)

if TYPE_CHECKING:
    from flows.backfill import Backfilled
    from flows.maintain import Upkeep
    from flows.reprocess import Reprocessed

app = typer.Typer()

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, as 2026-11-16, inclusive.")]


class ExportFormat(StrEnum):
    """What `marsad export` writes."""

    parquet = "parquet"
    csv = "csv"
    jsonl = "jsonl"


class ReportFormat(StrEnum):
    """What `marsad report` writes."""

    markdown = "markdown"
    html = "html"
    json = "json"


@app.command(epilog="Example: marsad check --json")
def check(warehouse: Warehouse = None, as_json: AsJson = False) -> None:
    """Run the quality checks (warehouse/checks/*.sql) on the snapshot, and keep the results in check_results.

    Exit codes: 0 all hold, 1 warnings, 3 errors.
    """
    with faults():
        from flows import terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415
        from warehouse.check import check_warehouse  # noqa: PLC0415
        from warehouse.publish import publish  # noqa: PLC0415

        path = load_settings({"warehouse": warehouse}).warehouse
        found = check_warehouse(path)
        publish(path)
        if as_json:
            typer.echo(json.dumps(found.to_dicts(), ensure_ascii=False, indent=2))
        else:
            terminal.show_checks(found)
        broken = set(found.filter(found["violations"] > 0)["severity"])
    raise typer.Exit(FAILED if "error" in broken else DONE_WITH_QUARANTINED if broken else DONE)


@app.command(epilog="Example: marsad maintain")
def maintain(
    warehouse: Warehouse = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's log.")] = False,
) -> None:
    """Do the nightly work: consolidate, let go of what is old, count sources' days, give room back, publish, check.

    Exit codes: 0 done, 1 done with warnings, 3 a check found an error, or it could not be done.
    """
    quieten_prefect(verbose)
    with faults():
        from flows import session, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        settings = load_settings({"warehouse": warehouse})

        def run() -> Awaitable[Upkeep]:
            from flows.maintain import maintain  # noqa: PLC0415

            return maintain(settings)

        upkeep = session.run_flow(run)
        if as_json:
            typer.echo(upkeep.model_dump_json(indent=2))
        else:
            terminal.show_upkeep(upkeep)
    raise typer.Exit(DONE_WITH_QUARANTINED if upkeep.failed("warning") else DONE)


@app.command(epilog="Example: marsad reprocess --model-version 2026.06-q8 --max-articles 5000")
def reprocess(
    since: Day = None,
    until: Day = None,
    source: Annotated[str | None, typer.Option(help="Only articles of this publisher.")] = None,
    model_version: Annotated[str | None, typer.Option(help="Only articles that this model read.")] = None,
    allow_mixed: Annotated[
        bool, typer.Option("--allow-mixed", help="Let other articles keep the readings of another model.")
    ] = False,
    max_articles: Annotated[
        int | None, typer.Option(min=1, help="Read so many now, and go on when called again.  [default: all]")
    ] = None,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's log.")] = False,
) -> None:
    """Read articles of the warehouse again; without options, those that another model than the present one read.

    Nothing of it is seen until all are read: then old readings are exchanged for new ones at once. Give the same
    command again to go on where it stopped.
    """
    quieten_prefect(verbose)
    with faults():
        from flows import session, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        settings = load_settings({"warehouse": warehouse, "reprocess": {"max_articles": max_articles}})
        first, last = (day.date() if day else None for day in (since, until))

        def run() -> Awaitable[Reprocessed]:
            from flows.reprocess import reprocess  # noqa: PLC0415

            return reprocess(first, last, source, model_version, allow_mixed, settings)

        done = session.run_flow(run)
        if as_json:
            typer.echo(done.model_dump_json(indent=2))
        else:
            terminal.show_reprocessed(done)
    raise typer.Exit(DONE_WITH_QUARANTINED if done.counts.quarantined else DONE)


@app.command(epilog="Example: marsad backfill archive/ --since 2025-01-01 --until 2025-12-31")
def backfill(
    folder: Annotated[str, typer.Argument(help="Files with a date in their name, or in that of a folder.")],
    since: Day = None,
    until: Day = None,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's log.")] = False,
) -> None:
    """Bring a folder of dated files into the warehouse day by day, oldest first; call it again to go on."""
    quieten_prefect(verbose)
    with faults():
        from flows import session, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        settings = load_settings({"warehouse": warehouse})
        first, last = (day.date() if day else None for day in (since, until))

        def run() -> Awaitable[Backfilled]:
            from flows.backfill import backfill  # noqa: PLC0415

            return backfill(folder, first, last, settings)

        done = session.run_flow(run)
        if as_json:
            typer.echo(done.model_dump_json(indent=2))
        else:
            terminal.show_backfilled(done)
    raise typer.Exit(DONE_WITH_QUARANTINED if done.counts.quarantined else DONE)


@app.command(epilog="Example: marsad backup /mnt/backups/marsad")
def backup(
    folder: Annotated[Path, typer.Argument(help="Where the copy goes; made if need be.")],
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """Copy the warehouse consistently, with a checksum beside it, and read the copy again to verify it."""
    with faults():
        from flows.settings import load_settings  # noqa: PLC0415
        from warehouse.backup import back_up  # noqa: PLC0415

        made = back_up(load_settings({"warehouse": warehouse}).warehouse, folder)
        if as_json:
            typer.echo(json.dumps(made._asdict(), default=str, indent=2))
        else:
            typer.echo(
                f"{made.path}: {made.size / 1e6:,.1f} MB, {made.articles:,} articles, {made.events:,} events, verified"
            )


@app.command(epilog="Example: marsad restore /mnt/backups/marsad/marsad-20261123T021500Z.duckdb")
def restore(
    backup: Annotated[Path, typer.Argument(help="A file that marsad backup made, its .sha256 beside it.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Put it in the place of a warehouse that is there; that is kept beside it."),
    ] = False,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the warehouse, after verifying it, and publish its snapshot."""
    with faults():
        from flows.settings import load_settings  # noqa: PLC0415
        from warehouse.backup import restore as put_back  # noqa: PLC0415

        done = put_back(backup, load_settings({"warehouse": warehouse}).warehouse, replace=replace)
        if as_json:
            typer.echo(json.dumps(done._asdict(), default=str, indent=2))
        else:
            typer.echo(f"{done.path}: {done.articles:,} articles, {done.events:,} events")


@app.command(epilog="Example: marsad report --weeks 8 --to html --out trends.html")
def report(
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How many weeks, the last with news included.")] = 4,
    to: Annotated[ReportFormat, typer.Option(help="What to write.")] = ReportFormat.markdown,
    out: Annotated[Path | None, typer.Option(help="Write to this file.  [default: standard output]")] = None,
    warehouse: Warehouse = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --to json.")] = False,
) -> None:
    """Say how the news went week by week: articles, events by type, actors and places that rise, quality."""
    with faults():
        from flows.evaluate import write  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415
        from flows.trends import look_back, rendered  # noqa: PLC0415

        trends = look_back(load_settings({"warehouse": warehouse}).warehouse, weeks)
        text = rendered(trends, "json" if as_json else to.value)
        if out is None:
            typer.echo(text)
        else:
            write(text + "\n", out)


@app.command(epilog="Example: marsad export events --to parquet --out events.parquet")
def export(
    table: Annotated[str, typer.Argument(help="A table or view of the warehouse.")],
    to: Annotated[ExportFormat, typer.Option(help="What to write.")] = ExportFormat.parquet,
    out: Annotated[Path | None, typer.Option(help="The file.  [default: TABLE and the format's ending]")] = None,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """Write a table or view of the snapshot to a file for other programs."""
    with faults():
        from flows.settings import load_settings  # noqa: PLC0415
        from warehouse.export import export as write_table  # noqa: PLC0415

        file = out or Path(f"{table}.{to.value}")
        rows = write_table(load_settings({"warehouse": warehouse}).warehouse, table, to.value, file)
        if as_json:
            typer.echo(json.dumps({"file": str(file), "rows": rows}))
        else:
            typer.echo(f"{file}: {rows:,} rows")
