"""`marsad evaluate --facts`: how well mentions are made out, on articles that were annotated or as measured at release.

Figures are of the whole package, model, tables and rules, so they do not stand with the weights.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl
from pydantic import BaseModel, ConfigDict, TypeAdapter

from flows.evaluate import reader_of, write
from flows.session import UsageError
from flows.settings import Settings
from tasks.extract.evaluate_resolution import Found, ResolutionCard, answers, score_resolution
from tasks.extract.extract import extract_articles
from tasks.extract.facts import ARTICLES_FILE, FACTS_FILE, Facts, FactsError, read_facts
from tasks.extract.reader import Reader
from tasks.frames import RAW_ARTICLES, empty
from tasks.ingest.read import RawBatch, ReadSettings, read_batches
from tasks.load import load
from tasks.load.evaluate_consolidation import ConsolidationCard, matched_events, score_consolidation
from tasks.load.select import select_new
from tasks.normalize.normalize import normalize_articles
from warehouse.connection import writer
from warehouse.query import known_in

FIGURES = Path(__file__).parent / "figures.json"
"""Where the figures of the release stand."""


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


class FactsRecord(BaseModel):
    """A card, and what was measured on what."""

    model_config = ConfigDict(frozen=True)

    measured_on: str
    facts: FactsCard


_RECORDS = TypeAdapter(list[FactsRecord])


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
    articles = pl.concat([batch.articles for batch in batches]) if batches else empty(RAW_ARTICLES)
    if articles.is_empty():
        raise UsageError(f"{folder} holds no articles in {ARTICLES_FILE}")
    try:
        facts = read_facts(folder / FACTS_FILE, articles)
    except FactsError as error:
        raise UsageError(str(error)) from error
    reader = reader_of(model, settings)
    with tempfile.TemporaryDirectory() as place, writer(Path(place) / "marsad.duckdb") as con:
        load_id = load.begin_load(con, "evaluation", model_version=reader.model_version)
        for batch in batches:
            load.load_batch(con, load_id, _read_batch(con, batch, load_id, reader))
        load.finish_load(con, load_id)
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


def recorded_facts(figures: Path = FIGURES) -> list[FactsRecord]:
    """What was measured at release, one record each of what it was measured on; none if there is no file `figures`."""
    return _RECORDS.validate_json(figures.read_bytes()) if figures.exists() else []


def keep_facts(card: FactsCard, measured_on: str, figures: Path = FIGURES) -> None:
    """Keep a card in the file `figures`, in place of one measured on the same.

    Raises:
        CommandError: the file cannot be written.
    """
    others = [one for one in recorded_facts(figures) if one.measured_on != measured_on]
    kept = [*others, FactsRecord(measured_on=measured_on, facts=card)]
    write(_RECORDS.dump_json(kept, indent=1).decode() + "\n", figures)
