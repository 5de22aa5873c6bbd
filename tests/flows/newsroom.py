"""Articles and a reader for tests of the flow: what a run does must not hang on what a model finds."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tasks.extract.reader import EntitySpan, EventReading, Participant, SentenceReading

_WORD = re.compile(r"\w+")
_PLACES = ("بغداد", "القاهرة", "عمّان", "لبغداد", "بيروت")
_DEEDS = {"التقى": "CONSULT", "أدان": "ACCUSE", "هاجم": "ASSAULT"}


class WordReader:
    """Finds some words, and takes the sentence's first word for the actor."""

    model_version = "words-1"

    def __init__(self, seconds: float = 0.0, failing_on: str | None = None) -> None:
        """Take `seconds` for each call, and fail on sentences that hold `failing_on`."""
        self.seconds = seconds
        self.failing_on = failing_on
        self.calls = 0

    def read(self, sentences: Sequence[str]) -> list[SentenceReading]:
        self.calls += 1
        time.sleep(self.seconds)
        if self.failing_on and any(self.failing_on in sentence for sentence in sentences):
            raise RuntimeError("the model choked")
        return [self._read(sentence) for sentence in sentences]

    def tag(self, sentences: list[list[str]], convention: str) -> list[list[str]]:
        return [["O"] * len(sentence) for sentence in sentences]

    def _read(self, sentence: str) -> SentenceReading:
        words = list(_WORD.finditer(sentence))
        entities = [EntitySpan(*word.span(), "LOC", 0.9) for word in words if word.group() in _PLACES]
        events = [
            EventReading(
                _DEEDS[word.group()], None, "actual", *word.span(), 0.8, (Participant("actor", *words[0].span()),)
            )
            for word in words
            if word.group() in _DEEDS
        ]
        return SentenceReading(tuple(entities), tuple(events))


def article(number: int, **fields: Any) -> dict[str, Any]:
    """An article unlike every other number's."""
    return {
        "title": f"الوزير يبحث الملف رقم {number} في القاهرة",
        "text": f"التقى وزير الخارجية المصري نظيره العراقي في القاهرة يوم الاثنين لبحث الملف رقم {number}.\n\n"
        f"وقال الوزير إن المحادثات تناولت التعاون بين البلدين في المجالات كافة، وإن الجولة {number} ستعقد في بغداد.",
        "date": "2026-11-16",
        "source": "وكالة المثال",
        "url": f"https://example.org/{number}",
    } | fields


def write_lines(path: Path, records: Iterable[dict[str, Any] | str]) -> Path:
    """Write JSON lines; a string is a line as it stands."""
    lines = (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
