"""The model card tells the truth about the shipped files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tasks.extract.card import measured, renewed, summary
from tasks.extract.model import FOLDER
from tasks.extract.record import records, weights_hash

ROOT = Path(__file__).parents[2]


def test_hash_and_scores_are_those_of_the_shipped_files() -> None:
    card = (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")
    assert weights_hash() in card
    assert len(records()) >= 2  # the annotated news, and ANERcorp's convention
    assert card == renewed(card)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == renewed(readme)
    assert "| entities, type and both edges |" in summary()


@pytest.mark.parametrize("change", ["vocabulary.json", "model.json"])
def test_a_changed_model_has_no_scores(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    assert measured(folder) == measured()
    content = json.loads((folder / change).read_text(encoding="utf-8"))
    content |= {"version": "2.0"} if change == "vocabulary.json" else {"outside": 3.0}
    (folder / change).write_text(json.dumps(content), encoding="utf-8")
    assert (measured(folder), summary(folder)) == ("", "")


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("no marks", "has no mark"),
        ("<!-- scores: written by tasks.extract.card -->\nold", "end of scores --> is missing"),
    ],
)
def test_a_page_without_its_marks(page: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        renewed(page)
