"""What watching knows, in the warehouse: feeds and when they are due, items and files that are in already.

Noted after the load that it speaks of, in one transaction: a crash in between brings the same once more, which the
load then finds unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from tasks.frames import INSTANT
from warehouse.transaction import transaction

_SQL = Path(__file__).parent / "sql"
_FEEDS = (_SQL / "watched_feeds.sql").read_text("utf-8")
_NEW_ITEMS = (_SQL / "watched_items_new.sql").read_text("utf-8")
_WAITING_ITEMS = (_SQL / "watched_items_waiting.sql").read_text("utf-8")
_NEW_FILES = (_SQL / "watched_files_new.sql").read_text("utf-8")
_NOTE = (_SQL / "note_watched.sql").read_text("utf-8")


class Feed(NamedTuple):
    """A row of `watch_feeds`."""

    url: str
    etag: str | None
    last_modified: str | None
    last_fetched_at: datetime
    last_status: int | None
    last_new_at: datetime | None
    next_due: datetime
    failures: int
    message: str | None


class Item(NamedTuple):
    """A row of `watch_items`, without the time at which it was noted."""

    item_id: int
    version: int
    feed_url: str
    url: str | None
    state: str  # "done" or "waiting"
    tries: int
    next_due: datetime | None
    message: str | None
    entry: str | None  # JSON


class File(NamedTuple):
    """A row of `watch_files`, without the time at which it was noted."""

    path: str
    size_bytes: int
    modified_ns: int


_FEED = pl.Schema(
    {
        "url": pl.String,
        "etag": pl.String,
        "last_modified": pl.String,
        "last_fetched_at": INSTANT,
        "last_status": pl.Int32,
        "last_new_at": INSTANT,
        "next_due": INSTANT,
        "failures": pl.Int32,
        "message": pl.String,
    }
)
_ITEM = pl.Schema(
    {
        "item_id": pl.UInt64,
        "version": pl.UInt64,
        "feed_url": pl.String,
        "url": pl.String,
        "state": pl.String,
        "tries": pl.Int32,
        "next_due": INSTANT,
        "message": pl.String,
        "entry": pl.String,
    }
)
_FILE = pl.Schema({"path": pl.String, "size_bytes": pl.Int64, "modified_ns": pl.Int64})


def feeds(con: duckdb.DuckDBPyConnection) -> dict[str, Feed]:
    """All feeds that were ever watched, by URL."""
    return {feed.url: feed for feed in (Feed(*row) for row in con.execute(_FEEDS).fetchall())}


def new_items(con: duckdb.DuckDBPyConnection, versions: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of `versions` (item_id, version) that no feed has had, so that nothing is known or under way."""
    frame = pl.DataFrame(versions, schema={"item_id": pl.UInt64, "version": pl.UInt64}, orient="row")
    return set(_against(con, frame, _NEW_ITEMS))


def waiting_items(con: duckdb.DuckDBPyConnection, now: datetime) -> list[Item]:
    """Items whose pages are to be asked for again by `now`, the longest due first."""
    return [Item(*row) for row in con.execute(_WAITING_ITEMS, {"now": now}).fetchall()]


def new_files(con: duckdb.DuckDBPyConnection, files: Sequence[File]) -> list[File]:
    """Those of `files` that were never brought in as they are now, in the same order."""
    new = set(_against(con, pl.DataFrame(files, schema=_FILE, orient="row"), _NEW_FILES))
    return [file for file in files if file in new]


def note(
    con: duckdb.DuckDBPyConnection,
    feeds: Iterable[Feed] = (),
    items: Iterable[Item] = (),
    files: Iterable[File] = (),
) -> None:
    """Write down what is so now; what was noted of the same feed, version or file is replaced."""
    frames = {
        "noted_feeds": pl.DataFrame(list(feeds), schema=_FEED, orient="row").unique("url", keep="last"),
        "noted_items": pl.DataFrame(list(items), schema=_ITEM, orient="row").unique(
            ["item_id", "version"], keep="last"
        ),
        "noted_files": pl.DataFrame(list(files), schema=_FILE, orient="row").unique("path", keep="last"),
    }
    for name, frame in frames.items():
        con.register(name, frame)
    try:
        with transaction(con):
            con.execute(_NOTE)
    finally:
        for name in frames:
            con.unregister(name)


def _against(con: duckdb.DuckDBPyConnection, candidates: pl.DataFrame, sql: str) -> list[Any]:
    con.register("candidates", candidates)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.unregister("candidates")
