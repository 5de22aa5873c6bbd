"""A quarantined record that is read again gives what it would have given at first."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
from ingest_samples import ARTICLES, as_csv, as_json, as_json_lines, as_parquet, write

from tasks.ingest.read import ReadSettings, read_batches
from tasks.ingest.replay import Kept, read_again


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


# The text stands in a field that nobody knows before it is named.
ROWS = [one | {"text": "", "corpus": one["text"]} for one in ARTICLES]
NAMED = ReadSettings(fields={"text": ("corpus",)})
FILES = {
    "a.jsonl": as_json_lines(ROWS),
    "b.jsonl": as_json_lines(ROWS[:2], "cp1256"),
    "c.json": as_json(ROWS),
    "d.csv": as_csv(ROWS),
    "e.csv": as_csv(ROWS[:2], "cp1256", ";"),
    "f.json": as_json_lines(ROWS[:1]),
}


def read(path: Path, settings: ReadSettings) -> tuple[pl.DataFrame, pl.DataFrame]:
    [batch] = read_batches([str(path)], settings)
    return batch.articles, batch.quarantine


def again(quarantine: pl.DataFrame, settings: ReadSettings) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = [Kept(*row) for row in quarantine.select(Kept._fields).iter_rows()]
    [batch] = read_again(rows, settings)
    return batch.articles, batch.quarantine


@pytest.mark.parametrize("name", FILES)
def test_from_what_was_kept_alone(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, FILES[name])
    at_first, _ = read(path, NAMED)
    articles, quarantine = read(path, ReadSettings())
    assert (articles.height, quarantine.height) == (0, at_first.height)
    assert quarantine["payload_complete"].all()
    path.unlink()
    replayed, left = again(quarantine, NAMED)
    assert left.is_empty()
    assert replayed.equals(at_first)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", FILES["a.jsonl"]),
        ("c.json", FILES["c.json"]),
        ("d.csv", FILES["d.csv"]),
        ("e.parquet", as_parquet(ROWS)),
        ("f.zip", zipped({"in/a.jsonl": FILES["a.jsonl"], "in/b.jsonl": FILES["a.jsonl"], "c.csv": FILES["d.csv"]})),
    ],
)
def test_from_the_origin_where_too_little_was_kept(name: str, data: bytes, tmp_path: Path) -> None:
    path = write(tmp_path, name, data)
    at_first, _ = read(path, NAMED)
    _, quarantine = read(path, ReadSettings(payload_bytes=20))
    assert not quarantine["payload_complete"].any()
    replayed, left = again(quarantine, NAMED)
    assert left.is_empty()
    assert replayed.sort("origin", "record_number").equals(at_first.sort("origin", "record_number"))

    path.unlink()
    replayed, left = again(quarantine, NAMED)
    assert replayed.is_empty()
    assert left.height == quarantine.height
    assert left["reason"].to_list() == quarantine.sort("origin", "record_number")["reason"].to_list()


def test_a_whole_document_is_read_anew_but_for_what_is_in(tmp_path: Path) -> None:
    path = tmp_path / "later.jsonl"
    _, quarantine = read(path, ReadSettings())
    assert quarantine["reason"].to_list() == ["missing_file"]
    _, left = again(quarantine, ReadSettings())
    assert left["quarantine_id"].to_list() == quarantine["quarantine_id"].to_list()
    write(tmp_path, "later.jsonl", as_json_lines(ARTICLES))
    replayed, left = again(quarantine, ReadSettings())
    assert (replayed.height, left.height) == (len(ARTICLES), 0)


def test_it_is_read_with_the_settings_of_its_run(tmp_path: Path) -> None:
    deep = {"title": "خبر", "corpus": "وصل وفد إلى بغداد.", "more": [[[1]]]}
    settings = ReadSettings(fields=NAMED.fields, source="صحيفة", max_depth=2)
    _, quarantine = read(write(tmp_path, "a.jsonl", json.dumps(deep)), settings)
    replayed, _ = again(quarantine, ReadSettings())
    assert replayed["source"].to_list() == ["صحيفة"]
    replayed, _ = again(quarantine, ReadSettings(source="أخرى"))
    assert replayed["source"].to_list() == ["أخرى"]


def test_rows_from_before_formats_were_noted(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", FILES["a.jsonl"])
    _, quarantine = read(path, ReadSettings())
    path.unlink()
    old = quarantine.with_columns(format=pl.lit(None, pl.String), context=pl.lit(None, pl.String))
    replayed, _ = again(old, NAMED)
    assert replayed.height == len(ROWS)
