"""Opening the warehouse: for writing, alone and for seconds; for reading, as a snapshot that nobody writes.

DuckDB lets one process write a file, and shuts out all others meanwhile, readers too. So whoever writes waits for
its turn (`writer`), and everybody else reads the snapshot that `warehouse.publish` puts beside the file (`reader`).

Files are attached to a private in-memory database rather than opened with `duckdb.connect(path)`: two connections
of one process to the same path would share one instance, so that a second writer thread would not be kept out, and
a reader would go on seeing a snapshot that has been replaced.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_delay,
    wait_random_exponential,
)

from warehouse.errors import WarehouseDamaged, WarehouseError, WarehouseMissing, explained, is_locked
from warehouse.migrate import migrate

logger = logging.getLogger(__name__)

STORAGE_VERSION = "v1.5.0"
"""File format of every file made here: the newest that both supported DuckDB lines (1.5 and 2) can read."""

LOCK_WAIT = 60.0
"""Seconds to wait for another writer; each holds the file for a few."""


def snapshot_path(path: str | os.PathLike[str]) -> Path:
    """Where the snapshot of the warehouse at `path` stands: `marsad.duckdb` → `marsad.read.duckdb`."""
    path = Path(path)
    return path.with_name(f"{path.stem}.read{path.suffix}")


def existing(path: str | os.PathLike[str]) -> Path:
    """The path of a warehouse that is there: for what makes no sense without one.

    Raises:
        WarehouseMissing: there is none.
    """
    if not (path := Path(path)).exists():
        raise WarehouseMissing(f"The warehouse {path} does not exist yet. Fill it first: marsad run PATH")
    return path


@contextmanager
def writer(
    path: str | os.PathLike[str], *, wait: float = LOCK_WAIT, memory_limit: str = "1GB"
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Hold the warehouse at `path` for writing; make it, or bring its schema up to date, first.

    Nothing is committed on the way out: what is not committed when the block ends, or fails, is undone.

    Args:
        path: the warehouse file; its folder is made if need be.
        wait: seconds to wait while another process holds the file.
        memory_limit: what DuckDB may use before it spills to disk.

    Raises:
        WarehouseLocked: somebody else held the file for longer than `wait`.
        WarehouseTooNew: a newer Marsad, or a newer DuckDB, wrote it.
        WarehouseDamaged: it is not a DuckDB file, not a warehouse, or broken.
        WarehouseError: the file or its folder cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseError(f"The folder of {path} cannot be made: {error.strerror}") from error
    with attached(path, wait=wait, memory_limit=memory_limit, spill=f"{path}.tmp") as con:
        migrate(con, path)
        yield con


@contextmanager
def reader(
    path: str | os.PathLike[str], *, memory_limit: str = "2GB", threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the snapshot of the warehouse at `path`, safe for SQL that a stranger wrote.

    The snapshot cannot be written, no other file or address can be reached, and no setting changed. It stays as it
    was when opened, however often a new one is published meanwhile.

    Args:
        path: the warehouse file (not the snapshot's).
        memory_limit: what a query may use before it spills to disk (10 GB at most).
        threads: cores a query may use; None for all.

    Raises:
        WarehouseMissing: nothing has been published yet.
        WarehouseDamaged, WarehouseTooNew: the snapshot cannot be read.
    """
    path = Path(path)
    snapshot = snapshot_path(path)
    if not snapshot.exists():
        what = "has no snapshot yet" if path.exists() else "does not exist yet"
        raise WarehouseMissing(f"The warehouse {path} {what}. Fill it first: marsad run PATH")
    with attached(
        snapshot, read_only=True, wait=0, memory_limit=memory_limit, threads=threads, spill=tempfile.gettempdir()
    ) as con:
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con


@contextmanager
def attached(
    path: Path,
    *,
    read_only: bool = False,
    wait: float = LOCK_WAIT,
    memory_limit: str = "1GB",
    threads: int | None = None,
    spill: str,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach the file `path` as the default database of a connection of its own; errors as in `writer`."""
    if path.is_dir():
        raise WarehouseDamaged(f"{path} is a folder; a warehouse is a file.")
    con = duckdb.connect(":memory:")
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET memory_limit = $limit", {"limit": memory_limit})
        con.execute("SET temp_directory = $spill", {"spill": spill})
        con.execute("SET max_temp_directory_size = '10GB'")
        if threads is not None:
            con.execute("SET threads = $threads", {"threads": threads})
        try:
            for attempt in _patience(path, wait):
                with attempt:
                    attach(con, path, "marsad", read_only=read_only)
        except duckdb.Error as error:
            raise explained(error, path) from error
        con.execute("USE marsad")
        yield con
    finally:
        con.close()


def attach(con: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool = False) -> None:
    """Attach the file `path` to `con` under `name`, in our file format if it is to be made."""
    # Without its type, DuckDB 2 takes a file of another format (x.jsonl) for a database made of its rows.
    options = ["TYPE duckdb"]
    if read_only:
        options.append("READ_ONLY")
    elif not path.exists():  # an existing file keeps its format: DuckDB refuses to lower it
        options.append(f"STORAGE_VERSION '{STORAGE_VERSION}'")
    quoted = str(path).replace("'", "''")  # ATTACH takes no parameters in DuckDB 1.5
    con.execute(f"ATTACH '{quoted}' AS {name} ({', '.join(options)})")


def _patience(path: Path, wait: float) -> Retrying:
    """Try again while the file is locked, with growing, random pauses, for `wait` seconds."""

    def log(state: RetryCallState) -> None:
        level = logging.INFO if state.attempt_number > 3 else logging.DEBUG
        logger.log(level, "%s is in use, waiting (attempt %d)", path, state.attempt_number)

    return Retrying(
        retry=retry_if_exception(is_locked),
        wait=wait_random_exponential(multiplier=0.02, max=1.0),
        stop=stop_after_delay(wait),
        before_sleep=log,
        reraise=True,
    )
