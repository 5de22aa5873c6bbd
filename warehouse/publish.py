"""Publishing the snapshot that everybody reads: a copy of the warehouse, put in place in one step.

A reader that has the old snapshot open keeps it; the next one to open gets the new.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from warehouse.connection import LOCK_WAIT, attach, snapshot_path, writer
from warehouse.errors import WarehouseError, WarehouseMissing, explained


def publish(path: str | os.PathLike[str], *, wait: float = LOCK_WAIT) -> bool:
    """Publish the warehouse at `path` as its snapshot, unless that is up to date.

    The warehouse is held while it is copied, so two publishers never work at once, and an older state can never
    replace a newer one. The snapshot carries the warehouse's time of modification: that is how the next call knows
    whether anything changed, and a person how old the data are.

    Returns:
        Whether a new snapshot was published.

    Raises:
        WarehouseMissing: there is no warehouse at `path`.
        WarehouseLocked, WarehouseDamaged, WarehouseTooNew, WarehouseError: as `warehouse.connection.writer`.
    """
    path = Path(path)
    if not path.exists():
        raise WarehouseMissing(f"The warehouse {path} does not exist yet. Fill it first: marsad run PATH")
    snapshot = snapshot_path(path)
    temporary = snapshot.with_name(snapshot.name + ".tmp")
    with writer(path, wait=wait) as con:
        # What still stands in the log only would change the file, and its time, when the connection closes.
        con.execute("CHECKPOINT marsad")
        changed = path.stat().st_mtime_ns
        # Left by a publisher that was killed: nobody else can be at work while we hold the warehouse.
        _remove(temporary)
        if snapshot.exists() and snapshot.stat().st_mtime_ns == changed:
            return False
        try:
            attach(con, temporary, "snapshot")
            con.execute("COPY FROM DATABASE marsad TO snapshot")
            con.execute("DETACH snapshot")
            _flush(temporary)
            os.utime(temporary, ns=(changed, changed))
            temporary.replace(snapshot)
            _flush(snapshot.parent)
        except duckdb.Error as error:
            raise explained(error, snapshot) from error
        except OSError as error:
            raise WarehouseError(f"The snapshot {snapshot} cannot be written: {error.strerror}") from error
        finally:
            _remove(temporary)
    return True


def _remove(file: Path) -> None:
    for leftover in (file, file.with_name(file.name + ".wal")):
        leftover.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have the file's bytes, or the folder's names, on disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
