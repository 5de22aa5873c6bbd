"""`marsad serve` in the background: start it, stop it, and say how it stands. Both are safe to repeat."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling
from pydantic import BaseModel, ConfigDict

from flows.automations import TAG
from flows.deploy import POOL, Deployed, deployed
from flows.service import Service, running, service_folder
from flows.session import CommandError

_SECONDS_TO_START = 300
_SECONDS_TO_CANCEL = 60
_SECONDS_TO_STOP = 150  # two children in turn, a minute each at most
_LARGEST_LOG = 10_000_000  # bytes
_LINES_OF_A_FAILURE = 15


class Standing(BaseModel):
    """What is up, and what comes next."""

    model_config = ConfigDict(frozen=True)

    ui: str
    api: str
    folder: str
    log: str
    started: bool  # by this very command
    deployments: list[Deployed]
    automations: list[str]


def up() -> Standing:
    """Start serving in the background, unless that is so, and wait until everything is registered.

    Raises:
        CommandError: it could not be started, or serves another folder.
    """
    there = running()
    if there and there.folder != str(Path.cwd()):
        raise CommandError(
            f"Marsad is up already, for {there.folder}. Stop it (marsad down), or give this one a Prefect of its own:"
            " other values of PREFECT_HOME and MARSAD_SERVER__PORT"
        )
    log = service_folder() / "serve.log"
    service = _await_ready(there, log) if there else _start(log)
    with temporary_settings({PREFECT_API_URL: service.api}):
        deployments, automations = asyncio.run(_look())
    return Standing(
        **service.model_dump(include={"ui", "api", "folder"}),
        log=str(log),
        started=there is None,
        deployments=deployments,
        automations=automations,
    )


def down() -> Service | None:
    """Stop what `up` or `serve` started; runs that are going on are cancelled, and go on when they are started again.

    Returns:
        What was stopped, or None if nothing was up.

    Raises:
        CommandError: it does not end.
    """
    service = running()
    if service is None:
        return None
    if service.own_server:  # on another, runs of other workers may be going on
        with temporary_settings({PREFECT_API_URL: service.api}), contextlib.suppress(httpx.HTTPError):
            asyncio.run(_cancel_runs())
    with contextlib.suppress(ProcessLookupError):
        os.kill(service.pid, signal.SIGTERM)
    if not _wait(lambda: running() is None, _SECONDS_TO_STOP):
        with contextlib.suppress(ProcessLookupError):
            os.kill(service.pid, signal.SIGKILL)  # server and worker end soon after it
        if not _wait(lambda: running() is None, 10):
            raise CommandError(f"process {service.pid} does not end")
    return service


def _start(log: Path) -> Service:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as file:
        process = subprocess.Popen(  # -P keeps a `flows` folder of the user's out
            [sys.executable, "-P", "-c", "from flows.cli import main; main()", "serve"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,  # the terminal may be closed
        )
    return _await_ready(None, log, process)


def _await_ready(there: Service | None, log: Path, process: subprocess.Popen[bytes] | None = None) -> Service:
    """Wait until everything is registered."""

    def ready() -> bool:
        nonlocal there
        there = running()
        ended = there is None if process is None else process.poll() is not None
        return ended or bool(there and there.ready)

    if _wait(ready, _SECONDS_TO_START) and there and there.ready:
        return there
    raise CommandError("\n".join(["Marsad did not come up; the last words of its log:", *_last_lines(log)]))


def _last_lines(log: Path) -> list[str]:
    text = log.read_text("utf-8", errors="replace") if log.exists() else ""
    return [*text.splitlines()[-_LINES_OF_A_FAILURE:], f"({log})"]


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


async def _look() -> tuple[list[Deployed], list[str]]:
    async with get_client() as client:
        found = await client.read_automations()
        return await deployed(client), [one.name for one in found if TAG in one.tags]


async def _cancel_runs() -> None:
    """Cancel the runs that are going on, and wait until they have ended."""
    async with get_client() as client:
        for run in await _going_on(client):
            await client.set_flow_run_state(run.id, Cancelling(message="marsad down"))
        deadline = time.monotonic() + _SECONDS_TO_CANCEL
        while await _going_on(client) and time.monotonic() < deadline:
            await asyncio.sleep(0.5)


async def _going_on(client: PrefectClient) -> list[FlowRun]:
    active = FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=active)),
        work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL])),
    )
