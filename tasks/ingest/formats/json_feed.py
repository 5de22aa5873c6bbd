"""JSON Feed, versions 1 and 1.1: JSON documents whose articles have a standard's own names and HTML in them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urljoin

from tasks.ingest.feed_item import FeedItem, as_record
from tasks.ingest.formats.json_document import JsonDocument
from tasks.ingest.identity import url_host
from tasks.ingest.markup import one_line, plain_text
from tasks.ingest.records import Link, Problem, ReadError, Record
from tasks.ingest.settings import ReadSettings

_VERSION: Final = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')


class JsonFeed:
    """A JSON Feed; `Record.number` counts items."""

    name = "JSON Feed"
    suffixes = (".json",)
    is_text = True
    unit = "item"
    priority = 20
    needs = ("lxml",)

    def sniff(self, head: bytes) -> bool:
        """It is an object that names the standard."""
        return head.lstrip().startswith(b"{") and _VERSION.search(head) is not None

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Link | Problem]:
        """One record, link or problem for each item."""
        for number, item, payload in json_items(stream, settings):
            yield item if isinstance(item, Problem) else as_record(number, item, payload)


def json_items(
    stream: io.BufferedReader, settings: ReadSettings, url: str | None = None
) -> Iterator[tuple[int, FeedItem | Problem, bytes]]:
    """Each item of the feed with its number and how it is written; relative links are taken against `url`."""
    for one in JsonDocument().read(stream, settings):
        if isinstance(one, Problem):
            yield one.number or 0, one, one.payload
            continue
        payload = json.dumps(one.fields, ensure_ascii=False, default=str).encode("utf-8", "replace")
        try:
            yield one.number, _item(one.fields, url), payload
        except ReadError as error:
            yield one.number, error.at(one.number, payload), payload


def _item(fields: Mapping[str, object], url: str | None) -> FeedItem:
    """The item whose members are `fields`.

    Raises:
        ReadError: its HTML cannot be read.
    """

    def string(name: str) -> str:
        value = fields.get(name)
        return value.strip() if isinstance(value, str) else ""

    content = plain_text(string("content_html")) or string("content_text")
    link = next((full for name in ("url", "external_url") if url_host(full := _joined(url, string(name)))), None)
    identifier = fields.get("id")
    return FeedItem(
        title=one_line(string("title")) or None,
        link=link or (string("id") if url_host(string("id")) else None),
        id=str(identifier) if isinstance(identifier, (str, int, float)) else None,
        published=string("date_published") or None,
        updated=string("date_modified") or None,
        author=_authors(fields),
        content=content or None,
        summary=string("summary") or None,
        language=string("language") or None,
    )


def _joined(base: str | None, address: str) -> str | None:
    try:
        return urljoin(base or "", address) if address else None
    except ValueError:
        return None


def _authors(fields: Mapping[str, object]) -> str | None:
    """Version 1.1 has a list of authors, version 1 one of them."""
    given = fields.get("authors") or [fields.get("author")]
    named = [one.get("name") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return "، ".join(name for name in named if isinstance(name, str)) or None
