"""Score readings against annotated sentences: entities, events, and what was read of the events that were found.

Measures, as the annotation guide's users expect them: entities strictly (type and both edges); events by type and an
overlapping trigger, each event matched once, and "identified" where the type may differ; status and mode as shares of
matched events; participants by role on matched events, where overlapping spans agree; killed, injured and arrested by
the exact number on matched events.

Intervals are 95 % percentile intervals of the bootstrap over articles (Efron and Tibshirani, An Introduction to the
Bootstrap, 1993, ch. 13): sentences of one article are alike, so sentences drawn one by one would promise too much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from tasks.extract.casualties import Casualties, casualties
from tasks.extract.gold import GoldEvent, GoldSentence, Span, TaggedSentence, spans_of
from tasks.extract.labels import ENTITY_TYPES, EVENT_TYPES, ROLES, STATUSES
from tasks.extract.reader import EventReading, Reader, SentenceReading
from tasks.extract.status import read_checked

RESAMPLES = 1000
_SEED = 1993
_CELLS_AT_ONCE = 2_000_000
_SENTENCES_AT_ONCE = 256
_FOUND, _EXPECTED, _RIGHT = range(3)

Counts = NDArray[np.float64]
"""Found, expected and right along the last axis."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Estimate(_Frozen):
    """A value from 0 to 1 (0 where it is 0 / 0) and its 95 % interval, which a single unit cannot give."""

    value: float
    low: float | None
    high: float | None


class Measure(_Frozen):
    """How much was found, how much was expected, how much of both is right, and what follows."""

    found: int
    expected: int
    right: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


class Share(_Frozen):
    """So many of so many."""

    total: int
    right: int
    share: Estimate


class EventScores(_Frozen):
    """Scores of events; everything below `macro_f1` is about events matched by type and trigger."""

    all: Measure
    identified: Measure  # an overlapping trigger, whatever the type
    by_type: dict[str, Measure]  # types annotated or found
    macro_f1: Estimate  # mean F1 of the types annotated
    roles: dict[str, Measure]
    status: Share
    mode: Share
    status_confusion: dict[str, dict[str, int]]  # annotated → read → matched events
    numbers: dict[str, Measure]  # killed, injured, arrested: a stated number, exactly
    casualties: Share  # of matched events with a number annotated or read: all three agree


class Scorecard(_Frozen):
    """What a reader is worth on annotated sentences."""

    model_version: str
    sentences: int
    units: int  # what was drawn for the intervals
    unit: Literal["article", "sentence"]
    resamples: int
    entities: Measure
    entities_by_type: dict[str, Measure]
    events: EventScores | None  # None where only entities are annotated


def evaluate(reader: Reader, gold: Sequence[GoldSentence], *, resamples: int = RESAMPLES) -> Scorecard:
    """Read the sentences of `gold` and score what was read; see `read_sentences` and `score`."""
    return score(gold, read_sentences(reader, gold), reader.model_version, resamples=resamples)


def read_sentences(
    reader: Reader, gold: Sequence[GoldSentence], watch: Callable[[int], None] = lambda _: None
) -> list[SentenceReading]:
    """Read the sentences of `gold` as extraction does, statuses checked; `watch` is told how many are read so far."""
    readings: list[SentenceReading] = []
    for start in range(0, len(gold), _SENTENCES_AT_ONCE):
        texts = [sentence.text for sentence in gold[start : start + _SENTENCES_AT_ONCE]]
        readings += read_checked(reader, texts)
        watch(len(readings))
    return readings


def evaluate_tags(
    reader: Reader, gold: Sequence[TaggedSentence], convention: str, *, resamples: int = RESAMPLES
) -> Scorecard:
    """Tag the tokens of `gold` by a convention and score the entities; intervals are drawn over sentences.

    Raises:
        ValueError: the reader does not know the convention.
    """
    tally = _Tally()
    tagged = reader.tag([sentence.tokens for sentence in gold], convention)
    for unit, (sentence, tags) in enumerate(zip(gold, tagged, strict=True)):
        tally.entities(unit, sentence.entities, spans_of(tags))
    return tally.card(reader.model_version, len(gold), len(gold), "sentence", resamples)


def score(
    gold: Sequence[GoldSentence],
    readings: Sequence[SentenceReading],
    model_version: str,
    *,
    resamples: int = RESAMPLES,
) -> Scorecard:
    """Score `readings` of the sentences of `gold`, in the same order, with intervals from `resamples` draws."""
    tally = _Tally()
    units: dict[str, int] = {}
    for sentence, reading in zip(gold, readings, strict=True):
        unit = units.setdefault(sentence.article, len(units))
        tally.entities(
            unit,
            {(span.type, span.start, span.end) for span in sentence.entities},
            {(span.entity_type, span.start, span.end) for span in reading.entities},
        )
        tally.events(unit, sentence, reading)
    return tally.card(model_version, len(gold), len(units), "article", resamples)


