"""Reading articles of the warehouse again, after a change of the model or the rules."""

from __future__ import annotations

import asyncio
from datetime import date
from importlib.metadata import version
from pathlib import Path

import polars as pl
from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from pydantic import BaseModel, ConfigDict

from flows.artifacts import markdown_table
from flows.naming import count, rename
from flows.report import Counts
from flows.runs import Run, begin, claim
from flows.settings import Settings, load_settings
from flows.steps import limited, step
from tasks.extract.reader import load_reader
from tasks.extract.tasks import extract_batch
from tasks.identity import stable_id
from tasks.load.reread import MixedModelsError, Reread
from tasks.normalize.tasks import normalize_batch
from tasks.staging import Staging
from tasks.upkeep.reread import Choice, choose, exchange_readings, fetch_batch, sign_batch, staged
from warehouse.connection import existing
from warehouse.query import query

_VERSIONS = (Path(__file__).parent / "queries" / "model_versions.sql").read_text("utf-8")


class Reprocessed(BaseModel):
    """How far articles were read again."""

    model_config = ConfigDict(frozen=True)

    flow_run_id: str
    model_version: str
    chosen: int
    read: int  # by this run
    waiting: int  # for a later run; until none waits, nobody sees anything of this
    counts: Counts  # of the exchange, once none waits


class _Waiting(Exception):  # noqa: N818  no error: leaves the block of `claim` with what is staged kept
    """Articles are left for the next run."""


@flow(name="reprocess", flow_run_name="reprocess", persist_result=False)
async def reprocess(
    since: date | None = None,
    until: date | None = None,
    source: str | None = None,
    model_version: str | None = None,
    allow_mixed: bool = False,
    settings: Settings | None = None,
) -> Reprocessed:
    """Read articles again, and put what was read in the place of the old readings, all at once, at the very end.

    Why it is shaped so: views over the warehouse put events together out of many articles, so while some are read by
    one model and some by another, every figure mixes the two. Readings therefore wait in the staging folder, over as
    many runs as `reprocess.max_articles` makes of it, and the warehouse passes from one to the other in one
    transaction. A choice that would leave articles of another model beside them is refused, unless `allow_mixed`.

    A run that is killed, or has read its share, goes on where it was when it is started with the same choice.

    Args:
        since: first day of publication, inclusive.
        until: last day of publication, inclusive.
        source: publisher.
        model_version: model that read them. Without any of the four: all that another model read than the present one.
        allow_mixed: let articles that are not chosen keep the readings of another model.
        settings: what to override of the settings of the machine that the run is on.

    Raises:
        MixedModelsError: the choice would leave two models side by side.
        StepError: a step could not be done; the same call goes on from there.
        AlreadyRunningError: the same is going on in another process.
        WarehouseError: there is no warehouse, or it cannot be used.
    """
    settings = settings or load_settings()
    warehouse = existing(settings.warehouse)
    choice = Choice(since, until, source, model_version)
    reader = await asyncio.to_thread(load_reader, settings.threads, settings.extraction.entities)
    new_version, pipeline_version = reader.model_version, version("marsad")
    chosen = await asyncio.to_thread(choose, warehouse, choice, new_version)
    if not allow_mixed:
        _refuse_mixed(query(warehouse, _VERSIONS), chosen, new_version)

    if chosen.is_empty():
        await rename(flow_run.id, f"reprocess nothing: all is of {new_version}")
        return Reprocessed(
            flow_run_id=flow_run.id, model_version=new_version, chosen=0, read=0, waiting=0, counts=Counts()
        )

    key = stable_id("reprocess", *choice, warehouse.resolve(), new_version, pipeline_version)
    began = begin(flow_run.id, flow_run.name, _words(choice, allow_mixed), settings, command="reprocess")
    try:
        with claim(settings.staging_folder / f"{key:016x}", began) as (staging, run):
            read, waiting = await _read(staging, settings, chosen)
            if waiting:
                raise _Waiting
            load = Reread(run.flow_run_id, run.flow_run_name, pipeline_version, new_version)
            exchanging = limited(exchange_readings, settings)(staging, warehouse, load, allow_mixed)
            counts = await step("exchanging the readings", exchanging)
            found = Counts(**counts._asdict())
            outcome = f"reprocess {count(found.loaded, 'article')} · {new_version}"
    except _Waiting:
        found = Counts()
        outcome = f"reprocess {read:,} of {count(chosen.height, 'article')}, to be continued"
    done = Reprocessed(
        flow_run_id=flow_run.id,
        model_version=new_version,
        chosen=chosen.height,
        read=read,
        waiting=waiting,
        counts=found,
    )
    await _show(done, outcome, run)
    return done


