"""The deployment as `deployments/README.md` tells it: a server, a work pool, a worker, a run that comes by schedule.

A scheduled run is what a wrong set of versions breaks without a word (docs/decisions.md), so one has to complete here.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import REPOSITORY, start_marsad, surroundings
from newsroom import article, write_lines

from warehouse.query import query

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]

PREFECT = str(Path(sys.executable).with_name("prefect"))


@contextmanager
def process(*command: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    """Keep a process going for the length of the block."""
    with log.open("w") as file:
        running = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            running.terminate()
            running.wait(30)


@pytest.fixture(scope="module")
def server(prefect_home: Path) -> Iterator[dict[str, str]]:
    """A Prefect server on a free port; gives the environment that points to it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    url = f"http://127.0.0.1:{port}/api"
    environment = surroundings(
        prefect_home,
        PREFECT_API_URL=url,
        PREFECT_SERVER_API_PORT=port,
        PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS="2",
        PREFECT_WORKER_QUERY_SECONDS="1",
    )
    command = (PREFECT, "server", "start", "--port", port, "--no-ui")
    with process(*command, environment=environment, log=prefect_home / "server.log"):
        for _ in range(600):
            try:
                httpx.get(f"{url}/health", timeout=5).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield environment


def prefect(*words: str, environment: dict[str, str]) -> None:
    command = [PREFECT, "--no-prompt", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def post(environment: dict[str, str], path: str, body: dict[str, Any]) -> Any:
    answer = httpx.post(environment["PREFECT_API_URL"] + path, json=body, timeout=30)
    return answer.raise_for_status().json()


def test_a_run_reports_to_the_server_that_is_configured(server: dict[str, str]) -> None:
    news = write_lines(Path("news.jsonl"), map(article, range(3)))
    running = start_marsad("run", str(news), "--json", environment=server)
    out, err = running.communicate(timeout=200)
    assert running.returncode == 0, err
    flow_run_id = json.loads(out)["flow_run_id"]
    [run] = post(server, "/flow_runs/filter", {"flow_runs": {"id": {"any_": [flow_run_id]}}})
    assert (run["name"], run["state_type"]) == ("ingest 3 articles · 1 source", "COMPLETED")
    artifacts = post(server, "/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [flow_run_id]}}})
    assert {one["key"] for one in artifacts} == {"ingest-report", "ingest-events"}


def test_a_server_that_does_not_answer_is_named(server: dict[str, str]) -> None:
    news = write_lines(Path("news.jsonl"), map(article, range(3)))
    nowhere = server | {"PREFECT_API_URL": "http://127.0.0.1:9/api"}
    running = start_marsad("run", str(news), environment=nowhere)
    _, err = running.communicate(timeout=200)
    assert running.returncode == 3
    assert "http://127.0.0.1:9/api does not answer" in err
    assert "Traceback" not in err


def test_a_scheduled_run_completes(server: dict[str, str], tmp_path: Path) -> None:
    inbox = tmp_path / "data" / "inbox"
    inbox.mkdir(parents=True)
    write_lines(inbox / "news.jsonl", map(article, range(3)))
    environment = server | {"PWD": str(tmp_path)}
    prefect("work-pool", "create", "--type", "process", "marsad", environment=environment)
    often = ("--interval", "10", "--anchor-date", "2026-01-01T00:00:00")
    prefect(
        *("deploy", "--prefect-file", str(REPOSITORY / "deployments" / "prefect.yaml"), "--name", "ingest", *often),
        environment=environment,
    )
    worker = (PREFECT, "worker", "start", "--pool", "marsad", "--limit", "1")
    with process(*worker, environment=environment, log=tmp_path / "worker.log"):
        deadline = time.monotonic() + 180
        scheduled: list[dict[str, Any]] = []
        while not any(run["state_type"] == "COMPLETED" for run in scheduled):
            assert time.monotonic() < deadline, (tmp_path / "worker.log").read_text()
            ends = {run["state_type"] for run in scheduled}
            assert ends.isdisjoint({"CRASHED", "FAILED"}), (tmp_path / "worker.log").read_text()
            time.sleep(1)
            only = {"flow_runs": {"tags": {"all_": ["auto-scheduled"]}}, "sort": "EXPECTED_START_TIME_ASC"}
            scheduled = post(environment, "/flow_runs/filter", only)
    assert query(tmp_path / "data" / "marsad.duckdb", "SELECT count(*) FROM articles").rows() == [(3,)]
