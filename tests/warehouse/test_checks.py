"""Checks: what each sees, and what becomes of the results. (What breaks the errors: test_warehouse_contract.)"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from warehouse import check as check_module
from warehouse.check import check_warehouse, checks, run_checks
from warehouse.connection import writer
from warehouse.errors import WarehouseMissing
from warehouse.publish import publish
from warehouse.query import query

# 40 days of news, 50 event mentions a day, half of them CONSULT; each with an actor and a place that is known.
NEWS = """
INSERT INTO loads VALUES (9, 'run', 'name', now(), now(), 'completed', 0, 0, 0, 0, 0, '0.1', 'm1');
INSERT INTO entities VALUES (11, 'LOC', 'بغداد', 'Baghdad', 'IRQ', NULL, 98182, 'Q1530', 33.3, 44.4);
INSERT INTO articles BY NAME
SELECT
    day AS article_id, 'وكالة' AS source, 'o' AS origin,
    timezone('UTC', DATE '2026-03-01' + day::INTEGER) AS published_at,
    'نص' AS text, day AS content_hash, 1 AS revision, 'm1' AS model_version, 9 AS load_id
FROM range(40) AS days(day);
INSERT INTO event_mentions BY NAME
SELECT 100 * article_id + number AS event_mention_id, article_id, 'text' AS part, 0 AS sentence_index,
    if(number % 2 = 0, 'CONSULT', 'ASSAULT') AS event_type, 'actual' AS status, 'نص' AS trigger_text,
    0 AS trigger_start, 2 AS trigger_end, published_at::DATE AS event_date, 'نص' AS evidence
FROM articles, range(50) AS numbers(number);
INSERT INTO event_participants BY NAME
SELECT event_mention_id, role, 0 AS position, 0 AS char_start, 2 AS char_end, 'نص' AS text, 11 AS entity_id
FROM event_mentions, (VALUES ('actor'), ('location')) AS roles(role);
"""


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("checks") / "marsad.duckdb"
    with writer(path) as con:
        con.execute(NEWS)
    return path


def broken(path: Path, harm: str) -> dict[str, int]:
    """Warnings that a harm brings about, with how many rows they name; the harm is undone."""
    with writer(path) as con:
        con.execute("BEGIN")
        con.execute(harm)
        found = run_checks(con, "warning")
        con.execute("ROLLBACK")
    return dict(found.filter(pl.col("violations") > 0).select("check", "violations").rows())


def test_every_check_says_what_it_is_and_how_bad() -> None:
    found = checks()
    assert {"unique_ids", "event_types_drift"} <= {check.name for check in found}
    assert [check.severity for check in found] == sorted(check.severity for check in found)
    assert all(check.title.endswith(".") or "`" in check.title for check in found)


def test_a_check_without_a_header_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "mine.sql").write_text("-- What has to hold.\nSELECT 1")
    monkeypatch.setattr(check_module, "_HERE", tmp_path)
    with pytest.raises(ValueError, match=r"mine\.sql has to begin with"):
        checks()


def test_usual_news_bring_no_warning(news: Path) -> None:
    assert broken(news, "SELECT 1") == {}


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (
            "DELETE FROM event_participants WHERE role = 'actor' AND event_mention_id % 5 < 3",
            {"events_without_actor": 1},
        ),
        (
            "UPDATE event_participants SET entity_id = NULL WHERE role = 'location' AND event_mention_id % 5 < 4",
            {"unknown_places": 1},
        ),
        (
            "UPDATE event_mentions SET event_date = event_date + 9 WHERE event_mention_id % 20 = 0",
            {"events_ahead_of_news": 1},
        ),
        (  # of the last week's 350 mentions: too few
            "UPDATE event_mentions SET event_type = 'AID' WHERE article_id >= 33",
            {},
        ),
        (
            "UPDATE event_mentions SET event_type = 'AID' WHERE article_id >= 33;"
            "INSERT INTO event_mentions"
            " SELECT * REPLACE (event_mention_id + 9000 AS event_mention_id) FROM event_mentions",
            {"event_types_drift": 3},
        ),
        ("UPDATE event_mentions SET event_date = '0433-05-01' WHERE event_mention_id = 107", {"event_dates_likely": 1}),
        ("UPDATE articles SET model_version = 'm2' WHERE article_id = 7", {"one_model_version": 2}),
        ("UPDATE loads SET state = 'running', started_at = now() - INTERVAL 25 HOURS", {"loads_end": 1}),
        ("UPDATE loads SET records_seen = 40, loaded = 30, quarantined = 10", {"little_in_quarantine": 1}),
        ("UPDATE loads SET records_seen = 4, loaded = 3, quarantined = 1", {}),
        ("INSERT INTO source_days VALUES ('وكالة', '2026-04-08', 1, 4, true)", {"sources_deliver": 1}),
    ],
)
def test_warnings(news: Path, harm: str, expected: dict[str, int]) -> None:
    assert broken(news, harm) == expected


def test_results_are_kept(tmp_path: Path, news: Path) -> None:
    path = tmp_path / "marsad.duckdb"
    path.write_bytes(news.read_bytes())
    with writer(path) as con:
        con.execute("UPDATE articles SET model_version = 'm2' WHERE article_id = 7")
    publish(path)
    found = check_warehouse(path)
    check_warehouse(path)
    publish(path)
    kept = query(path, "SELECT * FROM check_results WHERE check_name = 'one_model_version'")
    assert kept.height == kept["checked_at"].n_unique() == 2
    assert kept.select("severity", "violations").unique().rows() == [("warning", 2)]
    assert '"m1"' in kept["example"][0]
    assert query(path, "SELECT count(*) FROM check_results").item() == 2 * found.height


def test_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing):
        check_warehouse(tmp_path / "none.duckdb")
    assert not (tmp_path / "none.duckdb").exists()


def test_checks_need_no_rows(tmp_path: Path) -> None:
    with writer(tmp_path / "marsad.duckdb") as con:
        assert isinstance(con, duckdb.DuckDBPyConnection)
        assert run_checks(con)["violations"].sum() == 0
