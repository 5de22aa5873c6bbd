"""The extract step: sentences in, frames of entities and events out.

The reader sees every different sentence of a batch once, some hundred at a time: while one portion of the articles is
resolved, the next ones are being read, so that no core waits. Around it everything is rules over tables: names and
their entities, countries and sectors of participants, PLOVER's scores, dates, numbers of victims. An article's rows
depend on the article alone, whatever batch it comes in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from tasks.extract.casualties import Casualties, casualties
from tasks.extract.dates import event_date
from tasks.extract.documents import resolve_document
from tasks.extract.entities import Entity
from tasks.extract.identify import Line, Setting
from tasks.extract.plover import cameo_root, intensity, quad_class
from tasks.extract.reader import EventReading, Reader, SentenceReading
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
from tasks.normalize.dateline import find_dateline

_SENTENCES_A_PORTION = 192
"""Enough for the reader to fill its passes with sentences of like length."""
_PORTIONS_AHEAD = 2
"""One that is being read, and one prepared behind it so that no core is idle while the last passes of the first end."""


class Extraction(NamedTuple):
    """Frames of `tasks.frames`: ENTITY_MENTIONS, ENTITIES, EVENT_MENTIONS, EVENT_PARTICIPANTS."""

    entity_mentions: pl.DataFrame
    entities: pl.DataFrame
    event_mentions: pl.DataFrame
    event_participants: pl.DataFrame


def extract_articles(articles: pl.DataFrame, sentences: pl.DataFrame, reader: Reader) -> Extraction:
    """Read the sentences of a batch.

    Args:
        articles: Frame of ARTICLES; `article_id`, `source`, `url`, `title`, `text` and `published_at` are used.
        sentences: Frame of SENTENCES, offsets into the title or text of its article.
        reader: What reads a sentence.

    Returns:
        Rows in the order of the sentences. Offsets are those of the article's title or text: every span cuts exactly
        the text beside it. `entities` has one row for each entity mentioned; `event_id` is null until consolidation.

    Raises:
        polars.exceptions.ColumnNotFoundError: a column is missing.
    """
    cut = _cut(articles, sentences)
    settings = {article["article_id"]: _setting(article) for article in articles.iter_rows(named=True)}
    readings: dict[str, SentenceReading] = {}
    rows = _Rows()
    for portion, read in _read_ahead(list(_portions(cut)), reader):
        readings.update(read)
        for article in portion.articles:
            _extract_article(article, settings[article["article_id"][0]], readings, rows)
    return rows.frames()


class _Portion(NamedTuple):
    """Some of the articles of a batch."""

    articles: list[pl.DataFrame]  # the sentences of each
    new: list[str]  # the different sentences that no portion before it has


def _portions(cut: pl.DataFrame) -> Iterator[_Portion]:
    """The articles of a batch in their order, in portions of at least `_SENTENCES_A_PORTION` new sentences."""
    seen: set[str] = set()
    portion = _Portion([], [])
    for article in cut.partition_by("article_id", maintain_order=True):
        new = [one for one in dict.fromkeys(article["sentence"]) if one not in seen]
        seen.update(new)
        portion.articles.append(article)
        portion.new.extend(new)
        if len(portion.new) >= _SENTENCES_A_PORTION:
            yield portion
            portion = _Portion([], [])
    if portion.articles:
        yield portion


def _read_ahead(portions: Sequence[_Portion], reader: Reader) -> Iterator[tuple[_Portion, dict[str, SentenceReading]]]:
    """Each portion with the readings of its new sentences; the two after it are meanwhile being read."""
    with ThreadPoolExecutor(_PORTIONS_AHEAD, thread_name_prefix="read-ahead") as ahead:
        coming: deque[Future[list[SentenceReading]]] = deque()
        for number, portion in enumerate(portions):
            while len(coming) <= _PORTIONS_AHEAD and number + len(coming) < len(portions):
                coming.append(ahead.submit(read_checked, reader, portions[number + len(coming)].new))
            yield portion, dict(zip(portion.new, coming.popleft().result(), strict=True))


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

    def add_entity(self, entity: Entity) -> None:
        """Note an entity; of two spellings of its name the lower is kept, whichever came first."""
        known = self.entities.setdefault(entity.entity_id, entity)
        if entity.name < known.name:
            self.entities[entity.entity_id] = entity

    def frames(self) -> Extraction:
        return Extraction(
            pl.DataFrame(self.entity_mentions, ENTITY_MENTIONS, orient="row"),
            pl.DataFrame(list(self.entities.values()), ENTITIES, orient="row"),
            pl.DataFrame(self.event_mentions, EVENT_MENTIONS, orient="row"),
            pl.DataFrame(self.event_participants, EVENT_PARTICIPANTS, orient="row"),
        )


def _extract_article(
    sentences: pl.DataFrame, setting: Setting, readings: Mapping[str, SentenceReading], rows: _Rows
) -> None:
    """Add the rows of one article, whose sentences these are."""
    told = list(sentences.iter_rows(named=True))
    lines = [Line(row["part"], row["char_start"], row["sentence"], readings[row["sentence"]]) for row in told]
    for row, line, resolved in zip(told, lines, resolve_document(lines, setting), strict=True):
        place = (row["article_id"], row["part"], row["sentence_index"])
        for mention, span in zip(resolved.mentions, line.reading.entities, strict=True):
            rows.add_entity(mention.entity)
            start, end = line.offset + span.start, line.offset + span.end
            mention_id = stable_id("entity_mention", *place[:2], start, end, span.entity_type)
            text = line.text[span.start : span.end]
            found = (span.entity_type, span.confidence, mention.entity.entity_id, mention.basis)
            rows.entity_mentions.append((mention_id, *place, start, end, text, *found))
        known = set()
        numbers = casualties(line.text, line.reading.events)
        for event, victims, participants in zip(line.reading.events, numbers, resolved.participants, strict=True):
            trigger = (line.offset + event.trigger_start, line.offset + event.trigger_end)
            event_id = stable_id("event_mention", *place[:2], *trigger, event.event_type)
            if event_id in known:
                continue  # a trigger tells one event of a type
            known.add(event_id)
            rows.event_mentions.append(
                _event_row(event_id, place, trigger, line.text, event, victims, row["published_at"])
            )
            for one in participants:
                if one.entity is not None:
                    rows.add_entity(one.entity)
                who = (one.entity.entity_id if one.entity else None, one.country_code, one.sector, one.basis)
                rows.event_participants.append((event_id, one.role, one.position, one.start, one.end, one.text, *who))


def _setting(article: Mapping[str, Any]) -> Setting:
    """What is known of an article besides its sentences."""
    dateline = find_dateline(article["text"] or "")
    published = article["published_at"]
    year = published.year if published else None
    return Setting(dateline.place if dateline else None, article["source"], year, article["url"])


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
