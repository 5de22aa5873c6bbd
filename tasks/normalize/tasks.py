"""Normalise as Prefect tasks."""

from __future__ import annotations

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.normalize.normalize import normalize_articles
from tasks.staging import Staging
from tasks.threads import in_thread


@task(task_run_name="normalize batch {batch}", cache_policy=NO_CACHE, persist_result=False)
async def normalize_batch(staging: Staging, batch: int) -> None:
    """Stage the articles and sentences to read, the articles that are only filed, and the quarantine of both.

    Both kinds may hold versions of one article, so they stay apart.
    """
    await in_thread(_normalize, staging, batch)


def _normalize(staging: Staging, batch: int) -> None:
    read, filed = (normalize_articles(staging.frame(batch, "select", name)) for name in ("to_read", "to_file"))
    made = {
        "articles": read.articles,
        "sentences": read.sentences,
        "filed": filed.articles,
        "quarantine": pl.concat([read.quarantine, filed.quarantine]),
    }
    staging.write(batch, "normalize", made)
