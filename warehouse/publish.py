"""Publishing the snapshot that everybody reads: a copy of the warehouse, put in place in one step.

A reader that has the old snapshot open keeps it; the next one to open gets the new.

The bytes are copied, not the rows (`COPY FROM DATABASE`): the warehouse is held meanwhile, and reading, compressing
and writing every row anew takes many times longer. Nothing can be forgotten on the way, no comment and no macro.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from warehouse.connection import LOCK_WAIT, existing, snapshot_path, writer
from warehouse.errors import WarehouseError

_PIECE = 1 << 20


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
    path = existing(path)
    snapshot = snapshot_path(path)
    temporary = snapshot.with_name(snapshot.name + ".tmp")
    # The warehouse's file is opened before, and closed after, DuckDB has it: on POSIX systems a process that closes
    # any descriptor of a file lets go of all its locks on it.
    with path.open("rb") as source, writer(path, wait=wait) as con:
        # Brings into the file what stands only in the log yet.
        con.execute("CHECKPOINT marsad")
        changed = path.stat().st_mtime_ns
        # Left by a publisher that was killed: nobody else can be at work while we hold the warehouse.
        temporary.unlink(missing_ok=True)
        if snapshot.exists() and snapshot.stat().st_mtime_ns == changed:
            return False
        try:
            with temporary.open("wb") as target:
                shutil.copyfileobj(source, target, _PIECE)
                target.flush()
                os.fsync(target.fileno())
            os.utime(temporary, ns=(changed, changed))
            temporary.replace(snapshot)
            flush_names(snapshot.parent)
        except OSError as error:
            raise WarehouseError(f"The snapshot {snapshot} cannot be written: {error.strerror}") from error
        finally:
            temporary.unlink(missing_ok=True)
    return True


def flush_names(folder: Path) -> None:
    """Have the folder's names on disk before going on."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
