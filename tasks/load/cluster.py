"""Which mentions tell the same event: the rules of consolidation, on plain frames.

Two steps, both decided by the mentions alone and not by the order in which they came:

1. **A day.** Mentions of one type, status and day are taken from the most informative to the vaguest, of equals the
   first published first, and each joins the event that it agrees with best, or begins one. It is compared with what
   the event holds so far, its core and what others added to it, so nothing that contradicts the core is let in by way
   of a third mention.
2. **Its neighbours.** A report that only its publication dates may be late by up to `REACH` days: its event goes to one
   of the days before, if that one could not itself be late. An event therefore never spans more than `REACH` days,
   however long a story is told, and what becomes of a day depends on the few days around it (`BEFORE`, `AFTER`).

Unknown contradicts nothing, but proves nothing either: mentions are compared only if they share a party, a place or
a report, and what they share has to add up to `ENOUGH`. The weights were set by reason, not fitted: two parties, or a
town, suffice alone; one party needs words in common; a country as place is next to nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import polars as pl

from tasks.frames import INSTANT
from tasks.identity import stable_id
from tasks.normalize.search import search_form

TELLINGS = pl.Schema(
    {
        "event_mention_id": pl.UInt64,
        "event_type": pl.String,
        "status": pl.String,
        "event_mode": pl.String,
        "event_date": pl.Date,
        "is_dated": pl.Boolean,  # the day is told, not only that of publication
        "article_id": pl.UInt64,
        "report_id": pl.UInt64,  # the article that this one is a near-copy of, else itself
        "published_at": INSTANT,
        "actors": pl.List(pl.String),  # codes of parties (sql/tellings.sql), sorted, without repeats
        "recipients": pl.List(pl.String),
        "people": pl.List(pl.UInt64),  # entities among them that are persons
        "place_id": pl.UInt64,
        "place_country": pl.String,
        "place_is_country": pl.Boolean,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "evidence": pl.String,
        "title": pl.String,
    }
)
"""One row per event mention; nulls only where nothing is known."""

ASSIGNED = pl.Schema({"event_mention_id": pl.UInt64, "event_id": pl.UInt64})

REACH = 2
"""Days by which a report may be late, and so the longest span of an event's days."""
BEFORE, AFTER = 3 * REACH, REACH
"""Days before and after a day that its outcome depends on. A mention's event began at most one reach earlier and is
named after all its members, at most one reach later; whether these were late rests on two more reaches before them."""

ENOUGH = 1.5
ENOUGH_ACROSS_DAYS = 2.0
SHARED_PARTY = 1.0
SHARED_PLACE = 1.5
SHARED_COUNTRY = 0.25
SHARED_REPORT = 1.5
SAME_WORDS = 2.0
"""Times the cosine of the words of two sentences, or of two headlines."""

NEAR_KM, FAR_KM = 30.0, 100.0
"""Places within the one are the same for us; beyond the other they contradict each other."""
MUTUAL = {"AGREE", "CONSULT", "COOPERATE"}
"""Types in which it does not matter who is named first."""
CANDIDATES = 64
"""Events of a day that a mention is compared with for each thing that it shares with them, the most informative
first: what keeps a day of many events from being all pairs."""
_TEXTS = 6
_FEW_WORDS = 3
_CELL = 0.5  # degrees; more than NEAR_KM from any neighbour but the eight around, up to 55° of latitude


class _Place(NamedTuple):
    id: int
    country: str | None
    is_country: bool
    latitude: float | None
    longitude: float | None

    @property
    def is_fine(self) -> bool:
        return not self.is_country


class _Text(NamedTuple):
    """Words of a sentence, and of the headline that it stands under."""

    words: frozenset[str]
    headline: frozenset[str]
    report: int


class _Telling(NamedTuple):
    """A mention as the rules see it."""

    mention: int
    article: int
    report: int
    published: datetime | None
    is_dated: bool
    mode: str | None
    actors: frozenset[str]
    recipients: frozenset[str]
    people: frozenset[int]
    place: _Place | None
    words: frozenset[str]
    headline: frozenset[str]

    @property
    def known(self) -> int:
        return bool(self.actors) + bool(self.recipients) + (self.place is not None and self.place.is_fine)

    @property
    def reports(self) -> frozenset[int]:
        return frozenset((self.report,))

    @property
    def texts(self) -> list[_Text]:
        return [_Text(self.words, self.headline, self.report)]

    @property
    def age(self) -> tuple[bool, datetime | None, int, int]:
        """Oldest first; the undated last."""
        return (self.published is None, self.published, self.article, self.mention)


