"""The quarantine as a workshop: what waits there, one record held up to the light, and giving some up.

Trying again is a flow of its own (`flows.replay`), because it is an ingest.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict

from flows.session import CommandError, UsageError
from flows.settings import Settings
from tasks.ingest.decode import Decoder
from tasks.ingest.records import ReadError
from tasks.load.quarantine import drop_quarantined
from warehouse.connection import writer
from warehouse.publish import publish
from warehouse.query import query

_QUERIES = Path(__file__).parent / "queries"
_AGO = re.compile(r"(?P<number>\d{1,6})(?P<unit>[mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHOWN_BYTES = 2_000
_HEX_BYTES = 256


class Selection(BaseModel):
    """Which of the rows that wait; what is not given does not matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reasons: tuple[str, ...] = ()
    since: datetime | None = None  # first met then or later
    ids: tuple[int, ...] = ()


class Reason(BaseModel):
    """Why records wait, how many, and one of them."""

    model_config = ConfigDict(frozen=True)

    reason: str
    stage: str
    records: int
    origins: int
    first_seen_at: datetime
    last_seen_at: datetime
    replayed: int  # of the records, tried again in vain
    example_id: str  # 64 bits are more than some readers of JSON can count
    example: str | None


class Held(BaseModel):
    """One row of the quarantine, its payload in words and in bytes."""

    model_config = ConfigDict(frozen=True)

    quarantine_id: str
    reason: str
    stage: str
    message: str | None
    origin: str | None
    record_number: int | None
    byte_offset: int | None
    format: str | None
    context: str | None
    payload_size: int | None
    payload_complete: bool
    kept_bytes: int
    text: str  # of the first bytes, in the encoding that they seem to be in
    hex: list[str]  # lines of sixteen of the first bytes
    flow_run_name: str | None
    first_seen_at: datetime
    replayed_at: datetime | None
    resolved: bool
    dropped_at: datetime | None


def moment(text: str) -> datetime:
    """What a person means by "2026-11-20", "2026-11-20T08:00" or "2d" (days ago; also m, h, w); UTC if no zone is told.

    Raises:
        UsageError: nothing.
    """
    if ago := _AGO.fullmatch(text.strip()):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago["unit"]]: int(ago["number"])})
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{text!r} is no time: write 2026-11-20, 2026-11-20T08:00 or 2d (two days ago)") from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def waiting(selection: Selection, settings: Settings) -> pl.DataFrame:
    """The rows that wait, without payloads, in the order of their origins.

    Raises:
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    return query(settings.warehouse, (_QUERIES / "quarantined.sql").read_text("utf-8"), selection.model_dump())


def by_reason(rows: pl.DataFrame) -> list[Reason]:
    """`waiting`, grouped, the most frequent reason first."""
    counted = rows.group_by("reason", "stage").agg(
        records=pl.len(),
        origins=pl.col("origin").n_unique(),
        first_seen_at=pl.col("first_seen_at").min(),
        last_seen_at=pl.col("first_seen_at").max(),
        replayed=pl.col("replayed_at").count(),
        example_id=pl.col("quarantine_id").first().cast(pl.String),
        example=pl.col("message").first(),
    )
    ordered = counted.sort("records", "reason", "stage", descending=[True, False, False])
    return [Reason(**row) for row in ordered.iter_rows(named=True)]


def hold(quarantine_id: int, settings: Settings) -> Held:
    """One row, whatever became of it.

    Raises:
        CommandError: there is none with this id.
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    sql = (_QUERIES / "quarantined_row.sql").read_text("utf-8")
    found = query(settings.warehouse, sql, {"quarantine_id": quarantine_id})
    if found.is_empty():
        raise CommandError(f"there is no quarantined record {quarantine_id}; marsad quarantine list --all shows them")
    row: dict[str, Any] = found.row(0, named=True)
    payload: bytes = row.pop("payload") or b""
    return Held(
        **{name: value for name, value in row.items() if name in Held.model_fields}
        | {
            "quarantine_id": str(quarantine_id),
            "payload_complete": bool(row["payload_complete"]),
            "kept_bytes": len(payload),
            "text": _text(payload[:_SHOWN_BYTES]),
            "hex": _hex(payload[:_HEX_BYTES]),
        }
    )


def give_up(selection: Selection, settings: Settings) -> int:
    """Drop the rows that wait, and say how many they were.

    Raises:
        WarehouseError: there is no warehouse, or it cannot be written.
    """
    ids = waiting(selection, settings)["quarantine_id"].to_list()
    if ids:
        with writer(settings.warehouse) as con:
            drop_quarantined(con, ids)
        publish(settings.warehouse)
    return len(ids)


def _text(data: bytes) -> str:
    """`data` as text; bytes that are none, and a character that the cut went through, as replacement characters."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:
            return data[: error.start].decode("utf-8")
    try:
        return Decoder().decode(data)
    except ReadError:
        return data.decode("utf-8", "replace")


def _hex(data: bytes) -> list[str]:
    """Lines as of `xxd`: offset, sixteen bytes, what of them is printable ASCII."""
    lines = []
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:08x}  {part.hex(' '):<47}  {shown}")
    return lines
