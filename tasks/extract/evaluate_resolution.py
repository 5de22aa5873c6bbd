"""Score who, where and when against facts: countries, sectors and entities, coordinates, dates.

Every question is asked of a mention that people annotated and answered by the extracted mention that shares most of
its words. Whether there is one is a matter of extraction and counted apart; accuracy is of mentions that were found,
of all of them and of those with the annotated edges. Questions: the countries (exactly the annotated set), sector and
entity of actors and recipients, the same of speakers; the country of a place, and whether it lies within 161 km of
where it should; both days of an event's date, of all events and of those of which the text says when ("told").
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl
from pydantic import BaseModel, ConfigDict

from tasks.extract.evaluate import RESAMPLES, Share, share
from tasks.extract.facts import Facts
from tasks.frames import conform
from tasks.normalize.search import search_form

NEAR_KM = 161.0
"""How far from its place a place may be found: 100 miles, as in the geocoding literature (Gritta et al., 2018)."""

_EARTH_RADIUS_KM = 6371.0088
_DATE_TOLD = "date told"

ANSWERS = pl.Schema(
    {
        "url": pl.String,
        "part": pl.String,
        "char_start": pl.Int32,
        "char_end": pl.Int32,
        "text": pl.String,
        "case": pl.String,  # what is hard about it
        "question": pl.String,
        "expected": pl.String,
        "read": pl.String,  # null: nothing was read, or nothing was found
        "found": pl.Boolean,  # a mention was extracted there
        "same_edges": pl.Boolean,
        "right": pl.Boolean,  # null where nothing was found
    }
)
"""One row a question about a mention; offsets are those of the facts."""


class Found(NamedTuple):
    """What was extracted: frames with the columns of the warehouse's tables of these names (`tasks.frames`)."""

    articles: pl.DataFrame
    entity_mentions: pl.DataFrame
    entities: pl.DataFrame
    event_mentions: pl.DataFrame
    event_participants: pl.DataFrame


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Answered(_Frozen):
    """How a question was answered."""

    found: Share  # of the mentions annotated: what extraction gave to resolve
    right: Share  # of the mentions found
    same_edges: Share  # of the mentions found with exactly the annotated edges


class ResolutionCard(_Frozen):
    """What resolution is worth on annotated articles."""

    articles: int
    questions: dict[str, Answered]
    cases: dict[str, Answered]  # all questions about the mentions of a case


def score_resolution(given: pl.DataFrame, *, resamples: int = RESAMPLES) -> ResolutionCard:
    """Count the answers that were `given`, a frame of `ANSWERS`; intervals come from `resamples` draws of articles."""
    rows = given.with_columns(unit=pl.col("url").rank("dense").cast(pl.Int64) - 1)

    def each(column: str, asked: pl.DataFrame) -> dict[str, Answered]:
        return {str(name): _answered(part, resamples) for (name,), part in asked.group_by(column, maintain_order=True)}

    cases = rows.filter(pl.col("case").is_not_null(), pl.col("question") != _DATE_TOLD)  # is a "date" too
    return ResolutionCard(articles=given["url"].n_unique(), questions=each("question", rows), cases=each("case", cases))


def _answered(rows: pl.DataFrame, resamples: int) -> Answered:
    def part(chosen: pl.DataFrame, column: str) -> Share:
        return share(chosen["unit"].to_list(), chosen[column].to_list(), resamples=resamples)

    found = rows.filter("found")
    return Answered(
        found=part(rows, "found"), right=part(found, "right"), same_edges=part(found.filter("same_edges"), "right")
    )


def answers(facts: Facts, found: Found) -> pl.DataFrame:
    """Answer every question that `facts` raise from what was `found`: a frame of `ANSWERS`, question by question."""
    participants = pl.concat(
        _matched(facts.participants.filter(unspoken), read(found), alike="role")
        for unspoken, read in ((~pl.col("unspoken"), _participants), (pl.col("unspoken"), _participants_of_triggers))
    )
    places = _matched(facts.places, _places(found))
    dated = facts.events.filter(pl.col("event_date_basis").is_not_null())
    dates = _matched(dated, _events(found), alike="event_type")
    told = dates.filter(pl.col("event_date_basis").is_in(["explicit", "relative"]))
    questions = []
    for whose, roles in (("", ["actor", "recipient"]), ("speaker's ", ["speaker"])):
        asked = participants.filter(pl.col("role").is_in(roles))
        questions += [
            _ask(f"{whose}country", asked.filter(pl.col("countries").is_not_null()), _COUNTRIES),
            _ask(f"{whose}sector", asked.filter(pl.col("sectors").list.len() > 0), _SECTOR),
            _ask(f"{whose}entity", asked.filter(pl.col("names").list.len() > 0), _ENTITY),
        ]
    questions += [
        _ask("place's country", places, _PLACE_COUNTRY),
        _ask("place within 161 km", places.filter(pl.col("latitude").is_not_null()), _NEARNESS),
        _ask("date", dates, _DATE),
        _ask(_DATE_TOLD, told, _DATE),
    ]
    return pl.concat(questions)


class _Comparison(NamedTuple):
    """What was expected and what was read, as text; and whether it is right."""

    expected: pl.Expr
    read: pl.Expr
    right: pl.Expr


def _equal(expected: pl.Expr, read: pl.Expr) -> _Comparison:
    return _Comparison(expected, read, expected.eq_missing(read))


def _one_of(listed: str, read: str) -> _Comparison:
    """Whether one of the words in the column `listed` was read; spellings that search takes for equal are equal."""
    forms = pl.col(listed).list.eval(search_form(pl.element()))
    same = forms.list.contains(search_form(pl.col(read))) & pl.col(read).is_not_null()
    return _Comparison(pl.col(listed).list.join(" or "), pl.col(read), same)


