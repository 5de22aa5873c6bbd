"""Proving the warehouse right: each `checks/*.sql` selects what must not be; a row is a violation.

A file begins with what has to hold and how bad it is if it does not:

    -- title: No identifier stands twice in a table.
    -- severity: error

An `error` says that the warehouse is wrong, a `warning` that the news, or what was read of it, is unusual: thresholds
stand in the SQL, where they can be seen and changed. A new file is a new check.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb
import polars as pl

from warehouse.connection import existing, reader, writer

CHECKS = pl.Schema(
    {"check": pl.String, "severity": pl.String, "title": pl.String, "violations": pl.Int64, "example": pl.String}
)
"""One row per check; `example` is one violating row as JSON, null where there is none."""

Severity = Literal["error", "warning"]

_HERE = Path(__file__).parent
_HEADER = re.compile(r"\A-- title: (?P<title>.+)\n-- severity: (?P<severity>error|warning)\n")
_RECORD = (_HERE / "queries" / "record_checks.sql").read_text("utf-8")


class Check(NamedTuple):
    """One file of `checks`."""

    name: str
    severity: Severity
    title: str
    sql: str


def checks() -> list[Check]:
    """All checks, errors first, then in order of name.

    Raises:
        ValueError: a file does not begin with its title and severity.
    """
    found = []
    for file in (_HERE / "checks").glob("*.sql"):
        sql = file.read_text("utf-8")
        header = _HEADER.match(sql)
        if header is None:
            raise ValueError(f"{file.name} has to begin with '-- title: …' and '-- severity: error|warning'")
        found.append(Check(file.stem, header["severity"], header["title"], sql))  # type: ignore[arg-type]
    return sorted(found, key=lambda check: (check.severity, check.name))


def run_checks(con: duckdb.DuckDBPyConnection, severity: Severity | None = None) -> pl.DataFrame:
    """Run the checks on the warehouse or snapshot that `con` has as its default database.

    Args:
        con: any connection.
        severity: only checks of this one; None for all.

    Returns:
        A frame of `CHECKS`; all is well if no `violations` is above 0.
    """
    rows = []
    for check in checks():
        if severity in (None, check.severity):
            [(violations, example)] = con.execute(
                f"SELECT count(*), min(to_json(violation)::VARCHAR) FROM ({check.sql}) AS violation"  # noqa: S608  ours
            ).fetchall()
            rows.append((check.name, check.severity, check.title, violations, example))
    return pl.DataFrame(rows, schema=CHECKS, orient="row")


def check_warehouse(path: str | os.PathLike[str]) -> pl.DataFrame:
    """Run all checks on the snapshot of the warehouse at `path`, and keep the results in its table `check_results`.

    The snapshot, because that is what people are shown, and because checking holds nobody up. The results are in the
    snapshot that is published next.

    Returns:
        A frame of `CHECKS`.

    Raises:
        WarehouseMissing: there is no warehouse, or no snapshot of it.
        WarehouseError: it cannot be read or written.
    """
    with reader(existing(path)) as con:
        found = run_checks(con)
    with writer(path) as con:
        con.register("found", found)
        con.execute(_RECORD, {"checked_at": datetime.now(UTC)})
    return found
