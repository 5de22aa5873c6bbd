"""What makes two deliveries the same article, and what makes two articles the same text."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from tasks.identity import stable_id

_TRACKING: Final = re.compile(r"(?:utm_\w+|fbclid|gclid|yclid|mc_[ce]id|igshid|ref_src)(?:=|$)", re.IGNORECASE)


def url_host(url: str | None) -> str | None:
    """The host of an absolute http(s) `url` without "www.", in lower case; None for anything else."""
    try:
        parts = urlsplit(url or "")
        if parts.scheme.lower() not in ("http", "https"):
            return None
        return (parts.hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def canonical_url(url: str | None) -> str | None:
    """The part of `url` that says which page it is, or None where it cannot tell pages apart.

    Scheme, "www.", default port, fragment, tracking parameters, a closing slash and the choice between raw and
    percent-encoded Arabic are taken away. A bare host names a site, not an article.
    """
    host = url_host(url)
    if host is None:
        return None
    parts = urlsplit(url or "")
    try:
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:
        port = ""
    path = unquote(parts.path).rstrip("/")
    query = "&".join(item for item in parts.query.split("&") if item and not _TRACKING.match(item))
    if not path and not query:
        return None
    return f"{host}{port}{path}" + (f"?{unquote(query)}" if query else "")


def content_hash(title: str | None, text: str) -> int:
    """Hash of what a reader sees, unsigned 64 bits."""
    return stable_id(title, text)


def article_id(
    *,
    url: str | None,
    record_id: str | None,
    source: str | None,
    origin: str,
    whole: bool,
    title: str | None,
    published_at: datetime | None,
    content: int,
) -> int:
    """Identifier of an article, unsigned 64 bits: of the best that it is known by.

    In order: canonical URL; the record's own identifier with its source (without one, with its origin: two files may
    both count from 1); the path of a file that holds nothing else (`whole`; standard input has none); source, title
    and date; `content` (`content_hash`).
    """
    if page := canonical_url(url):
        return stable_id("url", page)
    if record_id or url:
        return stable_id("record", source or origin, record_id or url)
    if whole and origin != "-":
        return stable_id("file", origin)
    if title and published_at:
        return stable_id("headline", source, title, published_at.isoformat())
    return stable_id("content", content)
