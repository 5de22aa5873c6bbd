"""JSON documents: an article, an array of articles, an array inside an object, or several of these one after another.

Elements are parsed one by one out of a window that moves over the text, so memory holds one record whatever the size
of the file, and an element that is broken costs itself: reading goes on at the next "}, {". (A streaming parser such
as ijson gives up at the first fault, and with it all that follows.)
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Generator, Iterator
from typing import Final

from tasks.ingest.decode import Decoder
from tasks.ingest.formats.json_value import DECODER, as_object, broken, check_depth, too_deep
from tasks.ingest.records import Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import BUFFER

LIST_KEYS: Final = frozenset(
    {"articles", "data", "docs", "documents", "entries", "feed", "hits", "items", "news", "posts", "records"}
    | {"response", "result", "results", "rows", "stories"}
)
"""Keys under which services give their list of articles, in lower case."""

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_SPACE_OR_COMMA: Final = re.compile(r"[ \t\r\n,]*")
_ESCAPED_BYTE: Final = re.compile("[\udc80-\udcff]")
_ARRAY_START: Final = re.compile(r"\[\s*(\S)")
# The end of one object and the start of the next, or an object that begins a line (lines of JSON in a .json file).
_NEXT_RECORD: Final = re.compile(r"\}\s*,?\s*(?=\{)|\n(?=\{)")
_MAX_WRAPPERS: Final = 4
_LONGEST_BOUNDARY: Final = 1024
_LONGEST_LITERAL: Final = 16  # a number, literal or escape that the end of the window may have cut


class JsonDocument:
    """One JSON value or several; `Record.number` counts articles."""

    name = "JSON"
    suffixes = (".json",)
    is_text = True
    unit = "record"
    priority = 40
    needs: tuple[str, ...] = ()

    def sniff(self, head: bytes) -> bool:
        """It begins as an object or as an array of objects."""
        return bool(re.match(rb"\s*(?:\{\s*[\"}]|\[\s*[{\]])", head))

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Problem]:
        """One record or problem for each article."""
        return _Walk(_Window(stream, settings.max_record_bytes), settings).document()


class _Window:
    """A stretch of the document's text, from `pos` on, that grows and moves as it is read."""

    def __init__(self, stream: io.BufferedReader, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._utf8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.text = ""
        self.pos = 0
        self.ended = False
        self.dropped = 0  # code points that were passed and let go
        self.damaged = False  # bytes that are not UTF-8 were seen

    @property
    def place(self) -> int:
        """Where `pos` is in the whole document, in code points."""
        return self.dropped + self.pos

    def more(self) -> bool:
        """Let go of what is passed, read on; False at the end of the document."""
        if self.ended:
            return False
        rest = self.text[self.pos :]
        # As much again as there is: a large value is then parsed a few times, not once for every chunk.
        data = self._stream.read(max(BUFFER, len(rest)))
        self.ended = not data
        added = self._utf8.decode(data, final=self.ended)
        self.damaged = self.damaged or bool(_ESCAPED_BYTE.search(added))
        self.dropped += self.pos
        self.text, self.pos = rest + added, 0
        return bool(added) or not self.ended

    def next_char(self, blanks: re.Pattern[str] = _SPACE) -> str:
        """Pass over `blanks` and look at the character that follows; "" at the end."""
        while True:
            match = blanks.match(self.text, self.pos)
            self.pos = match.end() if match else self.pos
            if self.pos < len(self.text):
                return self.text[self.pos]
            if not self.more():
                return ""

    def value(self) -> tuple[object, int, int]:
        """Parse the value at `pos` and pass over it; with its bounds in `text`.

        Raises:
            ReadError: (`broken_json`, `too_large`); `pos` stays.
            RecursionError: it is nested beyond what the parser bears; `pos` stays.
        """
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.pos)
            except json.JSONDecodeError as error:
                # JSON's reader cannot tell the end of the window from the end of sense.
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self.text) - _LONGEST_LITERAL
                if not cut or self.ended:
                    error.pos -= self.pos
                    raise broken(error) from error
            except ValueError as error:
                raise broken(error) from error
            else:
                if end < len(self.text) or self.ended:
                    start, self.pos = self.pos, end
                    return value, start, end
            if len(self.text) - self.pos > self._limit:
                raise _too_large(self._limit)
            self.more()

    def skip_record(self, kept: int) -> tuple[str, bool]:
        """Pass over what is left of a record that cannot be read.

        Returns:
            Of what was passed, `kept` characters at most, and whether that is all of it.
        """
        passed = self.text[self.pos : self.pos + kept]
        begin = self.place
        self.pos += 1
        while not (match := _NEXT_RECORD.search(self.text, self.pos)):
            self.pos = max(self.pos, len(self.text) - _LONGEST_BOUNDARY)  # a boundary may be cut here
            if not self.more():
                self.pos = len(self.text)
                return passed, self.place - begin <= len(passed)
        self.pos = match.end()
        size = self.place - begin
        return passed[:size], size <= len(passed)


