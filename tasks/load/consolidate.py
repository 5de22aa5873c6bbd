"""Event mentions into events: what makes mentions one event, and what the event is then said to be.

Only the events that a batch touched are told anew; the result is the same as telling all of them (`rebuild`), in
whatever order the batches came. The rules stand in `sql/assign_event_ids.sql` and `sql/refresh_events.sql`.

The functions here run inside their caller's transaction, and leave temporary tables of their own on the connection.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_SQL = Path(__file__).parent / "sql"
_PRINCIPALS = (_SQL / "principals.sql").read_text("utf-8")
_ASSIGN = (_SQL / "assign_event_ids.sql").read_text("utf-8")
_REFRESH = (_SQL / "refresh_events.sql").read_text("utf-8")


def touch(con: duckdb.DuckDBPyConnection) -> None:
    """Begin an empty list, the temporary table `touched (event_id)`, of events to tell anew."""
    con.execute("CREATE OR REPLACE TEMP TABLE touched (event_id UBIGINT)")
    con.execute("CREATE OR REPLACE TEMP TABLE focus (event_mention_id UBIGINT)")
    con.execute(_PRINCIPALS)


def consolidate(con: duckdb.DuckDBPyConnection) -> None:
    """Give mentions without an event theirs, then tell anew these events and those in `touched`.

    An event that no mention is left of disappears.
    """
    con.execute("INSERT INTO focus SELECT event_mention_id FROM event_mentions WHERE event_id IS NULL")
    con.execute(_ASSIGN)
    con.execute("INSERT INTO touched SELECT event_id FROM event_mentions SEMI JOIN focus USING (event_mention_id)")
    con.execute("DELETE FROM events WHERE event_id IN (SELECT event_id FROM touched)")
    con.execute("DELETE FROM focus")
    con.execute("INSERT INTO focus SELECT event_mention_id FROM event_mentions SEMI JOIN touched USING (event_id)")
    con.execute(_REFRESH)


def rebuild(con: duckdb.DuckDBPyConnection) -> None:
    """Consolidate every mention from nothing: for when the rules changed."""
    touch(con)
    con.execute("DELETE FROM events")
    con.execute("UPDATE event_mentions SET event_id = NULL")
    consolidate(con)
