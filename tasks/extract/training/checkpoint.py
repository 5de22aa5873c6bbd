"""What `train.py` writes, read again."""

from __future__ import annotations

from pathlib import Path

import torch

from tasks.extract.training.model import Network
from tasks.extract.training.weights import installed, read_pretrained
from tasks.extract.words import Pieces


def load_checkpoint(folder: Path) -> tuple[Network, Pieces]:
    """The averaged network that `train.py` wrote to `folder`, ready to read, and its pieces."""
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    network = Network(state["encoder.word.weight"].shape[0], read_pretrained(installed()))
    network.load_state_dict(state)
    return network.eval(), Pieces.load(folder / "vocabulary.json")
