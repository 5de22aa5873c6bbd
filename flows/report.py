"""What a run of ingest did, in numbers: for the terminal, for `--json` and for the page in Prefect.

What was found in the articles comes from the snapshot, by the SQL in `queries/`. What went into quarantine comes from
the staging folder, as the warehouse notes a record that was there before under the load that met it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from pydantic import BaseModel, ConfigDict

from flows.naming import count
from flows.runs import Run
from tasks.frames import QUARANTINE, empty
from tasks.load.load import Counts as LoadCounts
from tasks.staging import Staging
from warehouse.connection import snapshot_path
from warehouse.query import query

_QUERIES = Path(__file__).parent / "queries"
ROWS = 200
_SHOWN = ("origin", "record_number", "stage", "reason", "message", "payload_size", "byte_offset")
ENOUGH_RECORDS = 100
"""Least records of a run for a share of them to say something."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Counts(_Frozen):
    """Records of a run: `records_seen` is the sum of the others."""

    records_seen: int = 0
    loaded: int = 0
    unchanged: int = 0
    duplicates: int = 0
    quarantined: int = 0


class Outcomes(_Frozen):
    """What the articles that a run stored are to those before them, as far as they still stand."""

    new: int  # never met before, and no copy
    revised: int  # another text or title of a known one; `articles.changed` says what differs
    near_copies: int  # nearly the text of another article; loaded and read, but one report with it


class Found(_Frozen):
    """What is in the articles that a run loaded."""

    sources: int
    words: int
    entity_mentions: int
    entities: int
    event_mentions: int
    events: int


class EventType(_Frozen):
    """How often a type of event is told, in how many events, and how often as having happened."""

    event_type: str
    mentions: int
    events: int
    actual: int


class Participant(_Frozen):
    """Who takes part, or where, and how often."""

    name: str
    country_code: str | None
    mentions: int


class Rejection(_Frozen):
    """Why records were put into quarantine, with one message as an example."""

    reason: str
    stage: str
    records: int
    example: str | None


class Step(_Frozen):
    """How long one step of one batch took."""

    name: str
    seconds: float


class Report(_Frozen):
    """What one run did; everything but the counts is about the articles that it loaded."""

    flow_run_id: str
    flow_run_name: str
    load_id: str  # 64 bits are more than some readers of JSON can count
    warehouse: str
    seconds: float = 0.0
    resumed_batches: int  # batches that an earlier, killed attempt had loaded; they are in the counts
    failure: str | None = None  # why the run is failed, although all that could be used is loaded
    counts: Counts
    outcomes: Outcomes
    found: Found
    events_by_type: list[EventType]
    actors: list[Participant]
    recipients: list[Participant]
    places: list[Participant]
    rejections: list[Rejection]
    slowest: list[Step] = []
    snapshot: str = ""
    rows: dict[str, int] = {}  # of the articles loaded, by table

    @property
    def headline(self) -> str:
        """What was done, in a few words: "312 articles · 2 sources"."""
        counts = self.counts
        if counts.loaded:
            done = f"{count(counts.loaded, 'article')} · {count(self.found.sources, 'source')}"
        else:
            done = f"nothing new in {count(counts.records_seen, 'record')}"
        return done + (f" · {counts.quarantined:,} in quarantine" if counts.quarantined else "")


class Evidence(NamedTuple):
    """The rows that a page shows: events with their sentences, and what is in quarantine; 200 of each at most."""

    events: pl.DataFrame
    quarantine: pl.DataFrame


def gather(
    warehouse: Path, run: Run, staging: Staging, counts: LoadCounts, resumed_batches: int
) -> tuple[Report, Evidence]:
    """Put together what a run did, once its batches are in and the snapshot is published.

    Args:
        warehouse: the warehouse file.
        run: the run.
        staging: its folder, in which each batch has left its quarantine.
        counts: those of its load.
        resumed_batches: how many batches an earlier attempt had loaded.
    """
    load = {"load_id": run.load_id}
    rejected = not_used(staging)
    report = Report(
        flow_run_id=run.flow_run_id,
        flow_run_name=run.flow_run_name,
        load_id=str(run.load_id),
        warehouse=str(warehouse),
        resumed_batches=resumed_batches,
        counts=Counts(**counts._asdict()),
        outcomes=Outcomes(**_ask(warehouse, "outcomes", **load).row(0, named=True)),
        found=Found(**_ask(warehouse, "found", **load).row(0, named=True)),
        events_by_type=[EventType(**row) for row in _rows(warehouse, "events_by_type", **load)],
        actors=[Participant(**row) for row in _rows(warehouse, "top_participants", **load, role="actor")],
        recipients=[Participant(**row) for row in _rows(warehouse, "top_participants", **load, role="recipient")],
        places=[Participant(**row) for row in _rows(warehouse, "top_participants", **load, role="location")],
        rejections=_by_reason(rejected),
        snapshot=str(snapshot_path(warehouse).absolute()),
        rows=_ask(warehouse, "rows_of_load", **load).row(0, named=True),
    )
    return report, Evidence(
        _ask(warehouse, "events_of_load", **load),
        rejected.select(pl.col("quarantine_id").cast(pl.String), *_SHOWN).head(ROWS),
    )


def not_used(staging: Staging) -> pl.DataFrame:
    """The records of a run that could not be used: QUARANTINE without payloads."""
    batches = [staging.frame(batch, "load", "quarantine") for batch in staging.batches("load")]
    return pl.concat(batches) if batches else empty(QUARANTINE).drop("payload")


def is_too_many(quarantined: int, records: int, limit: float) -> bool:
    """Whether a run of so many records is to fail for those that could not be used.

    Of fewer than `ENOUGH_RECORDS`, one bad file is a large share and no sign that something is wrong with the rest.
    """
    return records >= ENOUGH_RECORDS and quarantined > limit * records


def describe_failure(report: Report, limit: float) -> str:
    """Say what made a run fail, and what to do."""
    counts = report.counts
    reasons = ", ".join(f"{one.reason} {one.records:,}" for one in report.rejections[:5])
    return (
        f"{counts.quarantined:,} of {counts.records_seen:,} records could not be used ({reasons}): more than"
        f" quarantine.fail_above = {limit:g}. All others are loaded. See why: marsad quarantine list"
    )


def _ask(warehouse: Path, name: str, **parameters: object) -> pl.DataFrame:
    """Answer `queries/<name>.sql` from the snapshot."""
    return query(warehouse, (_QUERIES / f"{name}.sql").read_text("utf-8"), parameters)


def _rows(warehouse: Path, name: str, **parameters: object) -> Iterator[dict[str, Any]]:
    return _ask(warehouse, name, **parameters).iter_rows(named=True)


def _by_reason(rejected: pl.DataFrame) -> list[Rejection]:
    counted = rejected.group_by("reason", "stage").agg(records=pl.len(), example=pl.col("message").first())
    ordered = counted.sort("records", "reason", descending=[True, False])
    return [Rejection(**row) for row in ordered.iter_rows(named=True)]
