"""Watching as Prefect tasks: many feeds, or many pages, to a task."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.ingest.watch import Job, WatchedFeed, parcel
from tasks.ingest.web import feeds
from tasks.ingest.web.client import Web
from tasks.load.watched import Feed, Item


@task(task_run_name="ask feeds", cache_policy=NO_CACHE, persist_result=False)
async def ask_feeds(
    web: Web, asked: list[WatchedFeed], known: Mapping[str, Feed], now: datetime, max_bytes: int
) -> list[feeds.Answer]:
    """Ask every feed what has changed; one that fails says so in its answer and costs no other."""
    return await asyncio.gather(*(feeds.ask_feed(web, one, known.get(one.url), now, max_bytes) for one in asked))


@task(task_run_name="fetch items", cache_policy=NO_CACHE, persist_result=False)
async def fetch_items(web: Web, jobs: list[Job], path: Path, now: datetime) -> tuple[list[Item], int]:
    """Put the items of `jobs`, with their pages, into the file `path`; give what to note of them, and its lines."""
    with parcel(path) as made:
        noted = await feeds.fetch_items(web, jobs, made, now)
    return noted, made.lines
