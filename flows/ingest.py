"""The main job: sources → normalise → extract → load."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Annotated

from prefect import flow
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from pydantic import BaseModel, Field

from flows.alarms import warn_of_quarantine
from flows.artifacts import publish_artifacts
from flows.assets import announce
from flows.naming import rename
from flows.progress import Progress, tell
from flows.reading import own_files, read_settings
from flows.report import Evidence, Report, describe_failure, gather, is_too_many
from flows.runs import begin, claim, run_key
from flows.settings import Settings, load_settings
from flows.steps import StepError, limited, put_right, step, steps_taken
from tasks.extract.reader import Engine, load_reader
from tasks.extract.tasks import extract_batch
from tasks.ingest.read import RawBatch, fingerprint, read_batches, total_bytes
from tasks.ingest.tasks import read_batch
from tasks.load.tasks import begin_load, finish_load, load_batch, select_batch
from tasks.normalize.tasks import normalize_batch
from tasks.staging import Staging, StagingDamagedError
from warehouse.query import batches_of_load

STDIN = "-"

_SLOWEST = 5


class TooManyQuarantinedError(RuntimeError):
    """A run is failed for the share of its records that could not be used; all others are loaded."""

    def __init__(self, report: Report) -> None:
        """Keep the report: the run has done its work."""
        super().__init__(report.failure)
        self.report = report


def _run_name() -> str:
    """Name a run for what it reads: "ingest wire.jsonl and 2 more"."""
    first, *others = flow_run.parameters["paths"]
    return f"ingest {PurePath(first).name or first}" + (f" and {len(others)} more" if others else "")


@flow(name="ingest", flow_run_name=_run_name, persist_result=False)
async def ingest(
    paths: Annotated[list[str], Field(min_length=1)],
    settings: Settings | None = None,
    batch_size: Annotated[int, Field(ge=1, le=20_000)] | None = None,
    engine: Engine | None = None,
) -> Report:
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
        settings: all settings at once, in the place of those of the machine that the run is on.
        batch_size: records a batch, which is what is lost at most when a run is killed; as the settings say if empty.
        engine: what finds entities, the shipped model or camel-tools' recogniser; as the settings say if empty.

    Raises:
        StepError: a step could not be done. The batches before it are in the warehouse and in the snapshot, and the
            same call goes on from there.
        AlreadyRunningError: the same run is going on in another process.
        EngineError: the engine that is to find entities cannot work here.
        WarehouseError: the warehouse cannot be used.
        TooManyQuarantinedError: a larger share of the records than `quarantine.fail_above` could not be used. All
            others are in the warehouse and in the snapshot.
    """
    settings = _chosen(settings or load_settings(), batch_size, engine)
    report = await carry(await asyncio.to_thread(_files, paths, settings), settings)
    if report.failure:
        raise TooManyQuarantinedError(report)
    return report


@dataclass(frozen=True)
class Input:
    """What a run reads."""

    key: object  # equal keys, equal batches
    names: list[str]  # as they were given
    total_bytes: int | None  # null where it cannot be known
    open: Callable[[int], Iterator[RawBatch]]  # given how many batches to pass over
    may_fail: bool = True  # by too many records that cannot be used
    command: str = "run"  # what of `marsad` takes it up again, with the names for its words


def _files(paths: list[str], settings: Settings) -> Input:
    # Standard input cannot be read again, so such a run is like no other.
    is_once = STDIN in paths
    own = own_files(settings)
    batch_size = settings.ingest.batch_size
    return Input(
        key=flow_run.id if is_once else fingerprint(paths, leave_out=own),
        names=paths,
        total_bytes=None if is_once else total_bytes(paths, leave_out=own),
        open=lambda skip: read_batches(paths, read_settings(settings), batch_size=batch_size, skip=skip),
    )


async def carry(
    given: Input, settings: Settings, *, conclude: Callable[[Staging, int], Awaitable[object]] | None = None
) -> Report:
    """Bring what `given` reads into the warehouse, publish the snapshot, and say what was done. For flows.

    Args:
        given: the input.
        settings: of the run.
        conclude: what else to write, given the staging folder and the load_id, before the load is closed.

    Returns:
        The report; its `failure` says if the run is to fail although what could be used is loaded.

    Raises:
        StepError, AlreadyRunningError, EngineError, WarehouseError: as `ingest`.
    """
    started = time.monotonic()
    steps_taken.set([])
    reader = await asyncio.to_thread(load_reader, settings.threads, settings.extraction.entities)
    pipeline_version = version("marsad")
    folder = settings.staging_folder / run_key(given.key, settings, reader.model_version, pipeline_version)

    began = begin(flow_run.id, flow_run.name, given.names, settings, given.command)
    limit = settings.quarantine.fail_above if given.may_fail else 1.0

    with claim(folder, began) as (staging, run):
        warehouse = settings.warehouse
        beginning = limited(begin_load, settings)(
            warehouse, run.flow_run_id, run.flow_run_name, pipeline_version, reader.model_version
        )
        load_id = await step("beginning the load", beginning)
        try:
            await asyncio.to_thread(_forget_lost, staging, warehouse, load_id)
            line = _Line(given, settings, staging, load_id)
            await line.run()
            if conclude:
                await step("noting what became of the records", conclude(staging, load_id))
            line.tell("publishing the snapshot")
            too_many = is_too_many(line.quarantined, line.progress.records, limit)
            closing = limited(finish_load, settings)(warehouse, load_id, "failed" if too_many else "completed")
            counts = await step("finishing the load", closing)
            report, evidence = await asyncio.to_thread(gather, warehouse, run, staging, counts, line.resumed)
        except Exception as error:
            _forget_damaged(staging, error)
            with contextlib.suppress(Exception):  # what went wrong first is what has to be told
                await limited(finish_load, settings)(warehouse, load_id, "failed")
            if isinstance(error, StagingDamagedError):
                raise StepError(put_right(error)) from error
            raise
    report = report.model_copy(
        update={
            "seconds": round(time.monotonic() - started, 3),
            "slowest": sorted(steps_taken.get(), key=lambda step: -step.seconds)[:_SLOWEST],
            "flow_run_name": _name_at_end(flow_run.name, report.headline, given.command),
            "failure": describe_failure(report, limit) if too_many else None,
        }
    )
    await _show(report, evidence, settings)
    return report


