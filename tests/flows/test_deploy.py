"""What is deployed, and what servers are told to do, as the files in `deployments/` say it; no server is needed."""

from __future__ import annotations

import inspect
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import yaml
from commands import REPOSITORY
from prefect.client.schemas.schedules import CronSchedule
from prefect.utilities.callables import parameter_schema
from prefect.utilities.importtools import import_object

from flows.automations import SILENCE, TAG
from flows.deploy import POOL, PREFECT_FILE
from flows.serve import INBOX

DEPLOYMENTS = {one["name"]: one for one in yaml.safe_load(PREFECT_FILE.read_text("utf-8"))["deployments"]}
COMPOSE = yaml.safe_load((REPOSITORY / "deployments" / "compose.yaml").read_text("utf-8"))
UNITS = sorted((REPOSITORY / "deployments" / "systemd").glob("*.service"))


def flow_of(deployment: dict[str, Any]) -> Any:
    return import_object(deployment["entrypoint"])


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_each_deployment_has_a_flow_that_takes_its_parameters(name: str) -> None:
    deployment = DEPLOYMENTS[name]
    flow = flow_of(deployment)
    given = deployment.get("parameters", {})
    flow.validate_parameters(given | ({"folder": "archive"} if name == "backfill" else {}))
    # The form in the UI explains every field.
    schema = parameter_schema(flow)
    assert [field for field, about in schema.properties.items() if not about.get("description")] == []
    assert inspect.iscoroutinefunction(flow.fn)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_each_deployment_runs_once_at_a_time_and_is_heard_of(name: str) -> None:
    deployment = DEPLOYMENTS[name]
    assert deployment["concurrency_limit"]["limit"] == 1
    assert TAG in deployment["tags"]
    assert deployment["description"].endswith(".")
    assert deployment["work_pool"]["name"] == POOL
    heartbeat = int(deployment["work_pool"]["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
    assert 3 * timedelta(seconds=heartbeat) == SILENCE
    for schedule in deployment.get("schedules", []):
        CronSchedule.model_validate(schedule)
        assert schedule["timezone"]
    # What piles up while nothing works is let go; what somebody asked for is kept.
    kept = "CANCEL_NEW" if deployment.get("schedules") else "ENQUEUE"
    assert deployment["concurrency_limit"]["collision_strategy"] == kept


def test_the_form_of_ingest_asks_for_what_matters() -> None:
    fields = parameter_schema(flow_of(DEPLOYMENTS["ingest"])).properties
    assert {"paths", "batch_size", "engine"} <= fields.keys()
    assert {"marsad", "camel"} <= set(re.findall(r"\w+", json.dumps(fields["engine"]["anyOf"])))
    assert DEPLOYMENTS["inbox"]["parameters"]["paths"] == [str(INBOX)]


def test_the_readme_names_every_deployment() -> None:
    readme = (REPOSITORY / "deployments" / "README.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \|", readme, flags=re.MULTILINE))
    assert listed == DEPLOYMENTS.keys()


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_each_service_is_restarted_watched_and_holds_no_secret(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["retries"] >= 3
    for value in service["environment"].values():
        without = value.replace("${POSTGRES_PASSWORD}", "").replace("${POSTGRES_PASSWORD:?", "")
        assert "password" not in without.lower()
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:")


def test_volumes_and_dependencies_of_the_compose_file_exist() -> None:
    for service in COMPOSE["services"].values():
        assert {volume.partition(":")[0] for volume in service.get("volumes", [])} <= COMPOSE["volumes"].keys()
        assert service.get("depends_on", {}).keys() <= COMPOSE["services"].keys()


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_restart_keep_to_their_folder_and_hold_no_secret(unit: Any) -> None:
    text = unit.read_text("utf-8")
    assert "Restart=always" in text
    assert "ExecStart=/opt/marsad/.venv/bin/marsad serve" in text
    assert "PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1" in text
    assert not re.search(r"^Environment=.*(PASSWORD|://)", text, flags=re.MULTILINE)
