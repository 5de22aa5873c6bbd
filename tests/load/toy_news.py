"""A toy pipeline for the tests of the load: records to batches, with a lexicon for a reader.

A sentence ends with a full stop. A word of `TRIGGERS` tells an event; the first country before it acted, the first
after it was acted on, a city is the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from tasks.frames import (
    ARTICLES,
    ENTITIES,
    ENTITY_MENTIONS,
    EVENT_MENTIONS,
    EVENT_PARTICIPANTS,
    QUARANTINE,
    RAW_ARTICLES,
    SENTENCES,
)
from tasks.identity import stable_id
from tasks.load.consolidate import consolidate, touch
from tasks.load.load import Batch, Counts, load_batch
from tasks.load.select import Selection, select_new
from warehouse.query import known_in
from warehouse.transaction import transaction

TRIGGERS = {
    "قصف": ("ASSAULT", "heavy-weapons", 4, -9.5),
    "هاجم": ("ASSAULT", None, 4, -9.0),
    "زار": ("CONSULT", "visit", 1, 4.0),
    "عاقب": ("SANCTION", None, 4, -6.0),
}
COUNTRIES = {"العراق": "IRQ", "إيران": "IRN", "لبنان": "LBN", "مصر": "EGY"}
CITIES = {"بغداد": ("IRQ", 33.34, 44.4), "بيروت": ("LBN", 33.89, 35.5)}
TABLES = [
    "articles",
    "article_revisions",
    "sentences",
    "entity_mentions",
    "entities",
    "event_mentions",
    "event_participants",
    "events",
    "quarantine",
]


@dataclass(frozen=True)
class Record:
    """One raw article; `dated`, `told` (the text names the day) and `located` are what the toy reader can find out."""

    url: str
    text: str
    title: str = "عنوان"
    source: str | None = "وكالة"
    day: int = 1
    dated: bool = True
    told: bool = False
    located: bool = True


def raw_articles(records: Sequence[Record]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "origin": "wire.jsonl",
                "record_number": number,
                "source": record.source,
                "url": record.url,
                "title": record.title,
                "author": None,
                "published_at": datetime(2026, 3, record.day, 12, tzinfo=UTC),
                "published_at_basis": "metadata",
                "text": record.text,
                "content_hash": stable_id(record.title, record.text),
                "article_id": stable_id(record.url),
            }
            for number, record in enumerate(records, start=1)
        ],
        schema=RAW_ARTICLES,
    )


def normalized(raw: pl.DataFrame) -> pl.DataFrame:
    return raw.select(
        dateline=pl.lit(None, pl.String),
        language=pl.lit("ar"),
        text_search="text",
        word_count=pl.col("text").str.split(" ").list.len(),
        body_start=0,
        **{name: name for name in RAW_ARTICLES},
    ).select(pl.col(name).cast(dtype) for name, dtype in ARTICLES.items())


def make_batch(
    records: Sequence[Record],
    selection: Selection,
    number: int = 1,
    *,
    failed: Iterable[str] = (),
    unreadable: int = 0,
) -> Batch:
    """What the steps before the load would make of it; records whose url is in `failed` go to quarantine."""
    lost = [stable_id(url) for url in failed]
    about = {stable_id(record.url, record.title, record.text): record for record in reversed(records)}  # the first
    stored = pl.concat([selection.to_file, selection.to_read])
    good, bad = (stored.filter(pl.col("article_id").is_in(lost) == which) for which in (False, True))
    quarantine = [_quarantined(row["record_number"], "normalize", "not_arabic") for row in bad.iter_rows(named=True)]
    quarantine += [_quarantined(1000 + n, "read", "broken_json") for n in range(unreadable)]
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in TABLES}
    for row in selection.to_read.filter(~pl.col("article_id").is_in(lost)).iter_rows(named=True):
        _read(row, about[stable_id(row["url"], row["title"], row["text"])], rows)
    return Batch(
        number,
        selection.decisions,
        normalized(good),
        pl.DataFrame(rows["sentences"], schema=SENTENCES),
        pl.DataFrame(rows["entity_mentions"], schema=ENTITY_MENTIONS),
        pl.DataFrame(rows["entities"], schema=ENTITIES),
        pl.DataFrame(rows["event_mentions"], schema=EVENT_MENTIONS),
        pl.DataFrame(rows["event_participants"], schema=EVENT_PARTICIPANTS),
        pl.DataFrame(quarantine, schema=QUARANTINE),
    )


def load(
    con: duckdb.DuckDBPyConnection, load_id: int, batches: Iterable[Sequence[Record]], *, first: int = 1
) -> list[Counts]:
    """Send batches of records through selection, the toy reader and the load, and consolidate."""
    counts = []
    for number, records in enumerate(batches, start=first):
        raw = raw_articles(records)
        counts.append(
            load_batch(con, load_id, make_batch(records, select_new(raw, known_in(con, raw), load_id), number))
        )
    settle(con)
    return counts


def settle(con: duckdb.DuckDBPyConnection) -> None:
    """Consolidate as at the end of a load."""
    with transaction(con):
        touch(con)
        consolidate(con)


def contents(con: duckdb.DuckDBPyConnection, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the tables (all but the bookkeeping, if none is named), in an order of their own."""
    return {name: sorted(con.execute(f"FROM {name}").fetchall(), key=repr) for name in tables or TABLES}


