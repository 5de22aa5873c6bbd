"""A table or view as a file for other programs: Parquet, CSV or JSON lines, from the snapshot."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Literal

import duckdb

from warehouse.connection import attached, existing, snapshot_path
from warehouse.errors import QueryError, WarehouseError, WarehouseMissing

Format = Literal["parquet", "csv", "jsonl"]

_OPTIONS: dict[Format, str] = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER",
    "jsonl": "FORMAT json",
}
_RELATIONS = """
SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()
UNION ALL
SELECT view_name FROM duckdb_views() WHERE database_name = current_database() AND NOT internal
ORDER BY ALL
"""


def export(path: str | os.PathLike[str], relation: str, to: Format, out: str | os.PathLike[str]) -> int:
    """Write the table or view `relation` of the warehouse at `path` to the file `out`, wholly or not at all.

    Returns:
        How many rows were written.

    Raises:
        QueryError: there is no such table or view.
        WarehouseMissing: there is no warehouse, or no snapshot of it.
        WarehouseError: the file cannot be written.
    """
    snapshot, out = snapshot_path(existing(path)), Path(out)
    if not snapshot.exists():
        raise WarehouseMissing(f"The warehouse {path} has no snapshot yet. Fill it first: marsad run PATH")
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    with attached(snapshot, read_only=True, wait=0, memory_limit="2GB", spill=tempfile.gettempdir()) as con:
        known = [name for (name,) in con.execute(_RELATIONS).fetchall()]
        if relation not in known:
            raise QueryError(f"There is no table or view {relation}; there are {', '.join(known)}.")
        quoted = str(unfinished).replace("'", "''")
        try:
            [(rows,)] = con.execute(f"COPY {relation} TO '{quoted}' ({_OPTIONS[to]})").fetchall()
            unfinished.replace(out)
        except (duckdb.Error, OSError) as error:
            raise WarehouseError(f"{out} cannot be written: {error}") from error
        finally:
            unfinished.unlink(missing_ok=True)
    return int(rows)
