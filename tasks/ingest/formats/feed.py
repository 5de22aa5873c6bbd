"""RSS 0.9 to 2.0 and Atom 0.3 and 1.0, with the extensions that carry texts, names and dates.

Elements are told by their local names and, where names clash, by the namespace, so that a feed with unusual prefixes is
read like any other.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urljoin

from lxml import etree

from tasks.ingest.decode import as_utf8
from tasks.ingest.feed_item import FeedItem, as_record
from tasks.ingest.formats.json_feed import json_items
from tasks.ingest.identity import url_host
from tasks.ingest.markup import one_line, plain_text
from tasks.ingest.records import Link, Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import Count, metered
from tasks.ingest.xml import Element, Elements, local_name, root_name

_ROOTS: Final = ("rss", "RDF", "feed")
_OWN: Final = (
    "",
    "http://www.w3.org/2005/Atom",
    "http://purl.org/atom/ns#",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://backend.userland.com/rss2",
)
_OTHERS: Final = (
    "media",  # a prefix that is used and not declared
    "itunes",
    "http://search.yahoo.com/mrss/",
    "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "http://www.google.com/schemas/sitemap-news/0.9",
)
"""Their titles, descriptions and authors are of pictures and sounds."""
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_RDF_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_NO_TEXT: Final = re.compile(r"(?!text/|.*\b(?:x?html|xml)\b).+/", re.IGNORECASE)  # Atom may hold pictures
_MAILBOX: Final = re.compile(r"\S+@\S+\s*\((.+)\)\s*|(.+?)\s*<\S+@\S+>\s*")
_PREFIX: Final = re.compile(r"(</?)[A-Za-z][\w.-]*:(?=[A-Za-z])")


class Feed:
    """An RSS or Atom file; `Record.number` counts items."""

    name = "RSS or Atom feed"
    suffixes = (".rss", ".atom", ".rdf", ".xml")
    is_text = True
    unit = "item"
    priority = 40
    needs = ("lxml",)

    def sniff(self, head: bytes) -> bool:
        """Its root is one of a feed."""
        return root_name(head) in _ROOTS

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Link | Problem]:
        """One record, link or problem for each item."""
        empty = True
        for number, item, payload in _items(stream, settings, None):
            empty = False
            yield item if isinstance(item, Problem) else as_record(number, item, payload)
        if empty:
            raise ReadError(Reason.EMPTY_FILE, "it is a feed without items")


def feed_items(data: bytes, *, url: str | None = None, settings: ReadSettings | None = None) -> list[FeedItem]:
    """The items of the feed that `data` is: RSS, Atom or JSON Feed, in any encoding that is read.

    `url` is where it was fetched from, against which relative links are taken. Items that cannot be read are left out.

    Raises:
        ReadError: it is no feed, or none that may be read (`settings` have the limits).
    """
    settings = settings or ReadSettings()
    stream = as_utf8(metered(io.BytesIO(data), Count()))
    head = stream.peek()
    found: list[FeedItem] = []
    is_json = head.lstrip().startswith(b"{")
    for _, item, _ in json_items(stream, settings, url) if is_json else _items(stream, settings, url):
        if isinstance(item, Problem):
            continue
        if len(found) == settings.max_links:
            raise ReadError(Reason.LINK_LIMIT, f"it has more than {settings.max_links:,} items")
        found.append(item)
    return found


def _items(
    stream: io.BufferedReader, settings: ReadSettings, url: str | None
) -> Iterator[tuple[int, FeedItem | Problem, bytes]]:
    """Each item with its number and how it is written."""
    elements = Elements(stream, ("item", "entry"), settings)
    if elements.root not in (None, *_ROOTS):
        raise ReadError(Reason.UNKNOWN_FORMAT, f"it is XML, but <{elements.root}> is no feed")
    channel: _Channel | None = None
    for element in elements:
        if isinstance(element, Problem):
            yield element.number or 0, element, element.payload
            continue
        channel = channel or _Channel(elements.head(), url)
        try:
            yield element.number, channel.item(element), element.payload
        except ReadError as error:
            yield element.number, error.at(element.number, element.payload), element.payload


class _Channel:
    """What a feed says of itself and its items inherit."""

    def __init__(self, root: etree._Element, url: str | None) -> None:
        channel = next((child for child in root if local_name(child) == "channel"), root)
        parts = _Parts(channel)
        self._language = root.get(f"{_XML}lang") or channel.get(f"{_XML}lang") or parts.line("language")
        base = root.get(f"{_XML}base") or channel.get(f"{_XML}base") or _alternate(parts) or ""
        self._base = urljoin(url or "", base)

    def item(self, element: Element) -> FeedItem:
        """The item that `element` is."""
        tree, parts = element.tree, _Parts(element.tree)
        base = urljoin(self._base, tree.get(f"{_XML}base") or "")
        content = parts.text("encoded") or parts.text("content") or parts.text("body")
        return FeedItem(
            title=parts.line("title"),
            link=_link(parts, tree, base),
            id=parts.line("guid", "id", "identifier") or tree.get(_RDF_ABOUT),
            published=parts.line("published", "pubDate", "issued", "publicationDate", "date", "created"),
            updated=parts.line("updated", "modified"),
            author=_authors(parts),
            content=content or None,
            summary=parts.text("description") or parts.text("summary") or parts.text("abstract") or None,
            language=tree.get(f"{_XML}lang") or parts.line("language") or self._language,
            source=_source(parts),
        )


class _Parts:
    """The children of an element by their names."""

    def __init__(self, parent: etree._Element) -> None:
        self._named: dict[str, list[etree._Element]] = {}
        for child in parent:
            if isinstance(child.tag, str) and _namespace(child) not in _OTHERS:
                self._named.setdefault(local_name(child), []).append(child)

    def all(self, *names: str) -> Sequence[etree._Element]:
        """The children of the first of `names` that has any; the standard's own before those of extensions."""
        found = next((self._named[name] for name in names if name in self._named), [])
        return sorted(found, key=lambda child: _namespace(child) not in _OWN)

    def text(self, name: str) -> str:
        """The longest of the texts so named."""
        texts = (plain_text(_markup(child)) for child in self.all(name) if not _NO_TEXT.match(child.get("type", "")))
        return max(texts, key=len, default="")

    def line(self, *names: str) -> str | None:
        """The first text of the first of `names` that has one, on one line."""
        lines = (one_line(_markup(child)) for name in names for child in self.all(name))
        return next(filter(None, lines), None)


