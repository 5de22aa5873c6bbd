"""A row of the quarantine frame, as every step makes it, and what of a record is kept to try it again from.

`format` says what a payload is written in: the name of a format of `tasks.ingest.formats` (its bytes as they came),
`FIELDS` (a JSON object of the record's fields, where its format has no bytes of its own for one record) or `ARTICLE`
(a JSON object of the columns of `tasks.frames.RAW_ARTICLES`: what was read well and could not be used later on).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl

from tasks.frames import QUARANTINE, RAW_ARTICLES
from tasks.identity import stable_id

FIELDS: Final = "fields"
ARTICLE: Final = "article"

_IDENTIFYING: Final = 65_536
"""Bytes of a payload that count for the identifier: raising the limit must not make known rows new."""


def quarantined(
    *,
    origin: str,
    record_number: int | None,
    stage: str,
    reason: str,
    message: str,
    payload: bytes,
    complete: bool = True,
    size: int | None = None,
    byte_offset: int | None = None,
    format_name: str | None = None,
    context: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """One row of `QUARANTINE`.

    Args:
        origin: as in `RAW_ARTICLES`.
        record_number: null for a whole document.
        stage: "read", "normalize", "extract" or "load".
        reason: a short code.
        message: one sentence for a person.
        payload: the record's bytes.
        complete: whether they are all of it.
        size: how many there are of it, if they are not and it was counted.
        byte_offset: where it begins in its document.
        format_name: what the payload is written in.
        context: what else reading it again needs.
    """
    return {
        "quarantine_id": stable_id(origin, record_number, stage, payload[:_IDENTIFYING]),
        "origin": origin,
        "record_number": record_number,
        "stage": stage,
        "reason": reason,
        # Details quote the names of fields, and JSON can write in them what is no character.
        "message": message.encode("utf-8", "replace").decode(),
        "payload": payload,
        "payload_size": len(payload) if complete else size,
        "payload_complete": complete,
        "byte_offset": byte_offset,
        "format": format_name,
        # Escaped, because bytes that are no UTF-8 stand in it as halves of surrogate pairs.
        "context": json.dumps(context) if context else None,
    }


def cut_payloads(rows: pl.DataFrame, payload_bytes: int) -> pl.DataFrame:
    """Rows of `QUARANTINE`, of each payload no more than `payload_bytes`."""
    return rows.with_columns(
        payload=pl.col("payload").bin.slice(0, payload_bytes),
        payload_complete=pl.col("payload_complete") & (pl.col("payload").bin.size() <= payload_bytes),
    ).select(QUARANTINE.names())


def article_payload(article: Mapping[str, Any]) -> bytes:
    """The columns of `RAW_ARTICLES` of an article as JSON."""
    kept = {name: article[name] for name in RAW_ARTICLES}
    return json.dumps(kept, ensure_ascii=False, default=datetime.isoformat).encode("utf-8", "replace")


def article_of(payload: bytes) -> dict[str, Any]:
    """What `article_payload` was given.

    Raises:
        ValueError: it was never given this.
    """
    article: dict[str, Any] = json.loads(payload)
    if not isinstance(article, dict) or article.keys() != set(RAW_ARTICLES):
        raise ValueError("it does not hold the columns of an article")
    if article["published_at"] is not None:
        article["published_at"] = datetime.fromisoformat(article["published_at"])
    return article
