"""Sitemaps: links, with what a news sitemap says of each; never followed without leave."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ingest_samples import read, reasons, write

from tasks.ingest.formats.sitemap import SitemapLink, sitemap_links
from tasks.ingest.read import ReadSettings
from tasks.ingest.records import ReadError

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://alwaha.example/news/17?a=1&amp;b=2
</loc><lastmod>2021-03-05</lastmod>
<image:image><image:loc>https://alwaha.example/a.jpg</image:loc><image:title>صورة</image:title></image:image>
<n:news><n:publication><n:name>بريد الواحة</n:name><n:language>ar</n:language></n:publication>
<n:publication_date>2021-03-04T10:00:00+03:00</n:publication_date><n:title>فتح الجسر</n:title></n:news></url>
<url><loc>https://alwaha.example/about</loc></url>
<url><loc>/relative</loc></url>
</urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://alwaha.example/news-1.xml.gz</loc><lastmod>2021-03-05</lastmod></sitemap></sitemapindex>"""
FIRST = SitemapLink(
    url="https://alwaha.example/news/17?a=1&b=2",
    is_sitemap=False,
    title="فتح الجسر",
    published="2021-03-04T10:00:00+03:00",
    modified="2021-03-05",
    publication="بريد الواحة",
    language="ar",
)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_links(encoding: str, packed: bool) -> None:
    data = NEWS.encode(encoding)
    links = sitemap_links(gzip.compress(data) if packed else data)
    assert links == [FIRST, SitemapLink("https://alwaha.example/about", False)]


def test_an_index() -> None:
    link = SitemapLink("https://alwaha.example/news-1.xml.gz", True, modified="2021-03-05")
    assert sitemap_links(INDEX.encode()) == [link]


def test_a_sitemap_as_a_file(tmp_path: Path) -> None:
    write(tmp_path, "news.xml", NEWS)
    write(tmp_path, "index.xml.gz", gzip.compress(INDEX.encode()))
    articles, quarantine = read(tmp_path)
    assert articles.is_empty()
    assert reasons(quarantine) == ["not_fetched", "not_fetched", "not_fetched", "no_address"]
    assert "another sitemap" in quarantine["message"][0]
    assert "news.xml, link 1: it is only a link, https://alwaha.example/news/17" in quarantine["message"][1]

    def fetch(url: str) -> Mapping[str, object]:
        return {"title": f"صفحة {url}", "text": "نص الصفحة كله.", "date_published": None, "site_name": "موقع"}

    articles, quarantine = read(tmp_path / "news.xml", settings=ReadSettings(fetch=fetch))
    rows = articles.select("title", "url", "source", "published_at").rows()
    # What the page says goes before what the sitemap says of it.
    assert rows[0] == (f"صفحة {FIRST.url}", FIRST.url, "موقع", datetime(2021, 3, 4, 7, tzinfo=UTC))
    assert rows[1] == ("صفحة https://alwaha.example/about", "https://alwaha.example/about", "موقع", None)


def test_a_sitemap_without_links_and_one_with_too_many(tmp_path: Path) -> None:
    assert reasons(read(write(tmp_path, "a.xml", "<urlset></urlset>"))[1]) == ["empty_file"]
    assert sitemap_links(b"<urlset/>") == []
    for data in (b"<rss/>", b"", b"\x1f\x8b no gzip", b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset/>"):
        with pytest.raises(ReadError):
            sitemap_links(data)
    with pytest.raises(ReadError) as refused:
        sitemap_links(NEWS.encode(), settings=ReadSettings(max_links=1))
    assert refused.value.reason == "link_limit"
    with pytest.raises(ReadError) as refused:
        sitemap_links(gzip.compress(NEWS.encode() + b" " * 99_999), settings=ReadSettings(max_expanded_bytes=9999))
    assert refused.value.reason == "archive_limit"
