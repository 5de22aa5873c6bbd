"""Watching from the command line: once, or on and on, with a flow run whenever something is due."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from flows.runs import AlreadyRunningError
from flows.server import prefect_api
from flows.session import CommandError
from flows.settings import Settings, SettingsError
from flows.steps import StepError
from flows.terminal import watching
from flows.watch import WatchError, WatchReport, watch
from tasks.ingest.watch import complete_files
from tasks.load.watched import File

_SECONDS_TO_START = 120  # of a server, on a machine that has other things to do
_LOOK = 2.0  # seconds between two looks into the drop folders
_AFTER_A_FAILURE = timedelta(minutes=1)


def watch_once(settings: Settings) -> WatchReport:
    """Run the watch flow, with a server of its own if none is configured.

    Raises:
        CommandError: something could not be ingested, another process is watching, or no API answers.
        SettingsError: there is nothing to watch, or feeds are, but no contact is named.
        WarehouseError: the warehouse cannot be used.
    """
    _check(settings)
    with prefect_api() as url:
        return _run(settings, url)


def keep_watch(settings: Settings, tell: Callable[[WatchReport], None], complain: Callable[[str], None]) -> None:
    """Run the watch flow whenever a feed is due or a drop folder has something new, until interrupted.

    Args:
        settings: what to watch, and how.
        tell: given the report of each run.
        complain: given what went wrong in a run; the next one tries again.

    Raises:
        CommandError: another process is watching, or no API answers.
        SettingsError: there is nothing to watch, or feeds are, but no contact is named.
        WarehouseError: the warehouse cannot be used.
    """
    _check(settings)
    with prefect_api() as url:
        while True:
            there = _files(settings)
            try:
                report = _run(settings, url)
            except CommandError as error:
                if not isinstance(error.__cause__, WatchError):
                    raise
                complain(str(error))
                due = datetime.now(UTC) + _AFTER_A_FAILURE
            else:
                tell(report)
                due = min((feed.next_due for feed in report.feeds), default=datetime.max.replace(tzinfo=UTC))
            while datetime.now(UTC) < due and _files(settings) == there:
                time.sleep(_LOOK)


def _check(settings: Settings) -> None:
    if not (settings.watch.feeds or settings.watch.folders):
        raise SettingsError("there is nothing to watch: name feeds under [[watch.feeds]], or folders, in marsad.toml")


def _run(settings: Settings, url: str) -> WatchReport:
    try:
        httpx.get(f"{url}/health", timeout=_SECONDS_TO_START).raise_for_status()
        with watching():
            return asyncio.run(watch(settings))
    except (WatchError, StepError, AlreadyRunningError) as error:
        raise CommandError(str(error)) from error
    except httpx.HTTPError as error:
        raise CommandError(f"the Prefect API at {url} does not answer: {error}") from error


def _files(settings: Settings) -> set[File]:
    """The files of all drop folders that are complete now."""
    found: set[File] = set()
    for folder in settings.watch.folders:
        try:
            found.update(complete_files(folder.path, folder.pattern, settings.watch.settle_seconds, time.time()))
        except OSError:  # the run's report says so
            continue
    return found