def _days(suffix: str = "") -> pl.Expr:
    first, last = (pl.col(f"{column}{suffix}").cast(pl.String) for column in ("event_date", "event_date_end"))
    return pl.concat_str(first, last, separator=" to ")


def _point(suffix: str = "") -> pl.Expr:
    degrees = (pl.col(f"{column}{suffix}").round(2).cast(pl.String) for column in ("latitude", "longitude"))
    return pl.concat_str(*degrees, separator=" ")


def _kilometres() -> pl.Expr:
    """The way between expected and read coordinates on a sphere, by the haversine formula."""
    lat, lon, lat_read, lon_read = (
        pl.col(column).radians() for column in ("latitude", "longitude", "latitude_read", "longitude_read")
    )
    half_chord = ((lat_read - lat) / 2).sin() ** 2 + lat.cos() * lat_read.cos() * ((lon_read - lon) / 2).sin() ** 2
    return 2 * _EARTH_RADIUS_KM * half_chord.sqrt().clip(0, 1).arcsin()


_COUNTRIES = _equal(*(pl.col(column).list.sort().list.join(" ") for column in ("countries", "countries_read")))
_SECTOR = _one_of("sectors", "sector_read")
_ENTITY = _one_of("names", "name_read")
_PLACE_COUNTRY = _equal(pl.col("country_code"), pl.col("country_code_read"))
_NEARNESS = _Comparison(_point(), _point("_read"), (_kilometres() <= NEAR_KM).fill_null(value=False))
_DATE = _equal(_days(), _days("_read"))


def _ask(question: str, rows: pl.DataFrame, comparison: _Comparison) -> pl.DataFrame:
    """Rows of `ANSWERS` for rows of `_matched`."""
    asked = rows.with_columns(
        question=pl.lit(question),
        expected=comparison.expected,
        read=pl.when("found").then(comparison.read),
        right=pl.when("found").then(comparison.right),
    )
    return conform(asked, ANSWERS)


def _matched(facts: pl.DataFrame, read: pl.DataFrame, *, alike: str = "part") -> pl.DataFrame:
    """Each row of `facts` with the row of `read`, its columns ending in "_read", that shares most of its words.

    Those with the same value in the column `alike` come first; all are of the same part. Adds `found` and `same_edges`.
    """
    numbered = facts.with_row_index("fact")
    begin, begin_read, end, end_read = (
        pl.col(column) for column in ("char_start", "char_start_read", "char_end", "char_end_read")
    )
    shared = pl.min_horizontal(end, end_read) - pl.max_horizontal(begin, begin_read)
    common = shared / (pl.max_horizontal(end, end_read) - pl.min_horizontal(begin, begin_read))
    best = (
        numbered.select("fact", "url", "char_start", "char_end", *dict.fromkeys(("part", alike)))
        .join(read.select(pl.all().name.suffix("_read")), left_on="url", right_on="url_read")
        .filter(pl.col("part") == pl.col("part_read"), shared > 0)
        .sort("fact", pl.col(alike) != pl.col(f"{alike}_read"), -common, begin_read, end_read)
        .unique("fact", keep="first", maintain_order=True)
        .select("fact", pl.col("^.*_read$"))
    )
    edges = (begin == begin_read) & (end == end_read)
    return (
        numbered.join(best, on="fact", how="left", maintain_order="left")
        .with_columns(found=begin_read.is_not_null(), same_edges=edges.fill_null(value=False))
        .drop("fact")
    )


def _located(frame: pl.DataFrame, found: Found) -> pl.DataFrame:
    """Rows of articles, with their `url`."""
    return frame.join(found.articles.select("article_id", "url"), on="article_id")


_PARTICIPANT = ("url", "part", "char_start", "char_end", "role", "countries", "sector", "name")


def _participants(found: Found) -> pl.DataFrame:
    """Extracted participants at their own words."""
    events = _located(found.event_mentions, found).select("url", "part", "event_mention_id")
    return _whole_participants(found).join(events, on="event_mention_id").select(_PARTICIPANT)


def _participants_of_triggers(found: Found) -> pl.DataFrame:
    """For each event and role, at the event's trigger, the first participant, or nulls."""
    roles = pl.DataFrame({"role": ["actor", "recipient", "speaker"]})
    one = ["event_mention_id", "role"]
    first = _whole_participants(found).unique(one, keep="first", maintain_order=True).drop("char_start", "char_end")
    return _events(found).join(roles, how="cross").join(first, on=one, how="left").select(_PARTICIPANT)


def _whole_participants(found: Found) -> pl.DataFrame:
    """Extracted participants in their order, the rows of one that has several countries as one row."""
    return (
        found.event_participants.join(found.entities.select("entity_id", "name"), on="entity_id", how="left")
        .sort("event_mention_id", "role", "position")
        .group_by("event_mention_id", "role", "char_start", "char_end", maintain_order=True)
        .agg(
            countries=pl.col("country_code").drop_nulls().unique(),
            sector=pl.col("sector").first(),
            name=pl.col("name").first(),
        )
    )


def _places(found: Found) -> pl.DataFrame:
    places = found.entities.select("entity_id", "country_code", "latitude", "longitude")
    mentions = _located(found.entity_mentions.filter(pl.col("entity_type") == "LOC"), found)
    return mentions.join(places, on="entity_id", how="left").select(
        "url", "part", "char_start", "char_end", "country_code", "latitude", "longitude"
    )


def _events(found: Found) -> pl.DataFrame:
    return _located(found.event_mentions, found).select(
        "url",
        "part",
        "event_mention_id",
        "event_type",
        "event_date",
        "event_date_end",
        char_start="trigger_start",
        char_end="trigger_end",
    )