@dataclass
class _Event:
    """Mentions of one day, and what they say together. Fields start with the core's and are filled by later members."""

    day: date | None
    mode: str | None = None
    actors: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()
    people: frozenset[int] = frozenset()
    place: _Place | None = None
    is_dated: bool = False
    reports: set[int] = field(default_factory=set)
    texts: list[_Text] = field(default_factory=list)
    members: list[_Telling] = field(default_factory=list)

    def add(self, telling: _Telling) -> None:
        self.mode = self.mode or telling.mode
        self.actors = self.actors or telling.actors
        self.recipients = self.recipients or telling.recipients
        self.people = self.people or telling.people
        if self.place is None or (self.place.is_country and telling.place is not None):
            self.place = telling.place
        self.is_dated |= telling.is_dated
        self.reports.add(telling.report)
        if len(self.texts) < _TEXTS:
            self.texts += telling.texts
        self.members.append(telling)


def cluster(tellings: pl.DataFrame) -> pl.DataFrame:
    """Put mentions of one type and one status into events, and name these.

    Args:
        tellings: `TELLINGS`, of one event_type and status, in any order. Dated rows have to be complete from `BEFORE`
            to `AFTER` the days that the outcome is wanted for, undated ones for their report.

    Returns:
        `ASSIGNED`, a row per mention. An id is the hash of what the first published mention of the event knows, so it
        stays when later reports join, and is the same for every order of loading.
    """
    if tellings.is_empty():
        return ASSIGNED.to_frame()
    kind = tellings.row(0, named=True)
    mutual = kind["event_type"] in MUTUAL
    by_day: dict[date | None, list[_Telling]] = defaultdict(list)
    for day, telling in _read(tellings, mutual):
        by_day[day].append(telling)

    events: list[_Event] = []
    for _, report in groupby(sorted(by_day.pop(None, []), key=lambda one: one.report), key=lambda one: one.report):
        events += _events_of_day(None, list(report))
    events += _across_days({day: _events_of_day(day, told) for day, told in by_day.items() if day is not None})

    rows = []
    for event_id, event in _named((kind["event_type"], kind["status"]), events):
        rows += [(member.mention, event_id) for member in event.members]
    return pl.DataFrame(rows, ASSIGNED, orient="row")


def words_of(text: pl.Expr) -> pl.Expr:
    """Words of a String column that carry content, as sorted lists without repeats; clitics و, ال, لل … are cut.

    Numbers count, words of one or two letters do not.
    """
    words = search_form(text).str.extract_all(r"[\p{L}\p{M}]{3,}|\p{N}+")
    stems = words.list.eval(pl.element().str.replace(r"^(?:[وف]?[بك]?ال|[وف]?لل|و)(\p{L}{3,})$", "$1"))
    return stems.list.unique().list.sort()


def _read(tellings: pl.DataFrame, mutual: bool) -> Iterator[tuple[date | None, _Telling]]:
    rows = tellings.with_columns(words=words_of(pl.col("evidence")), headline=words_of(pl.col("title")))
    for row in rows.iter_rows(named=True):
        actors, recipients = frozenset(row["actors"] or ()), frozenset(row["recipients"] or ())
        place = None
        if row["place_id"] is not None:
            place = _Place(
                row["place_id"], row["place_country"], row["place_is_country"], row["latitude"], row["longitude"]
            )
        yield (
            row["event_date"],
            _Telling(
                row["event_mention_id"],
                row["article_id"],
                row["report_id"],
                row["published_at"],
                row["is_dated"],
                row["event_mode"],
                actors | recipients if mutual else actors,
                frozenset() if mutual else recipients,
                frozenset(row["people"] or ()),
                place,
                frozenset(row["words"] or ()),
                frozenset(row["headline"] or ()),
            ),
        )


def _events_of_day(day: date | None, told: list[_Telling]) -> list[_Event]:
    """Step 1. The events come in the order of their cores."""
    events: list[_Event] = []
    index = _Index()
    for telling in sorted(told, key=lambda one: (-one.known, one.mode is None, one.age)):
        best, most = None, 0.0
        for event in index.sharing(telling):
            score = _score(event, telling)
            if score >= ENOUGH and score > most:
                best, most = event, score
        if best is None:
            best = _Event(day)
            events.append(best)
        best.add(telling)
        index.note(best, telling)
    return events


def _across_days(days: dict[date, list[_Event]]) -> list[_Event]:
    """Step 2: give late events to the day before, or the one before that."""
    indexes: dict[date, _Index] = {}
    for day, events in days.items():
        indexes[day] = index = _Index()
        for event in events:
            for member in event.members:
                index.note(event, member)
    earlier = {
        id(event): [
            (score, back, candidate)
            for back in range(1, REACH + 1)
            if (before := day - timedelta(back)) in indexes
            for candidate in _distinct(c for member in event.members for c in indexes[before].sharing(member))
            if (score := _score(candidate, event)) >= ENOUGH_ACROSS_DAYS
        ]
        for day, events in days.items()
        for event in events
        if not event.is_dated
    }
    outcome = []
    late: list[tuple[_Event, _Event]] = []
    for day in sorted(days):
        for event in days[day]:
            # Only what could not itself be late is gone back to; else a story told daily would be one long event.
            firm = [one for one in earlier.get(id(event), ()) if not earlier.get(id(one[2]))]
            if firm:
                late.append((max(firm, key=lambda one: (one[0], -one[1]))[2], event))
            else:
                outcome.append(event)
    for home, event in late:  # only now: what was compared above has to be the events of one day
        for member in event.members:
            home.add(member)
    return outcome


