"""Extract as Prefect tasks."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.extract.extract import extract_articles
from tasks.extract.reader import Engine, load_reader
from tasks.staging import Staging
from tasks.threads import in_thread


@task(task_run_name="extract batch {batch}", cache_policy=NO_CACHE, persist_result=False)
async def extract_batch(staging: Staging, batch: int, threads: int = 0, entities: Engine = "marsad") -> None:
    """Stage what is read from a batch's sentences: entity mentions, entities, event mentions, participants.

    `threads` is the number of cores that the model may use, 0 for all; `entities` is the engine that finds them.
    """
    await in_thread(_extract, staging, batch, threads, entities)


def _extract(staging: Staging, batch: int, threads: int, entities: Engine) -> None:
    articles, sentences = (staging.frame(batch, "normalize", name) for name in ("articles", "sentences"))
    reader = load_reader(threads, entities)
    staging.write(batch, "extract", extract_articles(articles, sentences, reader)._asdict())
