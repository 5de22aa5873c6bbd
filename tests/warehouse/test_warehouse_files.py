"""The file: made, migrated, locked, broken, newer; and the snapshot that everybody reads."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb
import polars as pl
import pytest

from warehouse import migrate as migrate_module
from warehouse.check import run_checks
from warehouse.connection import reader, snapshot_path, writer
from warehouse.errors import (
    QueryError,
    WarehouseDamaged,
    WarehouseError,
    WarehouseLocked,
    WarehouseMissing,
    WarehouseTooNew,
)
from warehouse.publish import publish
from warehouse.query import query

INSERT = "INSERT INTO entities (entity_id, name) VALUES ($1, $2)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "marsad.duckdb"
    with writer(path) as con:
        con.execute(INSERT, [1, "بغداد"])
    return path


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Hold the warehouse from another process until the block ends."""
    code = """
        import sys
        from warehouse.connection import writer
        with writer(sys.argv[1]):
            print("held", flush=True)
            sys.stdin.read()
    """
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield holder
    finally:
        holder.communicate()


def test_opening_makes_the_folder_and_the_tables_once(path: Path) -> None:
    migrations = sorted(file.stem for file in (Path(migrate_module.__file__).parent / "schema").glob("*.sql"))
    with writer(path) as con:
        assert con.execute("SELECT version, name FROM schema_version").fetchall() == list(enumerate(migrations, 1))
        assert con.execute("SELECT name FROM entities").fetchall() == [("بغداد",)]
    before = path.stat().st_mtime_ns
    with writer(path):
        pass
    assert path.stat().st_mtime_ns == before


def test_what_is_not_committed_is_undone(path: Path) -> None:
    with pytest.raises(RuntimeError), writer(path) as con:
        con.execute("BEGIN")
        con.execute(INSERT, [2, "بيروت"])
        raise RuntimeError
    with writer(path) as con:
        assert con.execute("SELECT count(*) FROM entities").fetchall() == [(1,)]


def test_the_file_can_be_read_by_both_lines_of_duckdb(path: Path) -> None:
    publish(path)
    for file in (path, snapshot_path(path)):
        with duckdb.connect(str(file), read_only=True) as con:
            [(tags,)] = con.execute("SELECT tags FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
            assert tags["storage_version"].startswith("v1.5.0")


def test_a_writer_waits_for_another_process_and_then_says_who_it_is(path: Path) -> None:
    with held(path) as holder:
        started = time.monotonic()
        with pytest.raises(WarehouseLocked, match=rf"in use by process {holder.pid}"), writer(path, wait=0.5):
            pass
        assert time.monotonic() - started > 0.4
        threading.Timer(0.3, holder.stdin.close).start()  # type: ignore[union-attr]
        with writer(path) as con:
            assert con.execute("SELECT count(*) FROM entities").fetchall() == [(1,)]
        holder.stdin = None


def test_a_writer_waits_for_another_thread_too(path: Path) -> None:
    with writer(path), pytest.raises(WarehouseLocked, match="this process"), writer(path, wait=0.1):
        pass


def test_reading_goes_on_while_a_writer_holds_the_warehouse(path: Path) -> None:
    publish(path)
    with held(path):
        assert query(path, "SELECT name FROM entities").item() == "بغداد"


def test_a_reader_is_undisturbed_by_a_new_snapshot_and_the_next_one_sees_it(path: Path) -> None:
    assert publish(path)
    with reader(path) as old:
        with writer(path) as con:
            con.execute(INSERT, [2, "بيروت"])
        assert publish(path)
        assert old.execute("SELECT count(*) FROM entities").fetchall() == [(1,)]
        assert query(path, "SELECT count(*) FROM entities").item() == 2


def test_publishing_again_does_nothing_until_something_changes(path: Path) -> None:
    assert publish(path)
    published = snapshot_path(path).stat()
    assert not publish(path)
    assert snapshot_path(path).stat() == published
    with writer(path) as con:
        con.execute(INSERT, [2, "بيروت"])
    assert publish(path)


def test_the_warehouse_is_held_until_the_snapshot_is_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import duckdb, sys; duckdb.connect(sys.argv[1])"
    refused = []

    def copy(source: BinaryIO, target: BinaryIO, _size: int) -> None:
        target.write(source.read())
        refused.append(subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=False))

    monkeypatch.setattr("warehouse.publish.shutil.copyfileobj", copy)
    assert publish(path)
    assert b"Could not set lock" in refused[0].stderr


