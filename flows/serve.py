"""Keep schedules going in the foreground: a Prefect server if none is configured, and a worker; both are restarted.

`marsad serve` is this, for whoever watches over it: a terminal, systemd, a container. `marsad up` is the same in the
background.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

from flows.deploy import POOL, register
from flows.service import Service, alone, running
from flows.session import CommandError
from flows.settings import Settings

INBOX = Path("data/inbox")
"""The folder that `prefect.yaml` has looked into every quarter of an hour."""

_HOST = "127.0.0.1"
_SECONDS_TO_START = 180  # of a server that has to make its database, on a machine that has other things to do
_SECONDS_TO_ANSWER = 30  # of a server that is there already
_SECONDS_TO_STOP = 60
_LONGEST_PAUSE = 60.0


def serve(settings: Settings) -> None:
    """Register everything and keep server and worker going, until SIGTERM or SIGINT.

    The server is the configured one; if that is none, or an address of this machine where nothing answers, one is
    started here.

    Raises:
        CommandError: somebody serves from this Prefect home already, the port is taken, or the server does not answer.
    """
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with alone() as first, contextlib.ExitStack() as children:
        if not first:
            there = running()
            where = f" at {there.ui}, for {there.folder}" if there else ""
            raise CommandError(f"Marsad is up already{where}; `marsad down` stops it")
        INBOX.mkdir(parents=True, exist_ok=True)
        local = f"http://{_HOST}:{settings.server.port}/api"
        api = get_current_settings().api.url or local
        keeping: list[_Child] = []
        if api == local and not (get_current_settings().api.url and _answers(api)):
            server = children.enter_context(_Child(_server_command(settings.server.port), _server_settings(api)))
            keeping.append(server)
        service = Service(
            pid=os.getpid(),
            api=api,
            ui=ui_of(api),
            folder=str(Path.cwd()),
            started_at=datetime.now(UTC),
            own_server=bool(keeping),
        )
        service.tell()
        _wait_for(api, keeping, stopped)
        if stopped.is_set():
            return
        with temporary_settings({PREFECT_API_URL: api}):
            registered = asyncio.run(register(settings))
        say(f"{len(registered.deployments)} deployments and {len(registered.automations)} automations at {service.ui}")
        keeping.append(children.enter_context(_Child(_worker_command(), {"PREFECT_API_URL": api})))
        service.model_copy(update={"ready": True}).tell()
        while not stopped.wait(1):
            for child in keeping:
                child.keep()
        say("stopping; a run that is going on is given a minute")


def ui_of(api: str) -> str:
    """The address of the UI of a server."""
    return get_current_settings().ui_url or api.removesuffix("/api")


def say(message: str) -> None:
    """Write a line into the log."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} marsad: {message}", file=sys.stderr, flush=True)


def _server_command(port: int) -> list[str]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise CommandError(
                f"port {port} cannot be used: {error.strerror}. Choose another ([server] port in marsad.toml, or"
                f" MARSAD_SERVER__PORT), or use the server that is there: PREFECT_API_URL=http://{_HOST}:{port}/api"
            ) from None
    return ["server", "start", "--host", _HOST, "--port", str(port)]


def _server_settings(api: str) -> dict[str, str]:
    return {
        "PREFECT_SERVER_API_PORT": str(httpx.URL(api).port),  # without it the UI calls port 4200
        "PREFECT_UI_URL": ui_of(api),  # for links in notifications
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def _worker_command() -> list[str]:
    return ["worker", "start", "--pool", POOL, "--name", f"marsad on {socket.gethostname()}"]


def _answers(api: str) -> bool:
    try:
        return httpx.get(f"{api}/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


def _wait_for(api: str, children: list[_Child], stopped: threading.Event) -> None:
    patience = _SECONDS_TO_START if children else _SECONDS_TO_ANSWER
    deadline = time.monotonic() + patience
    while not _answers(api):
        if children and (code := children[0].process.poll()) is not None:
            raise CommandError(f"the Prefect server ended with {code} while it was starting; its last words are above")
        if time.monotonic() > deadline:
            raise CommandError(f"the Prefect API at {api} does not answer within {patience} s")
        if stopped.wait(0.2):
            return


class _Child:
    """A Prefect command that is kept going; it ends with the block, and soon after this process in any case."""

    def __init__(self, words: list[str], settings: dict[str, str]) -> None:
        self.words = words
        self.settings = settings
        self.pause = 1.0
        self._start()

    def _start(self) -> None:
        # A group of its own: Ctrl-C is for us, and we stop the worker before the server.
        self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  our own words
            [sys.executable, "-P", "-m", "flows.leash", *self.words],
            env=os.environ | self.settings,
            stdin=subprocess.PIPE,
            process_group=0,
        )
        self.started = time.monotonic()
        self.again_at: float | None = None

    def keep(self) -> None:
        """Start it again if it has ended, after a pause that grows while it does not last."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self.again_at is None:
            self.pause = 1.0 if now - self.started > _LONGEST_PAUSE else min(2 * self.pause, _LONGEST_PAUSE)
            self.again_at = now + self.pause
            say(f"the {self.words[0]} ended with {self.process.returncode}; again in {self.pause:.0f} s")
        elif now >= self.again_at:
            self._start()

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.terminate()
        try:
            self.process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
