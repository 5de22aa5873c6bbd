"""The extract step: sentences in, frames of entities and events out.

The reader sees every different sentence of a batch once. Around it everything is rules over tables: names and their
entities, countries and sectors of participants, PLOVER's scores, dates, numbers of victims. An article's rows depend
on the article alone, whatever batch it comes in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from tasks.extract.casualties import Casualties, casualties
from tasks.extract.countries import countries_in
from tasks.extract.dates import event_date
from tasks.extract.entities import Entity, acts_as_government, resolve
from tasks.extract.forms import fold
from tasks.extract.names import canonical_name, clean
from tasks.extract.plover import cameo_root, intensity, quad_class
from tasks.extract.reader import EventReading, Reader, SentenceReading
from tasks.extract.sectors import sector_of
from tasks.extract.status import read_checked
from tasks.frames import (
    ARTICLES,
    ENTITIES,
    ENTITY_MENTIONS,
    EVENT_MENTIONS,
    EVENT_PARTICIPANTS,
    SENTENCES,
    conform,
)
from tasks.identity import stable_id

MAIN_CLAUSE_ENDS = tuple(f" {word} " for word in ("في", "لدى", "ضد", "إلى", "الى", "على", "بشأن", "حول"))
"""Words after which a phrase tells of something other than its head: "السفير الأميركي لدى العراق"."""


class Extraction(NamedTuple):
    """Frames of `tasks.frames`: ENTITY_MENTIONS, ENTITIES, EVENT_MENTIONS, EVENT_PARTICIPANTS."""

    entity_mentions: pl.DataFrame
    entities: pl.DataFrame
    event_mentions: pl.DataFrame
    event_participants: pl.DataFrame


class Mention(NamedTuple):
    """An entity mentioned in a sentence; offsets in the sentence."""

    start: int
    end: int
    entity: Entity


class Resolved(NamedTuple):
    """A participant made out: one of its countries each, offsets in the sentence."""

    role: str
    position: int
    start: int
    end: int
    entity_id: int | None
    country_code: str | None
    sector: str | None


def extract_articles(articles: pl.DataFrame, sentences: pl.DataFrame, reader: Reader) -> Extraction:
    """Read the sentences of a batch.

    Args:
        articles: Frame of ARTICLES; `article_id`, `title`, `text` and `published_at` are used.
        sentences: Frame of SENTENCES, offsets into the title or text of its article.
        reader: What reads a sentence.

    Returns:
        Rows in the order of the sentences. Offsets are those of the article's title or text: every span cuts exactly
        the text beside it. `entities` has one row for each entity mentioned; `event_id` is null until consolidation.

    Raises:
        polars.exceptions.ColumnNotFoundError: a column is missing.
    """
    cut = _cut(articles, sentences)
    different = cut["sentence"].unique(maintain_order=True).to_list()
    readings = dict(zip(different, read_checked(reader, different), strict=True))
    rows = _Rows()
    for article in cut.partition_by("article_id", maintain_order=True):
        _extract_article(article, readings, rows)
    return rows.frames()


def _cut(articles: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Sentences with their text (`sentence`) and the publication date of their article."""
    used = conform(articles, ARTICLES).select("article_id", "title", "text", "published_at")
    whole = pl.when(pl.col("part") == "title").then("title").otherwise("text")
    length = pl.col("char_end") - pl.col("char_start")
    return (
        conform(sentences, SENTENCES)
        .join(used, on="article_id", how="inner", maintain_order="left")
        .with_columns(sentence=whole.str.slice(pl.col("char_start"), length))
        .drop("title", "text")
        .filter(pl.col("sentence").str.len_chars() > 0)
    )


class _Rows:
    """Rows of the four frames, gathered article by article."""

    def __init__(self) -> None:
        self.entity_mentions: list[tuple[Any, ...]] = []
        self.entities: dict[int, Entity] = {}
        self.event_mentions: list[tuple[Any, ...]] = []
        self.event_participants: list[tuple[Any, ...]] = []

    def frames(self) -> Extraction:
        return Extraction(
            pl.DataFrame(self.entity_mentions, ENTITY_MENTIONS, orient="row"),
            pl.DataFrame(list(self.entities.values()), ENTITIES, orient="row"),
            pl.DataFrame(self.event_mentions, EVENT_MENTIONS, orient="row"),
            pl.DataFrame(self.event_participants, EVENT_PARTICIPANTS, orient="row"),
        )


