"""What every command shares: options, exit codes, and faults that become one line on standard error."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

DONE, DONE_WITH_QUARANTINED, USAGE, FAILED = 0, 1, 2, 3

Warehouse = Annotated[
    Path | None, typer.Option("--warehouse", "-w", help="The DuckDB file.  [default: data/marsad.duckdb]")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def quieten_prefect(verbose: bool) -> None:
    """Settle what Prefect reads from the environment when it is first imported."""
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    # Each call to a server that is gone waits 2, 4 and 8 seconds; by default it is a minute, and there are several.
    os.environ.setdefault("PREFECT_CLIENT_MAX_RETRIES", "3")
    if not verbose:
        # The console alone: a server still gets every line.
        os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
        os.environ["PREFECT_LOGGING_INTERNAL_LEVEL"] = "CRITICAL"


@contextlib.contextmanager
def faults() -> Iterator[None]:
    """Turn what can be foreseen to go wrong into one line and an exit code."""
    from flows.session import CommandError, ServerLostError, UsageError  # noqa: PLC0415
    from flows.settings import SettingsError  # noqa: PLC0415
    from warehouse.errors import WarehouseError  # noqa: PLC0415

    try:
        yield
    except (SettingsError, UsageError) as error:
        _say(str(error))
        raise typer.Exit(USAGE) from None
    except ServerLostError as error:
        _say(str(error))
        # Prefect would go on for minutes trying to tell the server of each event that it has missed.
        os._exit(FAILED)
    except (WarehouseError, CommandError, OSError) as error:
        _say(str(error))
        _let_go(error)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        _say("interrupted; give the same command again to go on")
        raise typer.Exit(FAILED) from None


def _let_go(error: BaseException | None) -> None:
    """Drop the local variables of failed calls: connections among them would make DuckDB complain at the very end."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _say(message: str) -> None:
    typer.secho(f"marsad: {message}", err=True, fg=typer.colors.RED)
