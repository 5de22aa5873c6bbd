"""What commands share beyond parsing: a flow run with an API to report to, and a query from wherever it was written."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from flows.report import Report
from flows.settings import Settings
from warehouse.query import query

_SECONDS_TO_START = 120  # of a server, on a machine that has other things to do


class CommandError(RuntimeError):
    """A command could not be done; the message is for the person who gave it."""


class UsageError(CommandError):
    """The command itself, or a file that it names, is wrong: nothing was tried."""


def run_ingest(paths: Sequence[str], settings: Settings) -> Report:
    """Run the ingest flow, with a server of its own if none is configured, and show how far it is.

    Raises:
        CommandError: a step failed, the same run is going on elsewhere, an engine is missing, or no API answers.
        WarehouseError: the warehouse cannot be used.
    """
    from flows.server import prefect_api  # noqa: PLC0415
    from flows.terminal import watching  # noqa: PLC0415

    with prefect_api() as url, watching():
        # A server of our own starts while these are loaded.
        import httpx  # noqa: PLC0415

        from flows.ingest import StepError, ingest  # noqa: PLC0415
        from flows.runs import AlreadyRunningError  # noqa: PLC0415
        from tasks.extract.reader import EngineError, load_reader  # noqa: PLC0415

        try:
            load_reader(settings.threads, settings.extraction.entities)
            httpx.get(f"{url}/health", timeout=_SECONDS_TO_START).raise_for_status()
            return asyncio.run(ingest(list(paths), settings))
        except (StepError, AlreadyRunningError, EngineError) as error:
            raise CommandError(str(error)) from error
        except httpx.HTTPError as error:
            raise CommandError(f"the Prefect API at {url} does not answer: {error}") from error


def ask(text: str, settings: Settings) -> pl.DataFrame:
    """Answer a query: SQL, a file that ends in .sql, or "-" for standard input.

    Raises:
        CommandError: the file cannot be read.
        WarehouseError: the query is wrong, or there is no warehouse.
    """
    if text == "-":
        text = sys.stdin.read()
    elif text.endswith(".sql"):
        try:
            text = Path(text).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{text} cannot be read: {error}") from error
    return query(settings.warehouse, text)
