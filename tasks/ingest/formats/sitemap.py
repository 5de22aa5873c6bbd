"""Sitemaps, news sitemaps and indexes of sitemaps: lists of links, with what they say of each page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from tasks.ingest.archives import Document, read_error, unwrap
from tasks.ingest.decode import as_utf8
from tasks.ingest.identity import url_host
from tasks.ingest.records import Link, Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import Count, metered
from tasks.ingest.xml import Element, Elements, local_name, root_name

_ROOTS: Final = ("urlset", "sitemapindex")


class SitemapLink(NamedTuple):
    """What a sitemap says of one page, or an index of one sitemap; dates are as they are written."""

    url: str  # absolute, http or https
    is_sitemap: bool
    title: str | None = None
    published: str | None = None
    modified: str | None = None
    publication: str | None = None
    language: str | None = None


class Sitemap:
    """A sitemap; `Record.number` counts its links."""

    name = "sitemap"
    suffixes = (".xml",)
    is_text = True
    unit = "link"
    priority = 30
    needs = ("lxml",)

    def sniff(self, head: bytes) -> bool:
        """Its root is that of a sitemap or of an index of them."""
        return root_name(head) in _ROOTS

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Link | Problem]:
        """One link or problem for each page or sitemap."""
        empty = True
        for number, link, payload in _links(stream, settings):
            empty = False
            if isinstance(link, Problem):
                yield link
            elif link.is_sitemap:
                yield Problem(number, Reason.NOT_FETCHED, f"it is only a link to another sitemap, {link.url}", payload)
            else:
                fields = {
                    "title": link.title,
                    "url": link.url,
                    "published_at": link.published,
                    "source": link.publication,
                }
                yield Link(number, link.url, {name: value for name, value in fields.items() if value}, payload)
        if empty:
            raise ReadError(Reason.EMPTY_FILE, "it is a sitemap without links")


def sitemap_links(data: bytes, *, settings: ReadSettings | None = None) -> list[SitemapLink]:
    """The links in the sitemap that `data` is, compressed or not; those that cannot be read are left out.

    Raises:
        ReadError: it is no sitemap, or none that may be read (`settings` have the limits).
    """
    settings = settings or ReadSettings()
    count = Count()
    found: list[SitemapLink] = []
    try:
        for document in unwrap("sitemap", "", metered(io.BytesIO(data), count), settings, count):
            if not isinstance(document, Document):
                raise ReadError(document.problem.reason, document.problem.detail)
            for _, link, _ in _links(as_utf8(document.stream), settings):
                if isinstance(link, Problem):
                    continue
                if len(found) == settings.max_links:
                    raise ReadError(Reason.LINK_LIMIT, f"it has more than {settings.max_links:,} links")
                found.append(link)
    except Exception as error:
        raise read_error(error) from error
    return found


def _links(stream: io.BufferedReader, settings: ReadSettings) -> Iterator[tuple[int, SitemapLink | Problem, bytes]]:
    """Each link with its number and how it is written."""
    elements = Elements(stream, ("url", "sitemap"), settings)
    if elements.root not in (None, *_ROOTS):
        raise ReadError(Reason.UNKNOWN_FORMAT, f"it is XML, but <{elements.root}> is no sitemap")
    for element in elements:
        if isinstance(element, Problem):
            yield element.number or 0, element, element.payload
            continue
        link = _link(element)
        if link is None:
            problem = Problem(element.number, Reason.NO_ADDRESS, "it has no absolute address", element.payload)
            yield element.number, problem, element.payload
        else:
            yield element.number, link, element.payload


def _link(element: Element) -> SitemapLink | None:
    """The link that `element` is, if it has an address.

    Pictures and films may be listed below a page, and have titles and addresses of their own.
    """
    own: dict[str, str] = {}
    news: dict[str, str] = {}
    for child in element.tree:
        if local_name(child) == "news":
            for one in child.iter():
                news.setdefault(local_name(one), _line(one))
        else:
            own.setdefault(local_name(child), _line(child))
    url = own.get("loc", "")
    if url_host(url) is None:
        return None
    return SitemapLink(
        url=url,
        is_sitemap=local_name(element.tree) == "sitemap",
        title=news.get("title") or None,
        published=news.get("publication_date") or None,
        modified=own.get("lastmod") or None,
        publication=news.get("name") or None,
        language=news.get("language") or None,
    )


def _line(element: etree._Element) -> str:
    return " ".join((element.text or "").split())