def match_events(
    gold: Sequence[GoldEvent], found: Sequence[EventReading], *, typed: bool = True
) -> Iterator[tuple[int, int]]:
    """Numbers of the events that are the same: each gold event's and that of the first unused one with its trigger.

    Args:
        gold: Annotated events of a sentence.
        found: Events read in it.
        typed: Whether the types must agree, too. If not, events whose types agree still find each other first.
    """
    left = dict(enumerate(found))
    open_gold = dict(enumerate(gold))
    for same_type in (True,) if typed else (True, False):
        for number, event in list(open_gold.items()):
            for candidate, reading in left.items():
                if same_type and reading.event_type != event.type:
                    continue
                if reading.trigger_start < event.trigger.end and event.trigger.start < reading.trigger_end:
                    yield number, candidate
                    del left[candidate], open_gold[number]
                    break


def share(units: Sequence[int], right: Sequence[bool], *, resamples: int = RESAMPLES) -> Share:
    """How many are `right`, with an interval from draws of `units`: numbers from 0, one for each of `right`."""
    counts = np.zeros((max(units, default=-1) + 1, 3))
    np.add.at(counts, list(units), np.array([(1, 1, one) for one in right]).reshape(-1, 3))
    return _share(counts.sum(0), _resampled(counts, resamples if len(set(units)) > 1 else 0))


class _Tally:
    """Found, expected and right of every measure in every unit."""

    def __init__(self) -> None:
        self._rows: defaultdict[tuple[str, ...], list[tuple[int, int, int, int]]] = defaultdict(list)
        self._confusion = {status: dict.fromkeys(STATUSES, 0) for status in STATUSES}
        self._has_events = False

    def _add(self, name: tuple[str, ...], unit: int, found: int, expected: int, right: int) -> None:
        if found or expected:
            self._rows[name].append((unit, found, expected, right))

    def _share(self, name: str, unit: int, *, right: bool) -> None:
        self._add((name,), unit, 1, 1, int(right))

    def entities(
        self, unit: int, expected: Iterable[tuple[str, int, int]], found: Iterable[tuple[str, int, int]]
    ) -> None:
        """Count (type, start, end) of a sentence."""
        expected, found = set(expected), set(found)
        for kind in ENTITY_TYPES:
            mine, gold = ({span for span in spans if span[0] == kind} for spans in (found, expected))
            self._add(("entities", kind), unit, len(mine), len(gold), len(mine & gold))
        self._add(("entities",), unit, len(found), len(expected), len(expected & found))

    def events(self, unit: int, sentence: GoldSentence, reading: SentenceReading) -> None:
        """Count the events of a sentence, and what was read of those that were found."""
        self._has_events = True
        gold, found = sentence.events, reading.events
        pairs = list(match_events(gold, found))
        self._add(("events",), unit, len(found), len(gold), len(pairs))
        identified = sum(1 for _ in match_events(gold, found, typed=False))
        self._add(("identified",), unit, len(found), len(gold), identified)
        for kind in EVENT_TYPES:
            mine = sum(event.event_type == kind for event in found)
            expected = sum(event.type == kind for event in gold)
            self._add(("events", kind), unit, mine, expected, sum(gold[number].type == kind for number, _ in pairs))
        if pairs:
            numbers = casualties(sentence.text, found)
            for number, candidate in pairs:
                self._matched(unit, gold[number], found[candidate], numbers[candidate])

    def _matched(self, unit: int, gold: GoldEvent, found: EventReading, numbers: Casualties) -> None:
        self._share("status", unit, right=gold.status == found.status)
        self._share("mode", unit, right=gold.mode == found.event_mode)
        self._confusion[gold.status][found.status] += 1
        for role in ROLES:
            expected = gold.participants(role)
            spans = [(one.start, one.end) for one in found.participants if one.role == role]
            self._add(("role", role), unit, len(spans), len(expected), _overlapping(expected, spans))
        stated = Casualties(gold.killed, gold.injured, gold.arrested)
        if any(number is not None for number in (*stated, *numbers)):
            self._share("casualties", unit, right=stated == numbers)
        for field, expected_number, number in zip(Casualties._fields, stated, numbers, strict=True):
            right = number is not None and number == expected_number
            self._add(("number", field), unit, number is not None, expected_number is not None, right)

    def card(
        self,
        model_version: str,
        sentences: int,
        units: int,
        unit: Literal["article", "sentence"],
        resamples: int,
    ) -> Scorecard:
        """What was counted, with intervals."""
        # Whatever is asked for below stands here; a measure without rows is one of zeros.
        always = ("entities", "events", "identified", "status", "mode", "casualties")
        named: list[tuple[str, ...]] = [(name,) for name in always]
        named += [("role", role) for role in ROLES] + [("number", field) for field in Casualties._fields]
        names = [*named, *(name for name in self._rows if name not in named)]
        counts = np.zeros((units, len(names), 3))
        for column, name in enumerate(names):
            rows = np.array(self._rows[name], np.int64).reshape(-1, 4)
            np.add.at(counts[:, column], rows[:, 0], rows[:, 1:])
        total = counts.sum(0)
        drawn = _resampled(counts, resamples if units > 1 else 0)
        column_of = {name: column for column, name in enumerate(names)}

        def measure(*name: str) -> Measure:
            return _measure(total[column_of[name]], drawn[:, column_of[name]])

        def share(name: str) -> Share:
            return _share(total[column_of[name,]], drawn[:, column_of[name,]])

        def each(group: str, kinds: Iterable[str]) -> dict[str, Measure]:
            return {kind: measure(group, kind) for kind in kinds if (group, kind) in column_of}

        events = None
        if self._has_events:
            annotated = [
                column_of["events", kind]
                for kind in EVENT_TYPES
                if ("events", kind) in column_of and total[column_of["events", kind], _EXPECTED]
            ]
            events = EventScores(
                all=measure("events"),
                identified=measure("identified"),
                by_type=each("events", EVENT_TYPES),
                macro_f1=_estimate(_macro_f1, total[annotated], drawn[:, annotated]),
                roles=each("role", ROLES),
                status=share("status"),
                mode=share("mode"),
                status_confusion=self._confusion,
                numbers=each("number", Casualties._fields),
                casualties=share("casualties"),
            )
        return Scorecard(
            model_version=model_version,
            sentences=sentences,
            units=units,
            unit=unit,
            resamples=resamples,
            entities=measure("entities"),
            entities_by_type=each("entities", ENTITY_TYPES),
            events=events,
        )


