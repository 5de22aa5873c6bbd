"""The main job: sources → normalise → extract → load."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import PurePath
from typing import TypeVar

from prefect import flow
from prefect.runtime import flow_run

from flows.artifacts import publish_artifacts
from flows.progress import Progress, tell
from flows.report import Report, gather
from flows.runs import begin, claim, run_key
from flows.settings import Settings, load_settings
from tasks.extract.reader import load_reader
from tasks.extract.tasks import extract_batch
from tasks.ingest.read import RawBatch, ReadSettings, fingerprint, read_batches, total_bytes
from tasks.ingest.tasks import read_batch
from tasks.load.tasks import begin_load, finish_load, load_batch, select_batch
from tasks.normalize.tasks import normalize_batch
from tasks.staging import Staging
from warehouse.errors import WarehouseError

STDIN = "-"
T = TypeVar("T")


class StepError(RuntimeError):
    """A step failed for a reason that no retry mends; the message says which, and why."""


def _run_name() -> str:
    """Name a run for what it reads: "ingest wire.jsonl and 2 more"."""
    first, *others = flow_run.parameters["paths"]
    return f"ingest {PurePath(first).name or first}" + (f" and {len(others)} more" if others else "")


@flow(name="ingest", flow_run_name=_run_name, persist_result=False)
async def ingest(paths: list[str], settings: Settings | None = None) -> Report:
    """Bring every article under `paths` into the warehouse, publish the snapshot, and say what was done.

    Why it is shaped so:

    - Tasks are given batches, never articles: a task run costs the server some 20 ms, an article far less.
    - Tasks hand each other names of Parquet files (`tasks.staging`), not frames, so that articles never pass through
      Prefect's database, memory holds two batches however many there are, and a killed run goes on at the batch it
      was in (`flows.runs`).
    - What is new is decided right after reading, so that a second run over the same files is little but reading.
    - The next batch is read and normalised while this one is with the model, which does not keep every core busy.
    - Batches are loaded one at a time and in order: what came first is the original, a later copy the duplicate.
    - The flow is async, because a sync one ends with a second of waiting for its heartbeat; the work is in threads.

    Args:
        paths: files, folders, patterns, or "-" for standard input.
        settings: what to override of the settings of the machine that the run is on.

    Raises:
        StepError: a step could not be done. The batches before it are in the warehouse and in the snapshot, and the
            same call goes on from there.
        AlreadyRunningError: the same run is going on in another process.
        EngineError: the engine that is to find entities cannot work here.
        WarehouseError: the warehouse cannot be used.
    """
    started = time.monotonic()
    settings = settings or load_settings()
    reader = await asyncio.to_thread(load_reader, settings.threads, settings.extraction.entities)
    pipeline_version = version("marsad")
    # Standard input cannot be read again, so such a run is like no other.
    inputs = flow_run.id if STDIN in paths else await asyncio.to_thread(fingerprint, paths)
    folder = settings.staging_folder / run_key(inputs, settings, reader.model_version, pipeline_version)

    with claim(folder, begin(flow_run.id, flow_run.name, paths, settings)) as (staging, run):
        warehouse = settings.warehouse
        beginning = begin_load(warehouse, run.flow_run_id, run.flow_run_name, pipeline_version, reader.model_version)
        load_id = await _step("beginning the load", beginning)
        line = _Line(paths, settings, staging, load_id)
        try:
            await line.run()
        except Exception:
            with contextlib.suppress(Exception):  # what went wrong first is what has to be told
                await finish_load(warehouse, load_id, "failed")
            raise
        line.tell("publishing the snapshot")
        counts = await _step("finishing the load", finish_load(warehouse, load_id, "completed"))
        report, evidence = await asyncio.to_thread(gather, warehouse, run, staging, counts, line.resumed)
    report = report.model_copy(update={"seconds": round(time.monotonic() - started, 3)})
    await publish_artifacts(report, evidence)
    return report


@dataclass
class _Line:
    """The line that a run's batches go along, one behind the other: while one is finished, the next is prepared."""

    paths: list[str]
    settings: Settings
    staging: Staging
    load_id: int
    resumed: int = field(init=False)  # batches that an earlier attempt loaded
    progress: Progress = field(init=False)
    # One process may hold the warehouse, and waiting for another is done by trying again: too slow for ourselves.
    turn: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """Take stock of what an earlier attempt left."""
        done = [self.staging.facts(batch, "load") for batch in self.staging.batches("load")]
        self.resumed = len(done)
        self.progress = Progress(
            step="reading",
            total_bytes=None if STDIN in self.paths else total_bytes(self.paths),
            bytes_done=done[-1]["bytes_done"] if done else 0,
            records=sum(facts["records"] for facts in done),
            words=0,
        )

    async def run(self) -> None:
        """Take every batch to its end."""
        batches = self._open()
        batch = self.resumed + 1
        upcoming = asyncio.create_task(self._prepare(batches, batch))
        try:
            while await upcoming:
                upcoming = asyncio.create_task(self._prepare(batches, batch + 1))
                await self._finish(batch)
                batch += 1
        finally:
            upcoming.cancel()

    def _open(self) -> Iterator[RawBatch]:
        """Open the input where no earlier attempt has read it."""
        chosen = self.settings.ingest
        settings = ReadSettings(
            fields=chosen.fields,
            source=chosen.source,
            max_record_bytes=chosen.max_record_bytes,
            max_depth=chosen.max_depth,
        )
        read = len(set(self.staging.batches("load")) | set(self.staging.batches("read")))
        return read_batches(self.paths, settings, batch_size=chosen.batch_size, skip=read)

    async def _prepare(self, batches: Iterator[RawBatch], batch: int) -> bool:
        """Read, select and normalise a batch, as far as that is not done; False if there are no more."""
        staging = self.staging
        if not staging.has(batch, "read") and not await _step(
            f"reading batch {batch}", read_batch(batches, staging, batch)
        ):
            return False
        if not staging.has(batch, "select"):
            selecting = select_batch(staging, batch, self.settings.warehouse, self.load_id)
            async with self.turn:
                await _step(f"selecting from batch {batch}", selecting)
        if self._has_news(batch) and not staging.has(batch, "normalize"):
            await _step(f"normalizing batch {batch}", normalize_batch(staging, batch))
        return True

    async def _finish(self, batch: int) -> None:
        """Extract and load a batch, as far as that is not done."""
        staging = self.staging
        if self._has_news(batch) and not staging.has(batch, "extract"):
            self.tell(f"extracting batch {batch}")
            await _step(
                f"extracting batch {batch}",
                extract_batch(staging, batch, self.settings.threads, self.settings.extraction.entities),
            )
        async with self.turn:
            await _step(f"loading batch {batch}", load_batch(staging, batch, self.settings.warehouse, self.load_id))
        facts, now = staging.facts(batch, "load"), self.progress
        self.tell(
            f"loaded batch {batch}",
            bytes_done=facts["bytes_done"],
            records=now.records + facts["records"],
            words=now.words + facts["words"],
        )

    def _has_news(self, batch: int) -> bool:
        return self.staging.facts(batch, "select")["fresh"] > 0

    def tell(self, step: str, **change: int) -> None:
        """Tell whoever watches how far the run is."""
        self.progress = replace(self.progress, step=step, **change)
        tell(self.progress)


async def _step(what: str, work: Awaitable[T]) -> T:
    """Wait for a step, and say in what goes wrong which it was."""
    try:
        return await work
    except WarehouseError:
        raise  # says it all
    except Exception as error:
        raise StepError(f"{what} failed: {type(error).__name__}: {error}") from error
