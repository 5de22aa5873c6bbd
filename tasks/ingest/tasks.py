"""Ingest as Prefect tasks."""

from __future__ import annotations

from collections.abc import Iterator

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.ingest.read import RawBatch
from tasks.staging import Staging
from tasks.threads import in_thread


@task(task_run_name="read batch {batch}", cache_policy=NO_CACHE, persist_result=False)
async def read_batch(batches: Iterator[RawBatch], staging: Staging, batch: int) -> bool:
    """Stage the next of `batches` as number `batch`: articles, quarantine. False, and nothing, if there is none."""
    return await in_thread(_read, batches, staging, batch)


def _read(batches: Iterator[RawBatch], staging: Staging, batch: int) -> bool:
    raw = next(batches, None)
    if raw is None:
        return False
    frames = {"articles": raw.articles, "quarantine": raw.quarantine}
    staging.write(batch, "read", frames, bytes_done=raw.bytes_done, records=raw.articles.height + raw.quarantine.height)
    return True
