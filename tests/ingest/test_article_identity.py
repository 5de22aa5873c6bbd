"""What counts as the same article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ingest_samples import read, write

from tasks.ingest.identity import canonical_url


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/خبر/1",
        "https://www.news.example/خبر/1/",
        "HTTPS://NEWS.example:443/%D8%AE%D8%A8%D8%B1/1#top",
        "https://news.example/خبر/1?utm_source=x&fbclid=y",
    ],
)
def test_spellings_of_one_url(url: str) -> None:
    assert canonical_url(url) == "news.example/خبر/1"


@pytest.mark.parametrize("url", [None, "", "news", "/a/1", "mailto:a@b.c", "https://news.example/", "http://[bad/1"])
def test_urls_that_name_no_article(url: str | None) -> None:
    assert canonical_url(url) is None


def test_queries_tell_pages_apart() -> None:
    assert canonical_url("http://a.example/n?id=1&utm_medium=x") == "a.example/n?id=1"
    assert canonical_url("http://a.example:8080/n") == "a.example:8080/n"


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
