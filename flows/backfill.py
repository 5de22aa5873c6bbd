"""Bringing a folder of dated files into the warehouse, day by day."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from pydantic import BaseModel, ConfigDict

from flows.artifacts import markdown_table
from flows.ingest import TooManyQuarantinedError, ingest
from flows.naming import count, rename
from flows.report import Counts
from flows.runs import begin, claim
from flows.settings import Settings, load_settings
from tasks.identity import stable_id
from tasks.ingest.dates import date_in_name
from tasks.ingest.read import fingerprint
from tasks.ingest.sources import discover

_STEP = "ingest"


class Day(BaseModel):
    """What the files of one day brought."""

    model_config = ConfigDict(frozen=True)

    day: date
    files: int
    counts: Counts


class Backfilled(BaseModel):
    """What a backfill did."""

    model_config = ConfigDict(frozen=True)

    flow_run_id: str
    days: list[Day]
    done_before: int  # days that an earlier attempt had brought in
    undated: list[str]  # files without a date in their name or folders: left alone
    counts: Counts


class NothingDatedError(RuntimeError):
    """The folder has no file of the days asked for; the message says what was looked at."""


def _run_name() -> str:
    return f"backfill {Path(flow_run.parameters['folder']).name}"


@flow(name="backfill", flow_run_name=_run_name, persist_result=False)
async def backfill(
    folder: str, since: date | None = None, until: date | None = None, settings: Settings | None = None
) -> Backfilled:
    """Ingest the files of a folder day by day, oldest first, each day as a run of its own that is named for it.

    Why day by day: a first report is in before those that copy it, each day is published when it is in, and a year
    of files that is stopped in May goes on in May. What is done is noted with the sizes and times of the day's files,
    so a day whose files have changed since is done again.

    Args:
        folder: whose files, at any depth, have a date in their name or in that of a folder: 2026-11-16, 20261116.
        since: first day, inclusive.
        until: last day, inclusive.
        settings: what to override of the settings of the machine that the run is on.

    Raises:
        NothingDatedError: there is nothing to do.
        StepError, AlreadyRunningError, EngineError, WarehouseError: as `flows.ingest.ingest`.
    """
    settings = settings or load_settings()
    by_day, undated = await asyncio.to_thread(files_by_day, folder)
    wanted = {day: files for day, files in by_day.items() if (since or day) <= day <= (until or day)}
    if not wanted:
        raise NothingDatedError(
            f"{folder} has no file to bring in: {count(len(by_day), 'other day')} and {len(undated)} without a date"
        )
    key = stable_id("backfill", Path(folder).resolve(), settings.warehouse.resolve())
    began = begin(flow_run.id, flow_run.name, [folder], settings, command="backfill")
    logger = get_run_logger()
    days: list[Day] = []
    done_before = 0
    with claim(settings.staging_folder / f"{key:016x}", began) as (staging, _):
        for day, files in sorted(wanted.items()):
            number, print_now = int(f"{day:%Y%m%d}"), await asyncio.to_thread(fingerprint, files)
            if staging.has(number, _STEP) and staging.facts(number, _STEP)["files"] == print_now:
                done_before += 1
                continue
            try:
                report = await ingest.with_options(flow_run_name=f"backfill {day}")(files, settings)
            except TooManyQuarantinedError as error:  # what could be used is in, and the day's own run says the rest
                report = error.report
                logger.warning("backfilled day=%s %s", day, error)
            staging.write(number, _STEP, {}, files=print_now)
            days.append(Day(day=day, files=len(files), counts=report.counts))
            logger.info("backfilled day=%s load_id=%s loaded=%d", day, report.load_id, report.counts.loaded)
    total = Counts(**{name: sum(getattr(day.counts, name) for day in days) for name in Counts.model_fields})
    done = Backfilled(flow_run_id=flow_run.id, days=days, done_before=done_before, undated=undated, counts=total)
    rows = [(day.day, day.files, *day.counts.model_dump().values()) for day in days]
    outcome = f"backfill {count(len(days), 'day')} · {count(total.loaded, 'article')}"
    table = markdown_table(["day", "files", *Counts.model_fields], rows)
    page = f"# {outcome}\n\n{table}\n\nDays done before: {done_before}. Files without a date: {len(undated)}."
    await acreate_markdown_artifact(page, key="backfill-report", description="What each day brought.")
    await rename(flow_run.id, outcome)
    return done


def files_by_day(folder: str) -> tuple[dict[date, list[str]], list[str]]:
    """The files below a folder by the date in their name, or in the nearest folder's that has one; and the others."""
    by_day: dict[date, list[str]] = {}
    undated: list[str] = []
    latest = datetime.now(UTC)
    for source in discover([folder]):
        if source.path is None:
            continue
        day = _dated(source.path.relative_to(folder).parts or (source.path.name,), latest)
        if day is None:
            undated.append(str(source.path))
        else:
            by_day.setdefault(day, []).append(str(source.path))
    return by_day, undated


def _dated(parts: Iterable[str], latest: datetime) -> date | None:
    """The date of the last part that has one; else that of the parts together, as in 2026/11/16/wire.jsonl."""
    parts = list(parts)
    for name in [*reversed(parts), "-".join(parts)]:
        if moment := date_in_name(name, latest):
            return moment.date()
    return None
