"""Bringing a warehouse file up to date: numbered migrations once each, macros and views whenever their text changed.

Tables hold data, so they change only by `schema/NNNN_name.sql`, in order, each in its own transaction, noted in
`schema_version`. Macros and views hold none: they are defined anew when the hash of their file is not the one in
`schema_definitions`.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import duckdb

from warehouse.errors import WarehouseDamaged, WarehouseTooNew
from warehouse.transaction import transaction

logger = logging.getLogger(__name__)

_HERE = Path(__file__).parent
# The other macros and the views build on this one.
_FIRST = "normalize_arabic"


def migrate(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Give the default database of `con` this code's schema; does nothing, quickly, if it has it.

    Args:
        con: a connection that may write.
        path: the file, for messages.

    Raises:
        WarehouseTooNew: the file's schema is of a newer Marsad.
        WarehouseDamaged: the file holds tables, but is no warehouse.
    """
    migrations = sorted((_HERE / "schema").glob("*.sql"))
    current = _version(con, path)
    if current > len(migrations):
        raise WarehouseTooNew(
            f"{path} has schema version {current}, this Marsad knows {len(migrations)}. Upgrade Marsad to use it."
        )
    for number, file in enumerate(migrations[current:], start=current + 1):
        with transaction(con):
            con.execute(file.read_text("utf-8"))
            con.execute("INSERT INTO schema_version VALUES ($1, $2, now())", [number, file.stem])
        logger.info("%s: applied migration %s", path, file.stem)
    _define(con)


def _version(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Version of the file's schema; 0 for an empty file."""
    rows = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()").fetchall()
    tables = {name for (name,) in rows}
    if not tables:
        return 0
    if "schema_version" not in tables:
        raise WarehouseDamaged(f"{path} is a DuckDB file, but not a Marsad warehouse. Name another file.")
    [(version,)] = con.execute("SELECT coalesce(max(version), 0)::INTEGER FROM schema_version").fetchall()
    return int(version)


def _define(con: duckdb.DuckDBPyConnection) -> None:
    """Define macros and views anew if any of their files changed."""
    macros = sorted((_HERE / "macros").glob("*.sql"), key=lambda file: (file.stem != _FIRST, file.stem))
    texts = {
        f"{file.parent.name}/{file.name}": file.read_text("utf-8")
        for file in [*macros, *sorted((_HERE / "views").glob("*.sql"))]
    }
    hashes = {name: hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for name, text in texts.items()}
    if hashes == dict(con.execute("SELECT name, hash FROM schema_definitions").fetchall()):
        return
    with transaction(con):
        for text in texts.values():
            con.execute(text)
        con.execute("DELETE FROM schema_definitions")
        con.execute(
            "INSERT INTO schema_definitions SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), now()",
            [list(hashes), list(hashes.values())],
        )
