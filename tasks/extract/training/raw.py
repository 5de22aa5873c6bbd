"""Raw text for masked-language training: the sentences of a corpus, without the articles that are measured on.

`python -m tasks.extract.training.raw --articles ant.jsonl.gz --dev dev.jsonl --out raw.txt`. Left out are the
development articles and every article that tells one of them again, or the model would have read its examination.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tasks.normalize.sentences import split_sentences

RUN = 5
"""Words in a row that two texts must share to count as alike there."""
RUNS = 3
"""So many shared runs make a retelling."""


def articles(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped JSON-lines file; `id` and `text` are used."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def unmeasured(found: Iterable[dict[str, Any]], measured: Iterable[str], measured_ids: set[str]) -> Iterator[str]:
    """Texts of the articles `found` that are none of `measured_ids` and tell none of the texts `measured` again."""
    known = {run for text in measured for run in runs(text)}
    for article in found:
        text = article["text"] or ""
        if article["id"] not in measured_ids and len(runs(text) & known) < RUNS:
            yield text


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of `RUN` words of `text`."""
    words = text.split()
    return set(zip(*(islice(words, start, None) for start in range(RUN)), strict=False))


def main() -> None:
    """Parse the command line and write a sentence a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, required=True, help="gzipped JSON lines with id and text")
    parser.add_argument("--dev", type=Path, required=True, help="annotated sentences to measure on")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    measured = [json.loads(line) for line in args.dev.read_text(encoding="utf-8").splitlines()]
    ids = {row["id"].split(":")[1] for row in measured if row["id"].startswith("ant:")}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w", encoding="utf-8") as out:
        for text in unmeasured(articles(args.articles), [row["text"] for row in measured], ids):
            out.writelines(" ".join(text[one.start : one.end].split()) + "\n" for one in split_sentences(text))


if __name__ == "__main__":
    main()
