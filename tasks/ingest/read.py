"""The way in: whatever the user named, as batches of one raw-article frame and one quarantine frame.

    for batch in read_batches(["news/", "-"]):
        batch.articles      # tasks.frames.RAW_ARTICLES
        batch.quarantine    # tasks.frames.QUARANTINE

Every record that is met is a row of one of the two. The same input gives the same batches, so that a run that was
killed goes on at the batch it was in (`skip`); memory holds one batch and one record.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from tasks.frames import QUARANTINE, RAW_ARTICLES
from tasks.identity import stable_id
from tasks.ingest import formats
from tasks.ingest.articles import Article, to_article
from tasks.ingest.decode import as_utf8, binary_kind
from tasks.ingest.formats import Format
from tasks.ingest.links import follow_links
from tasks.ingest.page_pool import PagePool
from tasks.ingest.records import ADVICE, Page, Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.sources import STDIN, Document, Failure, discover, documents, read_error
from tasks.ingest.streams import Count
from tasks.quarantine import FIELDS, quarantined

__all__ = ["RawBatch", "ReadSettings", "fingerprint", "read_batches", "total_bytes"]

_HEAD: Final = 8192
_CLOCK_TOLERANCE: Final = timedelta(days=1)  # a date without zone may be of a place that is ahead of us


class RawBatch(NamedTuple):
    """What was made of `batch_size` records."""

    number: int  # from 1
    articles: pl.DataFrame  # RAW_ARTICLES
    quarantine: pl.DataFrame  # QUARANTINE
    bytes_done: int  # of the input files, as they are on disk; compare with `total_bytes`


class Item(NamedTuple):
    """A record or problem with what is needed to speak of it."""

    origin: str
    format: Format | None  # None if it was never found out
    content: Record | Page | Problem


def read_batches(
    paths: Sequence[str],
    settings: ReadSettings | None = None,
    *,
    batch_size: int = 256,
    skip: int = 0,
    stdin: BinaryIO | None = None,
) -> Iterator[RawBatch]:
    """Read `paths` (files, folders, patterns, "-" for standard input) in batches.

    A batch holds `batch_size` records, articles and quarantined together; the last one, and one that reaches
    `settings.max_batch_bytes`, fewer. The first `skip` batches are read, not mapped, and not given.

    Raises:
        ValueError: `batch_size` is less than 1 or `skip` less than 0.
    """
    if batch_size < 1 or skip < 0:
        raise ValueError(f"batch_size must be at least 1 and skip at least 0, not {batch_size} and {skip}")
    return _batches(paths, settings or ReadSettings(), batch_size, skip, stdin or sys.stdin.buffer)


def total_bytes(paths: Sequence[str], leave_out: Sequence[Path] = ()) -> int:
    """Size on disk of all that `read_batches` would read; standard input and pipes count nothing."""
    return sum(source.size for source in discover(paths, leave_out))


def fingerprint(paths: Sequence[str], *more: object, leave_out: Sequence[Path] = ()) -> int:
    """Hash of the names, sizes and times of the files that `paths` mean, and of `more`.

    Equal fingerprints mean equal batches, if what decides about them (settings, batch size) is given as `more`.
    """
    files = (part for one in discover(paths, leave_out) for part in (one.origin, one.size, one.modified))
    return stable_id(*files, *more)


def latest_date() -> datetime:
    """What is dated later than this is not dated."""
    return datetime.now(UTC) + _CLOCK_TOLERANCE


def _batches(
    paths: Sequence[str], settings: ReadSettings, batch_size: int, skip: int, stdin: BinaryIO
) -> Iterator[RawBatch]:
    latest = latest_date()
    count = Count()
    number = 1
    waiting: list[Item] = []
    held = 0
    with PagePool(settings.page_seconds) as pages:
        for item in read_items(paths, settings, count, stdin):
            waiting.append(item)
            held += len(item.content.payload) if isinstance(item.content, Problem) else item.content.size
            if len(waiting) == batch_size or held >= settings.max_batch_bytes:
                if number > skip:
                    yield _batch(number, read_pages(waiting, pages), settings, latest, count.done)
                number, waiting, held = number + 1, [], 0
        if waiting and number > skip:
            yield _batch(number, read_pages(waiting, pages), settings, latest, count.done)


def read_items(paths: Sequence[str], settings: ReadSettings, count: Count, stdin: BinaryIO) -> Iterator[Item]:
    """All records and problems of all documents, in order; bytes read, as they are on disk, are added to `count`."""
    for source in discover(paths, settings.leave_out):
        end = count.done + source.size
        count.ceiling = end if source.path else None
        for document in documents(source, settings, count, stdin):
            if isinstance(document, Failure):
                yield Item(document.origin, None, _cut(document.problem, settings))
            else:
                yield from _document_items(document, settings)
        count.done = end if source.path else count.done  # formats that seek need not have read all


def _document_items(document: Document, settings: ReadSettings) -> Iterator[Item]:
    found = None
    try:
        found, stream = _format_of(document)
        for content in follow_links(found.read(stream, settings), settings):
            content = page_within(content, settings) if isinstance(content, Record) else content  # noqa: PLW2901
            yield Item(document.origin, found, _cut(content, settings))
    except Exception as error:
        yield Item(document.origin, found, _cut(read_error(error).at(None), settings))


def page_within(record: Record, settings: ReadSettings) -> Record | Page:
    """`record`, or the page that it holds where it has no text of its own: crawlers often keep nothing else."""
    columns = settings.field_map.columns(tuple(map(str, record.fields)))
    if not columns["html"] or any(record.fields[name] for name in columns["text"]):
        return record
    fields = dict(record.fields)
    pages = [fields.pop(name) for name in columns["html"]]
    html = next((page for page in pages if isinstance(page, (str, bytes)) and page), None)
    if html is None:
        return record
    url = next((url for name in columns["url"] if isinstance(url := fields[name], str) and url), None)
    data = html.encode("utf-8", "replace") if isinstance(html, str) else html
    return Page(record.number, data, payload_of(record), url, fallback=fields, offset=record.offset)


def _format_of(document: Document) -> tuple[Format, io.BufferedReader]:
    """The format of `document`, by its name or else by its content, and the stream to read it from.

    Raises:
        ReadError: (`empty_file`, `binary`, `unknown_format`) there is none.
    """
    head = document.stream.peek(_HEAD)[:_HEAD]
    if not head:
        raise ReadError(Reason.EMPTY_FILE, "it is empty")
    kind = binary_kind(head)
    stream = document.stream if kind else as_utf8(document.stream)
    found = formats.choose(document.name, stream.peek(_HEAD)[:_HEAD])
    if found is None or (kind and found.is_text):
        if kind and found and document.name.lower().endswith(found.suffixes):
            raise ReadError(Reason.BINARY, f"it is {kind}, not {found.name}", head)
        detail = f"neither its name nor its content ({kind or 'markup'}) is of a format that is read"
        raise ReadError(Reason.UNKNOWN_FORMAT, detail, head)
    return found, stream


def _cut(content: Record | Page | Problem, settings: ReadSettings) -> Record | Page | Problem:
    """`content`, holding no more of a payload than is kept: many problems with large records would add up."""
    return _cut_problem(content, settings.payload_bytes) if isinstance(content, Problem) else content


def _cut_problem(problem: Problem, payload_bytes: int) -> Problem:
    if len(problem.payload) <= payload_bytes:
        return problem
    size = len(problem.payload) if problem.complete else None
    return problem._replace(payload=problem.payload[:payload_bytes], complete=False, size=size)


def read_pages(items: Sequence[Item], pool: PagePool) -> list[Item]:
    """`items`, in their order, with each page among them read by `pool`."""
    found = pool.read(item.content for item in items if isinstance(item.content, Page))
    return [item._replace(content=next(found)) if isinstance(item.content, Page) else item for item in items]


def _batch(number: int, items: Sequence[Item], settings: ReadSettings, latest: datetime, bytes_done: int) -> RawBatch:
    return as_batch(number, [settle(item, settings, latest) for item in items], bytes_done)


def settle(item: Item, settings: ReadSettings, latest: datetime) -> Article | dict[str, object]:
    """The article that `item` is, or its row of `QUARANTINE`; a date after `latest` is none.

    Raises:
        TypeError: it is a page that was not read (`read_pages`).
    """
    if isinstance(item.content, Problem):
        return _quarantine_row(item, _cut_problem(item.content, settings.payload_bytes), settings)
    record = item.content
    if not isinstance(record, Record):
        raise TypeError("a page is read before it is settled")
    try:
        return to_article(record, item.origin, settings, latest)
    except ReadError as error:
        problem = _cut_problem(error.at(record.number, payload_of(record)), settings.payload_bytes)
        return _quarantine_row(item, problem._replace(preamble=record.preamble, offset=record.offset), settings)


def as_batch(number: int, settled: Sequence[Article | dict[str, object]], bytes_done: int) -> RawBatch:
    """What `settle` gave, as frames."""
    return RawBatch(
        number,
        pl.DataFrame([one for one in settled if isinstance(one, Article)], schema=RAW_ARTICLES, orient="row"),
        pl.DataFrame([one for one in settled if isinstance(one, dict)], schema=QUARANTINE),
        bytes_done,
    )


def payload_of(record: Record) -> bytes:
    """The record as it came, or its fields as JSON where its format has no bytes of its own for it."""
    if record.payload is not None:
        return record.payload
    return json.dumps(record.fields, ensure_ascii=False, default=str).encode("utf-8", "replace")


def _quarantine_row(item: Item, problem: Problem, settings: ReadSettings) -> dict[str, object]:
    """One row of the quarantine frame, with a sentence that says where, what and what to do."""
    where = "standard input" if item.origin == STDIN else item.origin
    if item.format and item.format.unit and problem.number is not None:
        where += f", {item.format.unit} {problem.number}"
    record = item.content if isinstance(item.content, Record) else None
    has_bytes = record is None or record.payload is not None
    detail = " ".join(problem.detail.split())  # libraries and names of fields bring line breaks
    context = {
        "whole": record is not None and record.whole,
        "preamble": problem.preamble.decode("utf-8", "surrogateescape"),
        "source": settings.source,
        "fields": dict(settings.fields),
    }
    return quarantined(
        origin=item.origin,
        record_number=problem.number,
        stage="read",
        reason=problem.reason.value,
        message=f"{where}: {detail}; {ADVICE[problem.reason]}.",
        payload=problem.payload,
        complete=problem.complete and problem.number is not None and problem.payload != b"",
        size=problem.size,
        byte_offset=problem.offset,
        format_name=(item.format.name if item.format else None) if has_bytes else FIELDS,
        context={name: value for name, value in context.items() if value},
    )