def _chosen(settings: Settings, batch_size: int | None, engine: Engine | None) -> Settings:
    """The settings, with what was asked for by itself."""
    changed: dict[str, BaseModel] = {}
    if batch_size is not None:
        changed["ingest"] = settings.ingest.model_copy(update={"batch_size": batch_size})
    if engine is not None:
        changed["extraction"] = settings.extraction.model_copy(update={"entities": engine})
    return settings.model_copy(update=changed)


def _name_at_end(name: str, headline: str, command: str) -> str:
    """Name a run for what it did: "ingest 312 articles · 2 sources"; a name that somebody gave it stays in front."""
    return f"ingest {headline}" if command == "run" and name == _run_name() else f"{name} · {headline}"


async def _show(report: Report, evidence: Evidence, settings: Settings) -> None:
    """Leave on the server what the run did: artifacts, its name, an event for each table, an alarm if need be."""
    await publish_artifacts(report, evidence)
    await rename(flow_run.id, report.flow_run_name)
    announce(settings.warehouse, report.rows, load_id=report.load_id)
    counts = report.counts
    warn_of_quarantine(
        report.flow_run_name,
        report.load_id,
        counts.records_seen,
        counts.quarantined,
        {one.reason: one.records for one in report.rejections},
        settings.alarms.quarantine_above,
    )
    get_run_logger().info(
        "load_id=%s done records_seen=%d loaded=%d unchanged=%d duplicates=%d quarantined=%d seconds=%.1f",
        *(report.load_id, *counts.model_dump().values(), report.seconds),
    )


def _forget_lost(staging: Staging, warehouse: Path, load_id: int) -> None:
    """Begin anew where the warehouse lacks a batch that was loaded: it was restored, or is another one by that name."""
    lost = set(staging.batches("load")) - batches_of_load(warehouse, load_id)
    if lost:
        get_run_logger().warning("load_id=%d the warehouse has lost batch %d: going on from there", load_id, min(lost))
        staging.drop_from(min(lost))


def _forget_damaged(staging: Staging, error: BaseException | None) -> None:
    """Have the batches from a damaged one on be read again by the next run."""
    while error is not None:
        if isinstance(error, StagingDamagedError):
            staging.drop_from(error.batch)
        error = error.__cause__


@dataclass
class _Line:
    """The line that a run's batches go along, one behind the other: while one is finished, the next is prepared."""

    given: Input
    settings: Settings
    staging: Staging
    load_id: int
    resumed: int = field(init=False)  # batches that an earlier attempt loaded
    quarantined: int = field(init=False)  # records, those of earlier attempts included
    progress: Progress = field(init=False)
    # One process may hold the warehouse, and waiting for another is done by trying again: too slow for ourselves.
    turn: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """Take stock of what an earlier attempt left."""
        done = [self.staging.facts(batch, "load") for batch in self.staging.batches("load")]
        self.resumed = len(done)
        self.quarantined = sum(facts["quarantined"] for facts in done)
        self.progress = Progress(
            step="reading",
            total_bytes=self.given.total_bytes,
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
        return self.given.open(len(set(self.staging.batches("load")) | set(self.staging.batches("read"))))

    async def _prepare(self, batches: Iterator[RawBatch], batch: int) -> bool:
        """Read, select and normalise a batch, as far as that is not done; False if there are no more."""
        staging = self.staging
        # Whatever a pipe brings may be long in coming.
        reading = read_batch if self.given.total_bytes is None else limited(read_batch, self.settings)
        if not staging.has(batch, "read") and not await step(
            f"reading batch {batch}", reading(batches, staging, batch)
        ):
            return False
        if not staging.has(batch, "select"):
            selecting = limited(select_batch, self.settings)(staging, batch, self.settings.warehouse, self.load_id)
            async with self.turn:
                await step(f"selecting from batch {batch}", selecting)
        if self._has_news(batch) and not staging.has(batch, "normalize"):
            normalizing = limited(normalize_batch, self.settings)(staging, batch)
            await step(f"normalizing batch {batch}", normalizing)
        return True

    async def _finish(self, batch: int) -> None:
        """Extract and load a batch, as far as that is not done."""
        staging = self.staging
        if self._has_news(batch) and not staging.has(batch, "extract"):
            self.tell(f"extracting batch {batch}")
            threads, engine = self.settings.threads, self.settings.extraction.entities
            extracting = limited(extract_batch, self.settings)(staging, batch, threads, engine)
            await step(f"extracting batch {batch}", extracting)
        kept = self.settings.quarantine.payload_bytes
        loading = limited(load_batch, self.settings)(staging, batch, self.settings.warehouse, self.load_id, kept)
        async with self.turn:
            await step(f"loading batch {batch}", loading)
        facts, now = staging.facts(batch, "load"), self.progress
        self.quarantined += facts["quarantined"]
        get_run_logger().info(
            "load_id=%d loaded batch=%d records=%d words=%d", self.load_id, batch, facts["records"], facts["words"]
        )
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
