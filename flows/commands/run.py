"""`marsad run`: articles into the warehouse."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.common import DONE, DONE_WITH_QUARANTINED, AsJson, Warehouse, faults, quieten_prefect

app = typer.Typer()


@app.command(epilog="Example: marsad run articles/ 'archive/2026-*.jsonl.gz' --source 'وكالة الأنباء'")
def run(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, patterns, or - for standard input.")],
    warehouse: Warehouse = None,
    source: Annotated[str | None, typer.Option(help="Publisher of records that do not name theirs.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Records a batch.  [default: 256]")] = None,
    threads: Annotated[int | None, typer.Option(help="Cores the model may use.  [default: all]")] = None,
    fetch: Annotated[
        bool | None, typer.Option("--fetch", help="Fetch pages that are only linked: lists, sitemaps, short feeds.")
    ] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's log.")] = False,
) -> None:
    """Bring articles into the warehouse, in any of the formats that `marsad formats` lists, packed or not.

    Run it again whenever you like: what is unchanged is passed over, and a run that was killed goes on where it was.
    """
    quieten_prefect(verbose)
    with faults():
        from flows import session, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        settings = load_settings(
            {
                "warehouse": warehouse,
                "threads": threads,
                "ingest": {"source": source, "batch_size": batch_size, "fetch": fetch},
            }
        )
        report = session.run_ingest(paths, settings)
        if as_json:
            typer.echo(report.model_dump_json(indent=2))
        else:
            terminal.show_report(report)
        if report.failure:
            raise session.CommandError(report.failure)
    raise typer.Exit(DONE_WITH_QUARANTINED if report.counts.quarantined else DONE)
