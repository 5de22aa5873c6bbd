"""The two functions for code: tag entities in tokens, read events from a text. No Prefect, no DuckDB, no frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.extract.reader import EventReading, Reader

if TYPE_CHECKING:
    from tasks.extract.casualties import Casualties


@dataclass(frozen=True, slots=True)
class EventParticipant:
    """Who or what takes part, where, or when; `text` is the cut [start, end) of the text given."""

    role: str  # actor, recipient, speaker, location, date
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """An event told in a text. Offsets are code points into the text given, half-open."""

    event_type: str  # PLOVER
    event_mode: str | None
    status: str  # actual, planned, hypothetical, negated
    trigger_start: int
    trigger_end: int
    trigger_text: str
    confidence: float  # 0 to 1
    killed: int | None
    injured: int | None
    arrested: int | None
    participants: tuple[EventParticipant, ...]


def extract_events(text: str, reader: Reader | None = None) -> list[Event]:
    """The events that `text` tells, in order of appearance.

    Args:
        text: Arabic text of any length, with or without paragraphs.
        reader: What reads a sentence; the shipped model if None.
    """
    from tasks.extract.casualties import casualties  # noqa: PLC0415 - keeps the package light to import
    from tasks.extract.status import read_checked  # noqa: PLC0415
    from tasks.normalize.sentences import split_sentences  # noqa: PLC0415

    spans = split_sentences(text)
    sentences = [text[span.start : span.end] for span in spans]
    readings = read_checked(reader or _shipped(), sentences)
    return [
        _event(text, span.start, event, numbers)
        for span, sentence, reading in zip(spans, sentences, readings, strict=True)
        for event, numbers in zip(reading.events, casualties(sentence, reading.events), strict=True)
    ]


def tag_entities(sentences: list[list[str]], convention: str = "news", reader: Reader | None = None) -> list[list[str]]:
    """BIO tags (B-PER, I-LOC, … O) over given tokens.

    Args:
        sentences: Tokens of each sentence.
        convention: "news", this project's own; "anercorp" reads the head trained on that corpus.
        reader: What tags; the shipped model if None.

    Returns:
        One list of tags a sentence, as long as its tokens.

    Raises:
        ValueError: the convention is unknown.
    """
    return (reader or _shipped()).tag(sentences, convention)


def _shipped() -> Reader:
    from tasks.extract.model import shipped_reader  # noqa: PLC0415 - loads onnxruntime and the model

    return shipped_reader()


def _event(text: str, offset: int, event: EventReading, numbers: Casualties) -> Event:
    start, stop = offset + event.trigger_start, offset + event.trigger_end
    return Event(
        event.event_type,
        event.event_mode,
        event.status,
        start,
        stop,
        text[start:stop],
        event.confidence,
        *numbers,
        tuple(
            EventParticipant(
                one.role, offset + one.start, offset + one.end, text[offset + one.start : offset + one.end]
            )
            for one in event.participants
        ),
    )
