"""Upkeep of the file: how complete sources are, retention, room given back, backup and restore, export."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from warehouse.backup import back_up, restore
from warehouse.check import run_checks
from warehouse.compact import compact
from warehouse.completeness import count_source_days
from warehouse.connection import reader, writer
from warehouse.describe import describe
from warehouse.errors import QueryError, WarehouseDamaged, WarehouseError, WarehouseMissing
from warehouse.export import export
from warehouse.publish import publish
from warehouse.query import query
from warehouse.retention import apply_retention

TODAY = date(2026, 3, 31)
# Ten articles a day for six weeks, but two yesterday (the 30th), of source أ; source ب ended long ago.
NEWS = """
INSERT INTO loads VALUES (9, 'run', 'name', now() - INTERVAL 3 DAYS, now() - INTERVAL 3 DAYS, 'completed', 1, 0, 1, 0,
    0, '0.1', 'm1');
INSERT INTO load_batches VALUES (9, 1, 1, 0, 1, 0, 0, now());
INSERT INTO loads SELECT 10, * EXCLUDE (load_id) FROM loads;
INSERT INTO load_batches SELECT 10, * EXCLUDE (load_id) FROM load_batches;
INSERT INTO articles BY NAME
SELECT 100 * day + number AS article_id, 'أ' AS source, 'o' AS origin, 'متن طويل' AS text, 'x' AS text_search,
    timezone('UTC', DATE '2026-02-17' + day::INTEGER) AS published_at, article_id AS content_hash, 1 AS revision,
    'm1' AS model_version, 9 AS load_id
FROM range(42) AS days(day), range(10) AS numbers(number)
WHERE day < 41 OR number < 2;
INSERT INTO articles BY NAME
SELECT * REPLACE (article_id + 10000 AS article_id, 'ب' AS source, published_at - INTERVAL 1 YEAR AS published_at)
FROM articles WHERE article_id < 4000;
INSERT INTO article_revisions
SELECT * REPLACE (content_hash + 50000 AS content_hash) FROM articles WHERE article_id = 7;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "marsad.duckdb"
    with writer(path) as con:
        con.execute(NEWS)
        assert run_checks(con, "error")["violations"].sum() == 0
    publish(path)
    return path


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    with writer(path) as con:
        return con.execute(sql).fetchall()


def test_days_of_a_source_are_counted_beside_what_is_usual(path: Path) -> None:
    with writer(path) as con:
        count_source_days(con, TODAY)
        low = count_source_days(con, TODAY)
    assert low.rows() == [("أ", TODAY - timedelta(1), 2, 10.0)]
    days = ask(path, "FROM source_days WHERE source = 'أ' ORDER BY day")
    assert len(days) == 42
    assert {row[3] for row in days[:28]} == {None}
    assert {row[3] for row in days[28:]} == {10.0}
    [(last, articles, lows)] = ask(
        path, "SELECT max(day), sum(articles), count(*) FILTER (is_low) FROM source_days WHERE source = 'ب'"
    )
    # Missed for the four weeks in which its last articles are what is usual, and then no more.
    assert (last, articles) == (date(2025, 2, 17) + timedelta(39 + 28), 400)
    assert lows in range(7, 22)


def test_a_day_that_is_not_over_is_not_looked_at(path: Path) -> None:
    with writer(path) as con:
        low = count_source_days(con, TODAY - timedelta(1))
    assert low.is_empty()


def test_small_or_new_sources_are_never_low(path: Path) -> None:
    with writer(path) as con:
        con.execute("DELETE FROM articles WHERE article_id % 100 > 2")
        assert count_source_days(con, TODAY).is_empty()
        con.execute("DELETE FROM articles WHERE published_at < '2026-03-10'")
        assert count_source_days(con, TODAY).is_empty()


def test_all_is_kept_unless_a_policy_says_otherwise(path: Path) -> None:
    before = ask(path, "SELECT count(*), min(length(text)) FROM articles")
    with writer(path) as con:
        assert apply_retention(con, {"text_days": None, "quarantine_days": None, "load_days": None}) == {}
    assert ask(path, "SELECT count(*), min(length(text)) FROM articles") == before


def test_retention(path: Path) -> None:
    with writer(path) as con:
        con.execute("INSERT INTO quarantine BY NAME SELECT n AS quarantine_id, 9 AS load_id, 'read' AS stage,"
                    " 'x' AS reason, now() - to_days(n) AS first_seen_at, false AS resolved"
                    " FROM (SELECT range::INTEGER AS n FROM range(10))")  # fmt: skip
        con.execute("UPDATE articles SET published_at = now() WHERE article_id = 1")
        con.execute("UPDATE articles SET published_at = NULL WHERE article_id IN (2, 3)")
        con.execute("UPDATE loads SET started_at = now() - INTERVAL 40 DAYS WHERE load_id = 10")
        con.execute("UPDATE articles SET load_id = 10 WHERE article_id = 3")
        let_go = apply_retention(con, {"text_days": 30, "quarantine_days": 5, "load_days": 2})
        assert run_checks(con, "error")["violations"].sum() == 0
    kept = ask(path, "SELECT article_id, text_search FROM articles WHERE text <> '' ORDER BY ALL")
    assert kept == [(1, "x"), (2, "x")]
    [(articles,)] = ask(path, "SELECT count(*) FROM articles")
    assert let_go == {"text_days": articles - 2 + 1, "quarantine_days": 5, "load_days": 0}
    with writer(path) as con:
        con.execute("UPDATE articles SET load_id = 9 WHERE article_id = 3")
        assert apply_retention(con, {"load_days": 2})["load_days"] == 2  # the load, and its batch
        assert run_checks(con, "error")["violations"].sum() == 0
    assert ask(path, "SELECT load_id FROM loads") == [(9,)]


