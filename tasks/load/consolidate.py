"""Event mentions into events: which mentions are looked at again, and what an event is then said to be.

Batches note what they touch in the tables `touched` and `stale`; a load is consolidated once, when it is closed, and
what a killed one has left is done with the next. Only what was touched is told anew; the result is the same as telling
everything (`rebuild`), in whatever order the batches came, because what becomes of a mention depends on a few days of
its own type and status alone. The rules that make mentions one event stand in `tasks.load.cluster`, what is said of an
event in `sql/refresh_events.sql`.

Memory is bounded however much was touched: mentions come from DuckDB, which may spill, in spans of `CHUNK_DAYS` of one
type and status, of so many spans at once that they have some `MENTIONS_AT_ONCE` together.

The functions here run inside their caller's transaction, and leave temporary tables of their own on the connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from tasks.extract.countries import countries
from tasks.frames import conform
from tasks.load.cluster import AFTER, ASSIGNED, BEFORE, TELLINGS, cluster

_SQL = Path(__file__).parent / "sql"
_TOUCH = (_SQL / "touch_events.sql").read_text("utf-8")
_STALE_UNASSIGNED = (_SQL / "stale_unassigned.sql").read_text("utf-8")
_STALE_DAYS = (_SQL / "stale_days.sql").read_text("utf-8")
_TELLINGS = (_SQL / "tellings.sql").read_text("utf-8")
_MENTIONS = (_SQL / "mentions_of_spans.sql").read_text("utf-8")
_UNDATED_REPORTS = (_SQL / "undated_reports.sql").read_text("utf-8")
_BETWEEN = (_SQL / "tellings_between.sql").read_text("utf-8")
_UNDATED_KINDS = (_SQL / "undated_kinds.sql").read_text("utf-8")
_UNDATED = (_SQL / "tellings_undated.sql").read_text("utf-8")
_ASSIGN = (_SQL / "assign_event_ids.sql").read_text("utf-8")
_FOCUS_TOUCHED = (_SQL / "focus_touched.sql").read_text("utf-8")
_REFRESH = (_SQL / "refresh_events.sql").read_text("utf-8")
_IDLE = (_SQL / "nothing_touched.sql").read_text("utf-8")
_DONE = (_SQL / "forget_touched.sql").read_text("utf-8")
_FORGET = (_SQL / "forget_events.sql").read_text("utf-8")

CHUNK_DAYS = 31
MENTIONS_AT_ONCE = 20_000
"""A span that has more by itself comes alone."""
REPORTS_AT_ONCE = 2_000


class Span(NamedTuple):
    """Days of one type and status whose outcome is wanted, both inclusive."""

    event_type: str
    status: str
    first_day: date
    last_day: date


_SPANS = pl.Schema({"event_type": pl.String(), "status": pl.String(), "first_day": pl.Date(), "last_day": pl.Date()})
_REPORTS = pl.Schema({"report_id": pl.UInt64()})


def touch(con: duckdb.DuckDBPyConnection) -> None:
    """Begin the temporary tables that the functions of a load and of consolidation work with."""
    con.execute(_TOUCH)


def consolidate(con: duckdb.DuckDBPyConnection) -> None:
    """Look again at what is `stale` and at mentions without an event; tell anew what changes and what is `touched`.

    An event that no mention is left of disappears.
    """
    con.execute(_STALE_UNASSIGNED)
    if con.execute(_IDLE).fetchall():
        return
    for spans in _shares(con, list(spans_of(con.execute(_STALE_DAYS).fetchall()))):
        _gather(con, spans=spans)
        for span, around in zip(spans.rows(named=True), _widened(spans).rows(named=True), strict=True):
            found = _tellings(con, _BETWEEN, **around)
            wanted = found.filter(pl.col("event_date").is_between(span["first_day"], span["last_day"]))
            _assign(con, cluster(found).join(wanted, on="event_mention_id", how="semi"))
    for reports in con.sql(_UNDATED_REPORTS).pl().iter_slices(REPORTS_AT_ONCE):
        _gather(con, undated_reports=reports)
        for event_type, status in con.execute(_UNDATED_KINDS).fetchall():
            _assign(con, cluster(_tellings(con, _UNDATED, event_type=event_type, status=status)))
    for statement in (_ASSIGN, _FOCUS_TOUCHED, _REFRESH, _DONE):
        con.execute(statement)


def rebuild(con: duckdb.DuckDBPyConnection) -> None:
    """Consolidate every mention from nothing: for when the rules changed."""
    touch(con)
    con.execute(_FORGET)
    consolidate(con)


def spans_of(stale: list[tuple[str, str, date]]) -> Iterator[Span]:
    """Spans, apart from each other, of the days whose outcome the stale ones have a part in; given and taken in order.

    A day has a part in the outcome of those that lie up to `AFTER` before and `BEFORE` after it.
    """
    for kind, rows in groupby(stale, key=lambda row: row[:2]):
        first = last = None
        for _, _, day in rows:
            begin, end = day - timedelta(AFTER), day + timedelta(BEFORE)
            if first is not None and last is not None and begin <= last + timedelta(1):
                last = end
                continue
            if first is not None and last is not None:
                yield from _cut(kind, first, last)
            first, last = begin, end
        if first is not None and last is not None:
            yield from _cut(kind, first, last)


def _cut(kind: tuple[str, str], first: date, last: date) -> Iterator[Span]:
    while first <= last:
        end = min(last, first + timedelta(CHUNK_DAYS - 1))
        yield Span(*kind, first, end)
        first = end + timedelta(1)


def _shares(con: duckdb.DuckDBPyConnection, spans: list[Span]) -> list[pl.DataFrame]:
    """Frames of `spans`, in order, that depend on some `MENTIONS_AT_ONCE` mentions each."""
    frame = pl.DataFrame(spans, _SPANS, orient="row")
    if frame.is_empty():
        return []
    with _registered(con, spans=_widened(frame).with_row_index("number")):
        counted = con.sql(_MENTIONS).pl()
    share = counted.select(pl.col("mentions").cum_sum() // MENTIONS_AT_ONCE).to_series()
    return frame.with_columns(share=share).partition_by("share", include_key=False)


def _widened(spans: pl.DataFrame) -> pl.DataFrame:
    """Spans with the days around them that their outcome depends on."""
    return spans.with_columns(
        pl.col("first_day") - pl.duration(days=BEFORE), pl.col("last_day") + pl.duration(days=AFTER)
    )


def _gather(
    con: duckdb.DuckDBPyConnection, *, spans: pl.DataFrame | None = None, undated_reports: pl.DataFrame | None = None
) -> None:
    """Make the temporary table `tellings` of the mentions that spans depend on, or of the undated ones of reports."""
    with _registered(
        con,
        spans=_SPANS.to_frame() if spans is None else _widened(spans),
        undated_reports=_REPORTS.to_frame() if undated_reports is None else undated_reports,
        country_places=pl.DataFrame({"geonames_id": [country.geonames_id for country in countries().values()]}),
    ):
        con.execute(_TELLINGS)


def _tellings(con: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> pl.DataFrame:
    return conform(con.sql(sql, params=parameters).pl(), TELLINGS)


def _assign(con: duckdb.DuckDBPyConnection, assigned: pl.DataFrame) -> None:
    with _registered(con, found=conform(assigned, ASSIGNED)):
        con.execute("INSERT INTO assigned FROM found")


@contextmanager
def _registered(con: duckdb.DuckDBPyConnection, **frames: pl.DataFrame) -> Iterator[None]:
    """Let frames be queried by name within the block."""
    for name, frame in frames.items():
        con.register(name, frame)
    try:
        yield
    finally:
        for name in frames:
            con.unregister(name)
