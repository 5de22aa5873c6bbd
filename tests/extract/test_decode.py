"""The best valid tag sequence: never a broken one, never a worse one than exhaustive search finds."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.decode import best_tags, bio_spans, log_softmax, transitions

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")


def valid(tags: list[str]) -> bool:
    return all(
        not tag.startswith("I-") or before in (f"B-{tag[2:]}", tag)
        for before, tag in zip(["O", *tags], tags, strict=False)
    )


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_viterbi_equals_exhaustive_search(words: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(1, words, len(TAGS))).astype(np.float32)
    found = best_tags(scores, *transitions(TAGS))[0]
    best = max(
        (path for path in product(range(len(TAGS)), repeat=words) if valid([TAGS[tag] for tag in path])),
        key=lambda path: sum(float(scores[0, at, tag]) for at, tag in enumerate(path)),
    )
    assert tuple(found) == best


def test_bare_inside_continues_any_trigger_but_opens_none() -> None:
    scores = np.array([[[0, 9, 1], [9, 0, 0], [0, 9, 1], [0, 9, 1]]], np.float32)
    assert best_tags(scores, *transitions(("O", "I", "ASSAULT"))).tolist() == [[2, 0, 2, 1]]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("B-PER I-PER O B-LOC", [("PER", 0, 1), ("LOC", 3, 3)]),
        ("B-PER B-PER", [("PER", 0, 0), ("PER", 1, 1)]),
        ("O O", []),
        ("", []),
    ],
)
def test_spans(tags: str, spans: list[tuple[str, int, int]]) -> None:
    assert list(bio_spans(tags.split())) == spans


def test_log_softmax_sums_to_one() -> None:
    chances = np.exp(log_softmax(np.array([[1e4, 0.0, -1e4], [0.1, 0.2, 0.3]], np.float32)))
    assert chances.sum(-1) == pytest.approx([1, 1])
