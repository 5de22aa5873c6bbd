"""`marsad formats`: what can be read, and which package reads it."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING

import typer

from flows.commands.common import AsJson, faults

if TYPE_CHECKING:
    from tasks.ingest.formats import Registered

app = typer.Typer()


@app.command(epilog="Example: marsad formats --json")
def formats(as_json: AsJson = False) -> None:
    """List the formats that are read: Marsad's own, and those that other installed packages add."""
    with faults():
        from flows import terminal  # noqa: PLC0415
        from tasks.ingest.formats import registered  # noqa: PLC0415

        found = registered()
        rows = [_row(one) for one in found]
        if as_json:
            typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        readable = [row for row, one in zip(rows, found, strict=True) if one.format]
        cells = [[", ".join(v) if isinstance(v, list) else v for v in row.values()] for row in readable]
        terminal.out.print(terminal.table(list(rows[0])[:-1], [row[:-1] for row in cells]))
        for one in found:
            if one.fault:
                terminal.err.print(f"left out: {one.entry} of {one.package}: {one.fault}", style="yellow", markup=False)


def _row(one: Registered) -> dict[str, str | list[str] | None]:
    """What is told of a registered format; all but its package and entry point is null where it could not be loaded."""
    made = one.format
    return {
        "format": made.name if made else None,
        "suffixes": list(made.suffixes) if made else None,
        "unit": (made.unit or "file") if made else None,
        "needs": [_with_state(module) for module in made.needs] if made else None,
        "package": one.package,
        "entry_point": one.entry,
        "fault": one.fault or None,
    }


def _with_state(module: str) -> str:
    return module if importlib.util.find_spec(module) else f"{module} (missing)"
