"""Event mentions into events: what makes mentions one event, and what the event is then said to be.

Only the events that a batch touched are told anew; the result is the same as telling all of them (`rebuild`), in
whatever order the batches came. The rules stand in `sql/assign_event_ids.sql` and `sql/refresh_events.sql`.

The functions here run inside their caller's transaction, and leave temporary tables of their own on the connection.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_SQL = Path(__file__).parent / "sql"
_TOUCH = (_SQL / "touch_events.sql").read_text("utf-8")
_FOCUS_UNASSIGNED = (_SQL / "focus_unassigned.sql").read_text("utf-8")
_ASSIGN = (_SQL / "assign_event_ids.sql").read_text("utf-8")
_FOCUS_TOUCHED = (_SQL / "focus_touched.sql").read_text("utf-8")
_REFRESH = (_SQL / "refresh_events.sql").read_text("utf-8")
_FORGET = (_SQL / "forget_events.sql").read_text("utf-8")


def touch(con: duckdb.DuckDBPyConnection) -> None:
    """Begin an empty list, the temporary table `touched (event_id)`, of events to tell anew."""
    con.execute(_TOUCH)


def consolidate(con: duckdb.DuckDBPyConnection) -> None:
    """Give mentions without an event theirs, then tell anew these events and those in `touched`.

    An event that no mention is left of disappears.
    """
    for statement in (_FOCUS_UNASSIGNED, _ASSIGN, _FOCUS_TOUCHED, _REFRESH):
        con.execute(statement)


def rebuild(con: duckdb.DuckDBPyConnection) -> None:
    """Consolidate every mention from nothing: for when the rules changed."""
    touch(con)
    con.execute(_FORGET)
    consolidate(con)
