"""Tables as Prefect's assets: after each load an event for every table it wrote, with rows and what it was made from.

The event feed shows them, automations can wait for them. Keys are like `duckdb:///srv/marsad/data/marsad.duckdb/events`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from prefect.events import emit_event

_MATERIALIZED = "prefect.asset.materialization.succeeded"

UPSTREAM: dict[str, tuple[str, ...]] = {
    "loads": (),
    "quarantine": ("loads",),
    "articles": ("loads",),
    "sentences": ("articles",),
    "entity_mentions": ("sentences",),
    "entities": ("entity_mentions",),
    "event_mentions": ("sentences",),
    "event_participants": ("event_mentions", "entities"),
    "events": ("event_mentions", "event_participants", "articles"),
}
"""What each table is made from, in the order in which they are written."""


def key(warehouse: Path, table: str) -> str:
    """The asset's key: an address, ASCII only."""
    return f"duckdb://{quote(str(warehouse.absolute()))}/{table}"


def announce(warehouse: Path, rows: Mapping[str, int], **facts: str | int) -> None:
    """Emit an event for each table of `rows` (written by this run, by table) that got any, with `facts` beside."""
    for table, upstream in UPSTREAM.items():
        if rows.get(table):
            emit_event(
                _MATERIALIZED,
                resource={"prefect.resource.id": key(warehouse, table), "prefect.resource.name": table},
                related=[
                    {"prefect.resource.id": key(warehouse, one), "prefect.resource.role": "asset"} for one in upstream
                ],
                payload={"rows": rows[table], **facts},
            )
