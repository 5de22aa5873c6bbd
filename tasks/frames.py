"""The polars schemas of every frame that passes from step to step, and from the last step to the warehouse.

A schema here is the contract between two steps: `conform(frame, SCHEMA)` selects, orders and casts to it, so a
step that forgets or renames a column fails at its own door. Columns of the warehouse frames are those of the
tables of the same name (docs/warehouse.md). Offsets are code points, half-open; `part` ("title" or "text") says
into which column of the article they point. Identifiers are unsigned 64-bit hashes (`tasks.identity`).
"""

from __future__ import annotations

from typing import Any

import polars as pl

INSTANT: Any = pl.Datetime("us", "UTC")
"""Every time stamp: microseconds, UTC. (Any, because type checkers see no common type of a dtype and its class.)"""

RAW_ARTICLES = pl.Schema(
    {
        "origin": pl.String,  # file as given, "archive.zip!member.json" inside an archive, "-" for standard input
        "record_number": pl.Int64,  # from 1 within its origin
        "source": pl.String,  # publisher
        "url": pl.String,
        "title": pl.String,
        "author": pl.String,
        "published_at": INSTANT,
        "published_at_basis": pl.String,  # "metadata", "file" or null
        "published_at_note": pl.String,  # dates written but not taken, with the reason, or null
        "text": pl.String,  # as delivered, after decoding
        "content_hash": pl.UInt64,  # of title and text
        "article_id": pl.UInt64,  # of what identifies the article (tasks.ingest.identity)
    }
)
"""What ingest makes of any source: one row per article that can be used."""

QUARANTINE = pl.Schema(
    {
        "quarantine_id": pl.UInt64,  # of origin, record_number, stage and the payload's first 64 KiB
        "origin": pl.String,
        "record_number": pl.Int64,
        "stage": pl.String,  # "read", "normalize", "extract" or "load"
        "reason": pl.String,  # short code, for GROUP BY: "broken_json", "not_arabic", …
        "message": pl.String,  # one sentence for a person
        "payload": pl.Binary,  # the record's bytes, cut at a limit
        "payload_size": pl.Int64,  # bytes of the whole record; null where they were not counted
        "payload_complete": pl.Boolean,  # whether `payload` is all of it, enough to try it again from
        "byte_offset": pl.Int64,  # where it begins in its document, unpacked; null where its format does not tell
        "format": pl.String,  # what `payload` is written in (tasks.quarantine), or null
        "context": pl.String,  # JSON object: what else is needed to try it again (tasks.quarantine), or null
    }
)
"""Records that could not be used: every one, with its reason, made by `tasks.quarantine.quarantined`."""

ARTICLES = pl.Schema(
    {
        "article_id": pl.UInt64,
        "source": pl.String,
        "origin": pl.String,
        "record_number": pl.Int64,
        "url": pl.String,
        "title": pl.String,
        "author": pl.String,
        "dateline": pl.String,  # as written, without its closing mark ("إيلاف من لندن"), or null
        "published_at": INSTANT,
        "published_at_basis": pl.String,  # "metadata", "text", "file" or null
        "published_at_note": pl.String,  # dates written but not taken, with the reason, or null
        "language": pl.String,  # ISO 639-1
        "text": pl.String,
        "text_search": pl.String,  # normalize_arabic(title + newline + text)
        "word_count": pl.Int32,
        "content_hash": pl.UInt64,
        "body_start": pl.Int32,  # offset in `text` where the body begins after the dateline; not stored
    }
)

SENTENCES = pl.Schema(
    {
        "article_id": pl.UInt64,
        "part": pl.String,
        "sentence_index": pl.Int32,  # from 0 within the part
        "paragraph_index": pl.Int32,  # from 0 within the part
        "char_start": pl.Int32,
        "char_end": pl.Int32,
    }
)

ENTITY_MENTIONS = pl.Schema(
    {
        "entity_mention_id": pl.UInt64,
        "article_id": pl.UInt64,
        "part": pl.String,
        "sentence_index": pl.Int32,
        "char_start": pl.Int32,
        "char_end": pl.Int32,
        "text": pl.String,  # exactly the cut [char_start, char_end)
        "entity_type": pl.String,  # PER, LOC, ORG, MISC
        "confidence": pl.Float32,
        "entity_id": pl.UInt64,
        "basis": pl.String,  # why this entity (docs/warehouse.md)
    }
)

ENTITIES = pl.Schema(
    {
        "entity_id": pl.UInt64,
        "entity_type": pl.String,
        "name": pl.String,  # without clitics
        "name_latin": pl.String,
        "country_code": pl.String,  # ISO 3166 alpha-3
        "sector": pl.String,  # PLOVER sector
        "geonames_id": pl.Int64,
        "wikidata_id": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
    }
)

EVENT_MENTIONS = pl.Schema(
    {
        "event_mention_id": pl.UInt64,
        "event_id": pl.UInt64,  # null until consolidation
        "article_id": pl.UInt64,
        "part": pl.String,
        "sentence_index": pl.Int32,
        "event_type": pl.String,
        "event_mode": pl.String,
        "status": pl.String,  # actual, planned, hypothetical, negated
        "quad_class": pl.UInt8,
        "intensity": pl.Float64,
        "cameo_root": pl.String,
        "trigger_text": pl.String,
        "trigger_start": pl.Int32,
        "trigger_end": pl.Int32,
        "event_date": pl.Date,
        "event_date_end": pl.Date,
        "event_date_basis": pl.String,  # explicit, relative, publication, unknown
        "killed": pl.Int32,
        "injured": pl.Int32,
        "arrested": pl.Int32,
        "confidence": pl.Float32,
        "evidence": pl.String,  # the sentence
    }
)

EVENT_PARTICIPANTS = pl.Schema(
    {
        "event_mention_id": pl.UInt64,
        "role": pl.String,  # actor, recipient, speaker, location, date
        "position": pl.Int32,  # from 0 within (event mention, role)
        "char_start": pl.Int32,
        "char_end": pl.Int32,
        "text": pl.String,
        "entity_id": pl.UInt64,
        "country_code": pl.String,
        "sector": pl.String,
        "basis": pl.String,  # why this entity, country and sector (docs/warehouse.md)
    }
)


def conform(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Give `frame` exactly the columns, order and dtypes of `schema`.

    Raises:
        polars.exceptions.ColumnNotFoundError: a column is missing.
        polars.exceptions.InvalidOperationError: a value does not fit its dtype.
    """
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def empty(schema: pl.Schema) -> pl.DataFrame:
    """A frame of `schema` without rows."""
    return pl.DataFrame(schema=schema)
