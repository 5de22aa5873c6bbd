"""Asking feeds what is new, and fetching the pages of what is: all at once, each host at its own pace."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urljoin

from tasks.ingest.feed_item import FeedItem
from tasks.ingest.formats.feed import feed_items
from tasks.ingest.formats.sitemap import SitemapLink, sitemap_links
from tasks.ingest.records import ReadError
from tasks.ingest.watch import MOST_TRIES, Job, Parcel, WatchedFeed, next_poll, next_try
from tasks.ingest.web.body import gunzipped
from tasks.ingest.web.client import Fetched, Web
from tasks.ingest.web.errors import Fault, FetchError
from tasks.ingest.web.pages import get_page
from tasks.ingest.xml import root_name
from tasks.load.watched import Feed, Item

logger = logging.getLogger(__name__)

_HEAD: Final = 8192
_SITEMAPS: Final = ("urlset", "sitemapindex")
_SITEMAPS_OF_AN_INDEX: Final = 10  # those changed last; the others are years old
_FEED_OF_A_PAGE: Final = re.compile(rb"<link\b[^>]*application/(?:rss|atom|feed)\+(?:xml|json)[^>]*>", re.IGNORECASE)
_ADDRESS: Final = re.compile(rb"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


class Answer(NamedTuple):
    """What a feed had to say."""

    feed: WatchedFeed
    state: Feed  # to be noted, once its items are in
    items: list[FeedItem]
    failed: bool = False  # `state.message` says why


class _Contents(NamedTuple):
    items: list[FeedItem]
    is_index: bool  # of sitemaps


async def ask_feed(web: Web, feed: WatchedFeed, before: Feed | None, now: datetime, max_bytes: int) -> Answer:
    """Ask `feed` for what has changed since `before`; a fault is part of the answer.

    Args:
        web: the client.
        feed: the feed.
        before: what is known of it; None the first time.
        now: the time of this run, UTC.
        max_bytes: what a gzipped feed may unpack to.
    """
    before = before or Feed(feed.url, None, None, now, None, None, now, 0, None)
    try:
        fetched = await web.get(feed.url, etag=before.etag, last_modified=before.last_modified)
        contents = _Contents([], False) if fetched.not_modified else await _read(web, fetched, max_bytes)
    except FetchError as error:
        return _failed(feed, before, now, error)
    except ReadError as error:
        return _failed(feed, before, now, FetchError(Fault.NOT_A_FEED, error.detail, status=200))
    except Exception as error:  # a fault of ours in one feed must not stop the others
        logger.exception("%s could not be read", feed.url)
        detail = f"it could not be read, which is a fault of Marsad's ({type(error).__name__}: {error})"
        return _failed(feed, before, now, FetchError(Fault.NOT_A_FEED, detail))
    message = "it has no items" if not (contents.items or fetched.not_modified) else None
    if fetched.moved_to:
        message = f"it has moved for good to {fetched.moved_to}; change it in marsad.toml"
    state = before._replace(
        last_fetched_at=now,
        last_status=fetched.status,
        failures=0,
        message=message,
        next_due=next_poll(now, feed.every, 0, None),
    )
    if contents.is_index:  # it may stay the same while the sitemaps that it names change
        state = state._replace(etag=None, last_modified=None)
    elif not fetched.not_modified:
        state = state._replace(etag=fetched.etag, last_modified=fetched.last_modified)
    return Answer(feed, state, contents.items)


def _failed(feed: WatchedFeed, before: Feed, now: datetime, error: FetchError) -> Answer:
    """The answer of a feed that could not be had; who was told to wait for its turn did not fail."""
    failures = before.failures + (error.fault is not Fault.BUSY)
    state = before._replace(
        last_fetched_at=now,
        last_status=error.status,
        failures=failures,
        message=error.detail,
        next_due=next_poll(now, feed.every, failures, error.retry_after),
    )
    return Answer(feed, state, [], failed=True)


async def _read(web: Web, fetched: Fetched, max_bytes: int) -> _Contents:
    """What stands in a feed, a sitemap, or the latest sitemaps of an index.

    Raises:
        ReadError, FetchError: it is none, or cannot be had.
    """
    data = gunzipped(fetched.content, max_bytes)
    if root_name(data[:_HEAD]) in _SITEMAPS:
        links = await asyncio.to_thread(sitemap_links, data)
        pages = [link for link in links if not link.is_sitemap]
        latest = sorted((link for link in links if link.is_sitemap), key=_age, reverse=True)[:_SITEMAPS_OF_AN_INDEX]
        for child in latest:
            inner = gunzipped((await web.get(child.url)).content, max_bytes)
            pages += [link for link in await asyncio.to_thread(sitemap_links, inner) if not link.is_sitemap]
        items = [
            FeedItem(link.title, link.url, None, link.published, link.modified, source=link.publication)
            for link in sorted(pages, key=_age, reverse=True)
        ]
        return _Contents(items, is_index=bool(latest))
    if named := _FEED_OF_A_PAGE.search(data):
        address = _ADDRESS.search(named[0])
        where = urljoin(fetched.url, address[1].decode("utf-8", "replace")) if address else "a feed"
        raise FetchError(Fault.NOT_A_FEED, f"it is a web page, not a feed; it names {where}", status=fetched.status)
    return _Contents(await asyncio.to_thread(feed_items, data, url=fetched.url), is_index=False)


def _age(link: SitemapLink) -> str:
    """What sorts links by age: their dates are of one form, as the standard asks for it, and begin with the year."""
    return link.modified or link.published or ""


async def fetch_items(web: Web, jobs: Sequence[Job], parcel: Parcel, now: datetime) -> list[Item]:
    """Put every item of `jobs` into `parcel`, with its page where that is wanted; what may yet be fetched waits.

    Returns:
        What is to be noted of the items, once the parcel's articles are in.
    """
    return [item for some in await asyncio.gather(*(_bring(web, job, parcel, now) for job in jobs)) for item in some]


async def _bring(web: Web, job: Job, parcel: Parcel, now: datetime) -> list[Item]:
    if not job.wants_page or job.item.link is None:
        parcel.add(job, now)
        return job.noted("done", job.tries)
    try:
        page = await get_page(web, job.item.link)
    except FetchError as error:
        # Who was told to wait for its turn was not refused.
        tries = job.tries + (error.fault is not Fault.BUSY)
        if error.temporary and tries < MOST_TRIES:
            return job.noted("waiting", tries, next_try(now, tries, error.retry_after), error.detail)
        parcel.add(job, now, failure=error.detail)
        return job.noted("done", tries, message=error.detail)
    parcel.add(job, now, page=page)
    return job.noted("done", job.tries + 1)
