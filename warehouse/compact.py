"""Giving room back: DuckDB keeps the blocks of deleted rows in the file for later, and never makes it smaller.

A warehouse with many of them is written anew: an empty one of the same schema, filled table by table, compared, and
renamed into place while the old one is held. (`COPY FROM DATABASE` would forget comments and macros.)
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from warehouse.connection import LOCK_WAIT, attach, existing, writer
from warehouse.errors import WarehouseError
from warehouse.migrate import migrate
from warehouse.publish import flush_names

COMPACT_ABOVE = 0.3
"""Share of free blocks in the file from which on it is written anew."""

_BLOCKS = "SELECT free_blocks, total_blocks, block_size FROM pragma_database_size() WHERE database_name = 'marsad'"
_TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'marsad' ORDER BY table_name"
_ENOUGH_BYTES = 16 << 20


def compact(
    path: str | os.PathLike[str],
    *,
    above: float = COMPACT_ABOVE,
    enough_bytes: int = _ENOUGH_BYTES,
    wait: float = LOCK_WAIT,
) -> int:
    """Write the warehouse at `path` anew if its free blocks are worth it.

    Args:
        path: the warehouse file.
        above: share of free blocks that is worth it.
        enough_bytes: size of free blocks that is worth it.
        wait: seconds to wait while another process holds the file.

    Returns:
        Bytes given back; 0 if the file was left as it is.

    Raises:
        WarehouseMissing: there is none.
        WarehouseError: it cannot be written, or the new file does not hold what the old one does; then it is kept.
    """
    path = existing(path)
    made = path.with_name(path.name + ".compact")
    with writer(path, wait=wait) as con:
        con.execute("CHECKPOINT marsad")
        [(free, total, block)] = con.execute(_BLOCKS).fetchall()
        if free * block < enough_bytes or free < above * total:
            return 0
        before = path.stat().st_size
        made.unlink(missing_ok=True)
        try:
            attach(con, made, "made")
            _fill(con, made)
            con.execute("DETACH made")
            with made.open("rb+") as file:
                os.fsync(file.fileno())
            made.replace(path)
            flush_names(path.parent)
        except (duckdb.Error, OSError) as error:
            raise WarehouseError(f"{path} could not be compacted, and stays as it was: {error}") from error
        finally:
            made.unlink(missing_ok=True)
    return before - path.stat().st_size


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring every row of the database "marsad" into the empty one "made"."""
    con.execute("USE made")
    migrate(con, path)
    for (table,) in con.execute(_TABLES).fetchall():
        con.execute(f"DELETE FROM made.{table}")  # noqa: S608  our names
        con.execute(f"INSERT INTO made.{table} BY NAME FROM marsad.{table}")
        counts = con.execute(
            f"SELECT (SELECT count(*) FROM marsad.{table}), (SELECT count(*) FROM made.{table})"  # noqa: S608
        ).fetchall()
        if counts[0][0] != counts[0][1]:
            raise WarehouseError(f"{path}: {table} has {counts[0][1]} rows of {counts[0][0]}")
    con.execute("CHECKPOINT made")
    con.execute("USE marsad")