async def _read(staging: Staging, settings: Settings, chosen: pl.DataFrame) -> tuple[int, int]:
    """Stage readings of the chosen articles, as many as one run may; give how many were read, and how many wait."""
    done = staged(staging)
    todo = chosen.join(done, on=["article_id", "content_hash"], how="anti", maintain_order="left")
    share = todo.head(settings.reprocess.max_articles) if settings.reprocess.max_articles else todo
    first = max(staging.batches("sign"), default=0) + 1
    size, engine = settings.ingest.batch_size, settings.extraction.entities
    fetch, normalize = limited(fetch_batch, settings), limited(normalize_batch, settings)
    extract, sign = limited(extract_batch, settings), limited(sign_batch, settings)
    for batch, start in enumerate(range(0, share.height, size), start=first):
        staging.drop_from(batch)  # half a batch of a killed run, perhaps of other articles
        part = share.slice(start, size)
        await step(f"fetching batch {batch}", fetch(staging, batch, settings.warehouse, part))
        await step(f"normalizing batch {batch}", normalize(staging, batch))
        await step(f"extracting batch {batch}", extract(staging, batch, settings.threads, engine))
        await step(f"signing batch {batch}", sign(staging, batch))
        get_run_logger().info("reread batch=%d articles=%d of=%d", batch, part.height, share.height)
        await asyncio.sleep(settings.reprocess.pause)
    return share.height, todo.height - share.height


def _refuse_mixed(versions: pl.DataFrame, chosen: pl.DataFrame, new_version: str) -> None:
    """Look before hours are spent; the exchange looks again."""
    leaving = chosen.group_by("model_version").agg(leaving=pl.len())
    left = versions.join(leaving, on="model_version", how="left").filter(
        (pl.col("model_version") != new_version) & (pl.col("articles") > pl.col("leaving").fill_null(0))
    )
    if left.height:
        stay = ", ".join(f"{count(row['articles'] - (row['leaving'] or 0), 'article')} of {row['model_version']}"
                         for row in left.iter_rows(named=True))  # fmt: skip
        raise MixedModelsError(
            f"Beside {new_version} the warehouse would still hold readings of other models ({stay}),"
            " and figures would mix them. Choose all articles, or give --allow-mixed."
        )


def _words(choice: Choice, allow_mixed: bool) -> list[str]:
    """What to type to go on."""
    given = {name: value for name, value in choice._asdict().items() if value is not None}
    words = [word for name, value in given.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    return [*words, *(["--allow-mixed"] if allow_mixed else [])]


async def _show(done: Reprocessed, outcome: str, run: Run) -> None:
    rows = [("chosen", done.chosen), ("read by this run", done.read), ("waiting for the next", done.waiting)]
    rows += list(done.counts.model_dump().items()) if not done.waiting else []
    page = f"# {outcome}\n\n{markdown_table(['articles', 'number'], rows)}\n\nBegun {run.started_at}."
    await acreate_markdown_artifact(page, key="reprocess-report", description="What was read again.")
    await rename(flow_run.id, outcome)
    get_run_logger().info("reprocess chosen=%d read=%d waiting=%d", done.chosen, done.read, done.waiting)
