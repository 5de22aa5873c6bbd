"""How complete the news are: articles a source and day, beside what that source usually delivers on that weekday."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from warehouse.transaction import transaction

_QUERIES = Path(__file__).parent / "queries"
_COUNT = (_QUERIES / "count_source_days.sql").read_text("utf-8")
_LOW = (_QUERIES / "low_sources.sql").read_text("utf-8")


def count_source_days(con: duckdb.DuckDBPyConnection, today: date) -> pl.DataFrame:
    """Make the table `source_days` anew, and tell which sources delivered little yesterday.

    Args:
        con: a connection of `warehouse.connection.writer`.
        today: the day (UTC) that is not over yet, and is not looked at.

    Returns:
        The columns source, day, articles and expected: one row for each source with less than half of its usual.
    """
    with transaction(con):
        for statement in con.extract_statements(_COUNT):
            con.execute(statement, {"today": today} if statement.named_parameters else None)
    low: pl.DataFrame = con.sql(_LOW, params={"today": today}).pl()
    return low
