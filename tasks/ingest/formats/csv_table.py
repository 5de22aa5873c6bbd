"""Tables as text: comma, semicolon, tab or bar between the fields, names in the first row.

Strict reading with a way back: an unclosed quotation mark would swallow the rows after it, so when a row turns out to
be broken, only its first line is given up and reading starts again at its second.
"""

from __future__ import annotations

import csv
import io
import re
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
_DECLARED_DELIMITER: Final = re.compile(r'"?sep=([,;|:\t])"?[,;|\t]*', re.IGNORECASE)
_LONGEST_NAME: Final = 80
_GLUE: Final = "\x00\x1e\x00"


class CsvTable:
    """Rows of a delimited table; `Record.number` counts rows below the header."""

    name = "CSV"
    suffixes = (".csv", ".tsv", ".tab", ".txt")  # "Unicode text" is what spreadsheets call a table of tabs
    is_text = True
    unit = "row"
    priority = 70
    needs: tuple[str, ...] = ()

    def sniff(self, head: bytes) -> bool:
        """Its first line is a list of names, of which one is usual for an article's text and another for more of it."""
        first, _, rest = head.lstrip(b"\r\n").partition(b"\n")
        delimiter = _declared_delimiter(first.decode("utf-8", "replace"))
        if delimiter:
            first = rest.partition(b"\n")[0]
        text = _header_text(first)
        try:
            names = next(csv.reader([text], delimiter=delimiter or _delimiter(text)), [])
        except csv.Error:
            return False
        return _USUAL.has_text(names) and sum(map(_USUAL.knows, names)) > 1

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
                if not any(map(str.strip, row)):  # spreadsheets write the empty rows below their table
                    continue
                number += 1
                yield _record(number, row, names, feed, decoder)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                detail = f"its quotation marks do not match ({error})"
                problem = Problem(number, Reason.BROKEN_CSV, detail, feed.give_back())
                yield problem._replace(preamble=feed.header, offset=feed.offset)
            except _TooLongError as error:
                number += 1
                yield error.at(number, feed.give_back())._replace(complete=False, offset=feed.offset)
            except ReadError as error:
                yield error.at(number)._replace(preamble=feed.header, offset=feed.offset)


class _TooLongError(ReadError):
    """A row that goes on and on: most often, one whose quotation mark is never closed."""


class _Feed:
    """The lines of a table as text, with the way back to the second line of the row at hand."""

    def __init__(self, stream: io.BufferedReader, limit: int) -> None:
        self._lines = lines(stream, limit)
        self._limit = limit
        self._again: deque[Line] = deque()
        self.header = b""
        self.start_row()

    def start_row(self) -> None:
        """What was taken is done with."""
        self._taken: list[Line] = []
        self.offset: int | None = None  # of the row at hand
        self._size = 0
        self.damaged = False  # a line of this row is not UTF-8

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        self.offset = self._taken[0].offset
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
    delimiter = _declared_delimiter(first or "")
    if delimiter:
        first = next((line for line in feed if line.strip()), None)
    if first is None:
        raise ReadError(Reason.EMPTY_FILE, "it holds nothing but blank lines")
    delimiter = delimiter or _delimiter(first)
    try:
        names = next(csv.reader([first], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ReadError(Reason.BROKEN_CSV, f"its first row is broken ({error})", feed.taken_bytes()) from error
    feed.header = feed.taken_bytes()
    if feed.damaged:
        names = _mend(names, Decoder())
    if max(map(len, names)) > _LONGEST_NAME:
        raise ReadError(Reason.BROKEN_CSV, "its first row holds text, not names of columns", feed.taken_bytes())
    return [name.strip() for name in names], csv.reader(feed, delimiter=delimiter, strict=True)


def _record(number: int, row: list[str], names: list[str], feed: _Feed, decoder: Decoder) -> Record:
    """The record of `row`.

    Raises:
        ReadError: it has more fields than there are names, or is in no encoding that is read.
    """
    payload = feed.taken_bytes()
    while len(row) > len(names) and not row[-1].strip():
        del row[-1]
    if len(row) > len(names):
        detail = f"it has {len(row)} fields where the first row has {len(names)}"
        raise ReadError(Reason.BROKEN_CSV, detail, payload)
    try:
        fields = _mend(row, decoder) if feed.damaged else row
    except ReadError as error:
        raise ReadError(error.reason, error.detail, payload) from error
    values = dict(zip(names, fields, strict=False))
    return Record(number, values, len(payload), payload, preamble=feed.header, offset=feed.offset)


def _mend(row: list[str], decoder: Decoder) -> list[str]:
    """The fields of a row that is not UTF-8, decoded as one text: a field of two letters says little by itself."""
    return decoder.mend(_GLUE.join(row)).split(_GLUE)


def _header_text(line: bytes) -> str:
    try:
        return Decoder().decode(line)
    except ReadError:
        return line.decode("utf-8", "replace")


def _declared_delimiter(line: str) -> str:
    """The delimiter that the line `sep=;` names, which Excel asks for above the table; "" if it is no such line."""
    match = _DECLARED_DELIMITER.fullmatch(line.strip(" \r\n"))
    return match[1] if match else ""


def _delimiter(header: str) -> str:
    """The delimiter that occurs most in the first line; comma if none does."""
    return max(_DELIMITERS, key=header.count)
