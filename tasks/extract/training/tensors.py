"""From examples to tensors: pieces and word positions for the encoder, tag numbers for the heads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import Tensor

from tasks.extract.batches import padded, word_shares
from tasks.extract.labels import TRIGGER_TAGS
from tasks.extract.training.corpora import IGNORED, Example
from tasks.extract.words import BEGIN, END, MAX_PIECES_PER_WORD, PAD, UNKNOWN, Pieces

Item = TypeVar("Item")

MAX_PIECES = 256
_HAMZA = str.maketrans("أإآؤئ", "اااوي")


def noisy(words: tuple[str, ...], rng: random.Random) -> list[str]:
    """As other outlets would type it: sometimes without hamza, with ه for ة, ى for ي; the number of words stays."""
    forms = list(words)
    if rng.random() < 0.12:
        forms = [word.translate(_HAMZA) for word in forms]
    if rng.random() < 0.05:
        forms = [word[:-1] + "ه" if word.endswith("ة") else word for word in forms]
    if rng.random() < 0.05:
        forms = [word[:-1] + "ى" if word.endswith("ي") else word for word in forms]
    return forms


def encode(examples: list[Example], pieces: Pieces, rng: random.Random | None) -> tuple[Tensor, Tensor, Tensor]:
    """Pieces [batch, length], their shares in words [batch, words, length] and word mask [batch, words].

    With `rng`, words are made noisy and one in forty is hidden.
    """
    rows, firsts = [], []
    for example in examples:
        row, first = [BEGIN], []
        for word in noisy(example.words, rng) if rng else example.words:
            cut = (UNKNOWN,) if rng and rng.random() < 0.025 else pieces.of(word)
            if len(row) + MAX_PIECES_PER_WORD < MAX_PIECES:
                first.append(len(row))
                row.extend(cut)
        rows.append([*row, END])
        firsts.append(first)
    ids = torch.from_numpy(padded(rows, PAD))
    shares = torch.from_numpy(word_shares(firsts, [len(row) for row in rows]))
    mask = torch.zeros(shares.shape[:2], dtype=torch.bool)
    for number, first in enumerate(firsts):
        mask[number, : len(first)] = True
    return ids, shares, mask


def bio(spans: list[tuple[str, int, int]], mask: Tensor, tags: tuple[str, ...]) -> Tensor:
    """Tag numbers [words] for spans (type, first, last); IGNORED where the mask is false."""
    row = torch.where(mask, 0, IGNORED)
    for kind, first, last in spans:
        if last < len(row) and mask[last]:
            row[first : last + 1] = tags.index(f"I-{kind}")
            row[first] = tags.index(f"B-{kind}")
    return row


def trigger_tags(example: Example, mask: Tensor) -> Tensor:
    """Tag numbers [words]: the type at a trigger's first word, "I" at its others."""
    row = torch.where(mask, 0, IGNORED)
    for event in example.events:
        if event.last < len(row) and mask[event.last]:
            row[event.first : event.last + 1] = TRIGGER_TAGS.index("I")
            row[event.first] = TRIGGER_TAGS.index(event.event_type)
    return row


def batches(examples: list[Item], size: int, rng: random.Random, length: Callable[[Item], int]) -> Iterator[list[Item]]:
    """All of `examples` once, in batches of like `length`, in random order."""
    order = sorted(examples, key=lambda example: length(example) * rng.uniform(0.85, 1.15))
    cuts = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(cuts)
    yield from cuts
