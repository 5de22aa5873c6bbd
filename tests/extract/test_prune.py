"""A network that is made narrower loses first what nothing hangs on."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'marsad[training]'")
pytest.importorskip("onnx", reason="onnx is not installed: pip install 'marsad[training]'")

from tasks.extract.model import FOLDER  # noqa: E402
from tasks.extract.training.checkpoint import load_exported  # noqa: E402
from tasks.extract.training.corpora import EventLabels, Example, Names  # noqa: E402
from tasks.extract.training.model import HEAD_WIDTH, Network  # noqa: E402
from tasks.extract.training.prune import layers, prune  # noqa: E402
from tasks.extract.training.tensors import encode  # noqa: E402

WORDS = ("قتل", "ثلاثة", "جنود", "عراقيين", "في", "هجوم", "شنه", "تنظيم", "داعش", "قرب", "كركوك")
EVENT = EventLabels("ASSAULT", "", "actual", 0, 0, (("actor", 7, 8), ("recipient", 2, 3), ("location", 10, 10)))


def test_idle_heads_and_units_go_first_and_nothing_changes() -> None:
    network, pieces = load_exported(FOLDER)
    heads, units = layers(network)[0].heads, layers(network)[0].fi.out_features
    with torch.no_grad():
        for layer in layers(network):
            layer.ao.weight[:, HEAD_WIDTH : 2 * HEAD_WIDTH] = 0
            layer.fo.weight[:, 5:13] = 0
    example = Example(WORDS, (("ORG", 7, 8), ("LOC", 10, 10)), (EVENT,))
    ids, shares, mask = encode([example], pieces, None)

    def everything(network: Network) -> list[torch.Tensor]:
        with torch.no_grad():
            late, early = network.encoder(ids, shares)
            event = network.event(late, early, mask, torch.tensor([0]), torch.tensor([3]))
            return [*network.sentence(late), *event]

    before = everything(network)
    prune(network, [[example]], Names.of([example]), pieces, heads - 1, units - 8)
    for layer in layers(network):
        assert layer.q.out_features == layer.ao.in_features == (heads - 1) * HEAD_WIDTH
        assert layer.fi.out_features == layer.fo.in_features == units - 8
    for old, new in zip(before, everything(network), strict=True):
        assert torch.allclose(old, new, atol=1e-4)

    again = Network.of(network.state_dict()).eval()  # its size is read off its parameters
    for old, new in zip(before, everything(again), strict=True):
        assert torch.allclose(old, new, atol=1e-4)
