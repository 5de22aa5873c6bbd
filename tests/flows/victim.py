"""A run of ingest that is killed at a given moment, or left alone: for `test_recovery`, in a process of its own."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import newsroom

STAGES = {
    "read": ("tasks.ingest.tasks", "_read"),
    "extract": ("tasks.extract.tasks", "_extract"),
    "load": ("tasks.load.tasks", "_load"),
    "consolidate": ("tasks.load.load", "consolidate"),
    "publish": ("tasks.load.tasks", "publish"),
}
"""Functions that do the work of each stage."""


class Moment(NamedTuple):
    """When to kill: `seconds` after the `occurrence`-th call of a stage begins, or as it ends if that comes first."""

    stage: str
    occurrence: int
    seconds: float
    pid: int | None = None  # whom; None for oneself


def run_ingest(folder: str, api_url: str, batch_size: int, moment: Moment | None) -> None:
    """Ingest news.jsonl of `folder` into its w.duckdb; leave what happened in told.json."""
    os.chdir(folder)
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    from flows.ingest import ingest
    from flows.settings import Settings
    from tasks.extract import model

    model.shipped_reader = lambda threads=0: newsroom.WordReader(0.02)  # type: ignore[assignment, misc]
    durations: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for stage in STAGES:
        _watch(stage, durations[stage], moment if moment and moment.stage == stage else None)
    settings = Settings.model_validate({"warehouse": "w.duckdb", "ingest": {"batch_size": batch_size}})
    told: dict[str, Any] = {"durations": durations}
    with temporary_settings({PREFECT_API_URL: api_url, PREFECT_CLIENT_MAX_RETRIES: 1}):
        try:
            asyncio.run(ingest(["news.jsonl"], settings))
        except Exception as error:
            told["error"] = f"{type(error).__name__}: {error}"
    Path("told.json").write_text(json.dumps(told), encoding="utf-8")
    if "error" in told:
        os._exit(3)  # as the command does: Prefect would try for minutes to tell a lost server what it has missed


def _watch(stage: str, durations: list[float], moment: Moment | None) -> None:
    """Have a stage note how long its calls take, and kill as the moment says."""
    module, name = STAGES[stage]
    work = getattr(importlib.import_module(module), name)

    def kill() -> None:
        os.kill(moment.pid or os.getpid(), signal.SIGKILL)  # type: ignore[union-attr]

    def watched(*arguments: Any, **named: Any) -> Any:
        started = time.monotonic()
        doomed = moment is not None and len(durations) + 1 == moment.occurrence
        if doomed:
            threading.Timer(moment.seconds, kill).start()  # type: ignore[union-attr]
        try:
            return work(*arguments, **named)
        finally:
            durations.append(time.monotonic() - started)
            if doomed and moment.pid is None:  # type: ignore[union-attr]
                kill()

    setattr(importlib.import_module(module), name, watched)
