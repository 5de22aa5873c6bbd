"""Readings exchanged for new ones: as if loaded anew, seen only when all is done, and never mixed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from toy_news import Record, contents, load, make_batch, raw_articles

from tasks.load.copies import sign
from tasks.load.load import begin_load, finish_load
from tasks.load.reread import MixedModelsError, Readings, Reread, exchange
from tasks.load.select import select_new
from warehouse.check import run_checks
from warehouse.connection import writer
from warehouse.query import KNOWN

LONG = " ".join(f"كلمة{number} أخرى" for number in range(40))
NEWS = [
    Record("one", "قصف العراق إيران في بغداد. زار لبنان مصر."),
    Record("two", "قصف العراق إيران في بغداد.", source="أخرى", title="آخر"),
    Record("three", f"عاقب مصر لبنان. {LONG}", day=2),
    Record("four", f"عاقب مصر لبنان. {LONG} ثم", day=3, source="أخرى"),
    Record("five", "هاجم إيران لبنان في بيروت.", day=3, located=False),
]


def prepare(con: duckdb.DuckDBPyConnection, news: list[Record] = NEWS, model: str = "old") -> None:
    load_id = begin_load(con, "first", flow_run_name="first", pipeline_version="1", model_version=model)
    load(con, load_id, [news[:3], news[3:]])
    finish_load(con, load_id)


def readings(news: list[Record], number: int = 1) -> Readings:
    """What the toy reader makes of the news now."""
    raw = raw_articles(news)
    batch = make_batch(news, select_new(raw, KNOWN.to_frame(), 0), number)
    signed = sign(batch.articles)
    return Readings(
        number=number,
        chosen=raw.select("article_id", "content_hash"),
        articles=batch.articles,
        sentences=batch.sentences,
        entity_mentions=batch.entity_mentions,
        entities=batch.entities,
        event_mentions=batch.event_mentions,
        event_participants=batch.event_participants,
        signatures=signed.signatures,
        bands=signed.bands,
        quarantine=batch.quarantine,
    )


def reread(con: duckdb.DuckDBPyConnection, *batches: Readings, allow_mixed: bool = False) -> dict[str, int]:
    chosen = pl.concat([batch.chosen for batch in batches])
    counts = exchange(con, Reread("second", "again", "1", "new"), chosen, batches, allow_mixed=allow_mixed)
    assert run_checks(con, "error")["violations"].sum() == 0
    return counts._asdict()


def without_model(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    with_versions = contents(con)
    rows = con.execute("SELECT * EXCLUDE (model_version) FROM articles").fetchall()
    return with_versions | {"articles": sorted(rows, key=repr), "signatures": contents(con, "article_signatures")}  # type: ignore[dict-item]


def test_the_same_reader_leaves_the_same_tables(path: Path) -> None:
    with writer(path) as con:
        prepare(con)
        before = without_model(con)
        assert reread(con, readings(NEWS[:2], 1), readings(NEWS[2:], 2)) == {
            "records_seen": 5,
            "loaded": 5,
            "unchanged": 0,
            "duplicates": 0,
            "quarantined": 0,
        }
        assert without_model(con) == before
        assert con.execute("SELECT DISTINCT model_version FROM articles").fetchall() == [("new",)]
        assert con.execute("SELECT state, loaded, model_version FROM loads ORDER BY started_at").fetchall() == [
            ("completed", 5, "old"),
            ("completed", 5, "new"),
        ]


def test_what_is_read_otherwise_is_as_if_it_had_been_loaded_so(path: Path, tmp_path: Path) -> None:
    other = [*NEWS[:4], replace(NEWS[4], located=True)]
    with writer(path) as con:
        prepare(con)
        reread(con, readings(other))
        outcome = without_model(con)
    with writer(tmp_path / "anew.duckdb") as con:
        prepare(con, other, model="new")
        assert without_model(con) == outcome


def test_an_article_that_has_changed_since_is_left_alone(path: Path) -> None:
    newer = Record("one", "زار العراق إيران.")
    with writer(path) as con:
        prepare(con)
        stale = readings(NEWS)
        load_id = begin_load(con, "between", flow_run_name="between", pipeline_version="1", model_version="new")
        load(con, load_id, [[newer]])
        finish_load(con, load_id)
        assert reread(con, stale)["unchanged"] == 1
        assert con.execute("SELECT text FROM articles WHERE url = 'one'").fetchall() == [(newer.text,)]


def test_two_models_are_not_mixed_unless_asked(path: Path) -> None:
    with writer(path) as con:
        prepare(con)
        before = contents(con)
        with pytest.raises(MixedModelsError, match="2 articles of new, 3 articles of old"):
            reread(con, readings(NEWS[:2]))
        assert contents(con) == before
        reread(con, readings(NEWS[:2]), allow_mixed=True)
        assert con.execute("SELECT count(DISTINCT model_version) FROM articles").fetchall() == [(2,)]


def test_an_exchange_that_breaks_off_changes_nothing(path: Path) -> None:
    with writer(path) as con:
        prepare(con)
        before = contents(con)
        broken = readings(NEWS[2:], 2)._replace(sentences=pl.DataFrame())
        with pytest.raises(pl.exceptions.PolarsError):
            reread(con, readings(NEWS[:2], 1), broken)
        assert contents(con) == before
        assert con.execute("SELECT state FROM loads ORDER BY started_at").fetchall() == [("completed",), ("failed",)]
        reread(con, readings(NEWS[:2], 1), readings(NEWS[2:], 2))


def test_an_article_that_normalisation_now_refuses_has_no_mentions_any_more(path: Path) -> None:
    raw = raw_articles(NEWS)
    batch = make_batch(NEWS, select_new(raw, KNOWN.to_frame(), 0), failed=["one"])
    with writer(path) as con:
        prepare(con)
        refused = readings(NEWS[1:])._replace(
            chosen=raw.select("article_id", "content_hash"), quarantine=batch.quarantine
        )
        assert reread(con, refused)["quarantined"] == 1
        sql = "SELECT count(*) FROM event_mentions JOIN articles USING (article_id) WHERE url = 'one'"
        assert con.execute(sql).fetchall() == [(0,)]
        assert con.execute("SELECT reason FROM quarantine").fetchall() == [("not_arabic",)]
