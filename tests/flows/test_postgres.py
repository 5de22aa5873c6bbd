"""The server on PostgreSQL, as the compose file has it; skipped where PostgreSQL's own programs are missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import surroundings
from operating import Marsad, Receiver, free_port

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """An empty database; gives the address that Prefect connects to."""
    if not PROGRAMS:
        pytest.skip("PostgreSQL is not installed")
    if os.geteuid() == 0 and not shutil.which("runuser"):
        pytest.skip("PostgreSQL refuses to run as root")
    # PostgreSQL refuses root, and its user must get to the folder.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(f"/tmp/marsad-postgres-{os.getpid()}")  # noqa: S108  the parents of pytest's are root's
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    port = free_port()

    def call(program: str, *words: str) -> None:
        subprocess.run([*as_user, str(PROGRAMS[-1] / program), *words], check=True, capture_output=True, cwd="/")

    try:
        call("initdb", "--pgdata", f"{folder}/data", "--username", "prefect", "--auth", "trust")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
        call("pg_ctl", "start", "--wait", "--pgdata", f"{folder}/data", "--log", f"{folder}/log", "--options", options)
        try:
            yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "stop", "--mode", "immediate", "--pgdata", f"{folder}/data")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_marsad_is_up_on_postgresql(database: str, tmp_path: Path) -> None:
    port = free_port()
    environment = surroundings(
        tmp_path / "home", MARSAD_SERVER__PORT=str(port), PREFECT_SERVER_DATABASE_CONNECTION_URL=database
    )
    marsad = Marsad(tmp_path, environment, Receiver(""), port)
    try:
        standing = marsad.json("up")
        assert [one["name"] for one in standing["deployments"] if one["next_run"]]
        run = marsad.start("watch")
        assert marsad.flow_run(run)["state"]["name"] in {"Scheduled", "Pending", "Running", "Completed"}
        assert not (tmp_path / "home" / "prefect.db").exists()
    finally:
        assert marsad.run("down").returncode == 0
