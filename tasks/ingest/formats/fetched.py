"""What `marsad watch` fetched: JSON lines, each an item of a feed and its page as it came (`tasks.ingest.watch`)."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator
from email.message import Message
from typing import Final

from tasks.ingest.decode import Decoder
from tasks.ingest.feed_item import FeedItem
from tasks.ingest.formats.json_value import parse_object
from tasks.ingest.records import Page, Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import Line, lines

_GROWTH: Final = 3  # of a page in base64, with the item beside it


class FetchedItems:
    """A file of fetched items; `Record.number` counts lines."""

    name = "fetched items"
    suffixes = (".fetched",)
    is_text = True
    unit = "line"
    priority = 15
    needs: tuple[str, ...] = ("trafilatura", "htmldate", "lxml")

    def sniff(self, head: bytes) -> bool:
        """Its lines begin with the feed and the time."""
        return head.startswith(b'{"feed": ') and b'"fetched_at": ' in head

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Page | Problem]:
        """One record, page or problem for each line that is not blank."""
        for line in lines(stream, _GROWTH * settings.max_record_bytes):
            if not line.data.strip():
                continue
            try:
                if not line.complete:
                    raise ReadError(Reason.TOO_LARGE, f"its page is larger than {settings.max_record_bytes:,} bytes")
                yield _read(line, settings)
            except ReadError as error:
                yield error.at(line.number, line.data)._replace(complete=line.complete, offset=line.offset)


def _read(line: Line, settings: ReadSettings) -> Record | Page:
    """The article of a line, or its page; a source that the user named goes before any other.

    Raises:
        ReadError: it could not be fetched, or the line is broken.
    """
    fields = parse_object(Decoder().decode(line.data), settings.max_depth)
    if failure := fields.get("failure"):
        raise ReadError(Reason.FETCH_FAILED, str(failure))
    given, page, source = fields.get("item"), fields.get("page"), fields.get("source")
    item = FeedItem(**{name: given.get(name) for name in FeedItem._fields}) if isinstance(given, dict) else FeedItem()
    listed = item.fields() | ({"source": source} if source else {})
    if not isinstance(page, dict):
        return Record(line.number, listed, len(line.data), line.data, offset=line.offset)
    try:
        html = base64.b64decode(str(page.get("content")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ReadError(Reason.BROKEN_JSON, "its page is not in base64") from error
    header = Message()
    header["Content-Type"] = str(page.get("content_type") or "text/html")
    return Page(
        line.number,
        html,
        url=str(page.get("url")),
        charset=header.get_content_charset(),
        # Who lists a page knows its title and date better than can be read off it, but may lead to it by detours.
        known={name: value for name, value in listed.items() if name not in ("text", "url")},
        payload=line.data,
        offset=line.offset,
    )
