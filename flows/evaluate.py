"""`marsad evaluate`: how well sentences are read and mentions made out, on what people annotated or as released."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl
from pydantic import BaseModel, ConfigDict

from flows.session import CommandError, UsageError
from flows.settings import Settings
from tasks.extract.errors import errors_of
from tasks.extract.evaluate import Scorecard, evaluate_tags, read_sentences, score
from tasks.extract.evaluate_resolution import Found, ResolutionCard, answers, score_resolution
from tasks.extract.extract import extract_articles
from tasks.extract.facts import ARTICLES_FILE, FACTS_FILE, Facts, FactsError, read_facts
from tasks.extract.gold import GoldError, GoldSentence, TaggedSentence, read_gold
from tasks.extract.model import CONVENTIONS, FOLDER, OnnxReader
from tasks.extract.reader import EngineError, Reader, load_reader
from tasks.extract.record import Record, record, records
from tasks.ingest.read import RawBatch, ReadSettings, read_batches
from tasks.load import load
from tasks.load.evaluate_consolidation import ConsolidationCard, matched_events, score_consolidation
from tasks.load.select import select_new
from tasks.normalize.normalize import normalize_articles
from warehouse.connection import writer
from warehouse.query import known_in


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
    reader = _reader(model, settings)
    if annotated:
        with counting(len(annotated)) as watch:
            readings = read_sentences(reader, annotated, watch)
        card = score(annotated, readings, reader.model_version)
        return Measurement(card, errors_of(annotated, readings))
    tagged = [one for one in sentences if isinstance(one, TaggedSentence)]
    return Measurement(evaluate_tags(reader, tagged, convention), None)


class FactsCard(BaseModel):
    """What is made of mentions: who, where and when, and which mentions are one event; None where none is annotated."""

    model_config = ConfigDict(frozen=True)

    model_version: str
    resolution: ResolutionCard | None
    consolidation: ConsolidationCard | None


class FactsMeasurement(NamedTuple):
    """Scores on annotated articles, and the wrong answers there (`tasks.extract.evaluate_resolution.ANSWERS`)."""

    card: FactsCard
    errors: pl.DataFrame


def measure_facts(folder: Path, settings: Settings, *, model: Path | None = None) -> FactsMeasurement:
    """Take annotated articles through every step, into a warehouse that is thrown away, and score what is then in it.

    Args:
        folder: Holds `articles.jsonl` and `facts.jsonl` (`tasks.extract.facts`).
        settings: `threads`, `extraction` and `ingest.fields` are used.
        model: Folder of an exported model; the shipped one if None.

    Raises:
        UsageError: the folder holds no articles, or facts that do not fit them.
        CommandError: the model cannot be loaded.
    """
    batches = list(read_batches([str(folder / ARTICLES_FILE)], ReadSettings(fields=settings.ingest.fields)))
    try:
        facts = read_facts(folder / FACTS_FILE, pl.concat([batch.articles for batch in batches]))
    except FactsError as error:
        raise UsageError(str(error)) from error
    reader = _reader(model, settings)
    with tempfile.TemporaryDirectory() as place, writer(Path(place) / "marsad.duckdb") as con:
        load_id = load.begin_load(con, "evaluation", model_version=reader.model_version)
        for batch in batches:
            load.load_batch(con, load_id, _read_batch(con, batch, load_id, reader))
        found = Found(*(con.table(name).pl() for name in Found._fields))
    return _score_facts(facts, found, reader.model_version)


def _read_batch(con: duckdb.DuckDBPyConnection, raw: RawBatch, load_id: int, reader: Reader) -> load.Batch:
    """What the flow's tasks make of a batch, without a flow."""
    selection = select_new(raw.articles, known_in(con, raw.articles), load_id)
    read, filed = normalize_articles(selection.to_read), normalize_articles(selection.to_file)
    return load.Batch(
        number=raw.number,
        decisions=selection.decisions,
        articles=pl.concat([read.articles, filed.articles]),
        sentences=read.sentences,
        quarantine=pl.concat([raw.quarantine, read.quarantine, filed.quarantine]),
        **extract_articles(read.articles, read.sentences, reader)._asdict(),
    )


def _score_facts(facts: Facts, found: Found, model_version: str) -> FactsMeasurement:
    given = answers(facts, found)
    told = matched_events(facts.events, found.articles, found.event_mentions)
    card = FactsCard(
        model_version=model_version,
        resolution=None if given.is_empty() else score_resolution(given),
        consolidation=None if told.is_empty() else score_consolidation(told),
    )
    if card.resolution is None and card.consolidation is None:
        raise UsageError("the facts name neither participants nor places, nor dates or keys of events")
    return FactsMeasurement(card, given.filter(~pl.col("right")))


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


def _reader(model: Path | None, settings: Settings) -> Reader:
    if model is None:
        try:
            return load_reader(settings.threads, settings.extraction.entities)
        except EngineError as error:
            raise CommandError(str(error)) from error
    try:
        return OnnxReader(model, settings.threads)
    except Exception as error:  # onnxruntime has an exception of its own for each fault of a file
        raise CommandError(f"{model} is no model: {error}") from error
