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
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from tasks.frames import QUARANTINE, RAW_ARTICLES
from tasks.identity import stable_id
from tasks.ingest import formats
from tasks.ingest.articles import Article, to_article
from tasks.ingest.decode import as_utf8, binary_kind
from tasks.ingest.formats import Format
from tasks.ingest.records import ADVICE, Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.sources import STDIN, Document, Failure, discover, documents, read_error
from tasks.ingest.streams import Count

__all__ = ["RawBatch", "ReadSettings", "fingerprint", "read_batches", "total_bytes"]

_HEAD: Final = 8192
_CLOCK_TOLERANCE: Final = timedelta(days=1)  # a date without zone may be of a place that is ahead of us


class RawBatch(NamedTuple):
    """What was made of `batch_size` records."""

    number: int  # from 1
    articles: pl.DataFrame  # RAW_ARTICLES
    quarantine: pl.DataFrame  # QUARANTINE
    bytes_done: int  # of the input files, as they are on disk; compare with `total_bytes`


class _Item(NamedTuple):
    """A record or problem with what is needed to speak of it."""

    origin: str
    unit: str  # what its number counts, "" if it is alone
    content: Record | Problem


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


def total_bytes(paths: Sequence[str]) -> int:
    """Size on disk of all that `read_batches` would read; standard input and pipes count nothing."""
    return sum(source.size for source in discover(paths))


def fingerprint(paths: Sequence[str], *more: object) -> int:
    """Hash of the names, sizes and times of the files that `paths` mean, and of `more`.

    Equal fingerprints mean equal batches, if what decides about them (settings, batch size) is given as `more`.
    """
    files = (part for one in discover(paths) for part in (one.origin, one.size, one.modified))
    return stable_id(*files, *more)


def _batches(
    paths: Sequence[str], settings: ReadSettings, batch_size: int, skip: int, stdin: BinaryIO
) -> Iterator[RawBatch]:
    latest = datetime.now(UTC) + _CLOCK_TOLERANCE
    count = Count()
    number = 1
    waiting: list[_Item] = []
    held = 0
    for item in _items(paths, settings, count, stdin):
        waiting.append(item)
        held += item.content.size if isinstance(item.content, Record) else len(item.content.payload)
        if len(waiting) == batch_size or held >= settings.max_batch_bytes:
            if number > skip:
                yield _batch(number, waiting, settings, latest, count.done)
            number, waiting, held = number + 1, [], 0
    if waiting and number > skip:
        yield _batch(number, waiting, settings, latest, count.done)


def _items(paths: Sequence[str], settings: ReadSettings, count: Count, stdin: BinaryIO) -> Iterator[_Item]:
    """All records and problems of all documents, in order."""
    for source in discover(paths):
        end = count.done + source.size
        count.ceiling = end if source.path else None
        for document in documents(source, settings, count, stdin):
            if isinstance(document, Failure):
                yield _Item(document.origin, "", _cut(document.problem, settings))
            else:
                yield from _document_items(document, settings)
        count.done = end if source.path else count.done  # formats that seek need not have read all


def _document_items(document: Document, settings: ReadSettings) -> Iterator[_Item]:
    unit = ""
    try:
        one, stream = _format_of(document)
        unit = one.unit
        for content in one.read(stream, settings):
            yield _Item(document.origin, unit, _cut(content, settings))
    except Exception as error:
        yield _Item(document.origin, unit, _cut(read_error(error).at(None), settings))


def _format_of(document: Document) -> tuple[Format, io.BufferedReader]:
    """The format of `document`, by its name or else by its content, and the stream to read it from.

    Raises:
        ReadError: (`empty_file`, `binary`, `unknown_format`) there is none.
    """
    head = document.stream.peek(_HEAD)[:_HEAD]
    if not head:
        raise ReadError(Reason.EMPTY_FILE, "it is empty")
    named = formats.by_name(document.name)
    if named is not None and not named.is_text:
        return named, document.stream
    kind = binary_kind(head)
    if named is not None:
        if kind:
            raise ReadError(Reason.BINARY, f"it is {kind}, not {named.name}", head)
        return named, as_utf8(document.stream)
    stream = document.stream if kind else as_utf8(document.stream)
    found = formats.by_content(head if kind else stream.peek(_HEAD)[:_HEAD])
    if found is None or (kind and found.is_text):
        raise ReadError(
            Reason.UNKNOWN_FORMAT,
            f"neither its name nor its content ({kind or 'markup'}) is of a format that is read",
            head,
        )
    return found, stream


def _cut(content: Record | Problem, settings: ReadSettings) -> Record | Problem:
    """`content`, holding no more of a payload than is kept: many problems with large records would add up."""
    if isinstance(content, Record):
        return content
    return content._replace(payload=content.payload[: settings.payload_bytes])


def _batch(number: int, items: Sequence[_Item], settings: ReadSettings, latest: datetime, bytes_done: int) -> RawBatch:
    articles: list[Article] = []
    quarantined: list[tuple[object, ...]] = []
    for origin, unit, content in items:
        if isinstance(content, Record):
            try:
                articles.append(to_article(content, origin, settings, latest))
                continue
            except ReadError as error:
                problem = error.at(content.number, _payload(content)[: settings.payload_bytes])
        else:
            problem = content
        quarantined.append(_quarantine_row(origin, unit, problem))
    return RawBatch(
        number,
        pl.DataFrame(articles, schema=RAW_ARTICLES, orient="row"),
        pl.DataFrame(quarantined, schema=QUARANTINE, orient="row"),
        bytes_done,
    )


def _payload(record: Record) -> bytes:
    """The record as it came, or its fields as JSON where its format has no bytes of its own for it."""
    if record.payload is not None:
        return record.payload
    return json.dumps(record.fields, ensure_ascii=False, default=str).encode("utf-8", "replace")


def _quarantine_row(origin: str, unit: str, problem: Problem) -> tuple[object, ...]:
    """One row of the quarantine frame, with a sentence that says where, what and what to do."""
    where = "standard input" if origin == STDIN else origin
    if unit and problem.number is not None:
        where += f", {unit} {problem.number}"
    return (
        stable_id(origin, problem.number, "read", problem.payload),
        origin,
        problem.number,
        "read",
        problem.reason.value,
        # Details quote the names of fields, and JSON can write in them what is no character.
        f"{where}: {problem.detail}; {ADVICE[problem.reason]}.".encode("utf-8", "replace").decode(),
        problem.payload,
    )
