"""Watching: feeds and drop folders are looked at, and what is new is ingested."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.runtime import flow_run
from pydantic import BaseModel, ConfigDict

from flows.deliveries import Deliveries, Delivery
from flows.ingest import TooManyQuarantinedError, ingest
from flows.reading import own_files
from flows.report import Counts, Report
from flows.runs import AlreadyRunningError
from flows.settings import Settings, load_settings
from flows.steps import StepError
from tasks.extract.reader import EngineError
from tasks.ingest.watch import SUFFIX, Job, WatchedFeed, complete_files, is_due, job_of, taken_up
from tasks.ingest.web import Web
from tasks.ingest.web.tasks import ask_feeds, fetch_items
from tasks.load.watch_tasks import note_watched, recall_feeds, select_files, select_items
from tasks.load.watched import Feed, Item
from warehouse.errors import WarehouseError, WarehouseMissing
from warehouse.publish import publish

_FEEDS_AT_ONCE = 25


class WatchError(RuntimeError):
    """Something that was found could not be brought in; it waits, and the next run takes it up."""


class FeedReport(BaseModel):
    """How it went with one feed."""

    model_config = ConfigDict(frozen=True)

    url: str
    state: Literal["new", "unchanged", "failed", "not due"]
    new_items: int = 0
    next_due: datetime
    failures: int
    message: str | None


class FolderReport(BaseModel):
    """How it went with one drop folder."""

    model_config = ConfigDict(frozen=True)

    path: str
    new_files: int = 0
    message: str | None = None


class WatchReport(BaseModel):
    """What one run did."""

    model_config = ConfigDict(frozen=True)

    flow_run_id: str
    flow_run_name: str
    warehouse: str
    seconds: float
    feeds: list[FeedReport]
    folders: list[FolderReport]
    waiting: int  # items whose pages could not be fetched yet, or were too many for one run
    counts: Counts  # sums over `ingests`
    ingests: list[Report]


def _run_name() -> str:
    """Name a run for what it watches: "watch 12 feeds and 1 folder"."""
    given = flow_run.parameters.get("settings")
    watched = (given if isinstance(given, Settings) else load_settings()).watch
    numbers = ((len(watched.feeds), "feed"), (len(watched.folders), "folder"))
    named = " and ".join(f"{number} {what}{'s' * (number != 1)}" for number, what in numbers if number)
    return f"watch {named or 'nothing'}"


@flow(name="watch", flow_run_name=_run_name, persist_result=False)
async def watch(settings: Settings | None = None) -> WatchReport:
    """Look at every feed that is due and at every drop folder, ingest what is new, and say what was done.

    Why it is shaped so:

    - What is found is put on disk, with a note of what will be so once it is in the warehouse (`flows.deliveries`);
      then it is ingested by the flow `ingest`; then the note is written into the warehouse. A run that is killed
      between two of these is gone on with by the next, which begins with what waits.
    - A task is given many feeds, or many pages: within it all are asked at once, and each host at its own pace.
    - A feed that fails says so in the report, is asked again later and later, and stops nobody else.
    - Where nothing is named to be watched, nothing is done: the schedule is there before the first feed is.

    Args:
        settings: what to override of the settings of the machine that the run is on.

    Raises:
        SettingsError: feeds are watched, but no contact is named.
        AlreadyRunningError: another run is watching with the same folder.
        WatchError: something could not be ingested. Everything else is in.
        WarehouseError: the warehouse cannot be used.
    """
    settings = settings or load_settings()
    with _alone(settings.watch_folder):
        return await _Watch(settings).run()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder of what is watched."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", blocking=False):
            yield
    except Timeout:
        raise AlreadyRunningError(f"Another process is watching (it works in {folder})") from None


class _Watch:
    """One run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._warehouse = settings.warehouse
        self._kept = settings.watch_folder
        self._deliveries = Deliveries(self._kept / "waiting")
        self._now = datetime.now(UTC)
        self._feeds: list[FeedReport] = []
        self._folders: list[FolderReport] = []
        self._ingests: list[Report] = []
        self._waiting = 0
        self._failures: list[str] = []

    async def run(self) -> WatchReport:
        """Bring in what waits, look for more, and bring that in."""
        started = time.monotonic()
        await self._bring_in()
        for folder in self._settings.watch.folders:
            await self._look_into(folder.path, folder.pattern, folder.source)
        if self._settings.watch.feeds:
            await self._ask_feeds()
        await self._bring_in()
        with contextlib.suppress(WarehouseMissing):  # nothing was ever found
            await asyncio.to_thread(publish, self._warehouse)
        report = self._report(round(time.monotonic() - started, 3))
        if watched := rows(report):
            await acreate_table_artifact(watched, key="watch", description="What is watched, and how it stands.")
        if self._failures:
            raise WatchError("; ".join(dict.fromkeys(self._failures)))
        return report

    async def _look_into(self, folder: Path, pattern: str, source: str | None) -> None:
        """Find the files of a drop folder that are complete and new."""
        settle = self._settings.watch.settle_seconds
        try:
            there = await asyncio.to_thread(complete_files, folder, pattern, settle, time.time())
        except OSError as error:
            self._folders.append(FolderReport(path=str(folder), message=str(error)))
            return
        ours = [path.absolute() for path in own_files(self._settings)]
        found = [file for file in there if not any(Path(file.path).absolute().is_relative_to(one) for one in ours)]
        new = await select_files(self._warehouse, found)
        if new:
            self._deliveries.put(Delivery(paths=[file.path for file in new], source=source, files=new))
        self._folders.append(FolderReport(path=str(folder), new_files=len(new)))

    async def _ask_feeds(self) -> None:
        """Ask the feeds that are due, and fetch what is new in them."""
        feeds = [WatchedFeed(**feed.model_dump()) for feed in self._settings.watch.feeds]
        known, waiting = await recall_feeds(self._warehouse, self._now)
        due = [feed for feed in feeds if is_due(feed, known.get(feed.url), self._now)]
        for feed in feeds:
            if feed not in due:
                self._tell(known[feed.url], "not due")
        by_url = {feed.url: feed for feed in feeds}
        again = [taken_up(item, by_url.get(item.feed_url, WatchedFeed(item.feed_url))) for item in waiting]
        async with Web(self._settings.fetch.manners()) as web:
            if again:
                await self._fetch(web, [], again)
            for first in range(0, len(due), _FEEDS_AT_ONCE):
                await self._ask(web, due[first : first + _FEEDS_AT_ONCE], known)

    async def _ask(self, web: Web, feeds: list[WatchedFeed], known: dict[str, Feed]) -> None:
        """Ask `feeds`, and let what is new in them wait to be brought in."""
        answers = await ask_feeds(web, feeds, known, self._now, self._settings.fetch.max_bytes)
        jobs = await select_items(self._warehouse, [job_of(one.feed, item) for one in answers for item in one.items])
        states = []
        for answer in answers:
            new = sum(job.feed.url == answer.feed.url for job in jobs)
            state = answer.state._replace(last_new_at=self._now) if new else answer.state
            self._tell(state, "failed" if answer.failed else "new" if new else "unchanged", new)
            states.append(state)
        await self._fetch(web, states, jobs)

    async def _fetch(self, web: Web, states: list[Feed], jobs: Sequence[Job]) -> None:
        """Put `jobs` into a file on disk, as many as one run may fetch; the others wait in the warehouse."""
        now, later = self._shared_out(jobs)
        noted: list[Item] = [item for job in later for item in job.noted("waiting", job.tries, self._now, "too many")]
        paths = []
        if now:
            name = f"{self._now:%Y%m%dT%H%M%S}-{time.time_ns() % 10**9:09d}{SUFFIX}.gz"
            path = self._kept / f"{self._now:%Y-%m-%d}" / name
            done, lines = await fetch_items(web, now, path, self._now)
            noted += done
            if lines:
                paths.append(str(path))
            else:
                path.unlink()
        self._waiting += sum(item.state == "waiting" for item in noted)
        self._deliveries.put(Delivery(paths=paths, feeds=states, items=noted))

    def _shared_out(self, jobs: Sequence[Job]) -> tuple[list[Job], list[Job]]:
        """`jobs` for this run and for later ones: a feed may have so many pages a run."""
        fetched: dict[str, int] = {}
        now: list[Job] = []
        later: list[Job] = []
        for job in jobs:
            fetched[job.feed.url] = fetched.get(job.feed.url, 0) + job.wants_page
            (now if fetched[job.feed.url] <= self._settings.watch.pages_per_feed else later).append(job)
        return now, later

    async def _bring_in(self) -> None:
        """Ingest what waits, and note what is in then."""
        by_source = groupby(
            sorted(self._deliveries.waiting(), key=lambda one: one.delivery.source or ""),
            key=lambda one: one.delivery.source,
        )
        for source, group in by_source:
            waiting = list(group)
            paths = [path for one in waiting for path in one.delivery.paths]
            try:
                if paths:
                    await self._ingest(paths, source)
                deliveries = [one.delivery for one in waiting]
                await note_watched(
                    self._warehouse,
                    [feed for one in deliveries for feed in one.feeds],
                    [item for one in deliveries for item in one.items],
                    [file for one in deliveries for file in one.files],
                )
            except (StepError, AlreadyRunningError, EngineError, WarehouseError) as error:
                self._failures.append(str(error))
                continue
            for one in waiting:
                self._deliveries.done(one)

    async def _ingest(self, paths: list[str], source: str | None) -> None:
        try:
            self._ingests.append(await ingest(paths, self._with(source)))
        except TooManyQuarantinedError as error:  # all that can be used is in: there is nothing to do again
            self._ingests.append(error.report)
            self._failures.append(str(error))

    def _with(self, source: str | None) -> Settings:
        """The settings, with `source` for records that name none."""
        if source is None:
            return self._settings
        return self._settings.model_copy(update={"ingest": self._settings.ingest.model_copy(update={"source": source})})

    def _tell(self, feed: Feed, state: Literal["new", "unchanged", "failed", "not due"], new: int = 0) -> None:
        self._feeds.append(
            FeedReport(
                url=feed.url,
                state=state,
                new_items=new,
                next_due=feed.next_due,
                failures=feed.failures,
                message=feed.message,
            )
        )

    def _report(self, seconds: float) -> WatchReport:
        counts = [report.counts for report in self._ingests]
        order = {feed.url: place for place, feed in enumerate(self._settings.watch.feeds)}
        return WatchReport(
            flow_run_id=str(flow_run.id),
            flow_run_name=str(flow_run.name),
            warehouse=str(self._warehouse),
            seconds=seconds,
            feeds=sorted(self._feeds, key=lambda one: order[one.url]),
            folders=self._folders,
            waiting=self._waiting,
            counts=Counts(**{name: sum(getattr(one, name) for one in counts) for name in Counts.model_fields}),
            ingests=self._ingests,
        )


def rows(report: WatchReport) -> list[dict[str, str | int]]:
    """All that is watched, and how it stands, a row each: for a table."""
    feeds = [
        _row(one.url, one.state, one.new_items, one.message, f"{one.next_due:%Y-%m-%d %H:%M} UTC")
        for one in report.feeds
    ]
    folders = [
        _row(one.path, "failed" if one.message else "new" if one.new_files else "unchanged", one.new_files, one.message)
        for one in report.folders
    ]
    return feeds + folders


def _row(watched: str, state: str, new: int, message: str | None, next_due: str = "") -> dict[str, str | int]:
    return {"watched": watched, "state": state, "new": new, "next due": next_due, "message": message or ""}
