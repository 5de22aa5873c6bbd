"""Whatever is wrong with a record goes to quarantine with its reason, and costs nothing else."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ingest_samples import ARTICLES, as_csv, as_json, as_json_lines, as_parquet, read, reasons, write

from tasks.ingest.read import ReadSettings

GOOD = as_json_lines(ARTICLES[:1])
TITLE = ARTICLES[0]["title"]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20


def test_missing_file_and_pattern(tmp_path: Path) -> None:
    good = write(tmp_path, "good.jsonl", GOOD)
    articles, quarantine = read(tmp_path / "none.txt", good, tmp_path / "*.parquet")
    assert articles["title"].to_list() == [TITLE]
    assert reasons(quarantine) == ["missing_file", "missing_file"]
    message = quarantine["message"][0]
    assert message.startswith((tmp_path / "none.txt").as_posix())
    assert "no such file" in message
    assert "check the path" in message


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        *[(f"a{suffix}", b"", "empty_file") for suffix in (".txt", ".json", ".jsonl", ".csv", ".parquet", ".dat")],
        ("a.jsonl", b"\n \r\n", "empty_file"),
        ("a.json", b" \n", "empty_file"),
        ("a.csv", b"\r\n\r\n", "empty_file"),
        ("a.txt", " \u00a0\r\n\u200f\ufeff".encode(), "empty_text"),
        *[(f"a{suffix}", PNG, "binary") for suffix in (".txt", ".json", ".jsonl", ".csv")],
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "binary"),
        ("a.parquet", PNG, "broken_parquet"),
        ("a.parquet", as_parquet(ARTICLES)[:-9], "broken_parquet"),
        ("a.png", PNG, "unknown_format"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(range(256)), "unknown_format"),
        ("a.svg", "<svg><text>خبر</text></svg>".encode(), "unknown_format"),
        ("a.rss", "<?xml version='1.0'?><rss/>".encode("utf-16"), "empty_file"),
        ("a.txt.gz", b"not gzip", "broken_archive"),
        ("a.zip", b"PK\x03\x04 not zip", "broken_archive"),
        ("a.zip", b"not zip", "broken_archive"),
        ("a.txt", "Привет, мир: это новость дня".encode("cp1251"), "wrong_encoding"),
        ("a.txt", "خبر عاجل".encode() + b"\xd8" + " من بغداد".encode(), "wrong_encoding"),
        ("a.json", b'{"title": 1', "broken_json"),
        ("a.json", "كلام".encode(), "broken_json"),
        ("a.json", b'"text"', "broken_json"),
        ("a.json", b'["text"]', "not_an_object"),
        ("a.jsonl", b"[1, 2]", "not_an_object"),
        ("a.jsonl", b"nonsense", "broken_json"),
        ("a.jsonl", b'{"text": ' + b"9" * 5000 + b"}", "broken_json"),
        ("a.jsonl", b'{"title": "x"}', "no_text_field"),
        ("a.json", b"{}", "no_text_field"),
        ("a.csv", b"one,two\n1,2\n3,4\n", "no_text_field"),
        ("a.parquet", as_parquet([{"one": 1}]), "no_text_field"),
        ("a.jsonl", b'{"text": " ", "body": null}', "empty_text"),
        ("a.csv", b'title,text\n"x",""\n', "empty_text"),
        ("a.csv", b'"title,text\n', "broken_csv"),
        ("a.csv", b"title,text\na,b,c,d\n", "broken_csv"),
    ],
)
def test_one_reason_one_row(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, name, data), write(tmp_path, "good.jsonl", GOOD))
    assert reasons(quarantine) == [reason]
    row = quarantine.row(0, named=True)
    assert row["stage"] == "read"
    assert row["message"].startswith(row["origin"])
    assert row["message"].endswith(".")
    assert articles["title"].to_list() == [TITLE]


@pytest.mark.parametrize("suffix", [".jsonl", ".json"])
def test_a_broken_record_costs_itself(suffix: str, tmp_path: Path) -> None:
    rows = [json.dumps(row, ensure_ascii=False).encode() for row in ARTICLES]
    broken = {
        "cut off": rows[0][:-20],
        "quotation mark": rows[0].replace(b'", "text', b', "text'),
        "a number": b"17",
        "deep": b'{"text": "x", "deep": ' + b"[" * 40 + b"]" * 40 + b"}",
        "very deep": b'{"text": "x", "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "large": b'{"text": "' + b"x" * 20_001 + b'"}',
        "no text": b'{"title": "x"}',
        "damaged UTF-8": rows[0].replace("وزير".encode(), "وزير".encode()[:-1]),
    }
    for kind, bad in broken.items():
        if suffix == ".json":
            data = b"[\n" + b",\n".join([rows[0], bad, rows[1], rows[2]]) + b"\n]"
        else:
            data = b"\n".join([rows[0], bad, rows[1], rows[2], b""])
        articles, quarantine = read(
            write(tmp_path, f"a{suffix}", data),
            settings=ReadSettings(max_record_bytes=250_000 if "deep" in kind else 20_000),
        )
        assert articles["title"].to_list() == [one["title"] for one in ARTICLES], kind
        assert len(quarantine) == 1, kind
        assert quarantine["record_number"].to_list() == [2], kind
        assert f" {2}: " in quarantine["message"][0], kind
        assert quarantine["payload"][0], kind


@pytest.mark.parametrize("encoding", ["cp1256", "iso8859_6"])
def test_a_record_in_another_encoding_is_still_read(encoding: str, tmp_path: Path) -> None:
    other = json.dumps({"text": "وصلت القافلة إلى القرى المتضررة من السيول"}, ensure_ascii=False).encode(encoding)
    rows = [json.dumps(row, ensure_ascii=False).encode() for row in ARTICLES]
    for name, data in [
        ("a.jsonl", b"\n".join([*rows[:2], other, rows[2]])),
        ("a.json", b"[" + b",".join([*rows[:2], other, rows[2]]) + b"]"),
    ]:
        articles, quarantine = read(write(tmp_path, name, data))
        assert quarantine.is_empty()
        assert articles["text"].to_list()[2] == "وصلت القافلة إلى القرى المتضررة من السيول"
        assert articles["text"].to_list()[3] == ARTICLES[2]["text"]


def test_broken_rows_of_a_table(tmp_path: Path) -> None:
    lines = as_csv(ARTICLES).splitlines(keepends=True)
    # The first article has a line break in its text.
    header, first, second, third = lines[0], b"".join(lines[1:4]), lines[4], lines[5]
    unclosed = '"عنوان لا يغلق,نص'.encode() + b"\r\n"
    for bad in (unclosed, b"a,b,c,d,e,f,g,h\r\n"):
        for position in (1, 2, 3):
            parts = [header, first, second, third]
            parts.insert(position, bad)
            articles, quarantine = read(write(tmp_path, "a.csv", b"".join(parts)))
            assert articles["title"].to_list() == [one["title"] for one in ARTICLES]
            assert reasons(quarantine) == ["broken_csv"]
            assert quarantine["record_number"].to_list() == [position]
            assert quarantine["payload"].to_list() == [bad]


def test_an_array_that_is_cut_off_keeps_what_was_whole(tmp_path: Path) -> None:
    data = as_json(ARTICLES)
    articles, quarantine = read(write(tmp_path, "a.json", data[: len(data) - 60]))
    assert articles["title"].to_list() == [one["title"] for one in ARTICLES[:2]]
    assert reasons(quarantine) == ["broken_json"]


def test_twenty_megabytes_on_one_line(tmp_path: Path) -> None:
    line = b'{"text": "' + b"x" * 20_000_000 + b'"}\n'
    path = write(tmp_path, "a.jsonl", GOOD + line + GOOD)
    articles, quarantine = read(path)
    assert len(articles) == 2
    assert reasons(quarantine) == ["too_large"]
    assert "line 2" in quarantine["message"][0]
    assert len(quarantine["payload"][0]) == ReadSettings().payload_bytes
    for name, data in [
        ("b.txt", line),
        ("c.csv", b"title,text\n" + line),
        ("d.json", b"[" + line + b"," + GOOD + b"]"),
    ]:
        _, quarantine = read(write(tmp_path, name, data))
        assert reasons(quarantine) == ["too_large"], name


def test_torn_files_padded_with_zeros_keep_their_lines(tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, "a.jsonl", GOOD + bytes(3000) + b"\n" + GOOD))
    assert len(articles) == 2
    assert reasons(quarantine) == ["broken_json"]


@pytest.mark.parametrize(
    "date", ["2099-01-01", "31/31/2021", "قريبا", "", "0000-00-00 00:00:00", "1970-01-01T00:00:00Z", True]
)
def test_a_broken_date_is_null_and_the_article_is_read(date: object, tmp_path: Path) -> None:
    name = "2021-03-04.json" if date else "article.json"
    path = write(tmp_path, name, json.dumps({"text": "نص الخبر.", "date": date}))
    articles, quarantine = read(path)
    assert quarantine.is_empty()
    assert articles.select("published_at", "published_at_basis").row(0) == (None, None)
    assert bool(articles["published_at_note"][0]) == bool(date)


def test_a_refused_date_has_its_reason_and_another_field_stands_in(tmp_path: Path) -> None:
    fields = {"text": "نص الخبر.", "published_at": "2087-05-01", "date": "2021-03-04", "created_at": "2015-01-01"}
    articles, _ = read(write(tmp_path, "article.json", json.dumps(fields)))
    assert articles.select("published_at", "published_at_basis").row(0) == (
        datetime(2021, 3, 4, tzinfo=UTC),
        "metadata",
    )
    assert articles["published_at_note"][0].split("; ") == [
        "published_at: '2087-05-01' is later than today",
        "created_at: '2015-01-01' is not what date says, the better field",
    ]


def test_unreadable_things(tmp_path: Path) -> None:
    write(tmp_path, "good.jsonl", GOOD)
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.txt")
    articles, quarantine = read(tmp_path)
    assert len(articles) == 1
    assert reasons(quarantine) == ["unreadable", "unreadable"]
    assert reasons(read("a\0b")[1]) == ["missing_file"]


def test_a_truncated_gzip_keeps_the_lines_before(tmp_path: Path) -> None:
    rows = [{"text": f"خبر رقم {os.urandom(20).hex()}"} for _ in range(2000)]
    data = gzip.compress(as_json_lines(rows))
    articles, quarantine = read(write(tmp_path, "a.jsonl.gz", data[: len(data) // 2]), write(tmp_path, "b.jsonl", GOOD))
    assert 500 < len(articles) < 1500
    assert reasons(quarantine)[-1] == "broken_archive"


def test_identifiers_of_quarantine_are_stable(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", b"one\ntwo\n" + GOOD)
    first, second = read(path)[1], read(path)[1]
    assert first.equals(second)
    assert first["quarantine_id"].n_unique() == 2


def test_names_that_are_no_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.jsonl"
    with open(path, "wb") as out:  # noqa: PTH123
        out.write(rb'{"\ud83d": 1}' + b"\n" + GOOD)
    write(tmp_path, "b.json", rb'["\ud83d", {"\ud83d": 1}, {"text": "x", "url": "\ud83d"}]')
    articles, quarantine = read(tmp_path)
    assert len(articles) == 2
    assert reasons(quarantine) == ["not_an_object", "no_text_field", "no_text_field"]
    assert articles["origin"][-1].endswith("caf\ufffd.jsonl")
