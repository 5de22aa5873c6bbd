"""How a flow tells whoever started it how far it is.

A context variable, because what a flow run is given must be JSON, which a progress bar is not. A run that nobody
watches (a worker's, a test's) tells nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a run is; sizes in bytes of input as they lie on disk."""

    step: str  # what is being done, for a person: "extracting batch 3"
    total_bytes: int | None  # null for standard input
    bytes_done: int = 0
    records: int = 0
    words: int = 0


watcher: ContextVar[Callable[[Progress], None] | None] = ContextVar("watcher", default=None)
"""Called from the flow's own thread, a few times a batch."""


def tell(progress: Progress) -> None:
    """Tell the watcher, if there is one."""
    if watch := watcher.get():
        watch(progress)
