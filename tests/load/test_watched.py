from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tasks.load import watched
from tasks.load.watched import Feed, File, Item
from warehouse.connection import writer

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
FEED = Feed("https://example.org/feed", '"1"', None, NOW, 200, NOW, NOW + timedelta(minutes=15), 0, None)
ITEM = Item(2**64 - 1, 7, FEED.url, "https://example.org/1", "done", 1, None, None, None)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with writer(tmp_path / "w.duckdb") as con:
        yield con


def test_a_feed_is_known_as_it_was_noted_last(con: duckdb.DuckDBPyConnection) -> None:
    assert watched.feeds(con) == {}
    watched.note(con, [FEED])
    failed = FEED._replace(last_status=None, failures=1, message="خطأ")
    watched.note(con, [failed])
    assert watched.feeds(con) == {FEED.url: failed}


def test_a_version_of_an_item_is_new_once(con: duckdb.DuckDBPyConnection) -> None:
    versions = [(ITEM.item_id, 7), (ITEM.item_id, 8), (1, 7)]
    assert watched.new_items(con, versions) == set(versions)
    watched.note(con, items=[ITEM, ITEM])
    assert watched.new_items(con, versions) == {(ITEM.item_id, 8), (1, 7)}
    assert watched.new_items(con, []) == set()


def test_items_wait_until_they_are_due_or_done(con: duckdb.DuckDBPyConnection) -> None:
    waiting = ITEM._replace(state="waiting", next_due=NOW, message="slow", entry='{"title": "خبر"}')
    later = waiting._replace(item_id=1, next_due=NOW + timedelta(seconds=1))
    watched.note(con, items=[waiting, later])
    assert watched.waiting_items(con, NOW) == [waiting]
    assert watched.waiting_items(con, NOW + timedelta(hours=1)) == [waiting, later]
    watched.note(con, items=[ITEM])
    assert watched.waiting_items(con, NOW) == []


def test_a_file_is_new_until_it_is_noted_as_it_is(con: duckdb.DuckDBPyConnection) -> None:
    files = [File("b.txt", 1, 10**18), File("a.txt", 2, 10**18)]
    assert watched.new_files(con, files) == files
    watched.note(con, files=files)
    assert watched.new_files(con, files) == []
    changed = files[0]._replace(modified_ns=10**18 + 1)
    assert watched.new_files(con, [changed, files[1]]) == [changed]
    watched.note(con, files=[changed])
    assert watched.new_files(con, [changed]) == []
