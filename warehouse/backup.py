"""Backups: consistent copies of the warehouse with their checksums, and the way back.

A backup is two files, `marsad-20261123T021500Z.duckdb` and the same with `.sha256` at the end, which `sha256sum -c`
understands. The copy is of the file's bytes, made while the warehouse is held; it opens like any DuckDB file.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from warehouse.connection import LOCK_WAIT, attached, existing, snapshot_path, writer
from warehouse.errors import WarehouseDamaged, WarehouseError
from warehouse.publish import flush_names, publish

_PIECE = 1 << 20
_COUNTS = "SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM events) AS events"


class Backup(NamedTuple):
    """A copy that was made and read again, or put back."""

    path: Path
    sha256: str
    size: int
    """Bytes."""
    articles: int
    events: int


def back_up(path: str | os.PathLike[str], folder: str | os.PathLike[str], *, wait: float = LOCK_WAIT) -> Backup:
    """Copy the warehouse at `path` into `folder`, with its checksum, and verify the copy.

    The file appears under its name only when it is whole. What is in the folder already is never overwritten.

    Raises:
        WarehouseMissing: there is no warehouse.
        WarehouseDamaged: what was written is not what was read.
        WarehouseError: the warehouse cannot be held, or the folder cannot be written.
    """
    path, folder = existing(path), Path(folder)
    name = f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{path.suffix}"
    target, unfinished = folder / name, folder / f".{name}.tmp"
    if target.exists():
        raise WarehouseError(f"{target} exists already; try again in a second.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Opened before, and closed after, DuckDB has it: see warehouse.publish.
        with path.open("rb") as source, writer(path, wait=wait) as con:
            con.execute("CHECKPOINT marsad")
            digest = _copy(source, unfinished)
        backup = _verified(unfinished, digest)
        _checksum_file(target).write_text(f"{digest}  {name}\n", encoding="utf-8")
        unfinished.replace(target)
        flush_names(folder)
    except OSError as error:
        raise WarehouseError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return backup._replace(path=target)


def restore(
    backup: str | os.PathLike[str], path: str | os.PathLike[str], *, replace: bool = False, wait: float = LOCK_WAIT
) -> Backup:
    """Put a backup in the place of the warehouse at `path`, and publish it.

    The warehouse that it replaces is kept beside it, as `marsad.replaced-20261123T021500Z.duckdb`.

    Args:
        backup: a file that `back_up` made.
        path: the warehouse file.
        replace: whether a warehouse that is there may be replaced.
        wait: seconds to wait while another process holds that.

    Raises:
        WarehouseDamaged: the backup is not what its checksum says, or has none.
        WarehouseError: there is a warehouse and it may not be replaced, or files cannot be read or written.
    """
    backup, path = Path(backup), Path(path)
    if path.exists() and not replace:
        raise WarehouseError(f"{path} exists. Give --replace to put the backup in its place; it is kept beside it.")
    unfinished = path.with_name(path.name + ".restored")
    try:
        told = _checksum(backup)
        path.parent.mkdir(parents=True, exist_ok=True)
        with backup.open("rb") as source:
            digest = _copy(source, unfinished)
        if digest != told:
            raise WarehouseDamaged(f"{backup} is damaged: it is not what {_checksum_file(backup).name} says.")
        restored = _verified(unfinished, digest)
        if path.exists():
            # Held, so that nobody is writing; its log is in the file before it is moved away.
            with writer(path, wait=wait) as con:
                con.execute("CHECKPOINT marsad")
                path.replace(path.with_name(f"{path.stem}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{path.suffix}"))
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        unfinished.replace(path)
        snapshot_path(path).unlink(missing_ok=True)
        flush_names(path.parent)
    except OSError as error:
        raise WarehouseError(f"{backup} cannot be restored to {path}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    publish(path)
    return restored._replace(path=path)


def _copy(source: BinaryIO, target: Path) -> str:
    """Copy an open file, have it on disk, and give its SHA-256."""
    digest = hashlib.sha256()
    with target.open("wb") as writing:
        while piece := source.read(_PIECE):
            digest.update(piece)
            writing.write(piece)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def _verified(path: Path, digest: str) -> Backup:
    """Read the copy again, open it, and count what is in it."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != digest:
        raise WarehouseDamaged(f"{path} is not what was written to it; is the disk sound?")
    with attached(path, read_only=True, wait=0, spill=f"{path}.tmp") as con:
        [(articles, events)] = con.execute(_COUNTS).fetchall()
    return Backup(path, digest, path.stat().st_size, articles, events)


def _checksum_file(backup: Path) -> Path:
    return backup.with_name(backup.name + ".sha256")


def _checksum(backup: Path) -> str:
    file = _checksum_file(backup)
    if not file.exists():
        raise WarehouseDamaged(f"{backup} has no checksum: {file.name} has to be beside it.")
    return file.read_text(encoding="utf-8").split()[0]
