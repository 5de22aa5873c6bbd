"""Export the trained network: two ONNX graphs, quantised, with the vocabulary and a description beside them.

Products are of 8-bit integers, weights scaled by column and activations by row (`quantize`): what a sentence yields
does not depend on the others in its batch. The embedding is 8-bit by row.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn
from torch.export import Dim

from tasks.extract.labels import ENTITY_TAGS, EVENT_TYPES, MODE_NAMES, ROLE_TAGS, STATUSES, TRIGGER_TAGS
from tasks.extract.training.checkpoint import load_checkpoint
from tasks.extract.training.model import Encoder, EventHead, Network, SentenceHeads
from tasks.extract.training.quantize import quantize_rows


class ByteEmbedding(nn.Module):
    """An embedding held as 8-bit rows with one scale each."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        weight = embedding.weight.detach()
        scale = (weight.abs().amax(1, keepdim=True) / 127).clamp_min(1e-8)
        self.register_buffer("rows", (weight / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, pieces: Tensor) -> Tensor:
        """pieces: int64 [batch, length]; returns [batch, length, hidden]."""
        return self.rows[pieces].float() * self.scale[pieces]


class SentenceGraph(nn.Module):
    """From pieces to word vectors and the scores of every tag of every word."""

    def __init__(self, encoder: Encoder, heads: SentenceHeads) -> None:
        super().__init__()
        self.encoder, self.heads = encoder, heads

    def forward(self, pieces: Tensor, shares: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """pieces: [batch, length]; shares: [batch, words, length]."""
        late, early = self.encoder(pieces, shares)
        return late, early, *self.heads(late)


def to_onnx(
    graph: nn.Module,
    path: Path,
    inputs: dict[str, Tensor],
    axes: dict[str, dict[int, Dim]],
    outputs: list[str],
) -> None:
    """Write `graph` to `path`, its matrices quantised."""
    torch.onnx.export(
        graph.eval(),
        tuple(inputs.values()),
        str(path),
        input_names=list(inputs),
        output_names=outputs,
        dynamic_shapes=axes,
        external_data=False,
        verbose=False,
    )
    model = onnx.load(path)
    quantize_rows(model)
    _forget_origins(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _forget_origins(model: onnx.ModelProto) -> None:
    """Drop the exporter's notes on each node (stack traces, with the paths of the machine), in place."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")


def export(network: Network, vocabulary: Path, out: Path, description: dict[str, object]) -> None:
    """Write `sentence.onnx`, `event.onnx`, `vocabulary.json` and `model.json` to the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    hidden = network.encoder.word.embedding_dim
    network.encoder.word = ByteEmbedding(network.encoder.word)  # type: ignore[assignment]
    batch, length, words = Dim("batch"), Dim("length", max=512), Dim("words", max=512)
    to_onnx(
        SentenceGraph(network.encoder, network.sentence),
        out / "sentence.onnx",
        {"pieces": torch.randint(4, 100, (3, 20)), "shares": torch.rand(3, 10, 20)},
        {"pieces": {0: batch, 1: length}, "shares": {0: batch, 1: words, 2: length}},
        ["late", "early", "news", "anercorp", "triggers"],
    )
    head: EventHead = network.event
    to_onnx(
        head,
        out / "event.onnx",
        {
            "late": torch.randn(3, 10, hidden),
            "early": torch.randn(3, 10, hidden),
            "mask": torch.ones(3, 10, dtype=torch.bool),
            "trigger": torch.tensor([1, 2, 3]),
            "event_type": torch.tensor([0, 1, 2]),
        },
        {
            "late": {0: batch, 1: words},
            "early": {0: batch, 1: words},
            "mask": {0: batch, 1: words},
            "trigger": {0: batch},
            "event_type": {0: batch},
        },
        ["roles", "status", "mode"],
    )
    shutil.copyfile(vocabulary, out / "vocabulary.json")
    labels = {
        "entity_tags": ENTITY_TAGS,
        "trigger_tags": TRIGGER_TAGS,
        "role_tags": ROLE_TAGS,
        "event_types": EVENT_TYPES,
        "statuses": STATUSES,
        "modes": MODE_NAMES,
    }
    text = json.dumps({**description, "labels": labels}, ensure_ascii=False, indent=1)
    (out / "model.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder that train.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the shipped model")
    parser.add_argument("--version", required=True, help="model_version, stored with every article it read")
    parser.add_argument(
        "--outside",
        nargs="*",
        default=[],
        metavar="HEAD=SHIFT",
        help="added to the scores of O; see threshold.py",
    )
    args = parser.parse_args()
    outside = [shift.split("=") for shift in args.outside]
    network, _ = load_checkpoint(args.checkpoint)
    export(
        network,
        args.checkpoint / "vocabulary.json",
        args.out,
        {"model_version": args.version, "outside": {head: float(shift) for head, shift in outside}},
    )
    for path in sorted(args.out.iterdir()):
        print(f"{path.stat().st_size / 1e6:6.1f} MB  {path}")


if __name__ == "__main__":
    main()
