"""Fixtures of the flow's tests: settings that touch nothing of the user's, and a Prefect without a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import newsroom
import operating
import pytest

# Before Prefect is imported anywhere: these are read once.
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"


@pytest.fixture(autouse=True)
def _clean_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, without the settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("MARSAD_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where processes that tests start keep their Prefect database: migrated once, then shared."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def harness() -> Iterator[None]:
    """Prefect with no server configured, on a database of its own."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> newsroom.WordReader:
    """A reader in place of the model."""
    from tasks.extract import model

    stand_in = newsroom.WordReader()
    monkeypatch.setattr(model, "shipped_reader", lambda threads=0: stand_in)
    return stand_in


@pytest.fixture(scope="session")
def marsad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operating.Marsad]:
    """Marsad as `marsad up` starts it."""
    with operating.marsad_that_is_up(tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("prefect-up")) as up:
        yield up
