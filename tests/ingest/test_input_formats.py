"""Every format in every encoding and wrapping gives the same articles."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from ingest_samples import (
    ARTICLES,
    ENCODINGS,
    PLAIN,
    TEXT_FORMATS,
    as_csv,
    as_json,
    as_json_lines,
    as_parquet,
    read,
    wrap,
    write,
)

from tasks.frames import QUARANTINE, RAW_ARTICLES
from tasks.ingest.read import ReadSettings

DATES = [
    datetime(2021, 3, 4, 7, tzinfo=UTC),
    datetime(2021, 3, 5, tzinfo=UTC),
    datetime(2021, 3, 6, tzinfo=UTC),
]


def check(articles: pl.DataFrame, expected: list[dict[str, object]] | list[dict[str, str]]) -> None:
    assert articles.schema == RAW_ARTICLES
    assert articles["title"].to_list() == [one["title"] for one in expected]
    assert articles["text"].to_list() == [one["text"] for one in expected]
    assert articles["source"].to_list() == [one["source"] for one in expected]
    assert articles["author"].to_list() == [one["author"] or None for one in expected]
    assert articles["url"].to_list() == [one["url"] for one in expected]
    assert articles["published_at"].to_list() == DATES
    assert set(articles["published_at_basis"]) == {"metadata"}
    assert articles["record_number"].to_list() == [1, 2, 3]


@pytest.mark.parametrize("wrapping", ["plain", "gz", "zip"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("suffix", TEXT_FORMATS)
def test_text_formats(suffix: str, encoding: str, wrapping: str, tmp_path: Path) -> None:
    rows = PLAIN if encoding == "iso8859_6" else ARTICLES
    if suffix == ".csv" and encoding == "iso8859_6":
        rows = [
            row | {"date": date_}
            for row, date_ in zip(rows, ["2021-03-04T10:00+03:00", "5/3/2021", "6 مارس 2021"], strict=True)
        ]
    if encoding in ("cp1256", "iso8859_6"):  # neither has Arabic-Indic digits
        rows = [row | {"date": str(row["date"]).replace("٦", "6").replace("٢٠٢١", "2021")} for row in rows]
    articles, quarantine = read(wrap(f"news{suffix}", TEXT_FORMATS[suffix](rows, encoding), wrapping, tmp_path))
    check(articles, rows)
    assert quarantine.is_empty()
    assert quarantine.schema == QUARANTINE


@pytest.mark.parametrize("wrapping", ["plain", "gz", "zip"])
def test_parquet(wrapping: str, tmp_path: Path) -> None:
    articles, quarantine = read(wrap("news.parquet", as_parquet(ARTICLES), wrapping, tmp_path))
    check(articles, ARTICLES)
    assert quarantine.is_empty()


@pytest.mark.parametrize("wrapping", ["plain", "gz", "zip"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_plain_text(encoding: str, wrapping: str, tmp_path: Path) -> None:
    title, text = str(PLAIN[0]["title"]), str(PLAIN[0]["text"])
    data = f"{title}\r\n\r\n{text}\r\n".encode(encoding)
    articles, quarantine = read(wrap("2021-03-04 news.txt", data, wrapping, tmp_path))
    assert quarantine.is_empty()
    row = articles.row(0, named=True)
    assert (row["title"], row["text"]) == (title, f"{text}\r\n")
    assert (row["published_at"], row["published_at_basis"]) == (datetime(2021, 3, 4, tzinfo=UTC), "file")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiters(delimiter: str, tmp_path: Path) -> None:
    articles, _ = read(write(tmp_path, "news.csv", as_csv(ARTICLES, delimiter=delimiter)))
    check(articles, ARTICLES)


@pytest.mark.parametrize(
    "document",
    [
        {"status": "ok", "articles": ARTICLES},
        {"articles": ARTICLES, "total": 3},
        {"response": {"total": 3, "docs": ARTICLES, "next": None}},
        {"data": {"page": {"items": 1}, "items": ARTICLES}},
    ],
)
def test_json_lists_within_objects(document: object, tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, "news.json", json.dumps(document)))
    check(articles, ARTICLES)
    assert quarantine.is_empty()


@pytest.mark.parametrize("nothing", [b"[]", b'{"articles": []}', b'{"status": "ok", "articles": [ ] }'])
def test_an_empty_list_is_no_fault(nothing: bytes, tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, "news.json", nothing))
    assert articles.is_empty()
    assert quarantine.is_empty()


def test_one_json_object_is_known_by_its_file(tmp_path: Path) -> None:
    one = {"title": "خبر", "text": "نص الخبر.", "items": [{"x": 1}]}
    alone, _ = read(write(tmp_path, "one.json", json.dumps(one)))
    again, _ = read(write(tmp_path, "one.json", json.dumps(one | {"text": "نص آخر."})))
    other, _ = read(write(tmp_path, "two.json", json.dumps(one)))
    assert alone["article_id"][0] == again["article_id"][0] != other["article_id"][0]
    assert alone["content_hash"][0] == other["content_hash"][0] != again["content_hash"][0]


def test_json_lines_in_a_json_file(tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, "news.json", as_json_lines(ARTICLES)))
    check(articles, ARTICLES)
    assert quarantine.is_empty()


@pytest.mark.parametrize(
    "data",
    [
        as_json(ARTICLES),
        as_json_lines(ARTICLES),
        as_csv(ARTICLES),
        as_parquet(ARTICLES),
        as_json(ARTICLES, "utf-16-le"),
    ],
)
def test_content_tells_the_format_where_the_name_does_not(data: bytes, tmp_path: Path) -> None:
    check(read("-", stdin=data)[0], ARTICLES)
    check(read(wrap("dump", data, "gz", tmp_path))[0], ARTICLES)
    check(read(write(tmp_path, "news.dump", data))[0], ARTICLES)


def test_standard_input_may_be_compressed(tmp_path: Path) -> None:
    for wrapping in ("gz", "zip"):
        data = wrap("news.jsonl", as_json_lines(ARTICLES), wrapping, tmp_path).read_bytes()
        articles, _ = read("-", stdin=data)
        check(articles, ARTICLES)
        assert articles["origin"][0].startswith("-")


def test_a_text_on_standard_input_is_one_article() -> None:
    articles, _ = read("-", stdin="أعلنت الوزارة فتح الجسر.\nوقالت إن العمل انتهى.".encode())
    assert articles["text"].to_list() == ["أعلنت الوزارة فتح الجسر.\nوقالت إن العمل انتهى."]
    assert articles["origin"].to_list() == ["-"]


def test_values_of_other_types(tmp_path: Path) -> None:
    row = {
        "title": {"rendered": "عنوان"},
        "content": ["فقرة أولى.", "فقرة ثانية."],
        "publishedAt": {"$date": 1614844800000},
        "source": {"id": None, "name": "صحيفة النخيل"},
        "authors": ["سلمى", {"name": "نزار"}],
        "Link": "https://nakhil.example/1",
    }
    articles, _ = read(write(tmp_path, "a.jsonl", json.dumps(row)))
    columns = ("source", "url", "title", "author", "published_at", "published_at_basis", "text")
    assert articles.select(columns).row(0) == (
        "صحيفة النخيل",
        "https://nakhil.example/1",
        "عنوان",
        "سلمى، نزار",
        datetime(2021, 3, 4, 8, tzinfo=UTC),
        "metadata",
        "فقرة أولى.\n\nفقرة ثانية.",
    )


def test_parquet_types(tmp_path: Path) -> None:
    rows = [{"text": "نص الخبر عن النهر.".encode("cp1256"), "date": date(2021, 3, 4), "other": 1}]
    articles, quarantine = read(write(tmp_path, "a.parquet", as_parquet(rows)))
    assert quarantine.is_empty()
    assert articles["text"].to_list() == ["نص الخبر عن النهر."]
    assert articles["published_at"].to_list() == [datetime(2021, 3, 4, tzinfo=UTC)]


def test_fields_of_the_user(tmp_path: Path) -> None:
    row = {"Kicker": "عنوان", "CORPS": "متن الخبر.", "text": "ليس هذا", "paper": ""}
    settings = ReadSettings(fields={"title": ("kicker",), "text": ("corps",)}, source="أرشيفنا")
    articles, _ = read(write(tmp_path, "a.jsonl", json.dumps(row)), settings=settings)
    assert articles.select("title", "text", "source").row(0) == ("عنوان", "متن الخبر.", "أرشيفنا")
    with pytest.raises(ValueError, match="no column txet"):
        ReadSettings(fields={"txet": ("corps",)}).field_map  # noqa: B018


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"publisher": "وكالة الشاطئ"}, "وكالة الشاطئ"),
        ({"source": "https://www.shati.example/ar"}, "shati.example"),
        ({"url": "https://www.Shati.example:443/ar/1"}, "shati.example"),
        ({"url": "/ar/1"}, "بلا اسم"),
        ({"source": None, "url": ""}, "بلا اسم"),
    ],
)
def test_source(fields: dict[str, object], source: str, tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", json.dumps({"text": "خبر قصير."} | fields))
    assert read(path, settings=ReadSettings(source="بلا اسم"))[0]["source"].to_list() == [source]


def test_text_is_as_delivered(tmp_path: Path) -> None:
    text = "\u00a0\u00a0قالـــت الوِزارةُ\u200f &amp; ﻻ \t«نعم»\r\n\n ٣ \u0000 "
    for name, data in [
        ("a.jsonl", as_json_lines([{"text": text}])),
        ("a.json", as_json([{"text": text}])),
        ("a.csv", as_csv([{"title": "خبر", "text": text}])),
        ("a.parquet", as_parquet([{"text": text}])),
    ]:
        assert read(write(tmp_path, name, data))[0]["text"].to_list() == [text]


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.json"):
        articles, _ = read(write(tmp_path, name, r'{"title": "\ud83d\ude00", "text": "قبل \ud83d بعد"}' + "\n"))
        assert articles.select("title", "text").row(0) == ("😀", "قبل \ufffd بعد")