def _namespace(element: etree._Element) -> str:
    """The namespace of `element`, or its prefix where that is not declared; empty without either."""
    namespace, _, local = str(element.tag).rpartition("}")
    return namespace.removeprefix("{") or local.rpartition(":")[0]


def _markup(element: etree._Element) -> str:
    """What is in `element`, as HTML: escaped, in CDATA, or as elements."""
    text = element.text or ""
    if not len(element):
        return html.escape(text, quote=False) if element.get("type") in ("text", "text/plain") else text
    children = "".join(etree.tostring(child, encoding="unicode") for child in element)
    return html.escape(text, quote=False) + _PREFIX.sub(r"\1", children)


def _alternate(parts: _Parts) -> str | None:
    """The address of the page that an item, or a feed, stands for."""
    links = [link for link in parts.all("link") if link.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda link: "html" not in link.get("type", "html"))
    return next(filter(None, ((link.get("href") or link.text or "").strip() for link in links)), None)


def _link(parts: _Parts, item: etree._Element, base: str) -> str | None:
    """The absolute address of the item's page; FeedBurner and others put the publisher's own beside theirs."""
    permalinks = (one.text for one in parts.all("guid", "id") if one.get("isPermaLink", "true").lower() != "false")
    candidates = (parts.line("origLink"), _alternate(parts), item.get(_RDF_ABOUT), *permalinks)
    for number, candidate in enumerate(candidates):
        address = (candidate or "").strip()
        try:
            # What identifies an item is its address only if it says so in full.
            absolute = address if number > 1 else urljoin(base, address)
        except ValueError:
            continue
        if address and url_host(absolute):
            return absolute
    return None


def _authors(parts: _Parts) -> str | None:
    """The names of the authors: Atom's, Dublin Core's, or those beside RSS's mail addresses."""
    names = []
    for one in (*parts.all("author"), *parts.all("creator")):
        name = next((child.text for child in one if local_name(child) == "name"), None) if len(one) else one.text
        name = " ".join((name or "").split())
        if match := _MAILBOX.fullmatch(name):
            name = match[1] or match[2]
        if name and "@" not in name and name not in names:
            names.append(name)
    return "، ".join(names) or None


def _source(parts: _Parts) -> str | None:
    """The publisher of an item that the feed took from another."""
    for one in parts.all("source"):
        inner = _Parts(one)
        return inner.line("title") or one_line(one.text or "") or one.get("url") or None
    return None
