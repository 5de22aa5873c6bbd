"""Scores of the network in training, by word: what to watch while it learns.

The published figures come from `marsad evaluate`, which reads text with the shipped, quantised model.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from tasks.extract.decode import best_tags, bio_spans, transitions
from tasks.extract.labels import ENTITY_TAGS, EVENT_TYPES, MODE_NAMES, ROLE_TAGS, STATUSES, TRIGGER_TAGS
from tasks.extract.training.corpora import EventLabels, Example
from tasks.extract.training.model import Network
from tasks.extract.training.tensors import encode
from tasks.extract.words import Pieces

ROLES = ("actor", "recipient", "location", "date", "speaker")
_ENTITIES = transitions(ENTITY_TAGS)
_TRIGGERS = transitions(TRIGGER_TAGS)
_ROLES = transitions(ROLE_TAGS)


class Tally:
    """Found, expected and right, and what they make."""

    def __init__(self) -> None:
        self.found = self.expected = self.right = 0

    def add(self, found: set[Any], expected: set[Any]) -> None:
        """Count one unit."""
        self.found += len(found)
        self.expected += len(expected)
        self.right += len(found & expected)

    @property
    def f1(self) -> float:
        """F1 in per cent."""
        return round(200 * self.right / max(1, self.found + self.expected), 1)


@torch.no_grad()
def evaluate(
    network: Network, examples: list[Example], pieces: Pieces, outside: Mapping[str, float] = MappingProxyType({})
) -> dict[str, Any]:
    """Entities (strict), events (type and overlapping trigger) and what was read of matched events, in per cent.

    `outside` is what is added to a head's scores of "O": below 0, the head finds more.
    """
    tallies: dict[str, Tally] = {}

    def tally(name: str) -> Tally:
        return tallies.setdefault(name, Tally())

    judged: dict[str, list[bool]] = {"status": [], "mode": []}
    ordered = sorted(examples, key=lambda e: len(e.words))
    for start in range(0, len(ordered), 32):
        batch = ordered[start : start + 32]
        with torch.autocast("cpu", torch.bfloat16):
            ids, shares, mask = encode(batch, pieces, None)
            late, early = network.encoder(ids, shares)
            news, anercorp, triggers = network.sentence(late)
        name, head = ("anercorp", anercorp) if batch[0].convention == "anercorp" else ("news", news)
        head[..., 0] += outside.get(name, 0.0)
        entity_tags = best_tags(padded(head, mask), *_ENTITIES)
        triggers[..., 0] += outside.get("triggers", 0.0)
        trigger_tags = best_tags(padded(triggers, mask), *_TRIGGERS)
        for row, example in enumerate(batch):
            tags = [ENTITY_TAGS[tag] for tag in entity_tags[row, : len(example.words)]]
            tally("entities").add(set(bio_spans(tags)), set(example.entities))
            if example.convention == "anercorp":
                continue
            found = trigger_spans([TRIGGER_TAGS[tag] for tag in trigger_tags[row, : len(example.words)]])
            pairs = matched(found, example)
            tally("events").found += len(found)
            tally("events").expected += len(example.events)
            tally("events").right += len(pairs)
            tally("identified").found += len(found)
            tally("identified").expected += len(example.events)
            tally("identified").right += len(matched(found, example, typed=False))
            if not pairs:
                continue
            with torch.autocast("cpu", torch.bfloat16):
                scores = network.event(
                    late[row].expand(len(pairs), -1, -1),
                    early[row].expand(len(pairs), -1, -1),
                    mask[row].expand(len(pairs), -1),
                    torch.tensor([span[1] for span, _ in pairs]),
                    torch.tensor([EVENT_TYPES.index(span[0]) for span, _ in pairs]),
                )
            scores[0][..., 0] += outside.get("roles", 0.0)
            role_tags = best_tags(padded(scores[0], mask[row].expand(len(pairs), -1)), *_ROLES)
            for number, (_, event) in enumerate(pairs):
                judged["status"].append(STATUSES[int(scores[1][number].argmax())] == event.status)
                judged["mode"].append(MODE_NAMES[int(scores[2][number].argmax())] == event.mode)
                spans = list(bio_spans([ROLE_TAGS[tag] for tag in role_tags[number, : len(example.words)]]))
                for role in ROLES:
                    mine = [span for span in spans if span[0] == role]
                    gold = [span for span in event.participants if span[0] == role]
                    counts = tally(role)
                    counts.found += len(mine)
                    counts.expected += len(gold)
                    counts.right += sum(any(a[1] <= b[2] and b[1] <= a[2] for b in mine) for a in gold)
    result: dict[str, Any] = {name: counts.f1 for name, counts in tallies.items()}
    if "events" in tallies:
        events = tallies["events"]
        result["found/expected"] = [events.found, events.expected]
        result |= {name: round(100 * float(np.mean(values)), 1) for name, values in judged.items() if values}
    return result


def padded(scores: torch.Tensor, mask: torch.Tensor) -> np.ndarray:
    """As float32, with padding saying "O"."""
    values = scores.float().numpy().copy()
    values[~mask[:, : values.shape[1]].numpy()] = 0
    return values


def trigger_spans(tags: list[str]) -> list[tuple[str, int, int]]:
    """(type, first word, last word) of every trigger."""
    spans: list[tuple[str, int, int]] = []
    for number, tag in enumerate(tags):
        if tag == "I" and spans:
            spans[-1] = (*spans[-1][:2], number)
        elif tag != "O":
            spans.append((tag, number, number))
    return spans


def matched(
    found: list[tuple[str, int, int]], example: Example, typed: bool = True
) -> list[tuple[tuple[str, int, int], EventLabels]]:
    """Each found trigger with the first unused event of the same type whose trigger it overlaps."""
    pairs, used = [], set()
    for span in found:
        for number, event in enumerate(example.events):
            if (
                number not in used
                and (not typed or span[0] == event.event_type)
                and span[1] <= event.last
                and event.first <= span[2]
            ):
                pairs.append((span, event))
                used.add(number)
                break
    return pairs
