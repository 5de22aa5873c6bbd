"""Batches: every record in one of the two frames, in order, the same each time, wherever reading begins."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ingest_samples import ARTICLES, as_csv, as_json, as_json_lines, as_parquet, read_all, write

from tasks.frames import QUARANTINE, RAW_ARTICLES
from tasks.ingest.read import ReadSettings, fingerprint, read_batches, total_bytes

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئ\u064b\u0651ـ ،.؟\"'{}[]\\\n\t\u00a0\u200fpa1٣😀"
TEXTS = st.text(LETTERS, max_size=60)
# No row is empty in every column: in a table that is none.
ROWS = st.lists(
    st.fixed_dictionaries({"title": TEXTS, "text": TEXTS, "date": st.sampled_from(["2021-03-04", "?"])}),
    min_size=1,
    max_size=20,
)
WRITERS: dict[str, Callable[..., bytes]] = {
    ".json": as_json,
    ".jsonl": as_json_lines,
    ".csv": as_csv,
    ".parquet": as_parquet,
}


@settings(max_examples=60)
@given(ROWS, st.integers(1, 9), st.sampled_from(sorted(WRITERS)), st.integers(0, 5))
def test_records_in_are_articles_and_quarantine_out(
    rows: list[dict[str, object]], batch_size: int, suffix: str, skip: int
) -> None:
    with TemporaryDirectory() as folder:
        path = write(Path(folder), f"a{suffix}", WRITERS[suffix](rows))
        batches = read_all(path, batch_size=batch_size)
        rest = read_all(path, batch_size=batch_size, skip=skip)
    assert [b.number for b in batches] == list(range(1, len(batches) + 1))
    assert sum(len(b.articles) + len(b.quarantine) for b in batches) == len(rows)
    assert all(len(b.articles) + len(b.quarantine) == batch_size for b in batches[:-1])
    read = pl.concat([b.articles for b in batches])
    texts = dict(read.select("record_number", "text").iter_rows())
    for number, row in enumerate(rows, 1):
        visible = str(row["text"]).strip(" \n\t\u00a0\u200f")
        assert texts.get(number) == (row["text"] if visible else None)
    assert [b.number for b in rest] == [b.number for b in batches[skip:]]
    for one, other in zip(rest, batches[skip:], strict=True):
        assert one.articles.equals(other.articles)
        assert one.quarantine.equals(other.quarantine)
        assert one.bytes_done == other.bytes_done


@settings(max_examples=80)
@example(b"\r\x01", ".x")
@given(st.binary(max_size=400), st.sampled_from([".txt", ".json", ".jsonl", ".csv", ".parquet", ".gz", ".zip", ".x"]))
def test_no_bytes_whatever_stop_the_reading(data: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        write(Path(folder), f"a{suffix}", data)
        write(Path(folder), "z.jsonl", as_json_lines(ARTICLES))
        batches = read_all(folder)
    assert batches[-1].articles["title"].to_list()[-3:] == [one["title"] for one in ARTICLES]
    for batch in batches:
        assert batch.articles.schema == RAW_ARTICLES
        assert batch.quarantine.schema == QUARANTINE


@settings(max_examples=80)
@given(st.data(), st.sampled_from(sorted(WRITERS)), st.booleans())
def test_no_damage_whatever_stops_the_reading(data: st.DataObject, suffix: str, packed: bool) -> None:
    import gzip

    whole = WRITERS[suffix](ARTICLES * 3)
    whole = gzip.compress(whole, mtime=0) if packed else whole
    at = data.draw(st.integers(0, len(whole) - 1))
    damage = data.draw(st.binary(max_size=5))
    torn = whole[:at] + damage + whole[at + data.draw(st.integers(0, 5)) :]
    with TemporaryDirectory() as folder:
        write(Path(folder), f"a{suffix}{'.gz' if packed else ''}", torn)
        write(Path(folder), "z.jsonl", as_json_lines(ARTICLES))
        batches = read_all(folder)
    assert batches[-1].articles["origin"].to_list()[-3:] == [(Path(folder) / "z.jsonl").as_posix()] * 3


def test_a_batch_spans_files_and_ends_early_when_it_is_large(tmp_path: Path) -> None:
    for name in "abc":
        write(tmp_path, f"{name}.jsonl", as_json_lines(ARTICLES))
    assert [len(b.articles) for b in read_all(tmp_path, batch_size=4)] == [4, 4, 1]
    small = ReadSettings(max_batch_bytes=1)
    assert [len(b.articles) for b in read_all(tmp_path, settings=small)] == [1] * 9


def test_progress_reaches_the_total(tmp_path: Path) -> None:
    for name, data in {suffix: writer(ARTICLES * 50) for suffix, writer in WRITERS.items()}.items():
        write(tmp_path, f"a{name}", data)
    done = [b.bytes_done for b in read_all(tmp_path, "-", batch_size=7)]
    assert done == sorted(done)
    assert done[-1] == total_bytes([str(tmp_path), "-"]) == sum(p.stat().st_size for p in tmp_path.iterdir())


def test_fingerprint(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", as_json_lines(ARTICLES))
    before = fingerprint([str(tmp_path)], 256)
    assert before == fingerprint([str(path)], 256) != fingerprint([str(path)], 128)
    os.utime(path, ns=(1, 1))
    touched = fingerprint([str(tmp_path)], 256)
    write(tmp_path, "b.jsonl", b"")
    assert len({before, touched, fingerprint([str(tmp_path)], 256)}) == 3


def test_an_endless_stream_gives_batches() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            return (as_json_lines(ARTICLES) * 100)[:size]

    batches = read_batches(["-"], batch_size=3, stdin=Endless())  # type: ignore[arg-type]
    assert [next(batches).number for _ in range(100)] == list(range(1, 101))


@pytest.mark.parametrize(("batch_size", "skip"), [(0, 0), (1, -1)])
def test_senseless_arguments(batch_size: int, skip: int) -> None:
    with pytest.raises(ValueError, match="batch_size must be"):
        read_batches([], batch_size=batch_size, skip=skip)


def test_long_arrays_cross_the_window(tmp_path: Path) -> None:
    rows = [{"text": f"خبر {n} " + "كلمة " * (n % 3000)} for n in range(300)]
    for name in ("a.json", "b.json"):
        data = json.dumps(rows, ensure_ascii=name == "b.json", indent=2 if name == "a.json" else None)
        batches = read_all(write(tmp_path, name, data))
        assert [text for b in batches for text in b.articles["text"]] == [row["text"] for row in rows]
