"""Make a trained network narrower: `python -m tasks.extract.training.prune --help`; then train it on.

Each layer keeps the attention heads and the feed-forward units that the losses hang on most: a unit's weight is the sum
over words of |activation x gradient|, what the losses would change by without it, to first order (Michel et al. 2019;
Molchanov et al. 2019).
"""

from __future__ import annotations

import argparse
import random
import shutil
from pathlib import Path

import torch
from torch import Tensor, nn

from tasks.extract.training.checkpoint import load_checkpoint
from tasks.extract.training.corpora import Example, Names
from tasks.extract.training.model import HEAD_WIDTH, Layer, Network
from tasks.extract.training.train import WEIGHTS, Corpora, corpora_arguments, losses
from tasks.extract.words import Pieces

BATCHES = 160
"""So many batches of the training set are read to see which units matter."""


class Inputs:
    """How much the losses hang on each of the inputs that a linear layer is given."""

    def __init__(self, linear: nn.Linear) -> None:
        self.importance = torch.zeros(linear.in_features)
        linear.register_forward_pre_hook(self._given)

    def _given(self, _: nn.Module, given: tuple[Tensor, ...]) -> None:
        x = given[0]
        if x.requires_grad:
            values = x.detach()  # a hook that held `x` itself would keep it for ever
            x.register_hook(lambda gradient: self._add(values * gradient))

    def _add(self, changes: Tensor) -> None:
        self.importance += changes.abs().flatten(0, -2).sum(0)

    def kept(self, count: int, width: int) -> Tensor:
        """The inputs [count * width] of the `count` most important groups of `width` neighbours, in their order."""
        groups = self.importance.view(-1, width).sum(-1).topk(count).indices.sort().values
        return (groups[:, None] * width + torch.arange(width)).flatten()


def layers(network: Network) -> list[Layer]:
    """All layers of a network."""
    return [module for module in network.modules() if isinstance(module, Layer)]


def prune(
    network: Network, examples: list[list[Example]], names: Names, pieces: Pieces, heads: int, feed_forward: int
) -> None:
    """Leave each layer so many heads and feed-forward units, in place; `examples` are batches to judge them by."""
    inputs = [(Inputs(layer.ao), Inputs(layer.fo)) for layer in layers(network)]
    rng = random.Random(0)
    for batch in examples:
        parts = losses(network, batch, names, pieces, rng)
        torch.stack([WEIGHTS[name] * loss for name, loss in parts.items()]).sum().backward()
    for layer, (mixed, units) in zip(layers(network), inputs, strict=True):
        kept = mixed.kept(heads, HEAD_WIDTH)
        layer.heads, layer.ao = heads, _columns(layer.ao, kept)
        layer.q, layer.k, layer.v = (_rows(part, kept) for part in (layer.q, layer.k, layer.v))
        kept = units.kept(feed_forward, 1)
        layer.fi, layer.fo = _rows(layer.fi, kept), _columns(layer.fo, kept)


def _rows(linear: nn.Linear, kept: Tensor) -> nn.Linear:
    narrow = nn.Linear(linear.in_features, len(kept))
    narrow.weight.data, narrow.bias.data = linear.weight.data[kept], linear.bias.data[kept]
    return narrow


def _columns(linear: nn.Linear, kept: Tensor) -> nn.Linear:
    narrow = nn.Linear(len(kept), linear.out_features)
    narrow.weight.data, narrow.bias.data = linear.weight.data[:, kept], linear.bias.data
    return narrow


def main() -> None:
    """Parse the command line and prune."""
    parser = argparse.ArgumentParser(description=__doc__)
    corpora_arguments(parser)
    parser.add_argument("--trained", type=Path, required=True, help="folder that train.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and vocabulary")
    parser.add_argument("--heads", type=int, default=6)
    parser.add_argument("--feed-forward", type=int, default=1024)
    args = parser.parse_args()

    data = Corpora.read(args)
    network, pieces = load_checkpoint(args.trained)
    batches = data.epoch(24, random.Random(0))[:BATCHES]
    prune(network, batches, Names.of(data.news), pieces, args.heads, args.feed_forward)
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), args.out / "checkpoint.pt")
    shutil.copyfile(args.trained / "vocabulary.json", args.out / "vocabulary.json")
    print(f"{sum(p.numel() for p in network.parameters()) / 1e6:.1f} M parameters")


if __name__ == "__main__":
    main()
