"""What reading a sentence yields, and the protocol that a reader of sentences keeps.

Nothing here imports a model: `tasks.extract.extract` composes frames from any `Reader`, so the rules around the model
can be read, tested and changed without it. All offsets are code points into the sentence given, half-open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class EntitySpan(NamedTuple):
    """A named entity of a sentence: whole words, clitics included, punctuation at the edges not."""

    start: int
    end: int
    entity_type: str  # PER, LOC, ORG, MISC
    confidence: float  # 0 to 1


class Participant(NamedTuple):
    """Who or what takes part in an event, or where or when it is."""

    role: str  # actor, recipient, speaker, location, date
    start: int
    end: int


class EventReading(NamedTuple):
    """One event told in a sentence, found by its trigger."""

    event_type: str  # PLOVER
    event_mode: str | None
    status: str  # actual, planned, hypothetical, negated
    trigger_start: int
    trigger_end: int
    confidence: float  # 0 to 1
    participants: tuple[Participant, ...]


class SentenceReading(NamedTuple):
    """Everything that was read from one sentence, in order of appearance."""

    entities: tuple[EntitySpan, ...]
    events: tuple[EventReading, ...]


class Reader(Protocol):
    """Reads sentences; the shipped one is an encoder with heads for entities, triggers and participants."""

    model_version: str

    def read(self, sentences: Sequence[str]) -> list[SentenceReading]:
        """Read `sentences` (any number, in any order of length); one reading a sentence, in their order."""
        ...

    def tag(self, sentences: list[list[str]], convention: str) -> list[list[str]]:
        """Tag given tokens: one list of BIO tags a sentence, as long as its tokens.

        Raises:
            ValueError: the convention is unknown.
        """
        ...


def load_reader(threads: int = 0) -> Reader:
    """The shipped reader, loaded once; `threads` for its session, 0 for one per core.

    Imported here, not above: who only wants the types or the rules should not wait for onnxruntime.
    """
    from tasks.extract.model import shipped_reader  # noqa: PLC0415

    return shipped_reader(threads)
