"""Train the model: `python -m tasks.extract.training.train --help`; `train.sh` holds the settings of the shipped one.

One run mixes batches of annotated news (all heads) with batches of ANERcorp (its own head). The weights that are kept
are a moving average over the run, which stands in for averaging several seeds. Held out, and never trained on: the
development file, a twentieth of the training articles (to set the trigger threshold), a tenth of ANERcorp in blocks.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import shutil
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from tasks.extract.labels import ENTITY_TAGS, EVENT_TYPES, MODE_NAMES, ROLE_TAGS, STATUSES
from tasks.extract.training import corpora, workers
from tasks.extract.training.checkpoint import load_checkpoint, load_exported
from tasks.extract.training.corpora import IGNORED, Example, Names, blocks, glued, hold_out, swapped
from tasks.extract.training.model import Network
from tasks.extract.training.rounding import round_products
from tasks.extract.training.score import evaluate
from tasks.extract.training.tensors import batches, bio, encode, trigger_tags
from tasks.extract.training.weights import installed, read_pretrained
from tasks.extract.words import Pieces

WEIGHTS = {"entities": 1.0, "anercorp": 0.7, "triggers": 1.5, "roles": 1.3, "status": 0.4, "mode": 0.3}

GLUED = 0.1
"""Share of sentences in which two words are typed as one."""

SWAPPED = 0.15
"""Share of sentences in which a name is put in another's place."""


def losses(
    network: Network, examples: list[Example], names: Names, pieces: Pieces, rng: random.Random
) -> dict[str, Tensor]:
    """The losses of one batch, all of one convention."""
    if examples[0].convention == "news":
        examples = [swapped(example, names, rng) if rng.random() < SWAPPED else example for example in examples]
    examples = [glued(example, rng) if rng.random() < GLUED else example for example in examples]
    ids, shares, mask = encode(examples, pieces, rng)
    late, early = network.encoder(ids, shares)
    news, anercorp, triggers = network.sentence(late)
    spans = torch.stack([bio(list(e.entities), m, ENTITY_TAGS) for e, m in zip(examples, mask, strict=True)])
    if examples[0].convention == "anercorp":
        return {"anercorp": cross_entropy(anercorp, spans)}
    result = {"entities": cross_entropy(news, spans)}
    gold = torch.stack([trigger_tags(e, m) for e, m in zip(examples, mask, strict=True)])
    result["triggers"] = cross_entropy(triggers, gold)
    events = [
        (number, event)
        for number, example in enumerate(examples)
        for event in example.events
        if event.last < mask.shape[1] and mask[number, event.last]
    ]
    if events:
        rows = torch.tensor([number for number, _ in events])
        roles, status, mode = network.event(
            late[rows],
            early[rows],
            mask[rows],
            torch.tensor([event.first for _, event in events]),
            torch.tensor([EVENT_TYPES.index(event.event_type) for _, event in events]),
        )
        gold = torch.stack([bio(list(event.participants), mask[number], ROLE_TAGS) for number, event in events])
        result["roles"] = cross_entropy(roles, gold)
        result["status"] = F.cross_entropy(
            status.float(),
            torch.tensor([STATUSES.index(event.status) for _, event in events]),
            label_smoothing=0.03,
        )
        result["mode"] = F.cross_entropy(
            mode.float(),
            torch.tensor([MODE_NAMES.index(event.mode) for _, event in events]),
            label_smoothing=0.03,
        )
    return result


def cross_entropy(scores: Tensor, gold: Tensor) -> Tensor:
    """Mean over words that count; scores [batch, words, tags], gold [batch, words]."""
    return F.cross_entropy(scores.float().flatten(0, 1), gold.flatten(), ignore_index=IGNORED, label_smoothing=0.02)


def parameter_groups(network: Network, encoder_rate: float, head_rate: float) -> list[dict[str, object]]:
    """AdamW groups: pretrained layers and new ones at their own rates; no decay on biases, norms and embeddings."""
    groups: dict[tuple[bool, bool], list[Tensor]] = {}
    for name, parameter in network.named_parameters():
        pretrained = name.startswith(("encoder", "event.layers"))
        groups.setdefault((pretrained, parameter.ndim > 1 and "word" not in name), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": encoder_rate if pretrained else head_rate,
            "weight_decay": 0.01 if decay else 0.0,
        }
        for (pretrained, decay), parameters in groups.items()
    ]


@dataclass(frozen=True)
class Corpora:
    """What is trained on, and what is held out."""

    news: list[Example]
    anercorp: list[Example]
    held_out: dict[str, list[Example]]

    @classmethod
    def read(cls, args: argparse.Namespace) -> Corpora:
        """Read the files that `corpora_arguments` names and hold out."""
        sentences = [example for path in args.news for example in corpora.annotated_news(path)]
        sentences += corpora.standoff_news(args.standoff, args.articles)
        training, tune = hold_out(sentences, 0.05, random.Random(0))
        own, own_held = blocks(list(corpora.conll(args.anercorp, "anercorp")))
        return cls(training, own, {"tune": tune, "dev": list(corpora.annotated_news(args.dev)), "anercorp": own_held})

    def epoch(self, size: int, rng: random.Random) -> list[list[Example]]:
        """The batches of one epoch, in random order, each of one convention."""
        every = [
            *batches(self.news, size, rng, lambda example: len(example.words)),
            *batches(self.anercorp, size, rng, lambda example: len(example.words)),
        ]
        rng.shuffle(every)
        return every


