"""Score readings against annotated sentences: entities, events, and what was read of the events that were found.

Measures, as the annotation guide's users expect them: entities strictly (type and both edges); events by type and an
overlapping trigger, each gold event matched once; status and mode as accuracy on matched events; participants as F1 by
role on matched events, where overlapping spans agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.extract.labels import ROLES
from tasks.extract.reader import EventReading, SentenceReading


@dataclass(slots=True)
class Score:
    """Counts, and the measures that follow from them."""

    found: int = 0
    expected: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 0 when nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of what was expected that was found; 0 when nothing was expected."""
        return self.right / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.found + self.expected
        return 2 * self.right / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Scores by name: "entities", "entities PER", "events", "events ASSAULT", "actor", …; accuracies by name."""

    scores: Mapping[str, Score]
    status_accuracy: float
    mode_accuracy: float
    matched: int


def scorecard(gold: Sequence[Mapping[str, Any]], readings: Sequence[SentenceReading]) -> Scorecard:
    """Score `readings` against `gold`, annotated sentences in the annotation format with offsets, in the same order."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    statuses: list[bool] = []
    modes: list[bool] = []
    for row, reading in zip(gold, readings, strict=True):
        _count_entities(scores, row, reading)
        pairs = match_events(row["events"], reading.events)
        for name, wanted in [("events", None), *((f"events {kind}", kind) for kind in _types(row, reading))]:
            scores[name].found += sum(wanted in (None, event.event_type) for event in reading.events)
            scores[name].expected += sum(wanted in (None, event["type"]) for event in row["events"])
            scores[name].right += sum(wanted in (None, event["type"]) for event, _ in pairs)
        for event, found in pairs:
            statuses.append(event["status"] == found.status)
            modes.append(event["mode"] == found.event_mode)
            for role in ROLES:
                expected = [(item["start"], item["end"]) for item in event[role]]
                spans = [(item.start, item.end) for item in found.participants if item.role == role]
                scores[role].found += len(spans)
                scores[role].expected += len(expected)
                scores[role].right += _overlapping(expected, spans)
    return Scorecard(dict(scores), _share(statuses), _share(modes), len(statuses))


def match_events(
    gold: Iterable[Mapping[str, Any]], found: Iterable[EventReading]
) -> list[tuple[Mapping[str, Any], EventReading]]:
    """Pair each gold event with the first unused event of its type whose trigger overlaps its own."""
    left = list(found)
    pairs = []
    for event in gold:
        start, end = event["trigger"]["start"], event["trigger"]["end"]
        for candidate in left:
            if (
                candidate.event_type == event["type"]
                and candidate.trigger_start < end
                and start < candidate.trigger_end
            ):
                pairs.append((event, candidate))
                left.remove(candidate)
                break
    return pairs


def _count_entities(scores: defaultdict[str, Score], row: Mapping[str, Any], reading: SentenceReading) -> None:
    expected = {(item["type"], item["start"], item["end"]) for item in row["entities"]}
    found = {(item.entity_type, item.start, item.end) for item in reading.entities}
    for name, wanted in [
        ("entities", None),
        *((f"entities {k}", k) for k in {s[0] for s in expected | found}),
    ]:
        score = scores[name]
        score.found += sum(wanted in (None, span[0]) for span in found)
        score.expected += sum(wanted in (None, span[0]) for span in expected)
        score.right += sum(wanted in (None, span[0]) for span in expected & found)


def _types(row: Mapping[str, Any], reading: SentenceReading) -> set[str]:
    return {event["type"] for event in row["events"]} | {event.event_type for event in reading.events}


def _overlapping(expected: list[tuple[int, int]], found: list[tuple[int, int]]) -> int:
    left = list(found)
    right = 0
    for start, end in expected:
        hit = next((span for span in left if span[0] < end and start < span[1]), None)
        if hit:
            left.remove(hit)
            right += 1
    return right


def _share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
