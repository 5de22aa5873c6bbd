"""Proving the warehouse right: each `checks/*.sql` selects what must not be; a row is a violation."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

CHECKS = pl.Schema({"check": pl.String, "meaning": pl.String, "violations": pl.Int64, "example": pl.String})
"""One row per check; `example` is one violating row as JSON, null where there is none."""


def run_checks(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Run every check on the warehouse or snapshot that `con` has as its default database.

    Returns:
        A frame of `CHECKS`, in order of name; all is well if no `violations` is above 0.
    """
    rows = []
    for file in sorted((Path(__file__).parent / "checks").glob("*.sql")):
        text = file.read_text("utf-8")
        meaning = text.splitlines()[0].removeprefix("--").strip()
        [(violations, example)] = con.execute(
            f"SELECT count(*), min(to_json(violation)::VARCHAR) FROM ({text}) AS violation"  # noqa: S608  our own file
        ).fetchall()
        rows.append((file.stem, meaning, violations, example))
    return pl.DataFrame(rows, schema=CHECKS, orient="row")
