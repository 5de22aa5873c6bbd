"""Commands that only look: `sql`, `status`, `doctor`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from flows.commands.common import DONE, FAILED, AsJson, Warehouse, faults, quieten_prefect

app = typer.Typer()


@app.command(epilog='Example: marsad sql "SELECT event_type, count(*) FROM events GROUP BY ALL"')
def sql(
    query: Annotated[str, typer.Argument(help="A query, a file ending in .sql, or - for standard input.")],
    warehouse: Warehouse = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Ask the warehouse's snapshot, which can be read at any time, also while a run is writing."""
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    with faults():
        from flows import session, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        rows = session.ask(query, load_settings({"warehouse": warehouse}))
        terminal.show_rows(rows, "json" if as_json else "csv" if as_csv else "table")


@app.command(epilog="Example: marsad status --json")
def status(warehouse: Warehouse = None, as_json: AsJson = False) -> None:
    """Say what the warehouse holds, what the last runs did, and what is unfinished."""
    with faults():
        from flows import terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415
        from flows.status import look  # noqa: PLC0415

        found = look(load_settings({"warehouse": warehouse}))
        if as_json:
            typer.echo(found.model_dump_json(indent=2))
        else:
            terminal.show_status(found)


@app.command(epilog="Example: marsad doctor")
def doctor(warehouse: Warehouse = None, as_json: AsJson = False) -> None:
    """Check this machine: versions, the model, the warehouse, the Prefect server, disk."""
    quieten_prefect(verbose=False)
    with faults():
        from flows import terminal  # noqa: PLC0415
        from flows.doctor import examine  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        findings = list(examine(load_settings({"warehouse": warehouse})))
        if as_json:
            typer.echo(json.dumps([finding.model_dump() for finding in findings], ensure_ascii=False, indent=2))
        else:
            terminal.show_findings(findings)
    raise typer.Exit(FAILED if any(finding.state == "failed" for finding in findings) else DONE)
