"""What watching found and has not brought in yet: notes on disk, so that a killed run loses and doubles nothing.

A delivery says which files are to be ingested, and what is to be noted in the warehouse when they are. It is written
when its files are whole, and removed when its notes are in: whatever happens in between, the next run takes it up.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from tasks.load.watched import Feed, File, Item

logger = logging.getLogger(__name__)


class Delivery(BaseModel):
    """Files to ingest, and what is so once they are in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paths: list[str] = []
    source: str | None = None  # publisher of records that name none
    feeds: list[Feed] = []
    items: list[Item] = []
    files: list[File] = []


class Waiting(NamedTuple):
    """A delivery, and the note that tells of it."""

    note: Path
    delivery: Delivery


class Deliveries:
    """The deliveries that wait in a folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the notes in `folder`, which is made if need be."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, delivery: Delivery) -> None:
        """Let `delivery` wait: wholly or not at all."""
        note = self._folder / f"{time.time_ns()}.json"
        unfinished = note.with_suffix(".part")
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(delivery.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(note)

    def waiting(self) -> list[Waiting]:
        """All that wait, the oldest first."""
        found = []
        for note in sorted(self._folder.glob("*.json")):
            try:
                found.append(Waiting(note, Delivery.model_validate_json(note.read_bytes())))
            except ValidationError:
                # Of another version, perhaps. Nothing of it is noted in the warehouse, so all of it is found again.
                logger.warning("%s cannot be read and is put aside; what it tells of is fetched again", note)
                note.rename(note.with_suffix(".unreadable"))
        return found

    @staticmethod
    def done(waiting: Waiting) -> None:
        """Forget a delivery whose files and notes are in the warehouse."""
        waiting.note.unlink()
