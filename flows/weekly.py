"""Every week: how the news went, as a page on the server."""

from __future__ import annotations

import asyncio

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.runtime import flow_run

from flows.naming import rename
from flows.settings import Settings, load_settings
from flows.trends import Trends, look_back, rendered


@flow(name="weekly", flow_run_name="weekly report", persist_result=False, timeout_seconds=3600)
async def weekly(weeks: int = 4, settings: Settings | None = None) -> Trends:
    """Leave a page on the last weeks of news: what rose, what fell, who acted on whom.

    Args:
        weeks: how many, the last one with news included.
        settings: what to override of the settings of the machine that the run is on.

    Raises:
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    settings = settings or load_settings()
    trends = await asyncio.to_thread(look_back, settings.warehouse, weeks)
    await acreate_markdown_artifact(rendered(trends, "markdown"), key="weekly-report", description="How the news went.")
    if trends.weeks:
        await rename(flow_run.id, f"weekly report to {trends.weeks[-1].last_day}")
    return trends
