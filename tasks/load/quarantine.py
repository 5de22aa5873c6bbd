"""What becomes of quarantined records in the warehouse: tried again, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from warehouse.transaction import transaction

_SQL = Path(__file__).parent / "sql"
_SETTLE = (_SQL / "settle_replay.sql").read_text("utf-8")
_DROP = (_SQL / "drop_quarantined.sql").read_text("utf-8")


def settle_replay(
    con: duckdb.DuckDBPyConnection, load_id: int, quarantine_ids: Sequence[int], failures: pl.DataFrame
) -> None:
    """Note of the rows that a load has tried again which are resolved, and of the others why not.

    A row is resolved if no record of its origin and number is among the failures. Twice is the same as once.

    Args:
        con: a connection of `warehouse.connection.writer`.
        load_id: the load, all batches of which are in.
        quarantine_ids: the rows.
        failures: of the load: quarantine_id, origin, record_number, stage, reason, message.
    """
    con.register("replayed", _ids(quarantine_ids))
    con.register("failures", failures)
    try:
        with transaction(con):
            con.execute(_SETTLE, {"load_id": load_id})
    finally:
        con.unregister("replayed")
        con.unregister("failures")


def drop_quarantined(con: duckdb.DuckDBPyConnection, quarantine_ids: Sequence[int]) -> None:
    """Give up rows: they are not listed, not tried again, and not told of when their records are met again."""
    con.register("dropped", _ids(quarantine_ids))
    try:
        with transaction(con):
            con.execute(_DROP)
    finally:
        con.unregister("dropped")


def _ids(quarantine_ids: Sequence[int]) -> pl.DataFrame:
    return pl.DataFrame({"quarantine_id": quarantine_ids}, schema={"quarantine_id": pl.UInt64})
