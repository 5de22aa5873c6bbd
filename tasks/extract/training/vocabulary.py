"""The vocabulary, pruned: of 250,002 XLM-R pieces, those that Arabic news can need.

Kept are the pieces that a segmentation of the word list and of the corpora uses, every single Arabic letter and
sign, and printable ASCII. Everything that was never seen falls back to smaller kept pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from wordfreq import top_n_list

from tasks.extract.training.corpora import Example
from tasks.extract.training.weights import Pretrained
from tasks.extract.words import model_form, split_words

SOURCE_SPECIAL = {"<pad>": 1, "<unk>": 3, "<s>": 0, "</s>": 2}
"""Name and number in the source of this model's pieces 0, 1, 2 and 3 (PAD, UNKNOWN, BEGIN, END)."""

CLITICS = ("", "و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "لل", "فال", "كال", "س", "وس", "ول", "وب")
PLAIN = [chr(c) for c in [*range(0x21, 0x7F), *range(0x0600, 0x0700)]] + list("«»“”‘’–—…•−€£°×")


def common_words(count: int = 60_000) -> Iterator[str]:
    """The most frequent Arabic words with the clitics that may precede them (PyPI `wordfreq`), then Latin ones."""
    for word in top_n_list("ar", count):
        yield from (clitic + word for clitic in CLITICS)
    for language in ("en", "fr"):
        yield from (form for word in top_n_list(language, 3_000) for form in (word, word.capitalize()))


def prune(source: Pretrained, words: Iterable[str]) -> tuple[Tokenizer, np.ndarray]:
    """A tokenizer over the kept pieces, and the kept pieces' numbers in the source (int64, one per piece)."""
    whole = Tokenizer(
        Unigram([(piece, float(score)) for piece, score in zip(source.pieces, source.scores, strict=True)], 3)
    )
    kept: set[int] = set()
    batch: list[str] = []

    def flush() -> None:
        for encoding in whole.encode_batch(batch, add_special_tokens=False):
            kept.update(encoding.ids)
        batch.clear()

    for word in words:
        form = model_form(word)
        batch.append("▁" + form if form[:1].isalnum() else form)
        if len(batch) == 50_000:
            flush()
    flush()
    numbers = {piece: number for number, piece in enumerate(source.pieces)}
    kept.update(numbers[c] for c in PLAIN if c in numbers)
    kept.add(numbers["▁"])
    kept -= set(SOURCE_SPECIAL.values())
    order = [*SOURCE_SPECIAL.values(), *sorted(kept)]
    pieces = [(source.pieces[number], float(source.scores[number])) for number in order]
    return Tokenizer(Unigram(pieces, 1)), np.array(order, np.int64)


def save(tokenizer: Tokenizer, path: Path) -> None:
    """Write the tokenizer as compact JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path), pretty=False)


def words_of(examples: Iterable[Example], raw: Iterable[Path]) -> Iterator[str]:
    """Every word the vocabulary should know whole: common ones, the corpora's, and those of raw text files."""
    yield from common_words()
    seen: set[str] = set()
    for example in examples:
        seen.update(example.words)
    for path in raw:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                seen.update(line[word.start : word.end] for word in split_words(line))
    yield from sorted(seen)
