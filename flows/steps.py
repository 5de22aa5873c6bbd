"""Steps of a run: tasks that may take so long and no longer, and what to say when one fails."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from prefect import Task

from flows.report import Step
from flows.settings import Settings
from tasks.load.reread import MixedModelsError
from tasks.staging import StagingDamagedError
from warehouse.errors import WarehouseError

P = ParamSpec("P")
T = TypeVar("T")

steps_taken: ContextVar[list[Step]] = ContextVar("steps_taken")
"""How long each step of the run took."""


class StepError(RuntimeError):
    """A step failed for a reason that no retry mends; the message says which, and why."""


def limited(task: Task[P, T], settings: Settings) -> Task[P, T]:
    """The task, given up after `settings.step_seconds`."""
    return task.with_options(timeout_seconds=settings.step_seconds)


async def step(what: str, work: Awaitable[T]) -> T:
    """Wait for a step, and say in what goes wrong which it was."""
    started = time.monotonic()
    try:
        return await work
    except (WarehouseError, MixedModelsError):
        raise  # these say it all
    except StagingDamagedError as error:
        raise StepError(f"{what} failed: {put_right(error)}") from error
    except TimeoutError as error:
        took = time.monotonic() - started
        raise StepError(f"{what} was given up after {took:.0f} s; a higher step_seconds allows more") from error
    except Exception as error:
        raise StepError(f"{what} failed: {type(error).__name__}: {error}") from error
    finally:
        steps_taken.get([]).append(Step(name=what, seconds=round(time.monotonic() - started, 3)))


def put_right(error: StagingDamagedError) -> str:
    """What went wrong with the staging folder, and what to do."""
    return f"{error}; the same command, given again, puts it right"
