"""What watching decides."""

from __future__ import annotations

import gzip
import io
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.feed_item import FeedItem
from tasks.ingest.formats.fetched import FetchedItems
from tasks.ingest.records import Page, Problem, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.watch import (
    Job,
    WatchedFeed,
    complete_files,
    is_due,
    is_whole,
    item_id,
    job_of,
    merged,
    next_poll,
    next_try,
    parcel,
    taken_up,
    version,
    wants_page,
)
from tasks.ingest.web import Fetched, FetchError
from tasks.ingest.web.addresses import web_address
from tasks.load.watched import Feed

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
FEED = WatchedFeed("https://example.org/feed")
LONG = "كلمة " * 100 + "أخيرة."
ITEM = FeedItem(title="خبر", link="https://example.org/1", summary="ملخص", published="2026-11-16")


@pytest.mark.parametrize(
    "end", ["…", "...", "[...]", "[&#8230;]", "اقرأ المزيد", "تابع القراءة »", "Read more", ". [ … ]"]
)
def test_a_text_that_is_cut_off_is_no_article(end: str) -> None:
    assert is_whole(LONG)
    assert not is_whole(f"{LONG} {end}")


@pytest.mark.parametrize("text", [None, "", "كلمة " * 20])
def test_a_summary_is_no_article(text: str | None) -> None:
    assert not is_whole(text)


def test_pages_are_fetched_where_the_feed_does_not_have_the_text() -> None:
    whole = ITEM._replace(content=LONG)
    assert [wants_page(ITEM, how) for how in ("auto", "always", "never")] == [True, True, False]
    assert [wants_page(whole, how) for how in ("auto", "always", "never")] == [False, True, False]
    assert not wants_page(ITEM._replace(link=None), "always")


def test_what_identifies_an_item_and_what_revises_it() -> None:
    same = ITEM._replace(link="http://www.example.org/1?utm_source=rss", summary="ملخص آخر", author="مراسلنا")
    assert item_id(ITEM, "a") == item_id(same, "b")
    assert version(ITEM, "auto") == version(same, "auto")
    for change in ({"title": "تصحيح"}, {"updated": "2026-11-17"}, {"content": LONG}):
        assert version(ITEM._replace(**change), "auto") != version(ITEM, "auto")
    nameless = FeedItem(title="خبر")
    assert item_id(nameless, "a") != item_id(nameless, "b")


def test_one_item_in_many_feeds_is_one_job() -> None:
    other = job_of(WatchedFeed("https://example.org/b"), ITEM._replace(title="عنوان آخر"))
    first = job_of(FEED, ITEM)
    [job] = merged([first, other, first])
    assert (job.feed, job.versions) == (FEED, (*first.versions, *other.versions))


def test_an_item_that_waits_is_taken_up_as_it_was() -> None:
    job = Job(FEED, ITEM, 1, (2,), tries=3)
    [noted] = job.noted("waiting", 3, NOW, "slow")
    assert taken_up(noted, FEED) == job
    [done] = job.noted("done", 4)
    assert (done.entry, done.next_due) == (None, None)


def test_pauses_grow_have_an_end_and_are_as_long_as_is_asked_for() -> None:
    tries = [next_try(NOW, number, None) - NOW for number in range(1, 20)]
    assert tries == sorted(tries)
    assert (tries[0], tries[-1]) == (timedelta(minutes=5), timedelta(days=1))
    assert next_try(NOW, 1, 3600) - NOW == timedelta(hours=1)
    polls = [next_poll(NOW, timedelta(minutes=15), failures, None) - NOW for failures in range(20)]
    assert polls == sorted(polls)
    assert (polls[0], polls[1], polls[-1]) == (timedelta(minutes=15), timedelta(minutes=30), timedelta(days=1))
    assert next_poll(NOW, timedelta(days=7), 5, None) - NOW == timedelta(days=7)
    assert next_poll(NOW, timedelta(minutes=15), 1, 1e300) - NOW == timedelta(days=1)


