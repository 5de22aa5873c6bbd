"""WARC and WET: archives of the web, of any size, read as a stream.

Records are pages (`response` with status 200, `resource`) and texts that another program took out of pages
(`conversion`, as in WET files). Requests, metadata, redirects, errors, pictures and scripts hold no article and are
passed over without a word; `Record.number` counts them all the same, so that it is the place in the file. The date of a
WARC record is when it was fetched, so no date of publication is taken from it.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from tasks.ingest.decode import Decoder
from tasks.ingest.records import Page, Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.titles import split_title

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_PAGES: Final = ("text/html", "application/xhtml+xml")
_TEXTS: Final = ("text/plain",)
_UNKNOWN: Final = ("", "application/octet-stream", "unknown/unknown")
_LOOKS_LIKE_A_PAGE: Final = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MARK: Final = b"WARC/1."
_BUFFER: Final = 1 << 14
_REMEMBERED: Final = 1 << 16  # a header may be half of it long, and a buffer lies behind it
_CHUNK_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")


class Warc:
    """A WARC or WET file; `Record.number` counts its records of any kind."""

    name = "WARC or WET"
    suffixes = (".warc", ".wet")
    is_text = False
    unit = "record"
    priority = 10
    needs = ("fastwarc", "trafilatura")

    def sniff(self, head: bytes) -> bool:
        """It begins with the mark of a WARC record."""
        return head.startswith(b"WARC/")

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Page | Problem]:
        """One record, page or problem for each page and text; a stretch that is no WARC is one problem."""
        from fastwarc.warc import ArchiveIterator  # noqa: PLC0415  # needed for this format only

        source = _Forward(stream)
        number = 0
        while True:
            end = source.place
            try:
                for record in ArchiveIterator(source, parse_http=False, buffer_size=_BUFFER):
                    number += 1
                    end = record.stream_pos + record.content_length
                    content = _content(number, record, settings)
                    if content is not None:
                        yield content
                break
            except OSError as error:
                if error.errno is not None:
                    raise
                number += 1
                yield Problem(
                    number, Reason.BROKEN_WARC, f"here is no record of a WARC file ({error})", source.tail(end)
                )
            if not source.go_to_record(end + 1):
                break
        if number == 0:
            raise ReadError(Reason.BROKEN_WARC, "there is no record in it")


class _Forward:
    """A stream as fastwarc wants it, which remembers enough to go on behind a damaged stretch.

    fastwarc asks any stream for its place, panics where it may not seek and can say so, and stops at the first fault.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._given = b""  # the last that was given
        self._next = b""  # what is to be given before the stream is read on
        self.place = 0  # up to which the stream was given

    def read(self, size: int = -1) -> bytes:
        data = self._next[:size] if self._next else self._stream.read(size)
        self._next = self._next[len(data) :]
        self._given = self._given[-_REMEMBERED:] + data
        self.place += len(data)
        return data

    def tell(self) -> int:
        return self.place

    def seek(self, _offset: int, _whence: int = io.SEEK_SET) -> int:
        raise OSError("this stream only goes forward")

    def close(self) -> None:
        """The stream is another's to close."""

    def tail(self, start: int) -> bytes:
        """What was given from the place `start` on, as far as it is remembered."""
        return self._given[max(0, start - self.place + len(self._given)) :]

    def go_to_record(self, start: int) -> bool:
        """Give next what begins with a record's mark at the place `start` or behind it; False if there is none."""
        rest = self.tail(start) + self._next
        self.place += len(self._next)
        while (found := rest.find(_MARK)) < 0:
            data = self._stream.read(_BUFFER)
            if not data:
                return False
            self.place += len(data)
            rest = rest[-len(_MARK) :] + data
        self._given, self._next = b"", rest[found:]
        self.place -= len(self._next)
        return True


class _Body(NamedTuple):
    """What a record holds of the web."""

    data: bytes
    kind: str  # of its content: "text/html"
    charset: str | None


def _may_hold_text(record: WarcRecord) -> bool:
    """Whether `record` is of a kind that articles are in.

    Raises:
        ReadError: (`broken_warc`) it is of no kind: its header is damaged, and all that follows may be taken for it.
    """
    from fastwarc.warc import WarcRecordType  # noqa: PLC0415

    kind = record.headers.get("WARC-Type") or ""
    if not kind or not kind.isprintable():
        raise ReadError(Reason.BROKEN_WARC, "its header does not say what kind of record it is")
    return record.record_type in (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion)


def _content(number: int, record: WarcRecord, settings: ReadSettings) -> Record | Page | Problem | None:
    """What `record` is for us: a page, a text, something that should be one, or None."""
    url = record.headers.get("WARC-Target-URI")
    url = url.strip("<>") if url else None  # as WARC 1.0 was understood by some
    try:
        body = _body(record, settings.max_record_bytes) if _may_hold_text(record) else None
    except ReadError as error:
        return error.at(number)
    if body is None:
        return None
    if body.kind in _PAGES:
        return Page(number, body.data, _as_record(url, body), url, body.charset)
    try:
        title, text = split_title(Decoder().decode(body.data))
    except ReadError as error:
        return error.at(number)
    return Record(number, {"title": title, "text": text, "url": url}, len(body.data), _as_record(url, body))


