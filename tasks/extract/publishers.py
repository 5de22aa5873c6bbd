"""Where a publisher is at home: the country that local news takes for granted.

The table `resources/publishers.csv` was compiled by hand (docs/resources.md): names of newspapers, stations, agencies
and sites with their hosts, and the top-level domains of the countries whose press writes Arabic. Media that write for
all Arabs (BBC Arabic, Asharq Al-Awsat) stand in it without a country, for their home tells nothing of their news.
"""

from __future__ import annotations

from functools import cache, lru_cache
from urllib.parse import urlsplit

from tasks.extract.countries import countries, countries_in
from tasks.extract.forms import cell_list, fold, read_table


@lru_cache(maxsize=10_000)
def home_of(source: str | None, url: str | None = None) -> str | None:
    """The country of a publisher, ISO 3166 alpha-3; None if neither its name nor its address tells.

    Args:
        source: Its name, or the host of its site.
        url: Address of the article.

    >>> home_of("وكالة الأنباء العراقية"), home_of(None, "https://www.alriyadh.com/1000"), home_of("reuters.com")
    ('IRQ', 'SAU', None)
    """
    known = _names().get(_key(source)) if source else None
    if source and known is None:
        named = [code for code in countries_in(source) if code in countries()]
        known = _of_host(source) or (named[0] if len(named) == 1 else None)
    if known is None and url:
        known = _of_host(_host(url))
    return known or None


def _key(name: str) -> str:
    return fold(name).casefold()


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets that hold no address
        return ""


def _of_host(host: str) -> str | None:
    """What the table has for the longest domain that ends `host`; a name without dots is no host."""
    labels = host.lower().strip(".").split(".")
    if len(labels) < 2:
        return None
    domains = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_hosts()[domain] for domain in domains if domain in _hosts()), None)


@cache
def _names() -> dict[str, str]:
    return {_key(name): row["code"] for row in read_table("publishers.csv") for name in cell_list(row["names"])}


@cache
def _hosts() -> dict[str, str]:
    return {host: row["code"] for row in read_table("publishers.csv") for host in cell_list(row["hosts"])}
