"""Networks that were trained, read again: from what `train.py` writes, or from an exported model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from tasks.extract.training.model import Network
from tasks.extract.words import Pieces


def load_checkpoint(folder: Path) -> tuple[Network, Pieces]:
    """The averaged network that `train.py` wrote to `folder`, ready to read, and its pieces."""
    return _network(torch.load(folder / "checkpoint.pt", weights_only=True), folder)


def load_exported(folder: Path) -> tuple[Network, Pieces]:
    """The network that `export.py` wrote to `folder`, each weight as exact as its 8 bits are, and its pieces."""
    parameters = {
        name.replace("heads.", "sentence.", 1) if name.startswith("heads.") else name: array
        for name, array in _parameters(folder / "sentence.onnx").items()
    }
    parameters |= {f"event.{name}": array for name, array in _parameters(folder / "event.onnx").items()}
    return _network({name: torch.from_numpy(array.copy()) for name, array in parameters.items()}, folder)


def _network(state: dict[str, torch.Tensor], folder: Path) -> tuple[Network, Pieces]:
    return Network.of(state).eval(), Pieces.load(folder / "vocabulary.json")


def _parameters(path: Path) -> dict[str, NDArray[np.float32]]:
    """Parameters of an exported graph by name, its matrices [out, in] as torch has them."""
    graph = onnx.load(path).graph
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    found = {name: array for name, array in constants.items() if name.endswith((".bias", ".weight"))}
    looked_up = []
    for node in graph.node:
        if node.op_type == "Add":
            # A matrix has lost its name, but the bias that is added to its product has one.
            product, bias = sorted(node.input, key=lambda name: name.endswith(".bias"))
            if bias.endswith(".bias") and f"{product}.weights" in constants:
                matrix = constants[f"{product}.weights"] * constants[f"{product}.scales"]
                found[bias.removesuffix("bias") + "weight"] = matrix.T
        elif node.op_type == "GatherND" and node.input[0] in constants:
            looked_up.append(constants[node.input[0]])
    if looked_up:
        rows, scales = sorted(looked_up, key=lambda array: array.dtype != np.int8)
        found["encoder.word.weight"] = rows * scales
    return found
