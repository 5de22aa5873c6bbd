"""What is done to the warehouse every night, one task each. All wait for their turn at the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.load.consolidate import consolidate, touch
from tasks.load.tasks import RETRY_WHILE_LOCKED
from tasks.threads import in_thread
from warehouse import check, compact, completeness, publish, retention
from warehouse.connection import writer
from warehouse.transaction import transaction

_HOUR = 3600.0


@task(
    task_run_name="consolidate",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=_HOUR,
    **RETRY_WHILE_LOCKED,
)
async def consolidate_events(warehouse: Path) -> int:
    """Tell the events that a killed load has left to be told; give the number of mentions that had none."""
    return await in_thread(_consolidate, warehouse)


@task(
    task_run_name="retention", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=_HOUR, **RETRY_WHILE_LOCKED
)
async def apply_retention(warehouse: Path, days: Mapping[str, int | None]) -> dict[str, int]:
    """Let go of what is older than the policies say: rows by policy."""
    return await in_thread(_retain, warehouse, days)


@task(
    task_run_name="count days of sources",
    cache_policy=NO_CACHE,
    persist_result=False,
    timeout_seconds=_HOUR,
    **RETRY_WHILE_LOCKED,
)
async def count_source_days(warehouse: Path, today: date) -> pl.DataFrame:
    """Make `source_days` anew; give the sources that delivered little yesterday."""
    return await in_thread(_count_days, warehouse, today)


@task(task_run_name="compact", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=_HOUR, **RETRY_WHILE_LOCKED)
async def compact_file(warehouse: Path) -> int:
    """Give room back to the disk if it is worth it: bytes."""
    return await in_thread(compact.compact, warehouse)


@task(task_run_name="publish", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=_HOUR, **RETRY_WHILE_LOCKED)
async def publish_snapshot(warehouse: Path) -> bool:
    """Publish the snapshot if it is out of date."""
    return await in_thread(publish.publish, warehouse)


@task(task_run_name="check", cache_policy=NO_CACHE, persist_result=False, timeout_seconds=_HOUR, **RETRY_WHILE_LOCKED)
async def check_warehouse(warehouse: Path) -> pl.DataFrame:
    """Run every check on the snapshot, and keep the results: a frame of `warehouse.check.CHECKS`."""
    return await in_thread(check.check_warehouse, warehouse)


def _consolidate(warehouse: Path) -> int:
    with writer(warehouse) as con, transaction(con):
        [(waiting,)] = con.execute("SELECT count(*) FROM event_mentions WHERE event_id IS NULL").fetchall()
        touch(con)
        consolidate(con)
    return int(waiting)


def _retain(warehouse: Path, days: Mapping[str, int | None]) -> dict[str, int]:
    with writer(warehouse) as con:
        return retention.apply_retention(con, days)


def _count_days(warehouse: Path, today: date) -> pl.DataFrame:
    with writer(warehouse) as con:
        return completeness.count_source_days(con, today)