def test_a_full_disk_leaves_the_old_snapshot(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def copy(*_: object) -> None:
        raise OSError(28, "No space left on device")

    publish(path)
    with writer(path) as con:
        con.execute(INSERT, [2, "بيروت"])
    monkeypatch.setattr("warehouse.publish.shutil.copyfileobj", copy)
    with pytest.raises(WarehouseError, match="cannot be written: No space left"):
        publish(path)
    assert query(path, "SELECT count(*) FROM entities").item() == 1
    assert sorted(file.name for file in path.parent.iterdir()) == ["marsad.duckdb", "marsad.read.duckdb"]


def test_leftovers_of_a_killed_publisher_are_cleared(path: Path) -> None:
    leftover = path.with_name("marsad.read.duckdb.tmp")
    leftover.write_bytes(b"half a snapshot")
    assert publish(path)
    assert sorted(file.name for file in path.parent.iterdir()) == ["marsad.duckdb", "marsad.read.duckdb"]


def test_the_snapshot_has_everything_the_warehouse_has(path: Path) -> None:
    definitions = """
        SELECT 'table', table_name, comment FROM duckdb_tables() WHERE NOT internal
        UNION ALL
        SELECT 'view', view_name, comment FROM duckdb_views() WHERE NOT internal
        UNION ALL
        SELECT 'macro', function_name, comment FROM duckdb_functions() WHERE NOT internal
        UNION ALL
        SELECT 'column', table_name || '.' || column_name || ' ' || data_type, comment
        FROM duckdb_columns() WHERE NOT internal
        ORDER BY ALL
    """
    publish(path)
    with writer(path) as con:
        expected = con.execute(definitions).fetchall()
    assert query(path, definitions).rows() == expected
    with reader(path) as con:
        assert run_checks(con)["violations"].sum() == 0


def test_views_are_defined_anew_when_their_text_changes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    for folder in ("schema", "macros", "views"):
        (code / folder).mkdir(parents=True)
        for file in (Path(migrate_module.__file__).parent / folder).glob("*.sql"):
            (code / folder / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (code / "views" / "dyads.sql").write_text("CREATE OR REPLACE VIEW dyads AS SELECT 'other' AS dyad;", "utf-8")
    monkeypatch.setattr(migrate_module, "_HERE", code)
    with writer(path) as con:
        assert con.execute("FROM dyads").fetchall() == [("other",)]


def test_a_newer_schema_is_refused(path: Path) -> None:
    with writer(path) as con:
        con.execute("INSERT INTO schema_version VALUES (999, 'later', now())")
    with pytest.raises(WarehouseTooNew, match="schema version 999"), writer(path):
        pass


def test_a_migration_that_fails_leaves_the_schema_as_it_was(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    (code / "schema").mkdir(parents=True)
    with writer(path) as con:
        [(version,)] = con.execute("SELECT max(version) FROM schema_version").fetchall()
    for number in range(1, version + 1):
        (code / "schema" / f"{number:04}_done.sql").write_text("", "utf-8")
    broken = code / "schema" / f"{version + 1:04}_broken.sql"
    broken.write_text("CREATE TABLE half (a INTEGER); FROM nowhere;", "utf-8")
    monkeypatch.setattr(migrate_module, "_HERE", code)
    with pytest.raises(duckdb.CatalogException), writer(path):
        pass
    monkeypatch.undo()
    with writer(path) as con:
        assert con.execute("SELECT max(version) FROM schema_version").fetchall() == [(version,)]
        assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'").fetchall() == [(0,)]


@pytest.mark.parametrize("content", [b"not a database" * 1000, b"\x00" * 8192])
def test_other_files_are_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(WarehouseDamaged, match="not a DuckDB file"), writer(path):
        pass
    assert path.read_bytes() == content


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE articles (id INTEGER)")
    with pytest.raises(WarehouseDamaged, match="not a Marsad warehouse"), writer(path):
        pass


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WarehouseDamaged, match="is a folder"), writer(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WarehouseError, match="cannot be made"), writer(tmp_path / "file" / "marsad.duckdb"):
        pass


def test_a_truncated_snapshot_is_said_to_be_damaged(path: Path) -> None:
    with writer(path) as con:
        con.execute("INSERT INTO entities (entity_id, name) SELECT range, repeat(range::VARCHAR, 9) FROM range(100000)")
    publish(path)
    os.truncate(snapshot_path(path), 20_000)
    with pytest.raises(WarehouseDamaged, match="is damaged"):
        query(path, "SELECT max(name) FROM entities")


def test_there_is_nothing_to_read_yet(tmp_path: Path) -> None:
    path = tmp_path / "marsad.duckdb"
    with pytest.raises(WarehouseMissing, match="does not exist yet"):
        query(path, "SELECT 1")
    with pytest.raises(WarehouseMissing, match="Fill it first: marsad run PATH"):
        publish(path)
    assert not path.exists()
    with writer(path):
        pass
    with pytest.raises(WarehouseMissing, match="has no snapshot yet"):
        query(path, "SELECT 1")


def test_a_path_with_a_quote(tmp_path: Path) -> None:
    path = tmp_path / "أخبار 'اليوم'" / "it's.duckdb"
    with writer(path) as con:
        con.execute(INSERT, [1, "بغداد"])
    publish(path)
    assert query(path, "SELECT name FROM entities").item() == "بغداد"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DELETE FROM entities", "Only queries can be run"),
        ("CREATE TABLE x (a INTEGER)", "Only queries can be run"),
        ("SET memory_limit = '1TB'", "Only queries can be run"),
        ("COPY entities TO 'out.csv'", "Only queries can be run"),
        ("ATTACH 'other.duckdb'", "Only queries can be run"),
        ("SELECT 1; SELECT 2", "this has 2"),
        ("", "this has 0"),
        ("SELECT wrong FROM entities", "wrong"),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM read_text('/etc/hostname')", "disabled"),
        ("FROM '/etc/hostname'", "hostname"),
        ("SELECT $1", "parameter"),
    ],
)
def test_sql_that_does_not_read_is_refused_in_words(path: Path, sql: str, message: str) -> None:
    publish(path)
    with pytest.raises(QueryError, match=message):
        query(path, sql)
    assert query(path, "SELECT count(*) FROM entities").item() == 1


def test_queries_of_every_kind(path: Path) -> None:
    publish(path)
    assert query(path, "SELECT $1 || 'x' AS a", ["م"]).item() == "مx"
    assert query(path, "SELECT name FROM entities WHERE entity_id = $id", {"id": 1}).item() == "بغداد"
    assert query(path, "FROM entities SELECT sum(entity_id) AS n, 1 AS n").schema == {"n": pl.Int64, "n_1": pl.Int32}
    assert query(path, 'SELECT INTERVAL 1 DAY AS "a ""b"""').rows() == [("1 day",)]
    assert query(path, "SHOW TABLES").height > 10
    assert query(path, "DESCRIBE articles").height == 23
    assert query(path, "EXPLAIN SELECT 1").height == 1
    assert query(path, "SELECT TIMESTAMPTZ '2026-03-01 12:00:00+03' AS at").schema["at"] == pl.Datetime("us", "UTC")
