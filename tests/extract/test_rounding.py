"""Training with rounded products computes what the exported graph computes, and still learns."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'marsad[training]'")

from tasks.extract.training.rounding import round_products, rounded  # noqa: E402


def test_a_row_has_at_most_255_values_and_keeps_its_largest() -> None:
    rows = torch.randn(4, 1000, generator=torch.Generator().manual_seed(1))
    result = rounded(rows)
    assert all(len(row.unique()) <= 255 for row in result)
    assert torch.allclose(result.abs().amax(-1), rows.abs().amax(-1))
    assert ((result - rows).abs() <= rows.abs().amax(-1, keepdim=True) / 254 + 1e-6).all()
    assert rounded(torch.zeros(1, 3)).tolist() == [[0, 0, 0]]


def test_gradients_pass_through() -> None:
    layer = torch.nn.Sequential(torch.nn.Linear(8, 8))
    x = torch.randn(3, 8, generator=torch.Generator().manual_seed(1))
    before = layer(x)
    round_products(layer)
    after = layer(x)
    assert not torch.equal(before, after)
    assert torch.allclose(before, after, atol=0.1)
    after.sum().backward()
    assert torch.allclose(layer[0].weight.grad, rounded(x).sum(0).expand(8, 8), atol=1e-5)
