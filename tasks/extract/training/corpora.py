"""The corpora, as the trainer reads them: words, and labels by the number of the word.

Annotated news (`train.jsonl`, `synthetic.jsonl`, and our own sentences in `data/`) carries entities and events;
ANERcorp carries entities of its own convention, for a head of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tasks.extract.words import split_words

IGNORED = -100


@dataclass(frozen=True)
class EventLabels:
    """One event of a sentence: its trigger's first and last word, and who takes part (role, first word, last word)."""

    event_type: str
    mode: str
    status: str
    first: int
    last: int
    participants: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Example:
    """One sentence: its words, its entities (type, first word, last word), its events; `convention` names the head."""

    words: tuple[str, ...]
    entities: tuple[tuple[str, int, int], ...]
    events: tuple[EventLabels, ...] = ()
    convention: str = "news"
    group: str = field(default="", compare=False)  # the article: held-out parts never share one


def annotated_news(path: Path) -> Iterator[Example]:
    """Sentences in the annotation format, one JSON object a line, offsets in code points of its text."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield from_annotation(json.loads(line))


def from_annotation(row: dict[str, Any]) -> Example:
    """Turn one annotated sentence with character offsets into labels by word."""
    words = split_words(row["text"])
    first = {word.start: number for number, word in enumerate(words)}
    last = {word.end: number for number, word in enumerate(words)}

    def span(item: dict[str, Any]) -> tuple[int, int]:
        return first[item["start"]], last[item["end"]]

    events = []
    for event in row["events"]:
        participants = tuple(
            (role, *span(item))
            for role in (
                "speaker",
                "recipient",
                "date",
                "location",
                "actor",
            )  # the later wins where spans meet
            for item in event[role]
        )
        start, end = span(event["trigger"])
        events.append(EventLabels(event["type"], event["mode"] or "", event["status"], start, end, participants))
    return Example(
        tuple(row["text"][word.start : word.end] for word in words),
        tuple((entity["type"], *span(entity)) for entity in row["entities"]),
        tuple(events),
        group=row["id"].rsplit(":", 1)[0],
    )


def conll(path: Path, convention: str) -> Iterator[Example]:
    """Sentences of "word tag" lines in BIO, divided by empty lines; PERS becomes PER."""
    words: list[str] = []
    tags: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip():
            word, tag = line.rsplit(maxsplit=1)
            words.append(word)
            tags.append(tag.replace("PERS", "PER"))
        elif words:
            yield Example(tuple(words), tuple(spans_of(tags)), convention=convention)
            words, tags = [], []


def spans_of(tags: list[str]) -> Iterator[tuple[str, int, int]]:
    """(type, first word, last word) of each span in BIO tags; a stray I- opens one."""
    start, kind = 0, ""
    for number, tag in enumerate([*tags, "O"]):
        if kind and tag != f"I-{kind}":
            yield kind, start, number - 1
            kind = ""
        if tag != "O" and not kind:
            start, kind = number, tag[2:]
