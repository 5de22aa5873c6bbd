"""From the scores of the heads to spans: the best tag sequence that is a valid BIO sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

FORBIDDEN = np.float32(-1e4)


def transitions(tags: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Which tag may follow which in BIO: scores [tags, tags] (from, to) and of opening a sentence [tags].

    "I-X" continues "B-X" or "I-X" only. A bare "I" continues anything but "O".
    """
    follow = np.zeros((len(tags), len(tags)), np.float32)
    start = np.zeros(len(tags), np.float32)
    for to, tag in enumerate(tags):
        if tag == "I":
            follow[tags.index("O"), to] = start[to] = FORBIDDEN
        elif tag.startswith("I-"):
            start[to] = FORBIDDEN
            for source, previous in enumerate(tags):
                if previous[1:] != tag[1:]:
                    follow[source, to] = FORBIDDEN
    return follow, start


def best_tags(
    scores: NDArray[np.float32], follow: NDArray[np.float32], start: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Viterbi over a batch: scores [batch, words, tags] to the best sequence of tag numbers [batch, words].

    Sentences shorter than the batch are padded at the end; what stands there does not change the tags before it only if
    the padded scores favour no tag: pass zeros, or "O" high.
    """
    batch, words, tags = scores.shape
    back = np.zeros((batch, words, tags), np.int64)
    total = scores[:, 0] + start
    for at in range(1, words):
        paths = total[:, :, None] + follow[None]
        back[:, at] = paths.argmax(1)
        total = paths.max(1) + scores[:, at]
    best = np.zeros((batch, words), np.int64)
    if words:
        best[:, -1] = total.argmax(1)
        rows = np.arange(batch)
        for at in range(words - 1, 0, -1):
            best[:, at - 1] = back[rows, at, best[:, at]]
    return best


def bio_spans(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """(type, first word, last word) of every span in valid BIO tags, in order."""
    kind, first = "", 0
    for number, tag in enumerate([*tags, "O"]):
        if kind and not tag.startswith("I"):
            yield kind, first, number - 1
            kind = ""
        if tag.startswith("B-"):
            kind, first = tag[2:], number


def log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Over the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return result
