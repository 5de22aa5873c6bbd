"""What has to hold of any input at all."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import FrameType
from typing import Final, NamedTuple
from unittest.mock import patch

import polars as pl

from tasks.frames import QUARANTINE, RAW_ARTICLES
from tasks.ingest.page_pool import PagePool
from tasks.ingest.read import RawBatch, ReadSettings, read_batches
from tasks.ingest.records import Reason

SECONDS: Final = 20
"""Processor time that a case may take, on a machine that has other things to do; nearly all take milliseconds."""

TIGHT: Final = ReadSettings(
    max_record_bytes=2_000,
    max_expanded_bytes=50_000,
    max_members=3,
    max_depth=4,
    max_batch_bytes=3_000,
    payload_bytes=100,
)
"""Limits so low that sound files meet them."""

_PROSE: Final = re.compile(rb"(?:(?:[\xd8-\xdb][\x80-\xbf])+ ){20}")
"""Twenty Arabic words in UTF-8."""


class BrokenError(AssertionError):
    """Something does not hold."""


class Read(NamedTuple):
    """All that was made of a file."""

    articles: pl.DataFrame
    quarantine: pl.DataFrame


def settings_of(number: int) -> ReadSettings:
    """Every fourth case meets tight limits."""
    return TIGHT if number % 4 == 3 else ReadSettings()


def check(path: Path, settings: ReadSettings, draw: Random) -> Read:
    """Read the file at `path` twice, in batches of different sizes, and check what comes out.

    Raises:
        BrokenError: it took too long, or something else does not hold.
        Exception: what the program raised.
    """
    with within(SECONDS):
        first = _all(list(read_batches([str(path)], settings, batch_size=256)))
        again = _all(list(read_batches([str(path)], settings, batch_size=draw.randint(1, 5))))
    _require(first.articles.equals(again.articles), "articles depend on the size of batches")
    _require(first.quarantine.equals(again.quarantine), "the quarantine depends on the size of batches")
    if first.articles.is_empty() and first.quarantine.is_empty():  # an empty list is no fault
        data = path.read_bytes()
        # Most records of WARC files hold no article, and are passed over whatever they hold.
        _require(data.startswith(b"WARC/") or not _PROSE.search(data), "a file with text in it left nothing")
    check_frames(first, settings)
    return first


def check_frames(read: Read, settings: ReadSettings) -> None:
    """Check what is promised of any rows.

    Raises:
        BrokenError: something does not hold.
    """
    articles, quarantine = read
    _require(articles.schema == RAW_ARTICLES, "articles have another schema")
    _require(quarantine.schema == QUARANTINE, "the quarantine has another schema")
    numbered = pl.concat([frame.select("origin", "record_number") for frame in read]).drop_nulls("record_number")
    _require(bool(numbered["record_number"].ge(1).all()), "a record has a number below 1")
    _require(not numbered.is_duplicated().any(), "one record became two rows")
    for column in ("origin", "record_number", "text", "content_hash", "article_id"):
        _require(articles[column].null_count() == 0, f"an article has no {column}")
    _require(bool(articles["text"].str.strip_chars().ne("").all()), "an article's text is blank")
    moments = articles["published_at"].drop_nulls()
    _require(bool(moments.ge(datetime(1900, 1, 1, tzinfo=UTC)).all()), "an article is older than newspapers")
    _require(bool(moments.le(datetime.now(UTC) + timedelta(days=2)).all()), "an article is of the future")
    _require(set(quarantine["reason"]) <= set(Reason), "a reason that is none")
    _require(bool(quarantine["message"].str.contains(r"^.+: .+; .+\.$").all()), "a message does not say what to do")
    sizes = quarantine["payload"].bin.size()
    _require(bool(sizes.le(settings.payload_bytes).all()), "a payload is larger than is kept")


@contextmanager
def shared_pages() -> Iterator[None]:
    """Keep the processes that read web pages from file to file; starting them takes longer than all else of a case."""
    with PagePool(ReadSettings().page_seconds) as pool, patch("tasks.ingest.read.PagePool") as opened:
        opened.return_value = nullcontext(pool)
        yield


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give the block so much processor time.

    Raises:
        BrokenError: it takes more.
    """

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise BrokenError(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _all(batches: list[RawBatch]) -> Read:
    if not batches:
        return Read(RAW_ARTICLES.to_frame(), QUARANTINE.to_frame())
    return Read(pl.concat([one.articles for one in batches]), pl.concat([one.quarantine for one in batches]))


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenError(otherwise)
