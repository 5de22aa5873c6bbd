"""`marsad watch`: feeds and drop folders, as they bring something."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.common import DONE, DONE_WITH_QUARANTINED, AsJson, Warehouse, faults, quieten_prefect

app = typer.Typer()


@app.command(epilog="Example: marsad watch --once")
def watch(
    once: Annotated[bool, typer.Option("--once", help="Look at what is due now, and end.")] = False,
    warehouse: Warehouse = None,
    threads: Annotated[int | None, typer.Option(help="Cores the model may use.  [default: all]")] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's log.")] = False,
) -> None:
    """Watch the feeds and drop folders that marsad.toml names, and bring what is new into the warehouse.

    Goes on until interrupted, unless --once. Nothing is fetched or ingested twice, whenever it is stopped and started.
    A feed that does not answer is told, and asked again later; with --once the exit code is then 1.
    """
    quieten_prefect(verbose)
    with faults():
        from flows import keep_watch, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415
        from flows.watch import WatchReport, rows  # noqa: PLC0415

        settings = load_settings({"warehouse": warehouse, "threads": threads})

        def tell(report: WatchReport) -> None:
            if as_json:
                typer.echo(report.model_dump_json(indent=2 if once else None))
            else:
                title = f"{report.flow_run_name}: {report.seconds:,.1f} s"
                terminal.show_watched(rows(report), report.counts, report.waiting, title)

        if not once:
            try:
                keep_watch.keep_watch(settings, tell, terminal.complain)
            except KeyboardInterrupt:
                raise typer.Exit(DONE) from None
        report = keep_watch.watch_once(settings)
        tell(report)
    failed = any(row["state"] == "failed" for row in rows(report))
    raise typer.Exit(DONE_WITH_QUARANTINED if failed or report.counts.quarantined else DONE)
