"""camel-tools' recogniser on a BERT-base of random weights, timed on request: the other side of `extraction.py`.

A process of its own, because torch need not be installed where Marsad is. Random weights cost what trained ones do. The
vocabulary has every token as one piece, which spares camel-tools work that real text would give it.

Reads JSON lines and answers each with one. First {"sentences": [[token, …], …], "words": [number, …]}, the sentences
sorted by length and how many words each counts for, answered by the versions used. Then any number of {"line": "class"
or "fair", "threads": n, "turn": n, "seconds": s}, answered by {"words": as many as were read, "seconds": time taken}.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

VOCABULARY = 30_000
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LABELS = ("O", *(f"{edge}-{kind}" for kind in ("LOC", "ORG", "PERS", "MISC") for edge in "BI"))
SENTENCES_A_CALL = {"class": 32, "fair": 192}
"""`predict` takes 32 at a time whatever it is given; to be sorted by length, more must be at hand."""


def main() -> None:
    """Answer until there is no more to read."""
    text = json.loads(sys.stdin.readline())
    sentences: list[list[str]] = text["sentences"]
    with tempfile.TemporaryDirectory() as folder:
        recognizer = save_and_load(Path(folder), sentences)

    from tasks.extract.camel import CamelTagger  # noqa: PLC0415  as the engine of Marsad's that uses the same model

    lines = {"class": recognizer.predict, "fair": CamelTagger(recognizer).label}
    for read in lines.values():
        read(sentences[:4])  # what is done once is not timed
    answer({name: version(name) for name in ("camel-tools", "torch", "transformers")})
    for request in sys.stdin:
        answer(timed(sentences, text["words"], lines, **json.loads(request)))


def answer(result: dict[str, Any]) -> None:
    """Write one line."""
    print(json.dumps(result), flush=True)


def save_and_load(folder: Path, sentences: list[list[str]]) -> Any:
    """An `NERecognizer` on what is written to `folder`: a BERT-base and a vocabulary of the sentences' tokens."""
    import torch  # noqa: PLC0415
    from transformers import BertConfig, BertForTokenClassification  # noqa: PLC0415

    # camel-tools wants a catalogue when it is imported, and would fetch one.
    os.environ["CAMELTOOLS_DATA"] = str(folder)
    catalogue = {"version": version("camel-tools"), "packages": {}, "components": {}}
    (folder / "catalogue.json").write_text(json.dumps(catalogue))
    from camel_tools.ner import NERecognizer  # noqa: PLC0415

    tokens = list(dict.fromkeys(token for sentence in sentences for token in sentence))
    vocabulary = [*SPECIAL, *tokens]
    vocabulary += [f"[unused{number}]" for number in range(VOCABULARY - len(vocabulary))]
    torch.manual_seed(1)
    config = BertConfig(vocab_size=len(vocabulary), id2label=dict(enumerate(LABELS)))
    BertForTokenClassification(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    return NERecognizer(str(folder), use_gpu=False)


def timed(
    sentences: list[list[str]],
    words: list[int],
    lines: dict[str, Callable[[list[list[str]]], Any]],
    *,
    line: str,
    threads: int,
    turn: int,
    seconds: float,
) -> dict[str, float]:
    """Read whole calls until `seconds` are over; each is a cross-section of all lengths, another one every time."""
    import torch  # noqa: PLC0415

    torch.set_num_threads(threads)
    size = SENTENCES_A_CALL[line]
    stride = max(1, len(sentences) // size)
    read, first = 0, 7 * turn
    began = time.perf_counter()
    while not read or time.perf_counter() - began < seconds:
        section = slice(first % stride, None, stride)
        lines[line](sentences[section][:size])
        read += sum(words[section][:size])
        first += 1
    return {"words": read, "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    main()
