"""What can go wrong with the warehouse, said to a person: the message of each error stands on its own."""

# ruff: noqa: N818  (a state of the warehouse, caught by name, reads better without "Error")

from __future__ import annotations

import re
from pathlib import Path

import duckdb


class WarehouseError(Exception):
    """The warehouse could not be used; the message says why and what to do."""


class WarehouseMissing(WarehouseError):
    """There is no warehouse, or no snapshot of it, yet."""


class WarehouseLocked(WarehouseError):
    """Another process holds the warehouse."""


class WarehouseDamaged(WarehouseError):
    """The file is not a DuckDB database, not a warehouse, or is broken."""


class WarehouseTooNew(WarehouseError):
    """A newer Marsad or a newer DuckDB wrote the file."""


class QueryError(WarehouseError):
    """The SQL is wrong, or is not a query."""


_HOLDER = re.compile(r"held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
# The second is what DuckDB says when the holder is in this very process.
_LOCKED = ("Could not set lock", "Unique file handle conflict")
_TOO_NEW = ("newer version of DuckDB", "database file with version number")
_NOT_DUCKDB = "not a valid DuckDB database file"
_BROKEN = ("Corrupt database file", "Could not read enough bytes", "checksum")
_MISSING = "database does not exist"


def is_locked(error: BaseException) -> bool:
    """Whether `error` is DuckDB's way of saying that somebody else holds the file."""
    return isinstance(error, duckdb.Error) and any(sign in str(error) for sign in _LOCKED)


def is_broken(error: duckdb.Error) -> bool:
    """Whether `error` tells of damaged bytes, as a query may meet them long after a file was opened."""
    return any(sign in str(error) for sign in _BROKEN)


def explained(error: duckdb.Error, path: Path) -> WarehouseError:
    """Put DuckDB's `error` about the file `path` into words for a person."""
    text = str(error)
    if is_locked(error):
        holder = _HOLDER.search(text)
        who = f"process {holder['pid']} ({Path(holder['program']).name})" if holder else "this process"
        return WarehouseLocked(f"{path} is in use by {who}. Wait for it to end, or stop it, and try again.")
    if any(sign in text for sign in _TOO_NEW):
        return WarehouseTooNew(
            f"{path} was written by a newer DuckDB than {duckdb.__version__}. Upgrade it: pip install -U duckdb"
        )
    if _NOT_DUCKDB in text:
        return WarehouseDamaged(f"{path} is not a DuckDB file. Move it away, or name another warehouse.")
    if is_broken(error):
        return WarehouseDamaged(f"{path} is damaged; restore it from a copy. DuckDB says: {_first_line(text)}")
    if _MISSING in text:
        return WarehouseMissing(f"There is no warehouse at {path}.")
    return WarehouseError(f"{path} could not be opened: {_first_line(text)}")


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0]
