"""Quarantined records read again, with the code and the settings of today.

A record is read from its payload if that was kept whole; from its file, at its offset, if the file still has it
there; else, and where the payload will not do, from its origin, at its number. A mended file is thus seen as well as
mended code. It keeps its origin and number, so that its article is the one that it would have been at first.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby, islice
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from tasks.ingest import formats
from tasks.ingest.articles import Article
from tasks.ingest.formats import Format
from tasks.ingest.links import follow_links
from tasks.ingest.page_pool import PagePool
from tasks.ingest.read import Item, RawBatch, as_batch, latest_date, payload_of, read_items, settle
from tasks.ingest.records import Page, Problem, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.sources import STDIN, read_error
from tasks.ingest.streams import Count, metered
from tasks.quarantine import ARTICLE, FIELDS, article_of, quarantined

_ALIKE: Final = 0.5
"""Least share of words that a mended record has in common with itself; two articles of one file stay below 0.3."""
_COMPARED: Final = 4_000  # bytes
_ENOUGH_WORDS: Final = 8  # of fewer, a mended record may have none left

_Settled = Article | dict[str, object]


class Kept(NamedTuple):
    """A row of the table `quarantine`, as far as trying it again needs it."""

    quarantine_id: int
    origin: str
    record_number: int | None
    stage: str
    reason: str
    payload: bytes | None
    payload_size: int | None
    payload_complete: bool | None
    byte_offset: int | None
    format: str | None
    context: str | None


def read_again(
    rows: Iterable[Kept], settings: ReadSettings, *, batch_size: int = 256, skip: int = 0
) -> Iterator[RawBatch]:
    """Batches of what `rows` are now: for each record an article, or a row of the quarantine frame.

    A row without a record number stands for a whole document, which is read anew from its origin: it gives as many
    records as there are.

    Args:
        rows: in the order of their origins, so that each file is read once.
        settings: of today; what the record was read with at first (source, names of fields) counts where they are
            silent.
        batch_size: records a batch at most.
        skip: batches that are not wanted.
    """
    number, waiting = 1, list[_Settled]()
    with PagePool(settings.page_seconds) as pages:
        replay = _Replay(pages, latest_date())
        for origin, group in groupby(rows, key=lambda row: row.origin):
            for settled in replay.origin(origin, group, settings):
                waiting.append(settled)
                if len(waiting) == batch_size:
                    if number > skip:
                        yield as_batch(number, waiting, 0)
                    number, waiting = number + 1, []
        if waiting and number > skip:
            yield as_batch(number, waiting, 0)


class _Failed(NamedTuple):
    """A record that its payload did not bring back."""

    beginning: bytes | None  # of what was kept of it
    verdict: dict[str, object]


class _Replay:
    """One pass over quarantined records."""

    def __init__(self, pages: PagePool, latest: datetime) -> None:
        self._pages = pages
        self._latest = latest

    def origin(self, origin: str, rows: Iterable[Kept], settings: ReadSettings) -> Iterator[_Settled]:
        """What the rows of one origin give: first what their payloads do, then what is left, from the origin."""
        failed: dict[int, list[_Failed]] = {}
        done: set[int] = set()
        is_whole = False
        for row in rows:
            settings = _as_at_first(settings, _context(row))
            if row.record_number is None:
                is_whole = True
                continue
            settled = self._from_payload(row, settings)
            if isinstance(settled, Article):
                done.add(row.record_number)
                yield settled
            else:
                beginning = row.payload and row.payload[:_COMPARED]
                failed.setdefault(row.record_number, []).append(_Failed(beginning, settled or _gone(row)))
        path = _file_of(origin) or (origin if is_whole and origin != STDIN else None)
        if path and (failed or is_whole):
            for item in read_items([path], settings, Count(), io.BytesIO()):
                number = item.content.number
                if item.origin == origin and number in failed:
                    for one in failed.pop(number):
                        yield self._settle(item, settings) if _is_same(one.beginning, item) else one.verdict
                elif (
                    is_whole and number not in done and (item.origin == origin or item.origin.startswith(f"{origin}!"))
                ):
                    yield self._settle(item, settings)
        for several in failed.values():
            for one in several:
                yield one.verdict

    def _settle(self, item: Item, settings: ReadSettings) -> _Settled:
        if isinstance(item.content, Page):
            [content] = self._pages.read([item.content])
            item = item._replace(content=content)
        return settle(item, settings, self._latest)

    def _from_payload(self, row: Kept, settings: ReadSettings) -> _Settled | None:
        """What the record's own bytes give, or None where they cannot be had or say nothing by themselves."""
        data = row.payload if row.payload_complete else _from_file(row)
        if not data or row.record_number is None:
            return None
        if row.format == ARTICLE:
            return Article(**article_of(data))
        context = _context(row)
        if row.format == FIELDS:
            record = Record(row.record_number, json.loads(data), len(data), whole=bool(context.get("whole")))
            return self._settle(Item(row.origin, None, record), settings)
        found = _format(row, data)
        content = _only_record(found, str(context.get("preamble", "")), data, settings) if found else None
        if found is None or content is None:
            return None
        if isinstance(content, Problem) and content.reason != row.reason and found.unit:
            return None  # out of its document it may be taken for something else
        content = content._replace(number=row.record_number, offset=row.byte_offset)
        if found.unit and not isinstance(content, Problem):
            content = content._replace(whole=bool(context.get("whole")))
        return self._settle(Item(row.origin, found, content), settings)


