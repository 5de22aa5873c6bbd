"""Words of a sentence and their pieces: what the encoder reads.

A word is a run of letters, digits and Arabic marks, or one punctuation sign; numbers keep their inner separators
("12.5", "10:30"). Every annotated span begins and ends at an edge of such a word. Offsets are code points, half-open.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer

PAD, UNKNOWN, BEGIN, END = 0, 1, 2, 3
"""Piece numbers with a meaning of their own; the vocabulary file keeps them first."""

MAX_PIECES_PER_WORD = 12
"""A longer "word" is an address or noise; its first pieces say all that can be known."""

_INVISIBLE = r"\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF\u00AD"
_LETTER = r"(?:[^\W_]|[\u064B-\u065F\u0670\u0640])"
# Invisible marks may stand inside a word but never at its edge, where they would make spans hard to select.
_WORD = re.compile(rf"{_LETTER}+(?:[{_INVISIBLE}]+{_LETTER}+)*(?:[.,:/٫٬]\d+)*|[^\w\s{_INVISIBLE}]|_")
_UNSEEN = re.compile(rf"[\u064B-\u065F\u0670\u0640{_INVISIBLE}]")
_LETTERS = str.maketrans({"ی": "ي", "ک": "ك", "ے": "ي", "ہ": "ه", "ۀ": "ه", "گ": "ك"})


class Word(NamedTuple):
    """One word of a sentence: its offsets there."""

    start: int
    end: int


def split_words(sentence: str) -> list[Word]:
    """The words of `sentence`, in order, without what only shapes the line (bidi and zero-width marks)."""
    return [Word(*match.span()) for match in _WORD.finditer(sentence)]


def model_form(word: str) -> str:
    """`word` as the encoder knows it: NFKC, no diacritics or tatweel, Arabic letters for Persian ones, ASCII digits."""
    if word.isascii():
        return word
    word = _UNSEEN.sub("", unicodedata.normalize("NFKC", word)).translate(_LETTERS)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in word)


class Pieces:
    """A Unigram vocabulary that cuts words into pieces, one word at a time and with a memory of words seen."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Wrap `tokenizer`, whose first four pieces are PAD, UNKNOWN, BEGIN and END."""
        self._tokenizer = tokenizer
        self.of = lru_cache(maxsize=30_000)(self._cut)

    @classmethod
    def load(cls, path: Path) -> Pieces:
        """Read a `tokenizers` JSON file."""
        from tokenizers import Tokenizer  # noqa: PLC0415 - keeps the package light to import

        return cls(Tokenizer.from_file(str(path)))

    def _cut(self, word: str) -> tuple[int, ...]:
        form = model_form(word)
        # The encoder was trained on running text, where "▁" opens a word and punctuation leans on its neighbour.
        text = "▁" + form if form[:1].isalnum() else form
        pieces = self._tokenizer.encode(text, add_special_tokens=False).ids if form else []
        return tuple(pieces[:MAX_PIECES_PER_WORD]) or (UNKNOWN,)
