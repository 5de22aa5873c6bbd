"""Marsad as `marsad up` starts it, in a folder of its own, for the tests of it: start-up is slow, so they share one."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from commands import surroundings

MARSAD = str(Path(sys.executable).with_name("marsad"))
SILENT_SECONDS = 36


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 300) -> Any:
    """Wait for something true, and give it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.5)
    return found


@dataclass
class Receiver:
    """A webhook that keeps what it is sent."""

    url: str
    messages: list[dict[str, str]] = field(default_factory=list)

    def about(self, subject: str) -> list[str]:
        return [one["text"] for one in self.messages if subject in one["subject"]]


@contextmanager
def webhook() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.messages.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/alarm")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Marsad:
    """A folder, the environment in which `marsad` works there, and what its server says."""

    folder: Path
    environment: dict[str, str]
    receiver: Receiver
    port: int

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def home(self) -> Path:
        return Path(self.environment["PREFECT_HOME"])

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [MARSAD, *words]
        environment = self.environment | variables
        return subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)

    def json(self, *words: str, **variables: str) -> Any:
        done = self.run(*words, "--json", **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def log(self) -> str:
        return (self.home / "marsad" / "serve.log").read_text("utf-8")

    def call(self, method: str, path: str, body: object = None) -> Any:
        def answered() -> httpx.Response | None:
            answer = httpx.request(method, self.api + path, json=body, timeout=60)
            # The database is locked for a moment; Prefect's own client tries again, too.
            return None if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else answer

        answer = wait_until(answered, f"{path} is answered", 60)
        return answer.raise_for_status().json() if answer.content else None

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: object) -> Any:
        return self.call("POST", path, body)

    def deployment(self, name: str) -> dict[str, Any]:
        [found] = self.post("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
        return dict(found)

    def start(self, deployment: str, **parameters: Any) -> str:
        """Ask for a run; gives its id."""
        identifier = self.deployment(deployment)["id"]
        return str(self.post(f"/deployments/{identifier}/create_flow_run", {"parameters": parameters})["id"])

    def flow_run(self, identifier: str) -> dict[str, Any]:
        return dict(self.get(f"/flow_runs/{identifier}"))

    def wait_for(self, identifier: str, *states: str, seconds: float = 300) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            run = self.flow_run(identifier)
            return run if run["state"]["name"] in states else None

        try:
            return dict(wait_until(there, f"{identifier} is {' or '.join(states)}", seconds))
        except AssertionError:
            raise AssertionError(f"{self.flow_run(identifier)['state']}\n{self.log()[-5000:]}") from None


@contextmanager
def marsad_that_is_up(folder: Path, home: Path) -> Iterator[Marsad]:
    """Start it with alarms that go to a webhook, and stop it at the end."""
    port = free_port()
    with webhook() as receiver:
        environment = surroundings(
            home,
            MARSAD_SERVER__PORT=str(port),
            MARSAD_NOTIFY__WEBHOOK=receiver.url,
            MARSAD_NOTIFY__SILENT_HOURS=str(SILENT_SECONDS / 3600),
            PREFECT_WORKER_QUERY_SECONDS="2",
        )
        marsad = Marsad(folder, environment, receiver, port)
        started = marsad.json("up")
        assert started["started"] is True
        try:
            yield marsad
        finally:
            marsad.run("down")
