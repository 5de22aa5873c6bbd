"""A batch is in wholly or not at all, twice is once, and every record is accounted for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import polars as pl
import pytest
from toy_news import Record, contents, load, make_batch, raw_articles, settle

from tasks.identity import stable_id
from tasks.load.load import Counts, begin_load, finish_load, load_batch, load_counts
from tasks.load.select import select_new
from warehouse.check import run_checks
from warehouse.connection import writer
from warehouse.query import KNOWN, known_articles, known_in

STRIKE = Record("https://a.example/1", "العراق قصف إيران في بغداد. ثم إيران زار لبنان.", source="أ")
VISIT = Record("https://a.example/2", "مصر زار لبنان.", source="أ")
COPY = Record("https://b.example/9", STRIKE.text, source="ب")
REVISED = Record(STRIKE.url, "العراق قصف لبنان في بيروت.", source="أ")


def violations(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return run_checks(con).filter(pl.col("violations") > 0).rows()


def run(con: duckdb.DuckDBPyConnection, name: str, *batches: list[Record]) -> Counts:
    load_id = begin_load(con, name, model_version="toy-1")
    load(con, load_id, batches)
    counts = finish_load(con, load_id)
    assert counts.records_seen == counts.loaded + counts.unchanged + counts.duplicates + counts.quarantined
    assert violations(con) == []
    return counts


def test_a_batch_fills_every_table(path: Path) -> None:
    with writer(path) as con:
        assert run(con, "first", [STRIKE, VISIT, COPY]) == Counts(3, 2, 0, 1, 0)
        assert con.execute("SELECT count(*) FROM sentences").fetchall() == [(3,)]
        assert con.execute("SELECT DISTINCT revision FROM articles").fetchall() == [(1,)]
        assert con.execute("SELECT url, duplicate_of FROM articles WHERE model_version IS NULL").fetchall() == [
            (COPY.url, stable_id(STRIKE.url))
        ]
        [(event,)] = con.execute("SELECT events FROM events WHERE event_type = 'ASSAULT'").fetchall()
        assert event["actor_country"] == "IRQ"
        assert event["recipient_name"] == "إيران"
        assert (event["place_name"], event["latitude"], event["longitude"]) == ("بغداد", 33.34, 44.4)
        assert (event["event_mode"], event["intensity"]) == ("heavy-weapons", -9.5)
        assert (event["mention_count"], event["article_count"], event["source_count"]) == (1, 1, 2)
        [(state, finished)] = con.execute("SELECT state, finished_at IS NOT NULL FROM loads").fetchall()
        assert (state, finished) == ("completed", True)


def test_reports_of_one_event_are_one_event(path: Path) -> None:
    other = Record("https://c.example/3", "خبر آخر. العراق هاجم إيران.", source="ج")
    third = Record("https://c.example/4", "العراق قصف بغداد إيران.", source="ج")
    with writer(path) as con:
        run(con, "one", [STRIKE, VISIT])
        run(con, "two", [other, third])
        found = con.execute(
            "SELECT mention_count, article_count, source_count, event_mode FROM events WHERE event_type = 'ASSAULT'"
        ).fetchall()
        assert found == [(3, 3, 2, "heavy-weapons")]


def test_a_second_load_changes_nothing_but_loads(path: Path) -> None:
    with writer(path) as con:
        run(con, "first", [STRIKE, VISIT], [COPY, STRIKE])
        before = contents(con)
        assert run(con, "second", [STRIKE, VISIT, COPY]) == Counts(3, 0, 3, 0, 0)
        assert contents(con) == before


def test_a_batch_sent_twice_is_counted_once(path: Path) -> None:
    with writer(path) as con:
        load_id = begin_load(con, "killed", model_version="toy-1")
        first = load(con, load_id, [[STRIKE, COPY], [VISIT]])
        before = contents(con, "loads", "articles")
        assert begin_load(con, "killed") == load_id
        assert load(con, load_id, [[STRIKE, COPY], [VISIT]]) == first
        assert contents(con, "loads", "articles") == before
        assert load_counts(con, load_id) == Counts(3, 2, 0, 1, 0)


def test_a_record_given_twice_in_a_run_is_a_duplicate_wherever_the_batches_are_cut(path: Path) -> None:
    with writer(path) as con:
        assert run(con, "a", [STRIKE, STRIKE], [STRIKE]) == Counts(3, 1, 0, 2, 0)
        assert run(con, "b", [STRIKE, STRIKE], [STRIKE]) == Counts(3, 0, 3, 0, 0)
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]


def test_a_changed_article_replaces_its_rows_and_keeps_the_old_revision(path: Path) -> None:
    with writer(path) as con:
        run(con, "first", [STRIKE, VISIT])
        assert run(con, "second", [REVISED, VISIT]) == Counts(2, 1, 1, 0, 0)
        assert con.execute("SELECT text, revision FROM articles WHERE url = $1", [STRIKE.url]).fetchall() == [
            (REVISED.text, 2)
        ]
        assert con.execute("SELECT text, revision, model_version FROM article_revisions").fetchall() == [
            (STRIKE.text, 1, "toy-1")
        ]
        assert con.execute("SELECT event_type, recipient_country FROM events ORDER BY ALL").fetchall() == [
            ("ASSAULT", "LBN"),
            ("CONSULT", "LBN"),
        ]
        # Going back to an earlier text is no news.
        assert run(con, "third", [STRIKE]) == Counts(1, 0, 1, 0, 0)


def test_versions_overtaken_within_a_batch_are_kept_as_revisions(path: Path) -> None:
    last = Record(STRIKE.url, "مصر عاقب إيران.")
    with writer(path) as con:
        assert run(con, "one", [STRIKE, REVISED, last]) == Counts(3, 3, 0, 0, 0)
        assert con.execute("SELECT text, revision FROM articles").fetchall() == [(last.text, 3)]
        assert con.execute("SELECT text, revision FROM article_revisions ORDER BY revision").fetchall() == [
            (STRIKE.text, 1),
            (REVISED.text, 2),
        ]
        assert con.execute("SELECT event_type FROM events").fetchall() == [("SANCTION",)]
        assert run(con, "two", [STRIKE, REVISED, last]) == Counts(3, 0, 3, 0, 0)


def test_an_article_that_becomes_a_copy_loses_what_was_read_from_it(path: Path) -> None:
    with writer(path) as con:
        run(con, "one", [STRIKE, VISIT])
        assert run(con, "two", [Record(VISIT.url, STRIKE.text)]) == Counts(1, 0, 0, 1, 0)
        rows = con.execute("SELECT duplicate_of, revision FROM articles WHERE url = $1", [VISIT.url]).fetchall()
        assert rows == [(stable_id(STRIKE.url), 2)]


def test_races_are_decided_inside_the_transaction(path: Path) -> None:
    """Two runs select the same records before either has loaded them."""
    records = [STRIKE, VISIT, COPY]
    raw = raw_articles(records)
    with writer(path) as con:
        one, two = (begin_load(con, name, model_version="toy-1") for name in ("one", "two"))
        batches = [make_batch(records, select_new(raw, KNOWN.to_frame(), load_id)) for load_id in (one, two)]
        assert load_batch(con, one, batches[0]) == Counts(3, 2, 0, 1, 0)
        settle(con)
        before = contents(con)
        assert load_batch(con, two, batches[1]) == Counts(3, 0, 3, 0, 0)
        assert contents(con) == before
        changed = [REVISED, Record("https://d.example/5", VISIT.text)]
        late = make_batch(changed, select_new(raw_articles(changed), KNOWN.to_frame(), two), number=2)
        assert load_batch(con, two, late) == Counts(2, 1, 0, 1, 0)
        settle(con)
        assert violations(con) == []


def test_quarantined_records_are_kept_once_and_counted_each_time(path: Path) -> None:
    records = [STRIKE, VISIT]
    raw = raw_articles(records)
    seen = []
    with writer(path) as con:
        for name in ("one", "two"):
            load_id = begin_load(con, name)
            selection = select_new(raw, known_in(con, raw), load_id)
            batch = make_batch(records, selection, failed=[VISIT.url], unreadable=2)
            seen.append((load_batch(con, load_id, batch), contents(con, "quarantine")))
        assert [counts for counts, _ in seen] == [Counts(4, 1, 0, 0, 3), Counts(4, 0, 1, 0, 3)]
        assert seen[0][1] == seen[1][1]
        assert len(seen[0][1]["quarantine"]) == 3
        settle(con)
        assert violations(con) == []


def test_a_copy_is_not_stored_unread_when_its_original_fails_on_the_way(path: Path) -> None:
    second = Record("https://e.example/6", STRIKE.text)
    records = [STRIKE, COPY, second, VISIT]
    raw = raw_articles(records)
    with writer(path) as con:
        load_id = begin_load(con, "one")
        batch = make_batch(records, select_new(raw, known_in(con, raw), load_id), failed=[STRIKE.url])
        assert load_batch(con, load_id, batch) == Counts(4, 1, 0, 0, 3)
        assert con.execute("SELECT reason, count(*) FROM quarantine GROUP BY ALL ORDER BY ALL").fetchall() == [
            ("not_arabic", 1),
            ("not_read", 2),
        ]
        settle(con)
        assert violations(con) == []
        assert run(con, "two", records) == Counts(4, 1, 1, 2, 0)


def test_a_record_lost_on_the_way_is_an_error(path: Path) -> None:
    raw = raw_articles([STRIKE, VISIT])
    with writer(path) as con:
        load_id = begin_load(con, "one")
        batch = make_batch([STRIKE, VISIT], select_new(raw, known_in(con, raw), load_id))
        with pytest.raises(ValueError, match="2 records were to be stored, but 1 articles and 0 quarantined"):
            load_batch(con, load_id, batch._replace(articles=batch.articles.head(1)))


def test_a_batch_that_fails_midway_leaves_nothing(path: Path) -> None:
    raw = raw_articles([REVISED, COPY])
    with writer(path) as con:
        run(con, "one", [STRIKE])
        before = contents(con)
        load_id = begin_load(con, "two")
        batch = make_batch([REVISED, COPY], select_new(raw, known_in(con, raw), load_id))
        # Refused by the last table but one that is written, after the old revision was put away.
        holes = batch.event_participants.with_columns(text=pl.lit(None, pl.String))
        with pytest.raises(duckdb.ConstraintException):
            load_batch(con, load_id, batch._replace(event_participants=holes))
        twice = pl.concat([batch.event_mentions, batch.event_mentions])
        with pytest.raises(ValueError, match="event_mention_id stands twice"):
            load_batch(con, load_id, batch._replace(event_mentions=twice))
        assert contents(con) == before
        assert load_counts(con, load_id) == Counts(0, 0, 0, 0, 0)
        assert load_batch(con, load_id, batch) == Counts(2, 1, 0, 1, 0)
        settle(con)
        assert violations(con) == []


def test_a_load_must_be_begun(path: Path) -> None:
    raw = raw_articles([STRIKE])
    with writer(path) as con:
        batch = make_batch([STRIKE], select_new(raw, KNOWN.to_frame(), 1))
        with pytest.raises(ValueError, match="not begun"):
            load_batch(con, 1, batch)


def test_a_kill_inside_the_transaction_leaves_what_was_committed(path: Path) -> None:
    with writer(path) as con:
        run(con, "one", [STRIKE])
        before = contents(con)
    code = """
        import os, signal, sys
        sys.path.insert(0, sys.argv[2])
        from toy_news import Record, make_batch, raw_articles
        from tasks.load import load as module
        from tasks.load.select import select_new
        from warehouse.connection import writer
        from warehouse.query import known_in

        module.find_copies = lambda con: os.kill(os.getpid(), signal.SIGKILL)
        records = [Record("https://a.example/1", "العراق قصف لبنان في بيروت."), Record("https://x.example", "خبر.")]
        with writer(sys.argv[1]) as con:
            load_id = module.begin_load(con, "two")
            raw = raw_articles(records)
            module.load_batch(con, load_id, make_batch(records, select_new(raw, known_in(con, raw), load_id)))
    """
    here = str(Path(__file__).parent)
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(path), here], cwd=Path.cwd(), check=False)
    assert killed.returncode == -signal.SIGKILL
    with writer(path) as con:
        assert contents(con) == before
        assert con.execute("SELECT state, records_seen FROM loads ORDER BY started_at").fetchall() == [
            ("completed", 1),
            ("running", 0),
        ]
        assert run(con, "two", [REVISED]) == Counts(1, 1, 0, 0, 0)
    assert not os.path.exists(f"{path}.wal")  # noqa: PTH110


def test_what_a_killed_load_touched_is_consolidated_with_the_next(path: Path) -> None:
    with writer(path) as con:
        run(con, "one", [STRIKE, VISIT])
        raw = raw_articles([REVISED])
        load_id = begin_load(con, "killed", model_version="toy-1")
        load_batch(con, load_id, make_batch([REVISED], select_new(raw, known_in(con, raw), load_id)))
        assert violations(con) != []
        run(con, "two", [VISIT])
        assert con.execute("SELECT event_type, recipient_country FROM events ORDER BY ALL").fetchall() == [
            ("ASSAULT", "LBN"),
            ("CONSULT", "LBN"),
        ]


def test_known_articles_sees_the_batch_loaded_just_now(path: Path) -> None:
    raw = raw_articles([STRIKE, VISIT, COPY])
    assert known_articles(path.with_name("none.duckdb"), raw).schema == KNOWN
    assert known_articles(path, raw).is_empty()
    with writer(path) as con:
        run(con, "one", [STRIKE, VISIT])
        run(con, "two", [REVISED])
    known = known_articles(path, raw)
    assert known.schema == KNOWN
    assert known.height == 3
    decisions = select_new(raw, known, stable_id("three")).decisions
    assert decisions["decision"].to_list() == ["unchanged", "unchanged", "duplicate"]