class _Walk:
    """The walk through one document, which knows how many records it has given."""

    def __init__(self, window: _Window, settings: ReadSettings) -> None:
        self._window = window
        self._settings = settings
        self._kept = settings.payload_bytes
        self._decoder = Decoder()
        self._number = 0
        self._end_is_told = False  # a problem covers all up to the end, which therefore is none of its own

    def document(self) -> Iterator[Record | Problem]:
        """All values at the top."""
        window = self._window
        if not window.next_char(_SPACE_OR_COMMA):
            raise ReadError(Reason.EMPTY_FILE, "it holds nothing but blanks and commas")
        while char := window.next_char(_SPACE_OR_COMMA):
            try:
                yield from self._top(char)
            except ReadError as error:
                if not self._end_is_told:
                    yield self._skip(error, from_its_start=False)

    def _top(self, char: str) -> Iterator[Record | Problem]:
        """The value at `pos`, which begins with `char`.

        Raises:
            ReadError: it cannot be read, or not to its end; `pos` is somewhere within it.
        """
        window = self._window
        if char == "[":
            window.pos += 1
            yield from self._array()
        elif char == "{":
            record = yield from self._object()
            if record is not None:
                alone = self._number == 0 and not window.next_char(_SPACE_OR_COMMA)
                self._number += 1
                yield record._replace(number=self._number, whole=alone)
        else:
            raise ReadError(Reason.BROKEN_JSON, "there is something else than objects and arrays")

    def _array(self) -> Iterator[Record | Problem]:
        """The elements of an array whose "[" is passed.

        Raises:
            ReadError: it does not end.
        """
        window = self._window
        while (char := window.next_char(_SPACE_OR_COMMA)) != "]":
            if not char:
                raise ReadError(Reason.BROKEN_JSON, "the file ends within its array: is it cut off?")
            yield self._element()
        window.pos += 1

    def _element(self) -> Record | Problem:
        """The element of an array at `pos`."""
        try:
            value, size = self._value()
        except _PassedError as error:
            self._number += 1
            return error.at(self._number)._replace(complete=len(error.payload) < self._kept)
        except ReadError as error:
            return self._skip(error, from_its_start=True)
        self._number += 1
        try:
            return Record(self._number, as_object(value), size)
        except ReadError as error:
            payload = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
            return error.at(self._number, payload)

    def _object(self, wrappers: int = 0) -> Generator[Record | Problem, None, Record | None]:
        """An object at `pos`, key by key; returns it as a record unless it only wraps a list that was given.

        Raises:
            ReadError: it cannot be read; `pos` is somewhere within it.
        """
        window, settings = self._window, self._settings
        begin = window.place
        window.pos += 1
        fields: dict[str, object] = {}
        wraps = False
        while (char := window.next_char(_SPACE_OR_COMMA)) != "}":
            key = self._key(char)
            char = window.next_char()
            may_wrap = (
                key.lower() in LIST_KEYS and wrappers < _MAX_WRAPPERS and not settings.field_map.has_text(tuple(fields))
            )
            if may_wrap and char == "[" and self._holds_objects():
                wraps = True
                window.pos += 1
                yield from self._array()
            elif may_wrap and char == "{":
                inner = yield from self._object(wrappers + 1)
                wraps = wraps or inner is None
                fields.update(inner.fields if inner else {})
            else:
                fields[key], _ = self._value()
                if window.place - begin > settings.max_record_bytes and not wraps:
                    raise _too_large(settings.max_record_bytes)
        window.pos += 1
        if wraps and not settings.field_map.has_text(tuple(fields)):
            return None
        return Record(0, fields, window.place - begin)

    def _key(self, char: str) -> str:
        """The name of the field that begins with `char` at `pos`; passes over it and its colon."""
        if char != '"':
            missing = "a field's name is missing" if char else "the file ends within an object: is it cut off?"
            raise ReadError(Reason.BROKEN_JSON, missing)
        key = str(self._value()[0])
        if self._window.next_char() != ":":
            raise ReadError(Reason.BROKEN_JSON, f"there is no colon after the field's name {key[:40]!r}")
        self._window.pos += 1
        return key

    def _holds_objects(self) -> bool:
        """Whether the array at `pos` begins with an object or is empty."""
        window = self._window
        while not (match := _ARRAY_START.match(window.text, window.pos)):
            if not window.more():
                return False
        return match[1] in "{]"

    def _value(self) -> tuple[object, int]:
        """The value at `pos`, its one-byte text decoded and its depth checked; with its length in code points."""
        window = self._window
        max_depth = self._settings.max_depth
        try:
            value, start, end = window.value()
        except RecursionError as error:
            raise too_deep(max_depth) from error
        try:
            if end - start > self._settings.max_record_bytes:
                raise _too_large(self._settings.max_record_bytes)
            check_depth(window.text, start, end, value, max_depth)
            if window.damaged and _ESCAPED_BYTE.search(window.text, start, end):
                value = DECODER.decode(self._decoder.mend(window.text[start:end]))
            return value, end - start
        except ReadError as error:
            raise _PassedError(
                error.reason, error.detail, _bytes(window.text[start : min(end, start + self._kept)])
            ) from error

    def _skip(self, error: ReadError, *, from_its_start: bool) -> Problem:
        """The problem of the record at hand, of which the rest is passed over."""
        self._number += 1
        passed, complete = self._window.skip_record(self._kept)
        self._end_is_told = not self._window.next_char()
        return error.at(self._number, _bytes(passed))._replace(complete=complete and from_its_start)


class _PassedError(ReadError):
    """A fault in a value that was parsed to its end, so that nothing need be passed over."""


def _too_large(limit: int) -> ReadError:
    return ReadError(Reason.TOO_LARGE, f"it is longer than {limit:,} bytes")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
