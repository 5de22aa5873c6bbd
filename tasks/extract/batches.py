"""How sentences go through a network: in windows that it can take, in batches of like length, on so many cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PIECES_PER_PASS = 768
"""What passes through a layer then fits the caches of a core; larger passes are slower and need more memory."""
SENTENCES_PER_PASS = 64
TILE = 8
"""Matrix kernels take rows by twos, fours or eights and round the odd ones left over differently, after which 8-bit
activations differ visibly. With every dimension a multiple of this none is left over: a sentence reads the same, to the
bit, in whatever company."""


class Window(NamedTuple):
    """A sentence, or as much of one as the network takes at once."""

    sentence: int  # its number in the request
    offset: int  # number of its first word in the sentence
    pieces: list[int]
    first: list[int]  # where each word begins in `pieces`


def cut_windows(
    number: int, words: Sequence[str], pieces_of: Callable[[str], Sequence[int]], edges: tuple[int, int], longest: int
) -> Iterator[Window]:
    """Cut one sentence between words; none if it has no words.

    Args:
        number: What the windows call the sentence.
        words: Its words.
        pieces_of: Piece numbers of a word: at least one, and fewer than `longest`.
        edges: Pieces that open and close a window.
        longest: Pieces that a window may hold, its closing one not counted.
    """
    begin, end = edges
    window = Window(number, 0, [begin], [])
    for position, word in enumerate(words):
        pieces = pieces_of(word)
        if len(window.pieces) + len(pieces) > longest:
            window.pieces.append(end)
            yield window
            window = Window(number, position, [begin], [])
        window.first.append(len(window.pieces))
        window.pieces.extend(pieces)
    if window.first:
        window.pieces.append(end)
        yield window


def batches(cut: Iterable[Window]) -> Iterator[list[Window]]:
    """All windows of a request, those of like length together, so that little is padding."""
    batch: list[Window] = []
    longest = 0
    # Most layers read words: windows of as many go together, and of those the ones with as many pieces.
    for window in sorted(cut, key=lambda window: (rounded_up(len(window.first) + 2), len(window.pieces))):
        longest = max(longest, len(window.pieces))
        if batch and (len(batch) == SENTENCES_PER_PASS or (len(batch) + 1) * longest > PIECES_PER_PASS):
            yield batch
            batch, longest = [], len(window.pieces)
        batch.append(window)
    if batch:
        yield batch


def padded(rows: Sequence[Sequence[int]], filler: int) -> NDArray[np.int64]:
    """`rows` as a table, as wide as the longest of them rounded up to a whole number of tiles."""
    width = rounded_up(max(map(len, rows)))
    table = np.full((len(rows), width), filler, np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def word_shares(first: Sequence[Sequence[int]], lengths: Sequence[int]) -> NDArray[np.float32]:
    """What part each piece has in each word, float32 [rows, words, length]: a word is the mean of its pieces.

    After a row's words come its opening and its closing piece, as words of their own.

    Args:
        first: Where each word begins in its row.
        lengths: How many pieces each row has, its opening and closing one counted.
    """
    words = rounded_up(max(map(len, first)) + 2)
    shares = np.zeros((len(first), words, rounded_up(max(lengths))), np.float32)
    for number, (starts, length) in enumerate(zip(first, lengths, strict=True)):
        for word, (start, end) in enumerate(pairwise([*starts, length - 1])):
            shares[number, word, start:end] = 1 / (end - start)
        shares[number, len(starts), 0] = 1
        shares[number, len(starts) + 1, length - 1] = 1
    return shares


def rounded_up(size: int) -> int:
    """The next multiple of TILE.

    >>> rounded_up(17), rounded_up(24)
    (24, 24)
    """
    return -(-size // TILE) * TILE


def available_cores() -> int:
    """Cores that this process may run on, which may be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
