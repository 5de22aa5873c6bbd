"""`marsad evaluate`: how well the model reads, on sentences that the user annotated or as measured at its release."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.session import CommandError, UsageError
from flows.settings import Settings
from tasks.extract.errors import errors_of
from tasks.extract.evaluate import Scorecard, evaluate_tags, read_sentences, score
from tasks.extract.gold import GoldError, GoldSentence, TaggedSentence, read_gold
from tasks.extract.model import CONVENTIONS, FOLDER, OnnxReader
from tasks.extract.reader import EngineError, Reader, load_reader
from tasks.extract.record import Record, record, records


class Measurement(NamedTuple):
    """What a model is worth on annotated sentences, and its errors there (`tasks.extract.errors.ERRORS`)."""

    card: Scorecard
    errors: pl.DataFrame | None  # None where only tags are annotated


def measure(gold: Path, settings: Settings, *, convention: str = "news", model: Path | None = None) -> Measurement:
    """Score a model on annotated sentences.

    Args:
        gold: A file in the annotation format, or CoNLL's "word tag" lines.
        settings: `threads` and `extraction` are used.
        convention: The head that tags a CoNLL file.
        model: Folder of an exported model; the shipped one if None.

    Raises:
        UsageError: the file is no gold, or the convention does not go with it.
        CommandError: the model cannot be loaded.
    """
    from flows.cards import counting  # noqa: PLC0415

    if convention not in CONVENTIONS:
        raise UsageError(f"unknown convention {convention!r}; known are {', '.join(CONVENTIONS)}")
    try:
        sentences = read_gold(gold)
    except GoldError as error:
        raise UsageError(str(error)) from error
    annotated = [one for one in sentences if isinstance(one, GoldSentence)]
    if annotated and convention != "news":
        raise UsageError(f"{gold} is in the annotation format, whose convention is news; {convention} is for CoNLL")
    reader = reader_of(model, settings)
    if annotated:
        with counting(len(annotated)) as watch:
            readings = read_sentences(reader, annotated, watch)
        card = score(annotated, readings, reader.model_version)
        return Measurement(card, errors_of(annotated, readings))
    tagged = [one for one in sentences if isinstance(one, TaggedSentence)]
    return Measurement(evaluate_tags(reader, tagged, convention), None)


def released(model: Path | None = None) -> list[Record]:
    """What was measured on a model at its release.

    Raises:
        CommandError: nothing was, or the model's files are missing.
    """
    try:
        found = records(model or FOLDER)
    except OSError as error:
        raise CommandError(f"{model or FOLDER} is no model: {error}") from error
    if not found:
        raise CommandError("this model carries no figures; measure it on sentences of your own: --gold FILE")
    return found


def keep(card: Scorecard, measured_on: str, model: Path | None = None) -> None:
    """Keep figures in a model's `model.json`, to be shown where the gold is not at hand.

    Raises:
        CommandError: the file cannot be written.
    """
    try:
        record(card, measured_on, model or FOLDER)
    except OSError as error:
        raise CommandError(f"the figures cannot be kept: {error}") from error


def write(text: str, path: Path) -> None:
    """Write `text`, which ends its last line itself, to the file `path`.

    Raises:
        CommandError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error


def reader_of(model: Path | None, settings: Settings) -> Reader:
    """The reader that a command is to measure: of an exported model, or as the settings say.

    Raises:
        CommandError: it cannot be loaded.
    """
    if model is None:
        try:
            return load_reader(settings.threads, settings.extraction.entities)
        except EngineError as error:
            raise CommandError(str(error)) from error
    try:
        return OnnxReader(model, settings.threads)
    except Exception as error:  # onnxruntime has an exception of its own for each fault of a file
        raise CommandError(f"{model} is no model: {error}") from error
