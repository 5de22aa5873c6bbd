"""Asking the warehouse: SQL from people on the snapshot, and what the load needs to know of stored articles."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from warehouse.connection import attached, reader, snapshot_path
from warehouse.errors import QueryError, WarehouseDamaged, WarehouseError, WarehouseLocked, is_broken

KNOWN = pl.Schema(
    {
        "article_id": pl.UInt64,
        "content_hash": pl.UInt64,
        "revision": pl.Int32,
        "duplicate_of": pl.UInt64,
        "load_id": pl.UInt64,
    }
)
"""Stored versions of articles, current and superseded: one row per (article_id, content_hash)."""

_KNOWN_ARTICLES = (Path(__file__).parent / "queries" / "known_articles.sql").read_text("utf-8")
_BATCHES_OF_LOAD = (Path(__file__).parent / "queries" / "batches_of_load.sql").read_text("utf-8")
_READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
# A writer holds the file for less, as a rule; beyond that the snapshot's older answer is cheaper than waiting.
_KNOWN_WAIT = 5.0


def query(
    path: str | os.PathLike[str], sql: str, parameters: Sequence[object] | Mapping[str, object] | None = None
) -> pl.DataFrame:
    """Answer one SELECT (or FROM, SHOW, DESCRIBE, EXPLAIN …) from the snapshot of the warehouse at `path`.

    Args:
        path: the warehouse file.
        sql: one statement that reads.
        parameters: values of its `?`, `$1` or `$name`.

    Returns:
        The rows. Intervals come as text, and sums of integers as Int64 where they fit.

    Raises:
        QueryError: the SQL is wrong, is no query, or more than one.
        WarehouseMissing, WarehouseDamaged, WarehouseTooNew: see `warehouse.connection.reader`.
    """
    with reader(path) as con:
        try:
            statements = con.extract_statements(sql)
            if len(statements) != 1:
                raise QueryError(f"One statement at a time, please; this has {len(statements)}.")
            if statements[0].type not in _READS:
                kind = statements[0].type.name
                raise QueryError(f"Only queries can be run: the snapshot is for reading, and this is {kind}.")
            values = dict(parameters) if isinstance(parameters, Mapping) else list(parameters or [])
            return _frame(con.sql(sql, params=values or None))
        except duckdb.Error as error:
            if is_broken(error):
                raise WarehouseDamaged(
                    f"{snapshot_path(path)} is damaged. Delete it; the next load publishes it anew."
                ) from error
            raise QueryError(str(error).strip()) from error
        except pl.exceptions.PolarsError as error:
            raise QueryError(f"The result has a type that cannot be shown; cast it to VARCHAR. {error}") from error


def known_articles(path: str | os.PathLike[str], candidates: pl.DataFrame) -> pl.DataFrame:
    """Tell which versions of the `candidates`, and of articles with their contents, are stored already.

    Reads the warehouse itself, so that what the same run loaded a batch ago is seen; if a writer keeps it for
    long, the snapshot. Either may be out of date a moment later: whoever writes must look again, inside its
    transaction (`known_in`).

    Args:
        path: the warehouse file; nothing is known if there is none.
        candidates: any frame with the columns article_id and content_hash.

    Returns:
        A frame of `KNOWN`.

    Raises:
        WarehouseDamaged, WarehouseTooNew: the warehouse cannot be read.
    """
    path = Path(path)
    try:
        return _known(path, candidates, wait=_KNOWN_WAIT)
    except WarehouseLocked:
        return _known(snapshot_path(path), candidates, wait=0)


def batches_of_load(path: str | os.PathLike[str], load_id: int) -> set[int]:
    """Numbers of the batches that a load has brought into the warehouse at `path`, as it is now.

    Raises:
        WarehouseLocked: a writer holds it for long.
        WarehouseDamaged, WarehouseTooNew: it cannot be read.
    """
    with attached(Path(path), read_only=True, spill=f"{path}.tmp") as con:
        return {int(number) for (number,) in con.execute(_BATCHES_OF_LOAD, {"load_id": load_id}).fetchall()}


def known_in(con: duckdb.DuckDBPyConnection, candidates: pl.DataFrame) -> pl.DataFrame:
    """`known_articles` on a connection to a warehouse: inside a transaction, the last word on the matter."""
    con.register("candidates", candidates.select("article_id", "content_hash"))
    known: pl.DataFrame = con.sql(_KNOWN_ARTICLES).pl()
    con.unregister("candidates")
    return known


def _known(path: Path, candidates: pl.DataFrame, wait: float) -> pl.DataFrame:
    if not path.exists():
        return KNOWN.to_frame()
    with attached(path, read_only=True, wait=wait, spill=f"{path}.tmp") as con:
        try:
            return known_in(con, candidates)
        except duckdb.CatalogException:  # killed before its first migration was in: it holds nothing
            return KNOWN.to_frame()
        except duckdb.Error as error:
            raise WarehouseError(f"{path} cannot be read: {error}") from error


def _frame(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    intervals = {
        column: f'"{column.replace(chr(34), chr(34) * 2)}"'
        for column, dtype in zip(relation.columns, relation.types, strict=True)
        if str(dtype) == "INTERVAL"
    }
    if intervals:
        shown = ", ".join(f"{name}::VARCHAR AS {name}" for name in intervals.values())
        relation = relation.project(f"* REPLACE ({shown})")
    frame: pl.DataFrame = relation.pl()
    # DuckDB sums integers in 128 bits, which polars can only hold as decimals; no count of ours is that large.
    wide = [name for name, dtype in frame.schema.items() if dtype == pl.Decimal(38, 0)]
    for name in wide:
        narrow = frame[name].cast(pl.Int64, strict=False)
        if narrow.null_count() == frame[name].null_count():
            frame = frame.with_columns(narrow)
    return frame
