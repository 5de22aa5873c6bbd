"""The corpora, as the trainer reads them: words, and labels by the number of the word.

Annotated news (`train.jsonl`, `synthetic.jsonl`, and our own sentences in `data/`) carries entities and events; where
a text is not ours to publish, the annotation stands apart from it (`data/ant.jsonl`).
ANERcorp carries entities of its own convention, for a head of its own.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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


def standoff_news(path: Path, articles: Path) -> Iterator[Example]:
    """Sentences annotated apart from their text: offsets into articles of a gzipped JSON-lines file with id and text.

    Raises:
        ValueError: an article's text is not the one that was annotated.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows.setdefault(row["id"].split(":")[1], []).append(row)
    with gzip.open(articles, "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            for row in rows.pop(article["id"], ()):
                text = article["text"][row["start"] : row["end"]]
                if zlib.crc32(text.encode()) != row["crc32"]:
                    raise ValueError(f"{articles}: the text of {article['id']} is not the one that was annotated")
                yield from_annotation(row | {"text": text})
    if rows:
        raise ValueError(f"{articles} lacks {len(rows)} of the articles that {path} annotates")


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


def hold_out(examples: list[Example], share: float, rng: random.Random) -> tuple[list[Example], list[Example]]:
    """(training, held out): whole articles, at random."""
    groups = sorted({example.group for example in examples})
    held = set(rng.sample(groups, int(len(groups) * share)))
    return [e for e in examples if e.group not in held], [e for e in examples if e.group in held]


def blocks(examples: list[Example], every: int = 10, length: int = 40) -> tuple[list[Example], list[Example]]:
    """(training, held out): every tenth block of forty sentences, since ANERcorp names no articles."""
    held = [n // length % every == every - 1 for n in range(len(examples))]
    return (
        [e for e, out in zip(examples, held, strict=True) if not out],
        [e for e, out in zip(examples, held, strict=True) if out],
    )


def glued(example: Example, rng: random.Random) -> Example:
    """With two neighbours typed as one word, as raw text often has them; the same example where spans forbid it."""
    at = rng.randrange(max(1, len(example.words) - 1))
    spans = [(first, last) for _, first, last in example.entities]
    for event in example.events:
        spans += [(event.first, event.last), *((first, last) for _, first, last in event.participants)]
    meeting = {last for _, last in spans} & {at} and {first for first, _ in spans} & {at + 1}
    if len(example.words) < 2 or meeting:
        return example

    def moved(first: int, last: int) -> tuple[int, int]:
        return first - (first > at), last - (last > at)

    words = (*example.words[:at], example.words[at] + example.words[at + 1], *example.words[at + 2 :])
    events = []
    for event in example.events:
        first, last = moved(event.first, event.last)
        participants = tuple((role, *moved(a, b)) for role, a, b in event.participants)
        events.append(replace(event, first=first, last=last, participants=participants))
    return replace(
        example,
        words=words,
        entities=tuple((kind, *moved(first, last)) for kind, first, last in example.entities),
        events=tuple(events),
    )


_CLITICS = ("و", "ب", "ل", "ف", "ك")
_RESOURCES = Path(__file__).parent.parent / "resources"
_TABLES = (("ORG", "organisations.csv"), ("PER", "leaders_arab.csv"), ("PER", "leaders_world.csv"))


@dataclass(frozen=True)
class Names:
    """Names to put in each other's place: by entity type, as words; and the words that they begin with."""

    mentions: Mapping[str, Sequence[tuple[str, ...]]]
    beginnings: frozenset[str]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Names:
        """Mentions of people, places and organisations in `examples`, and the names of our own tables, each once."""
        known = {
            (kind, example.words[first : last + 1])
            for example in examples
            for kind, first, last in example.entities
            if kind != "MISC"
        }
        for kind, table in _TABLES:
            with (_RESOURCES / table).open(encoding="utf-8", newline="") as file:
                known |= {(kind, tuple(row["name"].split())) for row in csv.DictReader(file)}
        beginnings = frozenset(words[0] for _, words in known)
        mentions: dict[str, list[tuple[str, ...]]] = {}
        for kind, words in sorted(known):
            if not _clitic(words[0], beginnings):
                mentions.setdefault(kind, []).append(words)
        return cls(mentions, beginnings)


def swapped(example: Example, names: Names, rng: random.Random) -> Example:
    """With one name put in another's place, since a name says little of who does what; unchanged if spans forbid it."""
    if not example.entities:
        return example
    kind, start, end = rng.choice(example.entities)
    spans = [(event.first, event.last) for event in example.events]
    spans += [(a, b) for event in example.events for _, a, b in event.participants]
    cut = any(a <= end and b >= start and not (a <= start and b >= end) for a, b in spans)
    is_trigger = any(start <= event.first <= end for event in example.events)
    if kind not in names.mentions or cut or is_trigger or example.words[start].startswith("لل"):
        return example
    clitic = _clitic(example.words[start], names.beginnings)
    beginning, *rest = rng.choice(names.mentions[kind])
    if clitic == "ل" and beginning.startswith("ال"):
        return example
    longer = len(rest) - (end - start)

    def moved(first: int, last: int) -> tuple[int, int]:
        return first + longer * (first > end), last + longer * (last >= end)

    return replace(
        example,
        words=(*example.words[:start], clitic + beginning, *rest, *example.words[end + 1 :]),
        entities=tuple((one, *moved(a, b)) for one, a, b in example.entities),
        events=tuple(
            replace(
                event,
                first=moved(event.first, event.last)[0],
                last=moved(event.first, event.last)[1],
                participants=tuple((role, *moved(a, b)) for role, a, b in event.participants),
            )
            for event in example.events
        ),
    )


def _clitic(word: str, beginnings: frozenset[str]) -> str:
    """The clitic that `word` carries, if it is one of `beginnings` without it."""
    return word[0] if word.startswith(_CLITICS) and word[1:] in beginnings else ""
