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

from flows.runs import Run
from tasks.frames import QUARANTINE, empty
from tasks.load.load import Counts as LoadCounts
from tasks.staging import Staging
from warehouse.query import query

_QUERIES = Path(__file__).parent / "queries"
_ROWS = 200


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Counts(_Frozen):
    """Records of a run: `records_seen` is the sum of the others."""

    records_seen: int = 0
    loaded: int = 0
    unchanged: int = 0
    duplicates: int = 0
    quarantined: int = 0


class Found(_Frozen):
    """What is in the articles that a run loaded."""

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


class Report(_Frozen):
    """What one run did; everything but the counts is about the articles that it loaded."""

    flow_run_id: str
    flow_run_name: str
    load_id: str  # 64 bits are more than some readers of JSON can count
    warehouse: str
    seconds: float = 0.0
    resumed_batches: int  # batches that an earlier, killed attempt had loaded; they are in the counts
    counts: Counts
    found: Found
    events_by_type: list[EventType]
    actors: list[Participant]
    recipients: list[Participant]
    places: list[Participant]
    rejections: list[Rejection]


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
    quarantine = [staging.frame(batch, "load", "quarantine") for batch in staging.batches("load")]
    rejected = pl.concat(quarantine) if quarantine else empty(QUARANTINE).drop("payload")
    report = Report(
        flow_run_id=run.flow_run_id,
        flow_run_name=run.flow_run_name,
        load_id=str(run.load_id),
        warehouse=str(warehouse),
        resumed_batches=resumed_batches,
        counts=Counts(**counts._asdict()),
        found=Found(**_ask(warehouse, "found", **load).row(0, named=True)),
        events_by_type=[EventType(**row) for row in _rows(warehouse, "events_by_type", **load)],
        actors=[Participant(**row) for row in _rows(warehouse, "top_participants", **load, role="actor")],
        recipients=[Participant(**row) for row in _rows(warehouse, "top_participants", **load, role="recipient")],
        places=[Participant(**row) for row in _rows(warehouse, "top_participants", **load, role="location")],
        rejections=_by_reason(rejected),
    )
    return report, Evidence(_ask(warehouse, "events_of_load", **load), rejected.head(_ROWS))


def _ask(warehouse: Path, name: str, **parameters: object) -> pl.DataFrame:
    """Answer `queries/<name>.sql` from the snapshot."""
    return query(warehouse, (_QUERIES / f"{name}.sql").read_text("utf-8"), parameters)


def _rows(warehouse: Path, name: str, **parameters: object) -> Iterator[dict[str, Any]]:
    return _ask(warehouse, name, **parameters).iter_rows(named=True)


def _by_reason(rejected: pl.DataFrame) -> list[Rejection]:
    counted = rejected.group_by("reason", "stage").agg(records=pl.len(), example=pl.col("message").first())
    ordered = counted.sort("records", "reason", descending=[True, False])
    return [Rejection(**row) for row in ordered.iter_rows(named=True)]