def _as_record(url: str | None, body: _Body) -> bytes:
    """`body` as a WARC record of its own, from which it can be read again."""
    charset = f"; charset={body.charset}" if body.charset else ""
    lines = (
        "WARC/1.1",
        "WARC-Type: resource",
        *([f"WARC-Target-URI: {url}"] if url else []),
        f"Content-Type: {body.kind}{charset}",
        f"Content-Length: {len(body.data)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body.data + b"\r\n\r\n"


def _body(record: WarcRecord, limit: int) -> _Body | None:
    """The page or text in `record`, unpacked; None if it holds something else.

    Raises:
        ReadError: it should hold one, and cannot be read.
    """
    headers = record.headers
    is_answer = record.is_http and "http" in (headers.get("Content-Type") or "").lower()
    if is_answer:
        record.parse_http()
        headers = record.http_headers
        if headers.status_code != 200:
            return None
    named = headers.get("Content-Type") or ""
    kind = named.partition(";")[0].strip().lower()
    if kind not in (*_PAGES, *_TEXTS, *_UNKNOWN):
        return None
    data = record.reader.read(limit + 1)
    if len(data) > limit:
        raise ReadError(Reason.TOO_LARGE, f"it is larger than {limit:,} bytes", data)
    if len(data) < record.content_length:
        raise ReadError(Reason.BROKEN_WARC, "it is cut off", data)
    if is_answer:
        data = _unpacked(data, headers.get("Transfer-Encoding") or "", headers.get("Content-Encoding") or "", limit)
    if kind in _UNKNOWN:
        if not _LOOKS_LIKE_A_PAGE.match(data):
            return None
        kind = _PAGES[0]
    charset = _CHARSET.search(named)
    return _Body(data, kind, charset[1] if charset else None)


def _unpacked(data: bytes, transfer: str, encodings: str, limit: int) -> bytes:
    """The body of an answer as it was meant.

    Many crawlers store it unpacked and keep the headers, so what does not look packed is left as it is.

    Raises:
        ReadError: (`broken_warc`, `too_large`) it is packed and damaged, or too large.
    """
    if "chunked" in transfer.lower():
        data = _joined(data)
    for encoding in reversed([one.strip().lower() for one in encodings.split(",")]):
        if encoding in ("gzip", "x-gzip", "deflate", "br") and not _LOOKS_LIKE_A_PAGE.match(data):
            data = _decompressed(data, encoding, limit)
    return data


def _joined(data: bytes) -> bytes:
    """The chunks of `data` joined, or `data` itself if it is not in chunks."""
    parts: list[bytes] = []
    place = 0
    while match := _CHUNK_SIZE.match(data, place):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(data[match.end() : match.end() + size])
        place = match.end() + size
        place += 2 if data.startswith(b"\r\n", place) else 1
    return b"".join(parts) if parts and place >= len(data) else data


def _decompressed(data: bytes, encoding: str, limit: int) -> bytes:
    """`data` out of `encoding`, no more than `limit` bytes of it."""
    if encoding == "br":
        return _out_of_brotli(data, limit)
    for window in (32 + zlib.MAX_WBITS, -zlib.MAX_WBITS):  # gzip or zlib; and what some servers call "deflate"
        unpacker = zlib.decompressobj(window)
        try:
            plain = unpacker.decompress(data, limit + 1)
        except zlib.error:
            continue
        if len(plain) > limit:
            raise _too_large(limit, data)
        if plain and unpacker.eof:
            return plain
        if plain:
            break
    raise ReadError(Reason.BROKEN_WARC, f"its {encoding} data is damaged or cut off", data)


def _out_of_brotli(data: bytes, limit: int) -> bytes:
    import brotli  # noqa: PLC0415  # needed for few pages only

    unpacker = brotli.Decompressor()
    plain = bytearray()
    try:
        plain += unpacker.process(data, output_buffer_limit=limit + 1)
        while not unpacker.is_finished() and len(plain) <= limit:
            more = unpacker.process(b"", output_buffer_limit=limit + 1)
            if not more:
                break
            plain += more
    except brotli.error as error:
        raise ReadError(Reason.BROKEN_WARC, "its br data is damaged", data) from error
    if len(plain) > limit:
        raise _too_large(limit, data)
    if not unpacker.is_finished():
        raise ReadError(Reason.BROKEN_WARC, "its br data is cut off", data)
    return bytes(plain)


def _too_large(limit: int, data: bytes) -> ReadError:
    return ReadError(Reason.TOO_LARGE, f"it unpacks to more than {limit:,} bytes", data)
