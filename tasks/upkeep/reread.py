"""Reading articles of the warehouse again, as Prefect tasks: choose, stage, and exchange at the end.

A batch is staged as ingest stages its own ("select", "normalize", "extract"), so the same tasks read it; "sign" is
added here, so that the exchange, which holds the warehouse, has nothing left to compute.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.frames import RAW_ARTICLES, conform
from tasks.load.copies import sign
from tasks.load.load import Counts
from tasks.load.reread import Readings, Reread, exchange
from tasks.load.tasks import RETRY_WHILE_LOCKED
from tasks.staging import Staging
from tasks.threads import in_thread
from warehouse.connection import writer
from warehouse.publish import publish
from warehouse.query import query

_QUERIES = Path(__file__).parent / "sql"
_CANDIDATES = (_QUERIES / "reread_candidates.sql").read_text("utf-8")
_ARTICLES = (_QUERIES / "articles_to_reread.sql").read_text("utf-8")
_VERSION = ["article_id", "content_hash"]


class Choice(NamedTuple):
    """Which articles to read again: all that fit what is not None; without anything, what another model read."""

    since: date | None = None
    until: date | None = None
    source: str | None = None
    model_version: str | None = None


def choose(warehouse: Path, choice: Choice, new_version: str) -> pl.DataFrame:
    """article_id, content_hash and model_version of the articles to read again, oldest first, from the snapshot."""
    return query(warehouse, _CANDIDATES, {**choice._asdict(), "new_version": new_version})


def staged(staging: Staging) -> pl.DataFrame:
    """article_id and content_hash of what is staged, in the order of the batches."""
    done = [staging.frame(batch, "sign", "chosen") for batch in staging.batches("sign")]
    return pl.concat(done) if done else RAW_ARTICLES.to_frame().select(_VERSION)


@task(task_run_name="fetch batch {batch}", cache_policy=NO_CACHE, persist_result=False)
async def fetch_batch(staging: Staging, batch: int, warehouse: Path, chosen: pl.DataFrame) -> None:
    """Stage the texts of the chosen articles, as the step "select" of ingest does."""
    await in_thread(_fetch, staging, batch, warehouse, chosen)


@task(task_run_name="sign batch {batch}", cache_policy=NO_CACHE, persist_result=False)
async def sign_batch(staging: Staging, batch: int) -> None:
    """Stage the signatures of a batch's articles; with them the batch is done."""
    await in_thread(_sign, staging, batch)


@task(task_run_name="exchange", cache_policy=NO_CACHE, persist_result=False, **RETRY_WHILE_LOCKED)
async def exchange_readings(staging: Staging, warehouse: Path, load: Reread, allow_mixed: bool) -> Counts:
    """Put all staged readings in the place of the old ones, in one transaction, and publish the snapshot."""
    return await in_thread(_exchange, staging, warehouse, load, allow_mixed)


def _fetch(staging: Staging, batch: int, warehouse: Path, chosen: pl.DataFrame) -> None:
    raw = conform(query(warehouse, _ARTICLES, {"articles": chosen["article_id"].to_list()}), RAW_ARTICLES)
    staging.write(batch, "select", {"to_read": raw, "to_file": raw.clear()})


def _sign(staging: Staging, batch: int) -> None:
    chosen = staging.frame(batch, "select", "to_read").select(_VERSION)
    staging.write(batch, "sign", {"chosen": chosen, **sign(staging.frame(batch, "normalize", "articles"))._asdict()})


def _exchange(staging: Staging, warehouse: Path, load: Reread, allow_mixed: bool) -> Counts:
    with writer(warehouse) as con:
        counts = exchange(con, load, staged(staging), _readings(staging), allow_mixed=allow_mixed)
    publish(warehouse)
    return counts


def _readings(staging: Staging) -> Iterator[Readings]:
    for batch in staging.batches("sign"):
        of = {
            "sign": ("chosen", "signatures", "bands"),
            "normalize": ("articles", "sentences", "quarantine"),
            "extract": ("entity_mentions", "entities", "event_mentions", "event_participants"),
        }
        frames = {name: staging.frame(batch, step, name) for step, names in of.items() for name in names}
        yield Readings(number=batch, **frames)
