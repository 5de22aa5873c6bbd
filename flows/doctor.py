"""Is this machine fit to run: versions, model, warehouse, Prefect server, disk. Each check says what to do about it."""

from __future__ import annotations

import platform
import shutil
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Literal

import duckdb
from packaging.requirements import Requirement
from pydantic import BaseModel, ConfigDict

from flows.settings import Settings
from warehouse.check import run_checks
from warehouse.connection import reader, snapshot_path
from warehouse.errors import WarehouseError, WarehouseMissing

_ENOUGH_DISK = 2e9  # bytes: a snapshot is as large as its warehouse, and both grow
_SENTENCE = "وصل وزير الخارجية المصري إلى بغداد للقاء رئيس الوزراء العراقي."


class Finding(BaseModel):
    """What one check found; `advice` is what to do if it is not well."""

    model_config = ConfigDict(frozen=True)

    check: str
    state: Literal["ok", "warning", "failed"]
    detail: str
    advice: str | None = None


def examine(settings: Settings) -> Iterator[Finding]:
    """Make every check, the quick ones first."""
    yield Finding(check="python", state="ok", detail=f"{platform.python_version()} ({sys.executable})")
    yield from _versions()
    yield _disk(settings)
    yield _warehouse(settings)
    yield _server()
    yield _model(settings)


def _versions() -> Iterator[Finding]:
    """Compare what is installed with the bounds of this package, which are known to work together."""
    for text in requires("marsad") or []:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield Finding(
                check=requirement.name, state="failed", detail="not installed", advice=f"pip install '{text}'"
            )
            continue
        if requirement.specifier.contains(found, prereleases=True):
            yield Finding(check=requirement.name, state="ok", detail=found)
        else:
            detail = f"{found} is outside the known-good {requirement.specifier}"
            yield Finding(check=requirement.name, state="warning", detail=detail, advice=f"pip install '{text}'")


def _disk(settings: Settings) -> Finding:
    folder = next(parent for parent in settings.warehouse.absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:,.1f} GB free in {folder}"
    if free >= _ENOUGH_DISK:
        return Finding(check="disk", state="ok", detail=detail)
    return Finding(check="disk", state="warning", detail=detail, advice="make room: the snapshot is a second copy")


def _warehouse(settings: Settings) -> Finding:
    path = settings.warehouse
    try:
        with reader(path) as con:
            checks = run_checks(con)
    except WarehouseMissing as error:
        return Finding(check="warehouse", state="ok", detail=str(error))
    except (WarehouseError, duckdb.Error) as error:
        return Finding(check="warehouse", state="failed", detail=str(error), advice="restore it from a copy")
    broken = checks.filter(checks["violations"] > 0)
    size = snapshot_path(path).stat().st_size
    if broken.is_empty():
        return Finding(
            check="warehouse", state="ok", detail=f"{path}, {size / 1e6:,.1f} MB, {checks.height} checks hold"
        )
    errors = broken.filter(broken["severity"] == "error")
    return Finding(
        check="warehouse",
        state="warning" if errors.is_empty() else "failed",
        detail=f"{path} breaks {', '.join(broken['check'])}",
        advice="look at it: marsad check" if errors.is_empty() else "report it, with the output of marsad check --json",
    )


def _server() -> Finding:
    import httpx  # noqa: PLC0415
    from prefect.settings import get_current_settings  # noqa: PLC0415

    from flows.service import running  # noqa: PLC0415

    service = running()
    url = get_current_settings().api.url or (service.api if service else None)
    if not url:
        return Finding(check="server", state="ok", detail="none configured: each run starts one of its own")
    try:
        httpx.get(f"{url}/health", timeout=5).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(
            check="server",
            state="failed",
            detail=f"{url} does not answer: {error}",
            advice="start it (prefect server start) or unset PREFECT_API_URL",
        )
    return Finding(check="server", state="ok", detail=f"{url} answers")


def _model(settings: Settings) -> Finding:
    from tasks.extract.reader import EngineError, load_reader  # noqa: PLC0415

    started = time.perf_counter()
    try:
        model = load_reader(settings.threads, settings.extraction.entities)
        [reading] = model.read([_SENTENCE])
    except EngineError as error:
        return Finding(check="model", state="failed", detail=error.problem, advice=" && ".join(error.commands))
    except (OSError, RuntimeError, ValueError) as error:
        return Finding(
            check="model", state="failed", detail=str(error), advice="install the package again, or: make model"
        )
    detail = f"{model.model_version}, read a sentence with {len(reading.entities)} entities"
    return Finding(check="model", state="ok", detail=f"{detail} after {time.perf_counter() - started:.1f} s")
