"""Trying quarantined records again: an ingest whose input is the quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prefect import flow
from pydantic import BaseModel, ConfigDict

from flows.ingest import Input, carry
from flows.quarantine import Selection, waiting
from flows.reading import read_settings
from flows.report import Report, not_used
from flows.settings import Settings, load_settings
from flows.steps import limited
from tasks.identity import stable_id
from tasks.ingest.read import RawBatch
from tasks.ingest.replay import Kept, read_again
from tasks.load.tasks import settle_replay
from tasks.staging import Staging
from warehouse.query import query

_TO_REPLAY = (Path(__file__).parent / "queries" / "quarantined_to_replay.sql").read_text("utf-8")
_AT_A_TIME = 32
"""Rows whose payloads are in memory."""


class Replayed(BaseModel):
    """What trying again has brought."""

    model_config = ConfigDict(frozen=True)

    tried: int  # rows of the quarantine
    resolved: int  # rows that are settled now
    report: Report | None  # of the ingest; null if there was nothing to try


@flow(name="replay", flow_run_name="replay quarantine", persist_result=False)
async def replay(selection: Selection | None = None, settings: Settings | None = None) -> Replayed:
    """Read quarantined records again, by today's code and settings, and load what can be used now.

    Why it is shaped so: it is an ingest in all but its input, so it goes the same way (`flows.ingest.carry`), is
    counted like one, and a record that is loaded has the identity that it would have had at first. Rows are settled
    after the last batch, by what the load itself could not use; killed before that, it can be given again: what is
    loaded is then unchanged, and settled.

    Args:
        selection: which of the rows that wait; all if not given.
        settings: what to override of the settings of the machine that the run is on.

    Raises:
        StepError, AlreadyRunningError, EngineError, WarehouseError: as `flows.ingest.ingest`.
    """
    settings = settings or load_settings()
    ids = waiting(selection or Selection(), settings)["quarantine_id"].to_list()
    if not ids:
        return Replayed(tried=0, resolved=0, report=None)

    def again(skip: int) -> Iterator[RawBatch]:
        batch_size = settings.ingest.batch_size
        return read_again(_rows(ids, settings), read_settings(settings), batch_size=batch_size, skip=skip)

    async def settle(staging: Staging, load_id: int) -> None:
        failures = not_used(staging).select("quarantine_id", "origin", "record_number", "stage", "reason", "message")
        await limited(settle_replay, settings)(settings.warehouse, load_id, ids, failures)

    given = Input(
        key=stable_id("replay", *ids),
        names=[],
        total_bytes=None,
        open=again,
        may_fail=False,
        command="quarantine replay",
    )
    report = await carry(given, settings, conclude=settle)
    left = set(waiting(Selection(), settings)["quarantine_id"])
    return Replayed(tried=len(ids), resolved=len([one for one in ids if one not in left]), report=report)


def _rows(ids: list[int], settings: Settings) -> Iterator[Kept]:
    """The rows with their payloads, a few at a time."""
    for start in range(0, len(ids), _AT_A_TIME):
        for row in query(settings.warehouse, _TO_REPLAY, {"ids": ids[start : start + _AT_A_TIME]}).iter_rows():
            yield Kept(*row)
