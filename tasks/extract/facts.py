"""Articles with the facts that people found in them: who took part, where that was, when, and which event it is.

A folder holds `articles.jsonl`, read as any other input, and `facts.jsonl`, an object for each article:

    {"url": "https://example.org/7",
     "participants": [{"role": "actor", "start": 5, "end": 31, "text": "وزير الدفاع العراقي", "countries": ["IRQ"],
                       "sectors": ["GOV", "MIL"], "names": [], "case": "office"}],
     "places": [{"start": 40, "end": 46, "text": "بغداد", "country": "IRQ", "latitude": 33.3, "longitude": 44.4}],
     "events": [{"type": "CONSULT", "start": 0, "end": 4, "text": "بحث", "date": "2026-03-01", "date_end": "2026-03-01",
                 "basis": "publication", "key": "talks in Baghdad"}]}

Offsets are code points, half-open, into the article's title or text, whichever `part` says ("text" if left out); `text`
is optional and must be what they cut, so that facts can be kept of articles that may not be.

- `countries` are all codes of the participant, `[]` if it has none; left out, they are not asked for. `sectors` and
  `names` list what is right, each of them alone; where nothing is listed, nothing is asked.
- `unspoken` marks a participant without words of its own ("وأضاف أن …"): its span is that of the event's trigger.
- A place without coordinates (a country) is asked for its country alone.
- The span of an event may be wider than its trigger: it holds the words any of which may be taken for it. Its dates
  are asked for if there is a `basis`, both null if it is "unknown". `key` is the same wherever the event is told.
- `case` says what is hard about the mention, for counting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tasks.extract.gold import one_of
from tasks.extract.labels import EVENT_TYPES

ARTICLES_FILE, FACTS_FILE = "articles.jsonl", "facts.jsonl"

_MENTION = {
    "url": pl.String,
    "part": pl.String,  # "title" or "text"
    "char_start": pl.Int32,
    "char_end": pl.Int32,
    "text": pl.String,  # what the offsets cut
    "case": pl.String,
}

PARTICIPANTS = pl.Schema(
    _MENTION
    | {
        "role": pl.String,  # actor, recipient, speaker
        "unspoken": pl.Boolean,
        "countries": pl.List(pl.String),  # null where they are not asked for
        "sectors": pl.List(pl.String),
        "names": pl.List(pl.String),
    }
)
PLACES = pl.Schema(_MENTION | {"country_code": pl.String, "latitude": pl.Float64, "longitude": pl.Float64})
EVENTS = pl.Schema(
    _MENTION
    | {
        "event_type": pl.String,
        "event_date": pl.Date,
        "event_date_end": pl.Date,
        "event_date_basis": pl.String,  # explicit, relative, publication, unknown; null where no date is asked for
        "event_key": pl.String,
    }
)


class FactsError(ValueError):
    """A file of facts cannot be used; the message names file and line."""


class Facts(NamedTuple):
    """Frames of `PARTICIPANTS`, `PLACES` and `EVENTS`: one row a fact, in the order of the file."""

    participants: pl.DataFrame
    places: pl.DataFrame
    events: pl.DataFrame


class _Mention(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    part: Literal["title", "text"] = "text"
    start: int = Field(ge=0)
    end: int
    text: str | None = None
    case: str | None = None


class _Participant(_Mention):
    role: Literal["actor", "recipient", "speaker"]
    unspoken: bool = False
    countries: list[str] | None = None
    sectors: list[str] = []
    names: list[str] = []


class _Place(_Mention):
    country: str
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)


class _Event(_Mention):
    type: Annotated[str, one_of(EVENT_TYPES)]
    date: dt.date | None = None
    date_end: dt.date | None = None
    basis: Literal["explicit", "relative", "publication", "unknown"] | None = None
    key: str | None = None

    @model_validator(mode="after")
    def _dates_are_days_or_unknown(self) -> _Event:
        known = [day is not None for day in (self.date, self.date_end)]
        if known != [self.basis not in (None, "unknown")] * 2:
            raise ValueError(f"a basis {self.basis!r} does not go with the dates {self.date} to {self.date_end}")
        return self


class _Article(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    participants: list[_Participant] = []
    places: list[_Place] = []
    events: list[_Event] = []


def read_facts(path: Path, articles: pl.DataFrame) -> Facts:
    """Read a file of facts about `articles`, of which the columns url, title and text are used.

    Raises:
        FactsError: it cannot be read, a line does not fit, an article is unknown or told of twice, or offsets do not
            cut the text that stands beside them.
    """
    texts = {
        (row["url"], part): row[part] or ""
        for row in articles.select("url", "title", "text").iter_rows(named=True)
        for part in ("title", "text")
    }
    participants: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for place, one in _lines(path):
        if (one.url, "text") not in texts:
            raise FactsError(f"{place}: no article has the url {one.url!r}")
        for kind, mentions, rows in (
            ("participants", one.participants, participants),
            ("places", one.places, places),
            ("events", one.events, events),
        ):
            for number, mention in enumerate(mentions):
                cut = _cut(mention, texts[one.url, mention.part], f"{place}: {kind}[{number}]")
                rows.append({"url": one.url} | _columns(mention) | {"text": cut})
    return Facts(pl.DataFrame(participants, PARTICIPANTS), pl.DataFrame(places, PLACES), pl.DataFrame(events, EVENTS))


def _lines(path: Path) -> Iterator[tuple[str, _Article]]:
    """Each article of a file, after words for where it stands."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FactsError(f"{path} cannot be read: {error}") from error
    told: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            one = _Article.model_validate_json(line)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            raise FactsError(f"{place}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None
        if one.url in told:
            raise FactsError(f"{place}: the article {one.url!r} has a line already")
        told.add(one.url)
        yield place, one


def _cut(mention: _Mention, text: str, place: str) -> str:
    if not mention.start < mention.end <= len(text):
        raise FactsError(f"{place}: [{mention.start}, {mention.end}) is no piece of a {mention.part} of {len(text)}")
    cut = text[mention.start : mention.end]
    if mention.text not in (None, cut):
        raise FactsError(f"{place}: [{mention.start}, {mention.end}) is {cut!r}, not {mention.text!r}")
    return cut


_NAMES: Mapping[str, str] = {
    "start": "char_start",
    "end": "char_end",
    "country": "country_code",
    "type": "event_type",
    "date": "event_date",
    "date_end": "event_date_end",
    "basis": "event_date_basis",
    "key": "event_key",
}


def _columns(mention: _Mention) -> dict[str, Any]:
    """Fields under the names of the warehouse's columns."""
    return {_NAMES.get(name, name): value for name, value in mention}
