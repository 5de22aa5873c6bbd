"""Figures measured on a model and kept beside its weights, in `model.json`: what `marsad evaluate` shows without gold.

Annotated articles cannot be shipped, so the shipped model carries what it reached on them. Each record names the hash
of the weights that it was measured on, so that figures never outlive their model.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tasks.extract.evaluate import Scorecard
from tasks.extract.model import FOLDER

_WEIGHTS = ("sentence.onnx", "event.onnx", "vocabulary.json")
_KEY = "evaluation"


class Record(BaseModel):
    """A scorecard, and what was measured on what."""

    model_config = ConfigDict(frozen=True)

    measured_on: str
    weights: str
    scorecard: Scorecard


def weights_hash(folder: Path = FOLDER) -> str:
    """SHA-256, in hexadecimal, of all that decides what the model in `folder` reads.

    Raises:
        OSError: a file is missing.
    """
    digest = hashlib.sha256()
    for name in _WEIGHTS:
        digest.update((folder / name).read_bytes())
    settings = {key: value for key, value in _description(folder).items() if key != _KEY}
    digest.update(json.dumps(settings, sort_keys=True).encode())
    return digest.hexdigest()


def records(folder: Path = FOLDER) -> list[Record]:
    """The records of the model in `folder` that were measured on its present weights.

    Raises:
        OSError: a file of the model is missing.
    """
    found = []
    for one in _description(folder).get(_KEY, ()):
        try:
            found.append(Record.model_validate(one))
        except ValidationError:  # of another version of Marsad
            continue
    weights = weights_hash(folder) if found else ""
    return [one for one in found if one.weights == weights]


def record(card: Scorecard, measured_on: str, folder: Path = FOLDER) -> None:
    """Keep `card` in the `model.json` of `folder`, in place of one measured on the same and of outdated ones.

    Args:
        card: What the model in `folder` reached.
        measured_on: What the gold was, for people: "687 sentences of 2019-2020, held out".
        folder: The model's.

    Raises:
        OSError: a file of the model is missing or cannot be written.
    """
    kept = [one for one in records(folder) if one.measured_on != measured_on]
    kept.append(Record(measured_on=measured_on, weights=weights_hash(folder), scorecard=card))
    description = _description(folder) | {_KEY: [one.model_dump(mode="json") for one in kept]}
    text = json.dumps(description, ensure_ascii=False, indent=1)
    (folder / "model.json").write_text(text + "\n", encoding="utf-8")


def _description(folder: Path) -> dict[str, Any]:
    description: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return description
