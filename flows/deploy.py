"""Register what runs when, on the server that is configured: work pool, deployments, automations.

`deployments/prefect.yaml` is the one place that says what is deployed; Prefect's own command reads it. Registering
again changes nothing but what was changed there, and never switches on what an operator has paused.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings
from prefect.workers.process import ProcessWorker
from pydantic import BaseModel, ConfigDict

from flows import automations
from flows.service import running
from flows.session import CommandError, UsageError
from flows.settings import Settings

PREFECT_FILE = Path(__file__).parent.parent / "deployments" / "prefect.yaml"
POOL = "marsad"
_LINES_OF_A_FAILURE = 15
_SECONDS_TO_ANSWER = 30


class Deployed(BaseModel):
    """A deployment, and when it runs next; `next_run` is None if it only runs when asked for, or is paused."""

    model_config = ConfigDict(frozen=True)

    name: str
    schedule: str | None = None
    next_run: datetime | None = None


class Registered(BaseModel):
    """What is on a server, for whoever registered it."""

    model_config = ConfigDict(frozen=True)

    api: str
    deployments: list[Deployed]
    automations: list[str]


def deploy(settings: Settings) -> Registered:
    """Register everything on the configured server, or else on the one that `marsad up` started.

    Raises:
        UsageError: there is neither.
        CommandError: the server does not answer, or refused something.
    """
    service = running()
    api = get_current_settings().api.url or (service.api if service else None)
    if not api:
        raise UsageError("no server to deploy to: set PREFECT_API_URL, or start one with `marsad up`")
    try:
        httpx.get(f"{api}/health", timeout=_SECONDS_TO_ANSWER).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CommandError(f"the Prefect API at {api} does not answer: {error}") from None
    with temporary_settings({PREFECT_API_URL: api}):
        return asyncio.run(register(settings))


async def register(settings: Settings) -> Registered:
    """Register everything, with runs that work in the current folder.

    Raises:
        CommandError: the server refused something; the message says what.
    """
    async with get_client() as client:
        await _create_pool(client)
        before = await _ours(client)
        await asyncio.to_thread(_deploy_all)
        await _pause_again(before, client)
        return Registered(
            api=str(client.api_url),
            automations=await automations.install(settings.notify, client),
            deployments=await deployed(client),
        )


async def _create_pool(client: PrefectClient) -> None:
    """Create the work pool, unless there is one: whoever made it may have chosen another kind than processes."""
    try:
        await client.read_work_pool(POOL)
    except ObjectNotFound:
        await client.create_work_pool(
            WorkPoolCreate(
                name=POOL,
                type=ProcessWorker.type,
                description="Marsad's runs.",
                base_job_template=ProcessWorker.get_default_base_job_template(),
            )
        )


def _deploy_all() -> None:
    url = get_current_settings().api.url
    done = subprocess.run(  # noqa: S603  our own words; -P keeps a `flows` folder of the user's out
        [sys.executable, "-P", "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(PREFECT_FILE)],
        env=os.environ | {"PREFECT_API_URL": str(url), "PWD": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stdout + done.stderr).strip().splitlines()[-_LINES_OF_A_FAILURE:]
        raise CommandError("\n".join([f"prefect deploy failed on {url}:", *last]))


async def _pause_again(before: list[DeploymentResponse], client: PrefectClient) -> None:
    """Pause what was paused: `prefect deploy` makes everything active."""
    now = {one.id: one for one in await _ours(client)}
    for old in before:
        if old.paused:
            await client.pause_deployment(old.id)
        inactive = [one.schedule for one in old.schedules if not one.active]
        for one in now[old.id].schedules:
            if one.schedule in inactive:
                await client.update_deployment_schedule(old.id, one.id, active=False)


async def _ours(client: PrefectClient) -> list[DeploymentResponse]:
    filtered = DeploymentFilter(tags=DeploymentFilterTags(all_=[automations.TAG]))
    return await client.read_deployments(deployment_filter=filtered)


async def deployed(client: PrefectClient) -> list[Deployed]:
    """Our deployments on a server, those that run next first."""
    found = [await _when(one) for one in await _ours(client)]
    return sorted(found, key=lambda one: (one.next_run is None, one.next_run, one.name))


async def _when(deployment: DeploymentResponse) -> Deployed:
    from prefect.server.schemas.schedules import CronSchedule as DatedSchedule  # noqa: PLC0415  slow to import

    schedules = [one.schedule for one in deployment.schedules if isinstance(one.schedule, CronSchedule)]
    active = [one.schedule for one in deployment.schedules if one.active and isinstance(one.schedule, CronSchedule)]
    dates: list[datetime] = []
    if not deployment.paused:
        for schedule in active:
            dates += await DatedSchedule(cron=schedule.cron, timezone=schedule.timezone).get_dates(1)
    return Deployed(
        name=deployment.name,
        schedule=", ".join(f"{one.cron} {one.timezone or 'UTC'}" for one in schedules) or None,
        next_run=min(dates).astimezone(UTC) if dates else None,
    )
