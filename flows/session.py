"""What commands share beyond parsing: a flow run with an API to report to, and a query from wherever it was written."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from flows.report import Report
from flows.settings import Settings
from warehouse.query import query

if TYPE_CHECKING:
    from flows.quarantine import Selection
    from flows.replay import Replayed

T = TypeVar("T")

_SECONDS_TO_START = 120  # of a server, on a machine that has other things to do


class CommandError(RuntimeError):
    """A command could not be done; the message is for the person who gave it."""


class ServerLostError(CommandError):
    """The Prefect API does not answer, or does not any more. What was loaded is loaded."""


class UsageError(CommandError):
    """The command itself, or a file that it names, is wrong: nothing was tried."""


def run_ingest(paths: Sequence[str], settings: Settings) -> Report:
    """Run the ingest flow, with a server of its own if none is configured, and show how far it is.

    The report says (`failure`) if the run is failed although all that could be used is loaded.

    Raises:
        CommandError: a step failed, the same run is going on elsewhere, or an engine is missing.
        ServerLostError: no API answers, or none any more.
        WarehouseError: the warehouse cannot be used.
    """

    async def ingested() -> Report:
        from flows.ingest import TooManyQuarantinedError, ingest  # noqa: PLC0415

        try:
            return await ingest(list(paths), settings)
        except TooManyQuarantinedError as error:
            return error.report

    return run_flow(ingested, reads_with=settings)


def run_replay(selection: Selection, settings: Settings) -> Replayed:
    """Run the flow that tries quarantined records again, as `run_ingest` runs its own.

    Raises:
        CommandError, WarehouseError: as `run_ingest`.
    """

    async def replayed() -> Replayed:
        from flows.replay import replay  # noqa: PLC0415

        return await replay(selection, settings)

    return run_flow(replayed, reads_with=settings)


def run_flow(flow: Callable[[], Awaitable[T]], *, reads_with: Settings | None = None) -> T:
    """Run a flow that `flow` calls, with a server of its own if none is configured, and show how far it is.

    Args:
        flow: had best import what it needs: a server of our own starts while that is loaded.
        reads_with: settings of the reader that the flow needs, which is loaded before anything is begun.

    Raises:
        CommandError: a step failed, the same run is going on elsewhere, or an engine is missing.
        ServerLostError: no API answers, or none any more.
        WarehouseError: the warehouse cannot be used.
    """
    from flows.server import prefect_api  # noqa: PLC0415
    from flows.terminal import watching  # noqa: PLC0415

    with prefect_api() as url, watching():
        import httpx  # noqa: PLC0415

        from flows.backfill import NothingDatedError  # noqa: PLC0415
        from flows.ingest import TooManyQuarantinedError  # noqa: PLC0415
        from flows.maintain import ChecksFailedError  # noqa: PLC0415
        from flows.runs import AlreadyRunningError  # noqa: PLC0415
        from flows.steps import StepError  # noqa: PLC0415
        from tasks.extract.reader import EngineError, load_reader  # noqa: PLC0415
        from tasks.load.reread import MixedModelsError  # noqa: PLC0415

        foreseen = (
            StepError,
            AlreadyRunningError,
            EngineError,
            ChecksFailedError,
            MixedModelsError,
            NothingDatedError,
            TooManyQuarantinedError,
        )

        async def run() -> T:
            return await flow()

        try:
            if reads_with is not None:
                load_reader(reads_with.threads, reads_with.extraction.entities)
            httpx.get(f"{url}/health", timeout=_SECONDS_TO_START).raise_for_status()
            return asyncio.run(run())
        except foreseen as error:
            raise CommandError(str(error)) from error
        except httpx.HTTPError as error:
            raise ServerLostError(f"the Prefect API at {url} does not answer: {error}") from error


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