class Average:
    """A moving average of a network's weights; its reach grows from the last few steps to the last few hundred."""

    def __init__(self, network: Network) -> None:
        self.network = copy.deepcopy(network).eval()

    @torch.no_grad()
    def update(self, network: Network, step: int) -> None:
        """Move towards `network`, whose workers agreed after `step` steps."""
        decay = min(0.98, step / (step + 100))
        torch._foreach_lerp_(list(self.network.parameters()), list(network.parameters()), 1 - decay)


def train(network: Network, data: Corpora, pieces: Pieces, args: argparse.Namespace, worker: int, count: int) -> None:
    """Train `network`; the first worker writes the averaged weights after each epoch, and prints scores."""
    shuffle, rng = random.Random(args.seed), random.Random(args.seed + 100 * worker)
    torch.manual_seed(args.seed + 100 * worker)
    steps = args.epochs * len(workers.share(data.epoch(args.batch, random.Random(0)), worker, count))
    optimizer = torch.optim.AdamW(parameter_groups(network, args.encoder_rate, args.head_rate), betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / (0.06 * steps), max(0.02, (steps - step) / (0.94 * steps)))
    )
    average = Average(network)
    names = Names.of(data.news)
    step, started = 0, time.monotonic()
    for epoch in range(1, args.epochs + 1):
        network.train()
        history: defaultdict[str, list[float]] = defaultdict(list)
        for batch in workers.share(data.epoch(args.batch, shuffle), worker, count):
            with torch.autocast("cpu", torch.bfloat16):
                parts = losses(network, batch, names, pieces, rng)
            total = torch.stack([WEIGHTS[name] * loss for name, loss in parts.items()]).sum()
            total.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
            step += 1
            if step % workers.BETWEEN == 0:
                workers.agree(network.parameters())
                average.update(network, step)
            for name, loss in parts.items():
                history[name].append(loss.item())
            if worker == 0 and step % 100 == 0:
                print(f"{step}/{steps} {time.monotonic() - started:.0f} s", flush=True)
        if worker == 0:
            means = {name: round(float(np.mean(values)), 4) for name, values in history.items()}
            print(f"epoch {epoch} {json.dumps(means)}", flush=True)
            torch.save(average.network.state_dict(), args.out / "checkpoint.pt")
        if worker == 0 and (epoch % 4 == 0 or epoch == args.epochs):
            for name, held in data.held_out.items():
                print(f"  {name} {json.dumps(evaluate(average.network, held, pieces))}", flush=True)


def corpora_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the corpora are."""
    parser.add_argument("--news", type=Path, nargs="+", required=True, help="annotated sentences to train on")
    parser.add_argument("--standoff", type=Path, required=True, help="annotations apart from their text, to train on")
    parser.add_argument("--articles", type=Path, required=True, help="their text: gzipped JSON lines with id and text")
    parser.add_argument("--dev", type=Path, required=True, help="annotated sentences to measure on, never trained on")
    parser.add_argument("--anercorp", type=Path, required=True, help="ANERcorp's training split, word and tag a line")


def beginning(pretrained: Path) -> tuple[Network, Pieces]:
    """A network with the encoder that `pretrain.py` wrote, and its pieces."""
    state = torch.load(pretrained / "checkpoint.pt", weights_only=True)
    network = Network.like(read_pretrained(installed()), state["word.weight"].shape[0])
    network.encoder.load_state_dict(state)
    network.event.adopt(network.encoder)
    return network, Pieces.load(pretrained / "vocabulary.json")


def further(trained: Path) -> tuple[Network, Pieces]:
    """A network that was trained, from here on with the arithmetic that it is exported with, and its pieces."""
    network, pieces = (load_checkpoint if (trained / "checkpoint.pt").exists() else load_exported)(trained)
    round_products(network)
    return network, pieces


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    corpora_arguments(parser)
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument("--pretrained", type=Path, help="folder that pretrain.py wrote")
    begin.add_argument("--trained", type=Path, help="folder that this or export.py wrote: go on, with products rounded")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and vocabulary")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--encoder-rate", type=float, default=1.5e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    worker, count = workers.join()
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    data = Corpora.read(args)
    network, pieces = further(args.trained) if args.trained else beginning(args.pretrained)
    if worker == 0:
        shutil.copyfile((args.trained or args.pretrained) / "vocabulary.json", args.out / "vocabulary.json")
        held_out = {name: len(examples) for name, examples in data.held_out.items()}
        print({"news": len(data.news), "anercorp": len(data.anercorp)}, "held out", held_out)
        print(f"{sum(p.numel() for p in network.parameters()) / 1e6:.1f} M parameters", flush=True)
    train(network, data, pieces, args, worker, count)
    workers.leave()


if __name__ == "__main__":
    main()