def _extract_article(sentences: pl.DataFrame, readings: Mapping[str, SentenceReading], rows: _Rows) -> None:
    """Add the rows of one article, whose sentences these are."""
    seen = {
        fold(clean(sentence[span.start : span.end]))
        for sentence in sentences["sentence"]
        for span in readings[sentence].entities
    }
    for row in sentences.iter_rows(named=True):
        sentence, offset = row["sentence"], row["char_start"]
        place = (row["article_id"], row["part"], row["sentence_index"])
        reading = readings[sentence]
        mentions = []
        for span in reading.entities:
            text = sentence[span.start : span.end]
            entity = resolve(canonical_name(text, span.entity_type, seen), span.entity_type)
            rows.entities.setdefault(entity.entity_id, entity)
            mentions.append(Mention(span.start, span.end, entity))
            start, end = offset + span.start, offset + span.end
            mention_id = stable_id("entity_mention", *place[:2], start, end, span.entity_type)
            rows.entity_mentions.append(
                (mention_id, *place, start, end, text, span.entity_type, span.confidence, entity.entity_id)
            )
        told = set()
        for event, numbers in zip(reading.events, casualties(sentence, reading.events), strict=True):
            trigger = (offset + event.trigger_start, offset + event.trigger_end)
            event_id = stable_id("event_mention", *place[:2], *trigger, event.event_type)
            if event_id in told:
                continue  # a trigger tells one event of a type
            told.add(event_id)
            rows.event_mentions.append(
                _event_row(event_id, place, trigger, sentence, event, numbers, row["published_at"])
            )
            rows.event_participants.extend(
                (
                    event_id,
                    resolved.role,
                    resolved.position,
                    offset + resolved.start,
                    offset + resolved.end,
                    sentence[resolved.start : resolved.end],
                    *resolved[4:],
                )
                for resolved in resolve_participants(sentence, event, mentions)
            )


def _event_row(
    event_id: int,
    place: tuple[int, str, int],
    trigger: tuple[int, int],
    sentence: str,
    event: EventReading,
    numbers: Casualties,
    published: datetime | None,
) -> tuple[Any, ...]:
    dates = [sentence[one.start : one.end] for one in event.participants if one.role == "date"]
    return (
        event_id,
        None,
        *place,
        event.event_type,
        event.event_mode,
        event.status,
        quad_class(event.event_type),
        intensity(event.event_type, event.event_mode),
        cameo_root(event.event_type, event.event_mode),
        sentence[event.trigger_start : event.trigger_end],
        *trigger,
        *event_date(dates, published, future=event.status == "planned"),
        *numbers,
        event.confidence,
        sentence,
    )


def resolve_participants(sentence: str, event: EventReading, mentions: Sequence[Mention]) -> Iterator[Resolved]:
    """The participants of an event, in order of role and appearance.

    A participant of several countries ("وزيرا خارجية مصر والأردن") is one row for each of them, of the same span and
    at consecutive positions, so that no country is lost to a query on `country_code`.
    """
    positions: dict[str, int] = {}
    for one in sorted(set(event.participants), key=lambda one: (one.role, one.start, one.end)):
        within = [mention for mention in mentions if one.start <= mention.start and mention.end <= one.end]
        entity = _head(sentence, one.start, one.end, within, one.role)
        codes, sector = _country_and_sector(sentence, one.start, one.end, one.role, within, entity)
        for code in codes or (None,):
            position = positions.get(one.role, 0)
            positions[one.role] = position + 1
            yield Resolved(
                one.role,
                position,
                one.start,
                one.end,
                entity.entity_id if entity else None,
                code,
                sector,
            )


def _head(sentence: str, start: int, end: int, within: Iterable[Mention], role: str) -> Entity | None:
    """The entity that a participant is: the person of "وزير الدفاع العراقي جمعة عناد", the place of a location.

    A country inside an actor's phrase ("وزير خارجية مصر") is where the actor is from, not the actor.
    """
    by_type: dict[str, list[Mention]] = {}
    for mention in within:
        by_type.setdefault(mention.entity.entity_type, []).append(mention)
    if role == "date":
        return None
    wanted = ["LOC", "ORG", "MISC"]
    if role != "location":
        wanted = ["PER", "ORG"]
        whole = clean(sentence[start:end])
        for mention in by_type.get("LOC", ()):
            if mention.start == start and clean(sentence[mention.start : mention.end]) == whole:
                return mention.entity
    return next((by_type[kind][0].entity for kind in wanted if kind in by_type), None)


def _country_and_sector(
    sentence: str, start: int, end: int, role: str, within: Iterable[Mention], entity: Entity | None
) -> tuple[tuple[str, ...], str | None]:
    if role == "date":
        return (), None
    # A surname may be a nationality: in "رئيس الوزراء العراقي محمد شياع السوداني" no Sudan.
    phrase = sentence[start:end]
    for mention in within:
        if mention.entity.entity_type == "PER":
            name = slice(mention.start - start, mention.end - start)
            phrase = phrase[: name.start] + " " * (name.stop - name.start) + phrase[name.stop :]
    own = (entity.country_code,) if entity and entity.country_code else ()
    if role == "location":
        return own or _countries(phrase, last=True), None
    codes = _countries(phrase) or own
    if entity is not None and entity.entity_type == "LOC":
        return codes, "GOV" if acts_as_government(entity.name) else None
    sector = sector_of(phrase.strip()) or (entity.sector if entity else None)
    if sector is None and entity is None and acts_as_government(canonical_name(phrase, "LOC")):
        sector = "GOV"
    return codes, sector


def _countries(phrase: str, *, last: bool = False) -> tuple[str, ...]:
    """Countries of what the phrase is about; if `last`, of where it ends up ("السفارة الأميركية في بغداد")."""
    ends = [at for word in MAIN_CLAUSE_ENDS if (at := phrase.find(word)) >= 0]
    if ends:
        parts = (phrase[: min(ends)], phrase[min(ends) :])
        for part in reversed(parts) if last else parts:
            found = tuple(countries_in(part))
            if found:
                return found
        return ()
    return tuple(countries_in(phrase))