def copy_of(template: Path, folder: Path, name: str = "marsad.duckdb") -> Path:
    path = folder / name
    path.write_bytes(template.read_bytes())
    return path


def _quarantined(number: int, stage: str, reason: str) -> dict[str, object]:
    return {
        "quarantine_id": stable_id("wire.jsonl", number, stage),
        "origin": "wire.jsonl",
        "record_number": number,
        "stage": stage,
        "reason": reason,
        "message": "No use.",
        "payload": b"\xff\x00",
    }


def _read(row: dict[str, object], record: Record, rows: dict[str, list[dict[str, object]]]) -> None:
    start = 0
    for index, sentence in enumerate(_sentences(record.text)):
        place = {"article_id": row["article_id"], "part": "text", "sentence_index": index}
        end = start + len(sentence)
        rows["sentences"].append({**place, "paragraph_index": 0, "char_start": start, "char_end": end})
        words = list(_words(sentence, start))
        for offset, word in words:
            if word in COUNTRIES or word in CITIES:
                _mention(place, offset, word, record, rows)
            if word in TRIGGERS:
                _event(place, offset, word, words, sentence, record, rows)
        start = end


def _mention(place: dict, offset: int, word: str, record: Record, rows: dict) -> None:  # type: ignore[type-arg]
    country, latitude, longitude = CITIES.get(word, (COUNTRIES.get(word), None, None))
    rows["entity_mentions"].append(
        {
            **place,
            "entity_mention_id": stable_id(place["article_id"], "text", offset, "LOC"),
            "char_start": offset,
            "char_end": offset + len(word),
            "text": word,
            "entity_type": "LOC",
            "confidence": 0.9,
            "entity_id": stable_id(word),
        }
    )
    rows["entities"].append(
        {
            "entity_id": stable_id(word),
            "entity_type": "LOC",
            "name": word,
            "country_code": country,
            "latitude": latitude if record.located else None,
            "longitude": longitude if record.located else None,
        }
    )


def _event(  # type: ignore[no-untyped-def]
    place, offset: int, word: str, words, sentence: str, record: Record, rows
) -> None:
    event_type, mode, quad, intensity = TRIGGERS[word]
    mention = stable_id(place["article_id"], "text", offset, event_type)
    rows["event_mentions"].append(
        {
            **place,
            "event_mention_id": mention,
            "event_type": event_type,
            "event_mode": mode,
            "status": "planned" if "سوف" in sentence else "actual",
            "quad_class": quad,
            "intensity": intensity,
            "trigger_text": word,
            "trigger_start": offset,
            "trigger_end": offset + len(word),
            "event_date": date(2026, 3, record.day) if record.dated else None,
            "event_date_basis": ("relative" if record.told else "publication") if record.dated else "unknown",
            "confidence": 0.8,
            "evidence": sentence,
        }
    )
    roles = [
        ("actor", [(at, w) for at, w in words if at < offset and w in COUNTRIES]),
        ("recipient", [(at, w) for at, w in words if at > offset and w in COUNTRIES]),
        ("location", [(at, w) for at, w in words if w in CITIES]),
    ]
    for role, found in roles:
        for position, (at, name) in enumerate(found):
            rows["event_participants"].append(
                {
                    "event_mention_id": mention,
                    "role": role,
                    "position": position,
                    "char_start": at,
                    "char_end": at + len(name),
                    "text": name,
                    "entity_id": stable_id(name),
                    "country_code": COUNTRIES.get(name) or CITIES[name][0],
                    "sector": "GOV" if role == "actor" else None,
                }
            )


def _sentences(text: str) -> Iterator[str]:
    while text:
        cut = text.find(".") + 1 or len(text)
        yield text[:cut]
        text = text[cut:]


def _words(sentence: str, start: int) -> Iterator[tuple[int, str]]:
    offset = start
    for word in sentence.split(" "):
        yield offset, word.rstrip(".")
        offset += len(word) + 1
