"""What watching knows, as Prefect tasks: recalled before anything is asked for, noted after it is in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.ingest.watch import Job, merged
from tasks.load import watched
from tasks.load.tasks import RETRY_WHILE_LOCKED
from tasks.threads import in_thread
from warehouse.connection import writer


@task(task_run_name="recall feeds", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def recall_feeds(warehouse: Path, now: datetime) -> tuple[dict[str, watched.Feed], list[watched.Item]]:
    """What is known of watched feeds, and which of their items are to be asked for again by `now`."""
    return await in_thread(_recall_feeds, warehouse, now)


@task(task_run_name="select items", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def select_items(warehouse: Path, jobs: list[Job]) -> list[Job]:
    """Those of `jobs` whose items are new or have changed, one for each item."""
    return await in_thread(_select_items, warehouse, jobs)


@task(task_run_name="select files", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def select_files(warehouse: Path, files: list[watched.File]) -> list[watched.File]:
    """Those of `files` that are new or have changed."""
    return await in_thread(_select_files, warehouse, files)


@task(task_run_name="note what was watched", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def note_watched(
    warehouse: Path, feeds: list[watched.Feed], items: list[watched.Item], files: list[watched.File]
) -> None:
    """Note what is in the warehouse now, so that it is not brought in again."""
    await in_thread(_note_watched, warehouse, feeds, items, files)


def _recall_feeds(warehouse: Path, now: datetime) -> tuple[dict[str, watched.Feed], list[watched.Item]]:
    with writer(warehouse) as con:
        return watched.feeds(con), watched.waiting_items(con, now)


def _select_items(warehouse: Path, jobs: list[Job]) -> list[Job]:
    with writer(warehouse) as con:
        new = watched.new_items(con, [(job.item_id, version) for job in jobs for version in job.versions])
    return merged(job for job in jobs if any((job.item_id, version) in new for version in job.versions))


def _select_files(warehouse: Path, files: list[watched.File]) -> list[watched.File]:
    with writer(warehouse) as con:
        return watched.new_files(con, files)


def _note_watched(
    warehouse: Path, feeds: list[watched.Feed], items: list[watched.Item], files: list[watched.File]
) -> None:
    with writer(warehouse) as con:
        watched.note(con, feeds, items, files)
