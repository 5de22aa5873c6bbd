from pathlib import Path

import pytest

from warehouse.connection import writer


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty warehouse, to be copied: cheaper than migrating anew."""
    path = tmp_path_factory.mktemp("template") / "marsad.duckdb"
    with writer(path):
        pass
    return path


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "marsad.duckdb"
    copy.write_bytes(template.read_bytes())
    return copy
