"""What is kept for how long: one SQL file for each policy, named as its setting; without a setting all is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse.transaction import transaction

_HERE = Path(__file__).parent


def apply_retention(con: duckdb.DuckDBPyConnection, days: Mapping[str, int | None]) -> dict[str, int]:
    """Let go of what is older than its policy says, in one transaction.

    Args:
        con: a connection of `warehouse.connection.writer`.
        days: how many days to keep, by policy: "text_days", "quarantine_days", "load_days"; None for ever.

    Returns:
        How many rows each policy with a number of days let go of, or emptied.
    """
    let_go: dict[str, int] = {}
    with transaction(con):
        for policy, number in days.items():
            if number is None:
                continue
            rows = 0
            for statement in con.extract_statements((_HERE / f"{policy}.sql").read_text("utf-8")):
                parameters = {"days": number} if statement.named_parameters else None
                [(changed,)] = con.execute(statement, parameters).fetchall()
                rows += changed
            let_go[policy] = rows
    return let_go
