"""`marsad quarantine`: records that could not be used are listed, looked at, tried again, dropped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.common import DONE, DONE_WITH_QUARANTINED, FAILED, AsJson, Warehouse, faults, quieten_prefect

if TYPE_CHECKING:
    from flows.quarantine import Selection

app = typer.Typer()
quarantine = typer.Typer(
    help="Records that could not be used: list them, look at one, try them again, drop them.",
    epilog="Example: marsad quarantine list",
    no_args_is_help=True,
)
app.add_typer(quarantine, name="quarantine")

Reasons = Annotated[
    list[str] | None, typer.Option("--reason", help="Of this reason, such as broken_json; may be given again.")
]
Since = Annotated[str | None, typer.Option(help="First met since then: 2026-11-20, 2026-11-20T08:00, 2d, 6h.")]
Ids = Annotated[
    list[int] | None, typer.Option("--id", min=0, max=2**64 - 1, help="This quarantine_id; may be given again.")
]


@quarantine.command("list", epilog="Example: marsad quarantine list --since 2d")
def list_(
    reason: Reasons = None,
    since: Since = None,
    every: Annotated[bool, typer.Option("--all", help="Every record, not the reasons alone.")] = False,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """Say why records wait, how many for each reason, with one for example."""
    with faults():
        from flows import quarantine, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        settings = load_settings({"warehouse": warehouse})
        rows = quarantine.waiting(_selection(reason, since, None), settings)
        if every:
            terminal.show_rows(rows, "json" if as_json else "table")
        elif as_json:
            groups = [group.model_dump(mode="json") for group in quarantine.by_reason(rows)]
            typer.echo(json.dumps(groups, ensure_ascii=False, indent=2))
        else:
            terminal.show_reasons(quarantine.by_reason(rows), settings.warehouse)


@quarantine.command(epilog="Example: marsad quarantine show 7436105838293410236")
def show(
    quarantine_id: Annotated[int, typer.Argument(metavar="ID", min=0, max=2**64 - 1, help="A quarantine_id.")],
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """Show one record: what is wrong, where it is from, its first bytes as text and in hexadecimal."""
    with faults():
        from flows import quarantine, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        held = quarantine.hold(quarantine_id, load_settings({"warehouse": warehouse}))
        if as_json:
            typer.echo(held.model_dump_json(indent=2))
        else:
            terminal.show_held(held)


@quarantine.command(epilog="Example: marsad quarantine replay --reason too_deep --since 7d")
def replay(
    reason: Reasons = None,
    since: Since = None,
    ids: Ids = None,
    warehouse: Warehouse = None,
    threads: Annotated[int | None, typer.Option(help="Cores the model may use.  [default: all]")] = None,
    fetch: Annotated[bool | None, typer.Option("--fetch", help="Fetch pages that are only linked.")] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's log.")] = False,
) -> None:
    """Read records again, with today's code and settings, and load those that can be used now.

    A record is read from what was kept of it, else where it came from: mend a file, a setting or the program, then
    replay. What is loaded counts as resolved. Exit code 1: some still cannot be used.
    """
    quieten_prefect(verbose)
    with faults():
        from flows import session, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        settings = load_settings({"warehouse": warehouse, "threads": threads, "ingest": {"fetch": fetch}})
        done = session.run_replay(_selection(reason, since, ids), settings)
        if as_json:
            typer.echo(done.model_dump_json(indent=2))
        else:
            terminal.show_replayed(done)
    raise typer.Exit(DONE if done.resolved == done.tried else DONE_WITH_QUARANTINED)


@quarantine.command(epilog="Example: marsad quarantine drop --reason not_arabic --yes")
def drop(
    reason: Reasons = None,
    since: Since = None,
    ids: Ids = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    warehouse: Warehouse = None,
    as_json: AsJson = False,
) -> None:
    """Give records up: they are listed and tried no more, also when they are met again."""
    with faults():
        from flows import quarantine, session  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        if not (reason or since or ids):
            raise session.UsageError("say which: --reason, --since or --id")
        settings, selection = load_settings({"warehouse": warehouse}), _selection(reason, since, ids)
        count = len(quarantine.waiting(selection, settings))
        if count and not yes and not typer.confirm(f"Drop {count:,} records?", err=True):
            raise typer.Exit(FAILED)
        dropped = quarantine.give_up(selection, settings)
        typer.echo(json.dumps({"dropped": dropped}) if as_json else f"{dropped:,} records dropped.")


def _selection(reason: list[str] | None, since: str | None, ids: list[int] | None) -> Selection:
    from flows.quarantine import Selection, moment  # noqa: PLC0415

    return Selection(reasons=tuple(reason or ()), since=moment(since) if since else None, ids=tuple(ids or ()))