def test_a_schedule_as_frequent_as_the_feed_finds_it_due() -> None:
    state = Feed(FEED.url, None, None, NOW, 200, None, NOW + timedelta(minutes=15), 0, None)
    assert is_due(FEED, None, NOW)
    assert not is_due(FEED, state, NOW + timedelta(minutes=10))
    assert is_due(FEED, state, NOW + timedelta(minutes=14, seconds=30))


def test_files_of_a_drop_folder(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("x")
    inbox = tmp_path / "inbox"
    (inbox / "deep").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "deep/c.txt", "new.part", "new.TMP", "copy~", ".hidden", "x.crdownload"):
        (inbox / name).write_text("x")
    (inbox / ".git").mkdir()
    (inbox / ".git" / "d.txt").write_text("x")
    (inbox / "link.txt").symlink_to(tmp_path / "outside.txt")
    (inbox / "dead.txt").symlink_to(tmp_path / "nowhere.txt")
    os.utime(inbox / "a.txt", (2**33, 2**33))  # a time to come is none of its concern

    def found(pattern: str, settle: float = 0.0) -> list[str]:
        files = complete_files(inbox, pattern, settle, time.time() + 1)
        return [str(Path(file.path).relative_to(inbox)) for file in files]

    assert found("**/*") == ["a.txt", "b.txt", "deep/c.txt"]
    assert found("*.txt") == ["a.txt", "b.txt"]
    assert found("**/*", settle=60) == []


def fetched(*jobs: tuple[Job, Fetched | None, str | None], path: Path) -> list[Record | Page | Problem]:
    with parcel(path) as made:
        for job, page, failure in jobs:
            made.add(job, NOW, page=page, failure=failure)
    with gzip.open(path) as file:
        return list(FetchedItems().read(io.BufferedReader(file), ReadSettings()))  # type: ignore[type-var]


def test_what_is_put_into_a_parcel_comes_out(tmp_path: Path) -> None:
    named = job_of(WatchedFeed(FEED.url, source="وكالة"), ITEM)
    got = Fetched("https://example.org/one", 200, b"<html>\xff", 'text/html; charset="windows-1256"', None, None)
    record, page, problem = fetched(
        (job_of(FEED, ITEM), None, None),
        (named, got, None),
        (named, None, "the server answered 404"),
        path=tmp_path / "a.fetched.gz",
    )
    assert isinstance(record, Record)
    assert record.fields == {"title": "خبر", "text": "ملخص", "url": ITEM.link, "published_at": "2026-11-16"}
    assert isinstance(page, Page)
    assert (page.html, page.url, page.charset) == (got.content, got.url, "windows-1256")
    assert page.known == {"title": "خبر", "published_at": "2026-11-16", "source": "وكالة"}
    assert isinstance(problem, Problem)
    assert (problem.number, problem.reason, problem.detail) == (3, "fetch_failed", "the server answered 404")
    assert json.loads(problem.payload)["item"]["summary"] == "ملخص"


def test_a_parcel_that_is_not_finished_is_none(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), parcel(tmp_path / "a.fetched.gz") as made:
        made.add(job_of(FEED, ITEM), NOW)
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f'{{"feed": "", "page": {text}}}'.encode()))
def test_any_bytes_are_records_or_problems(data: bytes) -> None:
    lines = sum(1 for line in data.split(b"\n") if line.strip())
    assert len(list(FetchedItems().read(io.BufferedReader(io.BytesIO(data)), ReadSettings()))) == lines  # type: ignore[arg-type]


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda text: f"http://{text}"))
def test_any_text_is_an_address_or_none(text: str) -> None:
    try:
        address = web_address(text)
    except FetchError as error:
        assert error.fault == "bad_address"
    else:
        assert address.scheme in ("http", "https")
        assert address.raw_host.isascii()
