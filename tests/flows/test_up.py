"""`marsad up`: server, worker, schedules, automations; and what becomes of runs when things go wrong there."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import surroundings
from newsroom import article, write_lines
from operating import MARSAD, Marsad, free_port, wait_until

from warehouse.query import query

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]

SERVING, WORKING = "main()\0serve", "worker\0start"
SCHEDULED = {"inbox", "watch", "maintain", "weekly"}
ON_REQUEST = {"ingest", "reprocess", "backfill"}


def processes(word: str, marsad: Marsad) -> list[int]:
    """Processes of this Marsad whose command has a word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            home = f"PREFECT_HOME={marsad.home}".encode()
            if word in command and home in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


def test_up_says_what_comes_next_and_may_be_repeated(marsad: Marsad) -> None:
    serving = processes(SERVING, marsad)
    standing = marsad.json("up")
    assert standing["started"] is False
    assert processes(SERVING, marsad) == serving
    assert standing["ui"] == f"http://127.0.0.1:{marsad.port}"
    next_run = {one["name"]: one["next_run"] for one in standing["deployments"]}
    assert {name for name, at in next_run.items() if at} == SCHEDULED
    assert {name for name, at in next_run.items() if not at} == ON_REQUEST
    assert "Marsad: end runs whose host is lost" in standing["automations"]
    shown = marsad.run("up")
    assert f"http://127.0.0.1:{marsad.port}" in shown.stdout
    assert "*/15 * * * * UTC" in shown.stdout


def test_the_ui_calls_the_server_that_it_came_from(marsad: Marsad) -> None:
    settings = httpx.get(f"http://127.0.0.1:{marsad.port}/ui-settings", timeout=60).json()
    assert settings["api_url"].rstrip("/") in {marsad.api, "/api"}


def test_only_this_machine_is_served(marsad: Marsad) -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1"}:
        if address.startswith("127."):
            continue
        with pytest.raises(OSError), socket.create_connection((address, marsad.port), timeout=2):
            pass
    assert marsad.get("/admin/settings")["server"]["analytics_enabled"] is False


def test_up_elsewhere_is_refused_while_this_is_up(marsad: Marsad, tmp_path: Path) -> None:
    elsewhere = Marsad(tmp_path, marsad.environment, marsad.receiver, marsad.port)
    refused = elsewhere.run("up")
    assert refused.returncode == 3
    assert f"up already, for {marsad.folder}" in refused.stderr


def test_a_port_that_others_use_is_told(marsad: Marsad, tmp_path: Path) -> None:
    """Their home is another, so nothing is up there; but the port is taken."""
    other = Marsad(tmp_path, marsad.environment | {"PREFECT_HOME": str(tmp_path / "home")}, marsad.receiver, 0)
    refused = other.run("up")
    assert refused.returncode == 3
    assert f"port {marsad.port} cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert other.run("down").stdout == "nothing is up\n"


def test_what_an_operator_pauses_stays_paused(marsad: Marsad) -> None:
    watch, maintain = marsad.deployment("watch"), marsad.deployment("maintain")
    marsad.post(f"/deployments/{watch['id']}/pause_deployment", {})
    schedule = f"/deployments/{maintain['id']}/schedules/{maintain['schedules'][0]['id']}"
    marsad.call("PATCH", schedule, {"active": False})
    before = automations(marsad)
    again = marsad.json("deploy")
    assert marsad.deployment("watch")["paused"] is True
    assert [one["active"] for one in marsad.deployment("maintain")["schedules"]] == [False]
    assert {one["name"] for one in again["deployments"] if one["next_run"]} == {"inbox", "weekly"}
    assert automations(marsad) == before
    marsad.post(f"/deployments/{watch['id']}/resume_deployment", {})


def automations(marsad: Marsad) -> list[tuple[str, str, str]]:
    found = marsad.post("/automations/filter", {})
    return sorted((one["id"], one["name"], one["updated"]) for one in found)


def test_a_run_of_the_command_is_told_to_the_server_that_is_up(marsad: Marsad) -> None:
    news = write_lines(marsad.folder / "three.jsonl", map(article, range(3)))
    report = marsad.json("run", str(news), "--warehouse", "data/other.duckdb")
    assert marsad.flow_run(report["flow_run_id"])["state"]["name"] == "Completed"

    def written() -> dict[str, dict[str, Any]] | None:
        asked = {"filter": {"event": {"name": ["prefect.asset.materialization.succeeded"]}}, "limit": 50}
        events = marsad.post("/events/filter", asked)["events"]
        mine = [event for event in events if event["payload"].get("load_id") == report["load_id"]]
        return {event["resource"]["prefect.resource.name"]: event for event in mine} or None

    assets = wait_until(written, "the feed has the tables of the run", 60)
    assert assets["articles"]["payload"]["rows"] == 3
    assert [one["prefect.resource.id"] for one in assets["sentences"]["related"] if "asset" in one.values()] == [
        assets["articles"]["resource"]["prefect.resource.id"]
    ]


