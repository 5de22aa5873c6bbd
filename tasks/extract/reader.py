"""What reading a sentence yields, and the protocol that a reader of sentences keeps.

Nothing here imports a model: `tasks.extract.extract` composes frames from any `Reader`, so the rules around the model
can be read, tested and changed without it. All offsets are code points into the sentence given, half-open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

Engine = Literal["marsad", "camel"]
"""What can find entities."""


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


class Weighing(NamedTuple):
    """What a reader held possible for one trigger: (name, probability) of every choice, the likeliest first."""

    event_types: tuple[tuple[str, float], ...]  # "" is no event
    modes: tuple[tuple[str, float], ...]  # of the event's type; "" is none
    statuses: tuple[tuple[str, float], ...]


@runtime_checkable
class Weigher(Protocol):
    """A reader that can say how sure it was, and of what else."""

    model_version: str

    def weigh(self, sentence: str, trigger_start: int, event_type: str) -> Weighing:
        """Weigh the event of a type that the trigger beginning at `trigger_start` of `sentence` tells.

        Raises:
            ValueError: no word stands there.
        """
        ...


class EngineError(RuntimeError):
    """An engine that was asked for cannot work here; `commands` are to be run to change that."""

    def __init__(self, problem: str, commands: Sequence[str]) -> None:
        super().__init__(f"{problem}; run: {' && '.join(commands)}")
        self.problem = problem
        self.commands = tuple(commands)


def load_reader(threads: int = 0, entities: Engine = "marsad") -> Reader:
    """The shipped reader, loaded once.

    Imported here, not above: who only wants the types or the rules should not wait for onnxruntime.

    Args:
        threads: Number of cores it may use, 0 for all.
        entities: What finds them: the shipped model, or camel-tools' recogniser (`tasks.extract.camel`).

    Raises:
        EngineError: something that the engine needs is missing.
    """
    from tasks.extract import model  # noqa: PLC0415

    shipped = model.shipped_reader(threads)
    if entities == "marsad":
        return shipped
    from tasks.extract.camel import camel_reader  # noqa: PLC0415

    return camel_reader(shipped, threads)