class _Index:
    """Events by what may be shared with them."""

    def __init__(self) -> None:
        self._events: dict[Hashable, list[_Event]] = defaultdict(list)

    def note(self, event: _Event, telling: _Telling) -> None:
        for key in _anchors(telling):
            listed = self._events[key]
            if len(listed) < CANDIDATES and all(event is not one for one in listed):
                listed.append(event)

    def sharing(self, telling: _Telling) -> list[_Event]:
        keys = [*_anchors(telling), *_around(telling.place)]
        return _distinct(event for key in keys for event in self._events.get(key, ()))


def _anchors(telling: _Telling) -> Iterator[Hashable]:
    yield from (("actor", code) for code in sorted(telling.actors))
    yield from (("recipient", code) for code in sorted(telling.recipients))
    yield ("report", telling.report)
    if telling.place is not None:
        yield ("place", telling.place.id)
        if (cell := _cell(telling.place)) is not None:
            yield cell


def _around(place: _Place | None) -> Iterator[Hashable]:
    if place is not None and (cell := _cell(place)) is not None:
        _, north, east = cell
        yield from (("cell", north + n, east + e) for n in (-1, 0, 1) for e in (-1, 0, 1) if n or e)


def _cell(place: _Place) -> tuple[str, int, int] | None:
    if place.is_country or place.latitude is None or place.longitude is None:
        return None
    return ("cell", math.floor(place.latitude / _CELL), math.floor(place.longitude / _CELL))


def _distinct(events: Iterable[_Event]) -> list[_Event]:
    return list({id(event): event for event in events}.values())


def _score(event: _Event, told: _Telling | _Event) -> float:
    """How much speaks for one event; 0 if anything speaks against it."""
    parties = 0.0
    for mine, theirs in ((event.actors, told.actors), (event.recipients, told.recipients)):
        if mine and theirs:
            if not (mine <= theirs or theirs <= mine):
                return 0.0
            parties += SHARED_PARTY
    if event.mode and told.mode and event.mode != told.mode:
        return 0.0
    if event.people and told.people and not event.people & told.people:
        return 0.0
    place = _places(event.place, told.place)
    if place is None:
        return 0.0
    words = max(_likeness(mine, theirs) for mine in event.texts for theirs in told.texts)
    report = not event.reports.isdisjoint(told.reports)
    return parties + place + SAME_WORDS * words + SHARED_REPORT * report


def _places(one: _Place | None, other: _Place | None) -> float | None:
    """What two places say for one event; None if they speak against it."""
    if one is None or other is None:
        return 0.0
    if one.id == other.id:
        return SHARED_COUNTRY if one.is_country else SHARED_PLACE
    if one.country and other.country and one.country != other.country:
        return None
    if one.is_fine and other.is_fine and (distance := _kilometres(one, other)) is not None:
        if distance <= NEAR_KM:
            return SHARED_PLACE
        if distance > FAR_KM:
            return None
    return SHARED_COUNTRY if one.country and one.country == other.country else 0.0


def _kilometres(one: _Place, other: _Place) -> float | None:
    """Great-circle distance, by the haversine formula on a sphere of 6,371 km."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(math.radians(one.longitude - other.longitude) / 2) ** 2
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(half)))


def _likeness(one: _Text, other: _Text) -> float:
    """Cosine of the sentences, or of the headlines if that is more; a report's headline says nothing within it."""
    best = _cosine(one.words, other.words)
    if one.report != other.report and min(len(one.headline), len(other.headline)) >= _FEW_WORDS:
        best = max(best, _cosine(one.headline, other.headline))
    return best


def _cosine(one: frozenset[str], other: frozenset[str]) -> float:
    if not one or not other:
        return 0.0
    return len(one & other) / math.sqrt(len(one) * len(other))


def _named(kind: tuple[str, str], events: Sequence[_Event]) -> Iterator[tuple[int, _Event]]:
    """Names by the member published first; where two events of a day would get one name, the later is numbered.

    What is known of the member makes the name. Where that is too little to tell events apart, its article does.
    """
    firsts = [(min(event.members, key=lambda one: one.age), event) for event in events]
    taken: dict[tuple[str, ...], int] = defaultdict(int)
    for first, event in sorted(firsts, key=lambda one: one[0].age):
        place = "" if first.place is None else str(first.place.id)
        parties = ("|".join(sorted(first.actors)), "|".join(sorted(first.recipients)))
        article = "" if event.day is not None and first.known > 1 else str(first.article)
        key = (*kind, str(event.day), *parties, place, article)
        number = taken[key]
        taken[key] += 1
        yield stable_id(*key, number), event
