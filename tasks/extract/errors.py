"""What a reader gets wrong on annotated sentences, one row an error, with the sentence and the likely kind of mistake.

Counts as `tasks.extract.evaluate` does: the rows about entities and events are exactly what keeps those scores from 1.
Two errors that are sides of one mistake (an event missed at one word and read at another) make one row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import polars as pl

from tasks.extract.evaluate import match_events
from tasks.extract.gold import GoldEvent, GoldSentence
from tasks.extract.labels import ROLES
from tasks.extract.reader import EventReading, SentenceReading

ERRORS = pl.Schema(
    {
        "sentence_id": pl.String,
        "about": pl.String,  # entity, event, status, mode, or a role
        "error": pl.String,
        "type": pl.String,  # annotated, or read where nothing is annotated: of the entity, or of the event
        "read_as": pl.String,  # the other type, status or mode; for a role, the role that the span really has
        "annotated": pl.String,  # words of the sentence
        "read": pl.String,
        "sentence": pl.String,
    }
)
"""One row an error; which values `error` has is said at the functions below."""

Piece = tuple[str, int, int]
"""What a span is (a type, a role), its start and its end, in code points of the sentence, half-open."""


class _Error(NamedTuple):
    about: str
    error: str
    type: str
    read_as: str | None
    annotated: tuple[int, int] | None
    read: tuple[int, int] | None


def errors_of(gold: Sequence[GoldSentence], readings: Sequence[SentenceReading]) -> pl.DataFrame:
    """The errors in `readings` of the sentences of `gold`, in the same order: a frame of `ERRORS`."""
    rows = []
    for sentence, reading in zip(gold, readings, strict=True):
        text = sentence.text
        for one in [*_entities(sentence, reading), *_events(sentence, reading)]:
            annotated, read = (span and text[slice(*span)] for span in (one.annotated, one.read))
            rows.append((sentence.id, *one[:4], annotated, read, text))
    return pl.DataFrame(rows, ERRORS, orient="row")


def counted(errors: pl.DataFrame) -> pl.DataFrame:
    """How many errors of each kind, most first: columns about, error, number, share (of those about the same)."""
    number = pl.len().alias("number")
    share = (pl.col("number") / pl.col("number").sum().over("about")).alias("share")
    return (
        errors.group_by("about", "error")
        .agg(number)
        .with_columns(share)
        .sort("about", "number", "error", descending=[False, True, False])
    )


def _entities(sentence: GoldSentence, reading: SentenceReading) -> Iterator[_Error]:
    """Where an annotated entity meets one that was read, "type", "edges", "type and edges"; else "missed", "extra"."""
    expected = {(one.type, one.start, one.end) for one in sentence.entities}
    found = {(one.entity_type, one.start, one.end) for one in reading.entities}
    missed, extra = sorted(expected - found, key=_start), sorted(found - expected, key=_start)
    for mine, other in _pairs(missed, extra, _meet):
        same_type, same_edges = mine[0] == other[0], mine[1:] == other[1:]
        error = "edges" if same_type else "type" if same_edges else "type and edges"
        yield _Error("entity", error, mine[0], other[0], mine[1:], other[1:])
    yield from (_Error("entity", "missed", kind, None, span, None) for kind, *span in missed)  # type: ignore[arg-type]
    yield from (_Error("entity", "extra", kind, None, None, span) for kind, *span in extra)  # type: ignore[arg-type]


def _events(sentence: GoldSentence, reading: SentenceReading) -> Iterator[_Error]:
    """At one word, "type"; at two, "other word" for one type; else "missed", "extra". Then what was read of matches."""
    pairs = list(match_events(sentence.events, reading.events))
    for number, candidate in pairs:
        yield from _details(sentence.events[number], reading.events[candidate])
    matched_gold, matched_found = ({pair[side] for pair in pairs} for side in (0, 1))
    missed = [
        (event.type, event.trigger.start, event.trigger.end)
        for number, event in enumerate(sentence.events)
        if number not in matched_gold
    ]
    extra = [
        (event.event_type, event.trigger_start, event.trigger_end)
        for number, event in enumerate(reading.events)
        if number not in matched_found
    ]
    for mine, other in _pairs(missed, extra, _meet):
        yield _Error("event", "type", mine[0], other[0], mine[1:], other[1:])
    for mine, other in _pairs(missed, extra, lambda a, b: a[0] == b[0]):
        yield _Error("event", "other word", mine[0], other[0], mine[1:], other[1:])
    yield from (_Error("event", "missed", kind, None, span, None) for kind, *span in missed)  # type: ignore[arg-type]
    yield from (_Error("event", "extra", kind, None, None, span) for kind, *span in extra)  # type: ignore[arg-type]


def _details(gold: GoldEvent, found: EventReading) -> Iterator[_Error]:
    """Of a matched event: status and mode, and of each role "other role", "other words", "missed", "extra"."""
    at = (gold.trigger.start, gold.trigger.end)
    if gold.status != found.status:
        yield _Error("status", f"{gold.status} read as {found.status}", gold.type, found.status, at, at)
    if gold.mode != found.event_mode:
        error = "missed" if not found.event_mode else "extra" if not gold.mode else "other mode"
        yield _Error("mode", error, gold.type, found.event_mode, at, at)
    expected = [(role, span.start, span.end) for role in ROLES for span in gold.participants(role)]
    read = [(one.role, one.start, one.end) for one in found.participants]
    list(_pairs(expected, read, lambda a, b: a[0] == b[0] and _meet(a, b)))  # what is right
    for mine, other in _pairs(expected, read, _meet):
        yield _Error(mine[0], "other role", gold.type, other[0], mine[1:], other[1:])
    for mine, other in _pairs(expected, read, lambda a, b: a[0] == b[0]):
        yield _Error(mine[0], "other words", gold.type, None, mine[1:], other[1:])
    yield from (_Error(role, "missed", gold.type, None, span, None) for role, *span in expected)  # type: ignore[arg-type]
    yield from (_Error(role, "extra", gold.type, None, None, span) for role, *span in read)  # type: ignore[arg-type]


def _pairs(
    left: list[Piece], right: list[Piece], alike: Callable[[Piece, Piece], bool]
) -> Iterator[tuple[Piece, Piece]]:
    """Take pairs of pieces that are alike out of both lists, each piece once, in order."""
    for mine in list(left):
        other = next((one for one in right if alike(mine, one)), None)
        if other:
            left.remove(mine)
            right.remove(other)
            yield mine, other


def _meet(a: Piece, b: Piece) -> bool:
    return a[1] < b[2] and b[1] < a[2]


def _start(piece: Piece) -> int:
    return piece[1]
