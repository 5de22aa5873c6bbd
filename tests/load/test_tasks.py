"""What the tasks of loading add to the functions that they wrap."""

from pathlib import Path

import duckdb
import pytest

from tasks.load import tasks
from tasks.load.load import Counts

NOTHING = Counts(0, 0, 0, 0, 0)


def test_what_cannot_be_done_with_little_memory_is_done_with_more(path: Path) -> None:
    given = []

    def work(con: duckdb.DuckDBPyConnection) -> Counts:
        given.append(con.execute("SELECT current_setting('memory_limit')").fetchall()[0][0])
        con.execute("SELECT length(string_agg(repeat('x', 1_000_000), '')) FROM range(200)").fetchall()
        return NOTHING

    assert tasks._write(path, work) == NOTHING
    assert given == ["122.0 MiB", "953.6 MiB"]


def test_what_no_memory_suffices_for_is_told(path: Path) -> None:
    def work(con: duckdb.DuckDBPyConnection) -> Counts:
        con.execute("SELECT list(repeat('x', 1_000)) FROM range(2_000_000)").fetchall()
        return NOTHING

    with pytest.raises(duckdb.OutOfMemoryException):
        tasks._write(path, work)
