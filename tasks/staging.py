"""Batches under way, kept as Parquet files, so that a killed run goes on where it was.

    staging/<run>/000007/normalize/articles.parquet
                                   sentences.parquet
                                   facts.json

A step writes its frames into a folder of another name, which is renamed when all are there: a folder with the step's
name is complete, always. That makes "this step of this batch is done" a question about one name.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

_FACTS = "facts.json"


class StagingDamagedError(RuntimeError):
    """A staged file is not what was written: the disk was full or lost its power. `batch` is whose it is."""

    def __init__(self, file: Path, batch: int) -> None:
        super().__init__(f"{file} is damaged")
        self.batch = batch


@dataclass(frozen=True)
class Staging:
    """The staging folder of one run; `folder` is made when the first step is written."""

    folder: Path

    def write(self, batch: int, step: str, frames: Mapping[str, pl.DataFrame], **facts: int) -> None:
        """Keep what `step` made of `batch`, wholly or not at all; what was there before is replaced."""
        target = self._step(batch, step)
        unfinished = target.with_name(f".{step}.{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for name, frame in frames.items():
            frame.write_parquet(unfinished / f"{name}.parquet", compression="zstd")
        (unfinished / _FACTS).write_text(json.dumps(facts), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)

    def has(self, batch: int, step: str) -> bool:
        """Whether `step` of `batch` is done."""
        return self._step(batch, step).is_dir()

    def frame(self, batch: int, step: str, name: str) -> pl.DataFrame:
        """One frame that `step` made of `batch`.

        Raises:
            FileNotFoundError: the step of this batch is not done, or has no such frame.
            StagingDamagedError: the file cannot be read.
        """
        file = self._step(batch, step) / f"{name}.parquet"
        try:
            return pl.read_parquet(file)
        except pl.exceptions.PolarsError as error:
            raise StagingDamagedError(file, batch) from error

    def facts(self, batch: int, step: str) -> dict[str, int]:
        """The facts that `step` noted about `batch`.

        Raises:
            FileNotFoundError: the step of this batch is not done.
            StagingDamagedError: they cannot be read.
        """
        file = self._step(batch, step) / _FACTS
        try:
            facts: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise StagingDamagedError(file, batch) from error
        return facts

    def batches(self, step: str) -> list[int]:
        """Numbers of the batches whose `step` is done, ascending."""
        return sorted(int(done.parent.name) for done in self.folder.glob(f"[0-9]*/{step}"))

    def is_empty(self) -> bool:
        """Whether no step of any batch is done."""
        return not any(self.folder.glob("[0-9]*/*"))

    def drop(self, batch: int, *steps: str) -> None:
        """Remove what `steps` made of `batch`."""
        for step in steps:
            shutil.rmtree(self._step(batch, step), ignore_errors=True)

    def drop_from(self, first: int) -> None:
        """Remove everything about the batches from number `first` on, as if they had never been begun."""
        for folder in self.folder.glob("[0-9]*"):
            if int(folder.name) >= first:
                shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> None:
        """Remove the whole run."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _step(self, batch: int, step: str) -> Path:
        return self.folder / f"{batch:06d}" / step
