"""How things stand: what the warehouse holds, what the last runs did, what is unfinished."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows.runs import Run, unfinished
from flows.settings import Settings
from warehouse.connection import snapshot_path
from warehouse.query import query

_QUERIES = Path(__file__).parent / "queries"


class Load(BaseModel):
    """One of the last runs that wrote."""

    model_config = ConfigDict(frozen=True)

    started_at: datetime
    flow_run_name: str | None
    state: str
    seconds: float | None
    records_seen: int
    loaded: int
    unchanged: int
    duplicates: int
    quarantined: int


class Status(BaseModel):
    """The state of one warehouse, as its snapshot shows it."""

    model_config = ConfigDict(frozen=True)

    warehouse: str
    megabytes: float
    published_at: datetime
    rows: dict[str, int]
    last_loads: list[Load]
    unfinished: list[Run]


def look(settings: Settings) -> Status:
    """Look at the warehouse.

    Raises:
        WarehouseError: there is none, or it cannot be read.
    """
    warehouse = settings.warehouse
    rows = query(warehouse, (_QUERIES / "row_counts.sql").read_text("utf-8")).row(0, named=True)
    loads = query(warehouse, (_QUERIES / "last_loads.sql").read_text("utf-8"))
    snapshot = snapshot_path(warehouse).stat()
    return Status(
        warehouse=str(warehouse),
        megabytes=round(snapshot.st_size / 1e6, 1),
        published_at=datetime.fromtimestamp(snapshot.st_mtime, UTC).replace(microsecond=0),
        rows=rows,
        last_loads=[Load(**load) for load in loads.iter_rows(named=True)],
        unfinished=unfinished(settings.staging_folder),
    )
