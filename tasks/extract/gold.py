"""What people annotated, to score readings against: sentences with entities and events, or CoNLL tokens with tags.

The annotation format is described in `tasks/extract/training/README.md`: one JSON object a line, offsets in code points
of its text, half-open. A CoNLL file has a "word tag" a line, BIO or IOB1, and an empty line between sentences. Whatever
does not fit is refused with its line, so that a score never rests on half a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from tasks.extract import plover
from tasks.extract.decode import bio_spans
from tasks.extract.labels import ENTITY_TYPES, EVENT_TYPES, ROLES, STATUSES

_CONLL_NAMES = {"PERS": "PER"}
_LONGEST_MESSAGE = 300


class GoldError(ValueError):
    """An annotated file cannot be used; the message names file and line."""


def one_of(known: Sequence[str]) -> AfterValidator:
    """Let a field hold a word of `known` and no other."""

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
        return value

    return AfterValidator(check)


class Span(BaseModel):
    """A piece of the sentence: offsets in code points, half-open; `text` is optional and must be what they cut."""

    model_config = ConfigDict(frozen=True, strict=True)

    start: int = Field(ge=0)
    end: int
    text: str | None = None


class GoldEntity(Span):
    """A named entity."""

    type: Annotated[str, one_of(ENTITY_TYPES)]


class GoldEvent(BaseModel):
    """An event; the fields of `labels.ROLES` hold its participants."""

    model_config = ConfigDict(frozen=True, strict=True)

    type: Annotated[str, one_of(EVENT_TYPES)]
    mode: str | None = None
    status: Annotated[str, one_of(STATUSES)] = "actual"
    trigger: Span
    actor: list[Span] = []
    recipient: list[Span] = []
    location: list[Span] = []
    date: list[Span] = []
    speaker: list[Span] = []
    killed: int | None = Field(None, ge=0)
    injured: int | None = Field(None, ge=0)
    arrested: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _mode_of_its_type(self) -> GoldEvent:
        modes = plover.EVENT_TYPES[self.type].modes
        if self.mode is not None and self.mode not in modes:
            known = ", ".join(modes) or "none"
            raise ValueError(f"{self.type} has no mode {self.mode!r}; its modes are: {known}")
        return self

    def participants(self, role: str) -> list[Span]:
        """Its participants of a role of `labels.ROLES`."""
        spans: list[Span] = getattr(self, role)
        return spans


class GoldSentence(BaseModel):
    """An annotated sentence; what stands before the last ":" of its id names the article."""

    model_config = ConfigDict(frozen=True, strict=True)

    id: str
    text: str
    entities: list[GoldEntity] = []
    events: list[GoldEvent] = []

    @property
    def article(self) -> str:
        """The article it is from."""
        return self.id.rsplit(":", 1)[0]

    @model_validator(mode="after")
    def _spans_cut_the_text(self) -> GoldSentence:
        for place, span in self._spans():
            if not span.start < span.end <= len(self.text):
                raise ValueError(f"{place}: [{span.start}, {span.end}) is no piece of a text of {len(self.text)}")
            cut = self.text[span.start : span.end]
            if span.text is not None and span.text != cut:
                raise ValueError(f"{place}: [{span.start}, {span.end}) is {cut!r}, not {span.text!r}")
        return self

    def _spans(self) -> Iterator[tuple[str, Span]]:
        yield from ((f"entities[{number}]", span) for number, span in enumerate(self.entities))
        for number, event in enumerate(self.events):
            yield f"events[{number}].trigger", event.trigger
            for role in ROLES:
                yield from ((f"events[{number}].{role}", span) for span in event.participants(role))


class TaggedSentence(NamedTuple):
    """Tokens with their entities: (type, first token, last token)."""

    tokens: list[str]
    entities: frozenset[tuple[str, int, int]]


def read_gold(path: Path) -> list[GoldSentence] | list[TaggedSentence]:
    """Read a file in the annotation format or in CoNLL's, told apart by its first character.

    Raises:
        GoldError: it cannot be read, holds no sentence, or a line does not fit.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise GoldError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise GoldError(f"{path}, line {number}: it is not UTF-8") from error
    first = next((line for line in lines if line.strip()), "")
    annotated = first.lstrip().startswith(("{", "["))
    sentences = list(annotated_sentences(lines, str(path)) if annotated else tagged_sentences(lines, str(path)))
    if not sentences:
        raise GoldError(f"{path} holds no sentence")
    return sentences  # type: ignore[return-value]  # one kind or the other


def annotated_sentences(lines: Iterable[str], name: str) -> Iterator[GoldSentence]:
    """Sentences in the annotation format; empty lines are passed over, `name` is for messages.

    Raises:
        GoldError: a line does not fit, or an id came before.
    """
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            sentence = GoldSentence.model_validate_json(line)
        except ValidationError as error:
            raise GoldError(f"{name}, line {number}: {_first_fault(error)}") from None
        if sentence.id in seen:
            raise GoldError(f"{name}, line {number}: the id {sentence.id!r} stands in line {seen[sentence.id]} too")
        seen[sentence.id] = number
        yield sentence


def tagged_sentences(lines: Iterable[str], name: str) -> Iterator[TaggedSentence]:
    """Sentences of "word tag" lines; `name` is for messages.

    Raises:
        GoldError: a line is no word and tag, or the tag is none of a known type.
    """
    tokens: list[str] = []
    tags: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        fields = line.split()
        if fields:
            if len(fields) < 2:
                raise GoldError(f'{name}, line {number}: "word tag" was expected, and this is {line.strip()!r}')
            tokens.append(fields[0])
            tags.append(_tag(fields[-1], f"{name}, line {number}"))
        elif tokens:
            yield TaggedSentence(tokens, spans_of(tags))
            tokens, tags = [], []


def spans_of(tags: Sequence[str]) -> frozenset[tuple[str, int, int]]:
    """(type, first token, last token) of the entities in BIO or IOB1 tags: an "I-" that continues nothing opens one."""
    opened = [
        f"B-{tag[2:]}" if tag.startswith("I-") and before[2:] != tag[2:] else tag
        for before, tag in zip(["O", *tags], tags, strict=False)
    ]
    return frozenset(bio_spans(opened))


def _tag(tag: str, place: str) -> str:
    if tag == "O":
        return tag
    edge, _, kind = tag.partition("-")
    kind = _CONLL_NAMES.get(kind, kind)
    if edge not in ("B", "I") or kind not in ENTITY_TYPES:
        raise GoldError(f"{place}: {tag!r} is no tag; O, B- and I- with {', '.join(ENTITY_TYPES)} are")
    return f"{edge}-{kind}"


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).lstrip(".")
    message = fault["msg"].removeprefix("Value error, ")
    return (f"{place}: {message}" if place else message)[:_LONGEST_MESSAGE]
