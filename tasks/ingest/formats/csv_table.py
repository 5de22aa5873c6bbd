"""Tables as text: comma, semicolon, tab or bar between the fields, names in the first row.

Strict reading with a way back: an unclosed quotation mark would swallow the rows after it, so when a row turns out to
be broken, only its first line is given up and reading starts again at its second.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import deque
from collections.abc import Iterator
from typing import Final

from tasks.ingest.decode import Decoder
from tasks.ingest.fields import FieldMap
from tasks.ingest.records import Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import Line, lines

_DELIMITERS: Final = ",;\t|"
_USUAL: Final = FieldMap({})
_GLUE: Final = "\x00\x1e\x00"


class CsvTable:
    """Rows of a delimited table; `Record.number` counts rows below the header."""

    name = "CSV"
    suffixes = (".csv", ".tsv")
    is_text = True
    unit = "row"

    def sniff(self, head: bytes) -> bool:
        """Its first line is a list of names, one of which is usual for an article's text."""
        first = head.partition(b"\n")[0].decode("utf-8", "replace")
        try:
            names = next(csv.reader([first], delimiter=_delimiter(first)), [])
        except csv.Error:
            return False
        return len(names) > 1 and _USUAL.has_text(names)

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Problem]:
        """One record or problem for each row."""
        # The csv module's own limit is one for the whole process; _Feed keeps ours.
        csv.field_size_limit(sys.maxsize)
        feed = _Feed(stream, settings.max_record_bytes)
        names, rows = _header(feed)
        if not settings.field_map.has_text(names):
            found = ", ".join(filter(None, names))[:200]
            detail = f"no column holds the text of an article (there are: {found})"
            raise ReadError(Reason.NO_TEXT_FIELD, detail, feed.taken_bytes())
        decoder = Decoder()
        number = 0
        while True:
            feed.start_row()
            try:
                row = next(rows)
                if not row:
                    continue
                number += 1
                yield _record(number, row, names, feed, decoder)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield Problem(
                    number, Reason.BROKEN_CSV, f"its quotation marks do not match ({error})", feed.give_back()
                )
            except _TooLongError as error:
                number += 1
                yield error.at(number, feed.give_back())
            except ReadError as error:
                yield error.at(number)


class _TooLongError(ReadError):
    """A row that goes on and on: most often, one whose quotation mark is never closed."""


class _Feed:
    """The lines of a table as text, with the way back to the second line of the row at hand."""

    def __init__(self, stream: io.BufferedReader, limit: int) -> None:
        self._lines = lines(stream, limit)
        self._limit = limit
        self._again: deque[Line] = deque()
        self.start_row()

    def start_row(self) -> None:
        """What was taken is done with."""
        self._taken: list[Line] = []
        self._size = 0
        self.damaged = False  # a line of this row is not UTF-8

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        self._size += len(line.data)
        if not line.complete or self._size > self._limit:
            raise _TooLongError(Reason.TOO_LARGE, f"it is longer than {self._limit:,} bytes")
        try:
            return line.data.decode("utf-8")
        except UnicodeDecodeError:
            self.damaged = True
            return line.data.decode("utf-8", "surrogateescape")

    def taken_bytes(self) -> bytes:
        """The lines of the row at hand, as they came."""
        return b"".join(line.data for line in self._taken)

    def give_back(self) -> bytes:
        """Keep the first line of the row at hand, which is returned, and read the others again."""
        first, *others = self._taken
        self._again.extendleft(reversed(others))
        return first.data


def _header(feed: _Feed) -> tuple[list[str], Iterator[list[str]]]:
    """The names in the first row that is not blank, and the rows after it."""
    first = next((line for line in feed if line.strip()), None)
    if first is None:
        raise ReadError(Reason.EMPTY_FILE, "it holds nothing but blank lines")
    delimiter = _delimiter(first)
    try:
        names = next(csv.reader([first], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ReadError(Reason.BROKEN_CSV, f"its first row is broken ({error})", feed.taken_bytes()) from error
    if feed.damaged:
        names = _mend(names, Decoder())
    return [name.strip() for name in names], csv.reader(feed, delimiter=delimiter, strict=True)


def _record(number: int, row: list[str], names: list[str], feed: _Feed, decoder: Decoder) -> Record:
    """The record of `row`.

    Raises:
        ReadError: it has more fields than there are names, or is in no encoding that is read.
    """
    payload = feed.taken_bytes()
    if len(row) > len(names):
        detail = f"it has {len(row)} fields where the first row has {len(names)}"
        raise ReadError(Reason.BROKEN_CSV, detail, payload)
    try:
        fields = _mend(row, decoder) if feed.damaged else row
    except ReadError as error:
        raise ReadError(error.reason, error.detail, payload) from error
    return Record(number, dict(zip(names, fields, strict=False)), len(payload), payload)


def _mend(row: list[str], decoder: Decoder) -> list[str]:
    """The fields of a row that is not UTF-8, decoded as one text: a field of two letters says little by itself."""
    return decoder.mend(_GLUE.join(row)).split(_GLUE)


def _delimiter(header: str) -> str:
    """The delimiter that occurs most in the first line; comma if none does."""
    return max(_DELIMITERS, key=header.count)
