"""What makes two runs of ingest the same run, and the folder in which an unfinished one waits to be taken up.

A run is known by its inputs (names, sizes, times), its settings, its model and its warehouse. Given the same again, a
run that was killed goes on under its old load id, so that the warehouse knows which batches it has; given anything
else, a new run begins.
"""

from __future__ import annotations

import contextlib
import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.settings import Settings
from tasks.identity import stable_id
from tasks.staging import Staging

_ABOUT = "run.json"
_LOCK = "lock"


class AlreadyRunningError(RuntimeError):
    """The same run is going on in another process."""


@dataclass(frozen=True)
class Run:
    """A run that is under way or waits to be taken up; `flow_run_id` is that of its first attempt."""

    flow_run_id: str
    flow_run_name: str
    paths: list[str]  # none for a replay of the quarantine
    warehouse: str
    started_at: str  # ISO 8601, UTC
    command: str = "run"  # what of `marsad` takes it up again, with `paths` for its words

    @property
    def load_id(self) -> int:
        """What the warehouse knows the run by."""
        return stable_id(self.flow_run_id)

    @property
    def words(self) -> str:
        """What to give again."""
        return " ".join(["marsad", self.command, *map(shlex.quote, self.paths)])


def run_key(inputs: object, settings: Settings, model_version: str, pipeline_version: str) -> str:
    """Name the run: 16 hexadecimal digits.

    Args:
        inputs: what tells one input from another, such as `tasks.ingest.read.fingerprint` of its files.
        settings: those that decide what comes out, and where.
        model_version: of the reader.
        pipeline_version: of this package.
    """
    warehouse = settings.warehouse.resolve()
    return f"{stable_id(inputs, settings.ingest.model_dump_json(), warehouse, model_version, pipeline_version):016x}"


@contextlib.contextmanager
def claim(folder: Path, run: Run) -> Iterator[tuple[Staging, Run]]:
    """Hold the staging `folder` for the length of the block, and clear it if the block ends well.

    Yields:
        The folder, and the run: the one that began there earlier, if one did.

    Raises:
        AlreadyRunningError: another process holds the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    staging = Staging(folder)
    try:
        with FileLock(folder / _LOCK, blocking=False):
            earlier = _read(folder)
            if earlier is None:
                (folder / _ABOUT).write_text(json.dumps(asdict(run), ensure_ascii=False), encoding="utf-8")
            try:
                yield staging, earlier or run
            except BaseException:
                if earlier is None and staging.is_empty():  # nothing to go on from
                    staging.clear()
                raise
            staging.clear()
    except Timeout:
        raise AlreadyRunningError(f"The same run is going on in another process (it works in {folder})") from None


def unfinished(staging_folder: Path) -> list[Run]:
    """Runs that were killed or failed, and wait to be taken up; oldest first. Runs going on are among them."""
    folders = sorted(staging_folder.glob("*/")) if staging_folder.is_dir() else []
    runs = [run for folder in folders if (run := _read(folder)) is not None]
    return sorted(runs, key=lambda run: run.started_at)


def begin(flow_run_id: str, flow_run_name: str, paths: Sequence[str], settings: Settings, command: str = "run") -> Run:
    """Describe a run that begins now."""
    return Run(
        flow_run_id,
        flow_run_name,
        list(paths),
        str(settings.warehouse),
        datetime.now(UTC).isoformat(timespec="seconds"),
        command,
    )


def _read(folder: Path) -> Run | None:
    try:
        return Run(**json.loads((folder / _ABOUT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # none yet, or cut short by a kill
        return None
