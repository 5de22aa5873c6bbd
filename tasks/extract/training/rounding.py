"""Training a network to live with 8-bit products: it computes with the rounded numbers that the exported one will have.

Rounding has no slope, so gradients pass as if it were not there ("straight through": Bengio et al. 2013).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def rounded(x: Tensor) -> Tensor:
    """`x` as `quantize` keeps it: each row in 255 steps, as wide as its largest number asks."""
    with torch.no_grad():
        step = (x.abs().amax(-1, keepdim=True) / 127).clamp_min(1e-9)
        change = (x / step).round() * step - x
    return x + change


class RoundedLinear(nn.Linear):
    """A linear layer whose input and weights are rounded."""

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., in]; returns [..., out]."""
        with torch.autocast("cpu", enabled=False):
            x, weight = rounded(x.float()), rounded(self.weight)
        return F.linear(x, weight, self.bias)


class RoundedEmbedding(nn.Embedding):
    """An embedding whose rows are rounded."""

    def forward(self, x: Tensor) -> Tensor:
        """x: int64 [...]; returns [..., hidden]."""
        return rounded(super().forward(x))


def round_products(network: nn.Module) -> None:
    """Have `network` compute, in place, with what the exported one rounds: its products, and its pieces' embedding."""
    for name, module in network.named_modules():
        if isinstance(module, nn.Linear):
            module.__class__ = RoundedLinear
        elif name == "encoder.word":
            module.__class__ = RoundedEmbedding