def _overlapping(expected: Sequence[Span], found: Sequence[tuple[int, int]]) -> int:
    """How many of `expected` overlap a span of `found` of their own."""
    left = list(found)
    right = 0
    for span in expected:
        hit = next((one for one in left if one[0] < span.end and span.start < one[1]), None)
        if hit:
            left.remove(hit)
            right += 1
    return right


def _resampled(counts: Counts, resamples: int) -> Counts:
    """Sums of `counts` [units, names, 3] over units drawn with replacement: [resamples, names, 3]."""
    units, *measures = counts.shape
    drawn = np.zeros((resamples, *measures))
    generator = np.random.default_rng(_SEED)
    at_once = max(1, _CELLS_AT_ONCE // max(1, units))
    for start in range(0, resamples, at_once):
        part = drawn[start : start + at_once]
        times = generator.multinomial(units, np.full(units, 1 / units), size=len(part))
        part[:] = np.tensordot(times, counts, 1)
    return drawn


def _measure(total: Counts, drawn: Counts) -> Measure:
    found, expected, right = map(int, total)
    return Measure(
        found=found,
        expected=expected,
        right=right,
        precision=_estimate(_precision, total, drawn),
        recall=_estimate(_recall, total, drawn),
        f1=_estimate(_f1, total, drawn),
    )


def _share(total: Counts, drawn: Counts) -> Share:
    return Share(total=int(total[_EXPECTED]), right=int(total[_RIGHT]), share=_estimate(_recall, total, drawn))


def _estimate(formula: Callable[[Counts], Counts], total: Counts, drawn: Counts) -> Estimate:
    value = round(float(formula(total[None])[0]), 4)
    if not len(drawn):
        return Estimate(value=value, low=None, high=None)
    low, high = np.percentile(formula(drawn), [2.5, 97.5])
    return Estimate(value=value, low=round(float(low), 4), high=round(float(high), 4))


def _ratio(part: Counts, whole: Counts) -> Counts:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _precision(counts: Counts) -> Counts:
    return _ratio(counts[..., _RIGHT], counts[..., _FOUND])


def _recall(counts: Counts) -> Counts:
    return _ratio(counts[..., _RIGHT], counts[..., _EXPECTED])


def _f1(counts: Counts) -> Counts:
    return _ratio(2 * counts[..., _RIGHT], counts[..., _FOUND] + counts[..., _EXPECTED])


def _macro_f1(counts: Counts) -> Counts:
    """Mean F1 over the second axis; a type that a draw has no event of does not count in it."""
    present = counts[..., _EXPECTED] > 0
    return _ratio((_f1(counts) * present).sum(-1), present.sum(-1).astype(np.float64))