def test_room_is_given_back_and_nothing_else_changes(path: Path) -> None:
    with writer(path) as con:
        con.execute(
            "INSERT INTO entities (entity_id, name) SELECT range, repeat(hash(range)::VARCHAR, 9) FROM range(200000)"
        )
    with writer(path) as con:
        con.execute("DELETE FROM entities")
    with writer(path) as con:
        page, version = describe(con), con.execute("FROM schema_version").fetchall()
    before = path.stat().st_size
    assert compact(path, enough_bytes=1 << 30) == 0
    given_back = compact(path, enough_bytes=1 << 20)
    assert given_back == before - path.stat().st_size
    assert given_back > before / 2
    with writer(path) as con:
        assert describe(con) == page
        assert con.execute("FROM schema_version").fetchall() == version
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(812,)]
        assert con.execute("SELECT count(*) FROM search_articles('x')").fetchall() == [(812,)]
    assert compact(path, enough_bytes=0) == 0
    assert list(path.parent.glob("*.compact*")) == []
    publish(path)


def test_a_backup_is_whole_and_can_be_checked_by_anybody(path: Path, tmp_path: Path) -> None:
    made = back_up(path, tmp_path / "backups")
    assert (made.articles, made.size) == (812, made.path.stat().st_size)
    assert sorted(file.suffix for file in made.path.parent.iterdir()) == [".duckdb", ".sha256"]
    subprocess.run(["sha256sum", "--quiet", "-c", f"{made.path.name}.sha256"], cwd=made.path.parent, check=True)


def test_a_restored_warehouse_is_that_of_the_backup(path: Path, tmp_path: Path) -> None:
    made = back_up(path, tmp_path)
    with writer(path) as con:
        con.execute("DELETE FROM articles")
    publish(path)
    with pytest.raises(WarehouseError, match="--replace"):
        restore(made.path, path)
    assert ask(path, "SELECT count(*) FROM articles") == [(0,)]
    restored = restore(made.path, path, replace=True)
    assert (restored.path, restored.sha256) == (path, made.sha256)
    assert query(path, "SELECT count(*) FROM articles").item() == 812
    [kept] = path.parent.glob("marsad.replaced-*.duckdb")
    with writer(kept) as con:
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(0,)]
    elsewhere = tmp_path / "new" / "other.duckdb"
    restore(made.path, elsewhere)
    with reader(elsewhere) as con:
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(812,)]


@pytest.mark.parametrize("harm", ["byte", "cut", "no checksum"])
def test_a_damaged_backup_is_refused_and_the_warehouse_kept(path: Path, tmp_path: Path, harm: str) -> None:
    made = back_up(path, tmp_path)
    content = made.path.read_bytes()
    match harm:
        case "byte":
            made.path.write_bytes(content[:9000] + bytes([content[9000] ^ 1]) + content[9001:])
        case "cut":
            made.path.write_bytes(content[:-1])
        case "no checksum":
            made.path.with_name(made.path.name + ".sha256").unlink()
    before = path.read_bytes()
    with pytest.raises(WarehouseDamaged):
        restore(made.path, path, replace=True)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.restored"))


def test_nothing_to_back_up(tmp_path: Path) -> None:
    for work in (lambda path: back_up(path, tmp_path), compact, lambda path: export(path, "events", "csv", "x.csv")):
        with pytest.raises(WarehouseMissing):
            work(tmp_path / "none.duckdb")


@pytest.mark.parametrize("to", ["parquet", "csv", "jsonl"])
@pytest.mark.parametrize("relation", ["articles", "source_volume"])
def test_an_export_holds_every_row(path: Path, tmp_path: Path, to: str, relation: str) -> None:
    out = tmp_path / f"it's.{to}"
    rows = export(path, relation, to, out)  # type: ignore[arg-type]
    assert rows == query(path, f"SELECT count(*) FROM {relation}").item()
    read = {"parquet": pl.read_parquet, "csv": pl.read_csv, "jsonl": pl.read_ndjson}[to](out)
    assert read.height == rows
    assert set(read["source"]) == {"أ", "ب"}
    assert {file.name for file in tmp_path.iterdir()} == {"data", out.name}


def test_only_what_is_there_can_be_exported(path: Path, tmp_path: Path) -> None:
    for relation in ("nothing", "(SELECT 1)", "duckdb_settings"):
        with pytest.raises(QueryError, match="there are"):
            export(path, relation, "csv", tmp_path / "x.csv")
    with pytest.raises(WarehouseError, match="cannot be written"):
        export(path, "events", "csv", tmp_path / "no" / "x.csv")
