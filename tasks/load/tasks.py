"""Load as Prefect tasks: what to read of a batch, the batch itself, and the opening and closing of a load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks import frames
from tasks.load import load, quarantine
from tasks.load.select import select_new
from tasks.staging import Staging
from tasks.threads import in_thread
from warehouse.connection import writer
from warehouse.errors import WarehouseLocked
from warehouse.publish import publish
from warehouse.query import known_articles


def _is_locked(_task: Any, _task_run: Any, state: Any) -> bool:
    """Waiting longer helps when another process has the warehouse, and against nothing else."""
    return isinstance(state.data, WarehouseLocked)


_MEMORY = "128MB"
"""What DuckDB may use for a batch or to close a load: whatever it is given, it fills."""

RETRY_WHILE_LOCKED: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": [10, 30, 60],
    "retry_condition_fn": _is_locked,
}
"""For tasks that write the warehouse."""


@task(task_run_name="open load", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def begin_load(warehouse: Path, flow_run_id: str, name: str, pipeline_version: str, model_version: str) -> int:
    """Open the load of a flow run, making the warehouse if there is none, and give its load_id."""
    return await in_thread(_begin, warehouse, flow_run_id, name, pipeline_version, model_version)


@task(task_run_name="select batch {batch}", cache_policy=NO_CACHE, persist_result=False)
async def select_batch(staging: Staging, batch: int, warehouse: Path, load_id: int) -> None:
    """Stage what to do with a batch's records: decisions, to_read, to_file; and how many are worth going on with."""
    await in_thread(_select, staging, batch, warehouse, load_id)


@task(task_run_name="load batch {batch}", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def load_batch(
    staging: Staging, batch: int, warehouse: Path, load_id: int, payload_bytes: int = load.PAYLOAD_BYTES
) -> load.Counts:
    """Write a batch in one transaction; keep of its staging only what the run's report needs.

    `payload_bytes` is how much is kept of each record that goes to quarantine.
    """
    return await in_thread(_load, staging, batch, warehouse, load_id, payload_bytes)


@task(task_run_name="close load", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def finish_load(warehouse: Path, load_id: int, state: Literal["completed", "failed"]) -> load.Counts:
    """Close the load, publish the snapshot, and give the load's counts."""
    return await in_thread(_finish, warehouse, load_id, state)


@task(task_run_name="settle replay", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def settle_replay(warehouse: Path, load_id: int, quarantine_ids: list[int], failures: pl.DataFrame) -> None:
    """Note which of the quarantined records that a load has tried again are resolved, and why the others are not."""
    await in_thread(_settle_replay, warehouse, load_id, quarantine_ids, failures)


def _settle_replay(warehouse: Path, load_id: int, quarantine_ids: list[int], failures: pl.DataFrame) -> None:
    with writer(warehouse) as con:
        quarantine.settle_replay(con, load_id, quarantine_ids, failures)


def _begin(warehouse: Path, flow_run_id: str, name: str, pipeline_version: str, model_version: str) -> int:
    with writer(warehouse) as con:
        return load.begin_load(
            con,
            flow_run_id,
            flow_run_name=name,
            pipeline_version=pipeline_version,
            model_version=model_version,
        )


def _select(staging: Staging, batch: int, warehouse: Path, load_id: int) -> None:
    raw = staging.frame(batch, "read", "articles")
    selection = select_new(raw, known_articles(warehouse, raw), load_id)
    fresh = selection.to_read.height + selection.to_file.height
    staging.write(batch, "select", selection._asdict(), fresh=fresh)


def _load(staging: Staging, batch: int, warehouse: Path, load_id: int, payload_bytes: int) -> load.Counts:
    def staged(step: str, name: str, schema: pl.Schema) -> pl.DataFrame:
        # A batch without anything new skips the steps between.
        return staging.frame(batch, step, name) if staging.has(batch, step) else frames.empty(schema)

    normalized = [staged("normalize", name, frames.ARTICLES) for name in ("articles", "filed")]
    rejected = [staged(step, "quarantine", frames.QUARANTINE) for step in ("read", "normalize")]
    prepared = load.Batch(
        number=batch,
        decisions=staging.frame(batch, "select", "decisions"),
        articles=pl.concat(normalized),
        sentences=staged("normalize", "sentences", frames.SENTENCES),
        entity_mentions=staged("extract", "entity_mentions", frames.ENTITY_MENTIONS),
        entities=staged("extract", "entities", frames.ENTITIES),
        event_mentions=staged("extract", "event_mentions", frames.EVENT_MENTIONS),
        event_participants=staged("extract", "event_participants", frames.EVENT_PARTICIPANTS),
        quarantine=pl.concat(rejected),
    )
    counts = _write(warehouse, lambda con: load.load_batch(con, load_id, prepared, payload_bytes=payload_bytes))
    facts = staging.facts(batch, "read")
    words = int(prepared.articles["word_count"].sum())
    told = {"quarantine": prepared.quarantine.drop("payload")}
    staging.write(batch, "load", told, **facts, words=words, quarantined=counts.quarantined)
    staging.drop(batch, "read", "select", "normalize", "extract")
    return counts


def _finish(warehouse: Path, load_id: int, state: Literal["completed", "failed"]) -> load.Counts:
    counts = _write(warehouse, lambda con: load.finish_load(con, load_id, state))
    publish(warehouse)
    return counts


def _write(warehouse: Path, work: Callable[[duckdb.DuckDBPyConnection], load.Counts]) -> load.Counts:
    """Do with little memory what can be done so: part of a transaction cannot be spilled, however large it is."""
    try:
        with writer(warehouse, memory_limit=_MEMORY) as con:
            return work(con)
    except duckdb.OutOfMemoryException:
        with writer(warehouse) as con:
            return work(con)
