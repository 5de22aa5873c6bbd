"""`marsad explain`: why the warehouse says that something happened: sentence, participants, scores, and what else it
might have been.

What was read stands in the snapshot. What the model held possible beside it does not: the sentence is read again, which
gives the same numbers as long as the model is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict

from flows.session import CommandError
from flows.settings import Settings
from tasks.extract import plover
from tasks.extract.reader import Weigher
from tasks.extract.status import told
from warehouse.query import query

_QUERIES = Path(__file__).parent / "queries"
_RUNNERS_UP = 3


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class Alternative(_Frozen):
    """A choice of the model and how probable it held it; the name is null for no event and no mode."""

    name: str | None
    probability: float


class Weighed(_Frozen):
    """The likeliest choices, best first, of a model that reads the sentence now."""

    model_version: str
    event_types: list[Alternative]
    modes: list[Alternative]
    statuses: list[Alternative]


class StatusRule(_Frozen):
    """The particle before a trigger that speaks of its status."""

    particle: str
    status: str


class Participant(_Frozen):
    """Who or what takes part, where, when: offsets in the sentence, in code points, and what it was resolved to."""

    role: str
    text: str
    char_start: int
    char_end: int
    name: str | None
    entity_type: str | None
    country_code: str | None
    sector: str | None
    latitude: float | None
    longitude: float | None


class Mention(_Frozen):
    """An event told in a sentence; `trigger_start` and `trigger_end` are offsets in `evidence`, the sentence."""

    event_mention_id: str  # 64 bits are more than some readers of JSON can count
    event_id: str | None
    article_id: str
    source: str | None
    title: str | None
    published_at: datetime | None
    url: str | None
    origin: str
    record_number: int | None
    part: str
    sentence_index: int
    evidence: str
    trigger_text: str
    trigger_start: int
    trigger_end: int
    event_type: str
    event_mode: str | None
    status: str
    confidence: float
    quad_class: int
    quad_class_name: str
    intensity: float | None
    cameo_root: str
    contexts: list[str]
    event_date: date | None
    event_date_end: date | None
    event_date_basis: str | None
    killed: int | None
    injured: int | None
    arrested: int | None
    participants: list[Participant]
    model_version: str | None
    status_rule: StatusRule | None
    weighed: Weighed | None  # None if the reader cannot weigh


class Event(_Frozen):
    """An event, consolidated from its mentions."""

    event_id: str
    event_type: str
    event_mode: str | None
    status: str
    event_date: date | None
    actor_name: str | None
    actor_country: str | None
    recipient_name: str | None
    recipient_country: str | None
    place_name: str | None
    place_country: str | None
    mention_count: int
    article_count: int
    source_count: int
    first_published_at: datetime | None
    last_published_at: datetime | None


class Explanation(_Frozen):
    """What is behind an event, or behind one of its mentions."""

    asked: Literal["event", "event_mention"]
    event: Event | None
    mentions: list[Mention]
    mentions_left_out: int


def explain(identifier: int, settings: Settings, limit: int = 10) -> Explanation:
    """Explain the event, or the event mention, that has this id.

    Args:
        identifier: `event_id` or `event_mention_id`.
        settings: `warehouse` and `threads` are used.
        limit: Mentions to explain at most; 0 for all.

    Raises:
        CommandError: nothing has this id.
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    mentions = _ask(settings.warehouse, "explained_mentions", identifier)
    events = _ask(settings.warehouse, "explained_event", identifier)
    if mentions.is_empty() and events.is_empty():
        raise CommandError(
            f"no event and no event mention has the id {identifier}; the ids stand in: marsad sql 'FROM events'"
        )
    participants: defaultdict[int, list[Participant]] = defaultdict(list)
    for row in _ask(settings.warehouse, "explained_participants", identifier).iter_rows(named=True):
        participants[row["event_mention_id"]].append(Participant(**row))
    shown = mentions.head(limit) if limit else mentions
    reader = _weigher(settings)
    return Explanation(
        asked="event_mention" if identifier in mentions["event_mention_id"] else "event",
        event=Event(**events.row(0, named=True)) if events.height else None,
        mentions=[_mention(row, participants[row["event_mention_id"]], reader) for row in shown.iter_rows(named=True)],
        mentions_left_out=mentions.height - shown.height,
    )


def _mention(row: dict[str, Any], participants: list[Participant], reader: Weigher | None) -> Mention:
    rule = told(row["evidence"], row["event_type"], row["trigger_start"])
    return Mention(
        **row | {"confidence": round(row["confidence"], 4)},  # stored in 32 bits
        quad_class_name=plover.QUAD_CLASSES[row["quad_class"]],
        contexts=list(plover.implied_contexts(row["event_type"], row["event_mode"])),
        participants=participants,
        status_rule=StatusRule(particle=rule.name, status=rule.status) if rule else None,
        weighed=_weighed(row, reader) if reader else None,
    )


def _weighed(row: dict[str, Any], reader: Weigher) -> Weighed:
    weighing = reader.weigh(row["evidence"], row["trigger_start"], row["event_type"])
    return Weighed(
        model_version=reader.model_version,
        event_types=_best(weighing.event_types),
        modes=_best(weighing.modes),
        statuses=_best(weighing.statuses),
    )


def _best(choices: Iterable[tuple[str, float]]) -> list[Alternative]:
    best = [Alternative(name=name or None, probability=probability) for name, probability in choices]
    return best[: 1 + _RUNNERS_UP]


def _weigher(settings: Settings) -> Weigher | None:
    from tasks.extract.model import shipped_reader  # noqa: PLC0415  loads onnxruntime and the model

    reader = shipped_reader(settings.threads)
    return reader if isinstance(reader, Weigher) else None


def _ask(warehouse: Path, name: str, identifier: int) -> pl.DataFrame:
    return query(warehouse, (_QUERIES / f"{name}.sql").read_text("utf-8"), {"id": identifier})