def _only_record(found: Format, preamble: str, data: bytes, settings: ReadSettings) -> Record | Page | Problem | None:
    """The one record that `data` is, or None if it is not one by itself."""
    stream = metered(io.BytesIO(preamble.encode("utf-8", "surrogateescape") + data), Count())
    try:
        contents = list(islice(follow_links(found.read(stream, settings), settings), 2))
    except Exception as error:
        problem = read_error(error).at(1, data)
        return None if found.unit else problem  # a part of a document need not be a document
    return contents[0] if len(contents) == 1 else None


def _from_file(row: Kept) -> bytes | None:
    """The record's bytes from where they stood in its file, if what is there still begins as they did."""
    path = Path(row.origin)
    if row.byte_offset is None or row.payload_size is None or not row.payload or not path.is_file():
        return None
    with path.open("rb") as file:
        file.seek(row.byte_offset)
        data = file.read(row.payload_size)
    return data if len(data) == row.payload_size and data.startswith(row.payload) else None


def _format(row: Kept, data: bytes) -> Format | None:
    if row.format is None:
        return formats.choose(PurePosixPath(row.origin).name, data)
    return next((one.format for one in formats.registered() if one.format and one.format.name == row.format), None)


def _context(row: Kept) -> dict[str, Any]:
    return json.loads(row.context) if row.context else {}


def _as_at_first(settings: ReadSettings, context: dict[str, Any]) -> ReadSettings:
    """`settings`, with those that the record was read with where they say nothing."""
    fields = {name: tuple(names) for name, names in context.get("fields", {}).items()} | dict(settings.fields)
    source = settings.source or context.get("source")
    if source == settings.source and fields == settings.fields:
        return settings
    return replace(settings, source=source, fields=fields)


def _file_of(origin: str) -> str | None:
    """The file, if it is still there, that `origin` is or is a member of."""
    parts = origin.split("!")
    names = ("!".join(parts[:end]) for end in range(1, len(parts) + 1))
    return next((name for name in names if name != STDIN and Path(name).exists()), None)


def _is_same(beginning: bytes | None, item: Item) -> bool:
    """Whether a record at the place of another is that one, mended, and not one that has taken its place."""
    content = item.content
    now = content.html if isinstance(content, Page) else _bytes(content)
    words, words_now = ((data or b"")[:_COMPARED].split() for data in (beginning, now))
    if len(words) < _ENOUGH_WORDS:
        return True
    return SequenceMatcher(None, words, words_now, autojunk=False).ratio() >= _ALIKE


def _bytes(content: Record | Problem) -> bytes:
    return payload_of(content) if isinstance(content, Record) else content.payload


def _gone(row: Kept) -> dict[str, object]:
    """The verdict on a record of which too little was kept, and whose origin does not have it any more."""
    return quarantined(
        origin=row.origin,
        record_number=row.record_number,
        stage=row.stage,
        reason=row.reason,
        message=f"{row.origin}, record {row.record_number}: it cannot be read from what was kept of it, and is not"
        f" at its origin any more (at first: {row.reason}); bring the file back or drop it.",
        payload=row.payload or b"",
        complete=False,
    )