def test_somebody_is_told_of_what_is_wrong(marsad: Marsad) -> None:
    from prefect.events import Event

    # A worker that cannot write: the file stands where a folder should be.
    (marsad.folder / "file").write_text("")
    failing = marsad.start("ingest", paths=["data/inbox"], settings={"warehouse": "file/marsad.duckdb"})
    for name, message in (
        ("marsad.quarantine-rate", "ingest wire.jsonl: 30 of 40 records are in quarantine (broken)."),
        ("marsad.volume-low", "وكالة المثال brought 3 articles on 2026-11-20; 40 are usual."),
    ):
        resource = {"prefect.resource.id": f"marsad.test.{name}"}
        event = Event(event=name, resource=resource, payload={"message": message})
        marsad.post("/events", [event.model_dump(mode="json")])
    marsad.wait_for(failing, "Failed")
    receiver = marsad.receiver
    [told] = wait_until(lambda: receiver.about("a source that brings little"), "volume-low is told")[:1]
    assert told == "وكالة المثال brought 3 articles on 2026-11-20; 40 are usual."
    wait_until(lambda: receiver.about("many records in quarantine"), "quarantine-rate is told")
    wait_until(lambda: receiver.about("no run was completed in 0.01 hours"), "silence is told")
    [told] = wait_until(lambda: receiver.about("failed"), "the failure is told")[:1]
    assert f"http://127.0.0.1:{marsad.port}/runs/flow-run/{failing}" in told


def test_a_lost_host_does_not_stop_the_schedule_and_a_cancelled_run_goes_on(marsad: Marsad) -> None:
    """One story, as each part leaves the next a run that is under way."""
    count = 240
    news = write_lines(marsad.folder / "long.jsonl", map(article, range(1000, 1000 + count)))
    warehouse = marsad.folder / "data" / "long.duckdb"
    parameters = {"paths": [str(news)], "batch_size": 8, "settings": {"warehouse": str(warehouse)}}
    staging = marsad.folder / "data" / "staging"

    # The host is lost: worker and flow are killed together, in the middle of the run.
    lost = marsad.start("ingest", **parameters)
    wait_until(lambda: list(staging.glob("*/*/load")), "a batch is loaded")
    waiting = marsad.start("ingest", **parameters)
    run = marsad.flow_run(lost)
    assert run["state"]["name"] == "Running"
    [worker] = processes(WORKING, marsad)
    for victim in (worker, int(run["infrastructure_pid"].rsplit(":", 1)[-1])):
        os.kill(victim, signal.SIGKILL)
    crashed = marsad.wait_for(lost, "Crashed", seconds=400)
    assert "Not heard of" in crashed["state"]["message"]

    # The run that waited for its turn gets it, and goes on in the batch where the lost one was. Then it is cancelled.
    before = len(list(staging.glob("*/*/load")))
    marsad.wait_for(waiting, "Running")
    wait_until(lambda: len(list(staging.glob("*/*/load"))) > before, "another batch is loaded")
    body = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
    marsad.post(f"/flow_runs/{waiting}/set_state", body)
    marsad.wait_for(waiting, "Cancelled")
    done = len(list(staging.glob("*/*/load")))
    assert before < done < count / 8

    # What is in is whole, and the same call goes on from there.
    report = marsad.json("run", str(news), "--batch-size", "8", "--warehouse", str(warehouse))
    assert report["resumed_batches"] >= done
    assert report["counts"]["loaded"] == report["counts"]["records_seen"] == count
    stored = query(warehouse, "SELECT count(*), count(DISTINCT article_id) FROM articles").rows()
    assert stored == [(count, count)]
    assert query(warehouse, "SELECT state, loaded FROM loads").rows() == [("completed", count)]


def test_down_stops_everything_and_up_starts_it_again(marsad: Marsad) -> None:
    """The last test here: it kills the process that keeps the others."""
    [serving] = processes(SERVING, marsad)
    os.kill(serving, signal.SIGKILL)
    wait_until(lambda: not processes("flows.leash", marsad), "server and worker end by themselves", 120)
    assert marsad.run("down").stdout == "nothing is up\n"

    assert marsad.json("up")["started"] is True
    assert marsad.run("down").stdout == f"stopped http://127.0.0.1:{marsad.port}\n"
    wait_until(lambda: not processes("flows.leash", marsad) + processes(SERVING, marsad), "all processes end", 60)
    assert marsad.run("down").stdout == "nothing is up\n"


def test_a_leashed_command_ends_when_it_is_let_go(tmp_path: Path) -> None:
    environment = surroundings(tmp_path, PREFECT_API_URL=f"http://127.0.0.1:{free_port()}/api")
    waiting = [sys.executable, "-m", "flows.leash", "server", "status", "--wait"]
    process = subprocess.Popen(waiting, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    time.sleep(3)
    assert process.poll() is None
    process.communicate()  # closes its standard input
    assert process.returncode == -signal.SIGTERM


def test_deploy_without_a_server_is_a_matter_of_usage(tmp_path: Path) -> None:
    environment = surroundings(tmp_path)
    done = subprocess.run([MARSAD, "deploy"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "PREFECT_API_URL" in done.stderr
    nowhere = environment | {"PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api"}
    done = subprocess.run([MARSAD, "deploy", "--json"], env=nowhere, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "does not answer" in done.stderr


def test_settings_that_are_wrong_are_told_before_anything_starts(tmp_path: Path) -> None:
    environment = surroundings(tmp_path, MARSAD_SERVER__PORT="99999")
    done = subprocess.run([MARSAD, "up"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert json.dumps("MARSAD_SERVER__PORT")[1:-1] in done.stderr
    assert not (tmp_path / "marsad").exists()
