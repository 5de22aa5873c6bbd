"""What `marsad serve` says of itself to other commands, such as those that report to its server.

A lock says that it is going on, since a lock cannot outlive its process, as a file with a number in it can; what stands
beside the lock holds as long as that is held. Quick to import: every command that runs a flow looks here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from prefect.settings import get_current_settings
from pydantic import BaseModel, ConfigDict

_SECONDS_OF_A_LOOK = 2  # who looks whether the lock is held holds it for a moment


class Service(BaseModel):
    """What is being served, and by which process."""

    model_config = ConfigDict(frozen=True)

    pid: int
    api: str
    ui: str
    folder: str
    started_at: datetime
    own_server: bool  # or one that was there
    ready: bool = False

    def tell(self) -> None:
        """Write this down for `running`, whole or not at all."""
        new = service_folder() / "serve.json.new"
        new.write_text(self.model_dump_json(), encoding="utf-8")
        new.replace(service_folder() / "serve.json")


def service_folder() -> Path:
    """Where the lock, `serve.json` and `serve.log` are: with Prefect's database, of which there is one too."""
    return get_current_settings().home / "marsad"


def running() -> Service | None:
    """What is being served from this Prefect home, or None."""
    folder = service_folder()
    try:
        service = Service.model_validate_json((folder / "serve.json").read_text("utf-8"))
        with FileLock(folder / "lock", timeout=0):
            return None  # its process is gone
    except Timeout:
        return service
    except (OSError, ValueError):  # never served, or not yet
        return None


@contextlib.contextmanager
def alone() -> Iterator[bool]:
    """Hold the lock for the length of the block; False if somebody else does."""
    folder = service_folder()
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock", timeout=_SECONDS_OF_A_LOOK)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        (folder / "serve.json").unlink(missing_ok=True)  # of one that was killed
        yield True
    finally:
        lock.release()
