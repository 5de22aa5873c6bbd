"""What counts as the same article."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_samples import read, write

from tasks.ingest.identity import canonical_url, url_host


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/خبر/1",
        "https://www.news.example/خبر/1/",
        "HTTPS://NEWS.example:443/%D8%AE%D8%A8%D8%B1/1#top",
        "https://news.example/خبر/1?utm_source=x&fbclid=y",
        "https://news.example/خبر/1?at_medium=RSS&amp;at_campaign=KARANGA&ocid=socialflow",
        "https://m.news.example/خبر/1",
        "https://mobile.news.example/خبر/1",
        "https://amp.news.example./خبر/1",
        "https://www.m.news.example/خبر//1/index.html",
        "https://news.example/amp/خبر/1",
        "https://news.example/خبر/1/amp/",
        "https://news.example/خبر/1.amp",
        "https://news.example/خبر/1?amp=1",
        "https://news.example/خبر/1?outputType=amp&gclid=z",
        "https://www.google.com/amp/s/www.news.example/%D8%AE%D8%A8%D8%B1/1",
        "https://news-example.cdn.ampproject.org/c/s/news.example/%d8%ae%d8%a8%d8%b1/1?amp_js_v=0.1",
        "https://news.example/%25D8%25AE%25D8%25A8%25D8%25B1/1",
        " https://news.example/%d8%ae%d8%A8%D8%b1/1 ",
    ],
)
def test_spellings_of_one_url(url: str) -> None:
    assert canonical_url(url) == "news.example/خبر/1"


@pytest.mark.parametrize("url", [None, "", "news", "/a/1", "mailto:a@b.c", "https://news.example/", "http://[bad/1"])
def test_urls_that_name_no_article(url: str | None) -> None:
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("http://a.example/n?id=1&utm_medium=x", "a.example/n?id=1"),
        ("http://a.example:8080/n", "a.example:8080/n"),
        ("http://a.example/n?page=2&id=7", "a.example/n?id=7&page=2"),
        ("http://a.example/?p=12", "a.example?p=12"),
        ("http://a.example/index.php?id=12", "a.example?id=12"),
        ("http://a.example/n?cid=5&ref=6", "a.example/n?cid=5&ref=6"),
        ("http://a.example/N/Story.amp.html", "a.example/N/Story.html"),
        ("http://a.example/#!/news/5", "a.example#!/news/5"),
        ("http://a.example/n?q=a+b%26c", "a.example/n?q=a%20b%26c"),
        ("http://a.example/100%25", "a.example/100%25"),
        (f"http://{'واحة.مثال'.encode('idna').decode()}/1", "واحة.مثال/1"),
        ("http://m.example/1", "m.example/1"),
    ],
)
def test_what_tells_pages_apart_stays(url: str, page: str) -> None:
    assert canonical_url(url) == page


def test_slugs_that_are_no_utf8_stay_apart() -> None:
    one, other = (canonical_url("http://a.example/" + quote(slug.encode("cp1256"))) for slug in ("خبر", "عرب"))
    assert one != other
    assert one == "a.example/%CE%C8%D1"


def test_one_slug_in_two_forms_of_unicode() -> None:
    slug = "أنباء-وآراء"
    assert canonical_url(f"http://a.example/{unicodedata.normalize('NFD', slug)}") == f"a.example/{slug}"


def test_editions_of_a_page_have_one_host() -> None:
    hosts = {url_host(f"https://{prefix}jarida.example/1") for prefix in ("", "www.", "m.", "amp.", "WWW.")}
    assert hosts == {"jarida.example"}


URLS = st.builds(
    "http://{}/{}{}".format,
    st.sampled_from(["a.example", "www.m.a.example", "google.com/amp/s/b.example", "x.cdn.ampproject.org/c/c.example"]),
    st.text("abخبأ/%25D8AEامp.html&=?#!+; \u0623\u0627\u0654\xa0\udc80", max_size=40),
    st.text("?&=%25utm_amp1idاب+#/!", max_size=30),
)


@given(URLS)
def test_what_is_canonical_stays_so(url: str) -> None:
    page = canonical_url(url)
    if page is not None:
        assert canonical_url(f"https://{page}") == page


SLUGS = st.text(st.characters(categories=["L", "N"], include_characters="-_"), min_size=1, max_size=20).map(
    lambda slug: unicodedata.normalize("NFC", slug)
)
SPELLINGS = ["http://{}", "https://www.{}/", "https://m.{}?utm_source=x", "https://{}/amp", "http://{}?fbclid=1#top"]


@given(SLUGS, st.integers(0, 10**9), st.sampled_from(SPELLINGS), st.sampled_from(SPELLINGS), st.booleans())
def test_spellings_of_any_page_are_one(slug: str, number: int, one: str, other: str, twice: bool) -> None:
    encoded = quote(quote(slug) if twice else slug)
    assert canonical_url(one.format(f"a.example/{number}/{slug}")) == canonical_url(
        other.format(f"a.example/{number}/{encoded}")
    )


@given(SLUGS, SLUGS, st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["", "www.", "m."]))
def test_two_articles_are_never_one(slug: str, other_slug: str, number: int, other_number: int, prefix: str) -> None:
    same = (slug, number) == (other_slug, other_number)
    for page in ("a.example/{}/x{}", "a.example/x{}?id={}", "a.example/?a=x{}&id={}&utm_id=1", "a.example/#!/x{}/{}"):
        one, other = (
            canonical_url(f"http://{prefix}{page}".format(*names))
            for names in ((slug, number), (other_slug, other_number))
        )
        assert (one == other) is same


BASE = {"text": "نص الخبر.", "title": "عنوان", "source": "صحيفة", "date": "2021-03-04"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"url": "https://a.example/1"}, {"url": "http://www.a.example/1/", "id": 2, "source": "غيرها"}, True),
        ({"url": "https://a.example/"}, {"url": "https://a.example/", "text": "نص آخر.", "title": "آخر"}, True),
        ({"id": 7}, {"id": "7", "text": "نص آخر.", "title": "غيره"}, True),
        ({"id": 7}, {"id": 7, "source": "غيرها"}, False),
        ({"id": 7}, {"id": 8}, False),
        ({}, {"text": "نص آخر."}, True),
        ({}, {"title": "آخر"}, False),
        ({}, {"date": "2021-03-05"}, False),
        ({"date": None}, {"date": None, "author": "x"}, True),
        ({"date": None}, {"date": None, "text": "نص آخر."}, False),
    ],
)
def test_article_id(one: dict[str, object], other: dict[str, object], same: bool, tmp_path: Path) -> None:
    ids = [
        read(write(tmp_path, f"{n}.jsonl", json.dumps(BASE | fields)))[0]["article_id"][0]
        for n, fields in enumerate((one, other))
    ]
    assert (ids[0] == ids[1]) is same


def test_numbers_without_a_source_are_told_apart_by_file(tmp_path: Path) -> None:
    row = json.dumps({"id": 1, "text": "نص الخبر."})
    ids = [read(write(tmp_path, name, row))[0]["article_id"][0] for name in ("a.jsonl", "b.jsonl", "a.jsonl")]
    assert ids[0] == ids[2] != ids[1]
