"""Exchanging what was read from articles for what was read from them again: all of it in one transaction.

Until that transaction is done nobody sees anything of the new reading, and after it nothing of the old one. That is
what keeps two models out of one view: readings wait in the staging folder, for nights if need be, and the warehouse
passes from one to the other at once. The outcome equals that of loading the same articles into an empty warehouse.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from tasks.frames import ENTITY_MENTIONS, EVENT_MENTIONS, EVENT_PARTICIPANTS, QUARANTINE, SENTENCES, conform
from tasks.load.consolidate import consolidate, touch
from tasks.load.copies import find_copies
from tasks.load.load import Counts, begin_load, load_counts, one_row_each
from warehouse.transaction import transaction

_SQL = Path(__file__).parent / "sql"
_FORGET = (_SQL / "forget_readings.sql").read_text("utf-8")
_INSERT = (_SQL / "insert_readings.sql").read_text("utf-8")
_ENTITIES = (_SQL / "upsert_entities.sql").read_text("utf-8")
_QUARANTINE = (_SQL / "insert_quarantine.sql").read_text("utf-8")
_NOTE = (_SQL / "note_batch.sql").read_text("utf-8")
_SUM = (_SQL / "sum_batches.sql").read_text("utf-8")
_FINISH = (_SQL / "finish_load.sql").read_text("utf-8")
_VERSIONS = (_SQL / "model_versions.sql").read_text("utf-8")
_REREAD = """
CREATE OR REPLACE TEMP TABLE reread AS SELECT article_id FROM chosen SEMI JOIN articles USING (article_id, content_hash)
"""
_STAMP = "UPDATE articles SET model_version = $1 WHERE article_id IN (FROM reread)"


class MixedModelsError(RuntimeError):
    """Readings of two models would stand side by side, and nobody has asked for that."""


class Readings(NamedTuple):
    """What was read again of one batch; frames as in `tasks.load.load.Batch`."""

    number: int
    chosen: pl.DataFrame
    """article_id and content_hash of every article of the batch."""
    articles: pl.DataFrame
    """Those that normalisation let pass; the others are in `quarantine`, and have no mentions any more."""
    sentences: pl.DataFrame
    entity_mentions: pl.DataFrame
    entities: pl.DataFrame
    event_mentions: pl.DataFrame
    event_participants: pl.DataFrame
    signatures: pl.DataFrame
    bands: pl.DataFrame
    quarantine: pl.DataFrame


class Reread(NamedTuple):
    """The load that an exchange is recorded as."""

    flow_run_id: str
    flow_run_name: str
    pipeline_version: str
    model_version: str


def exchange(
    con: duckdb.DuckDBPyConnection,
    load: Reread,
    chosen: pl.DataFrame,
    batches: Iterable[Readings],
    *,
    allow_mixed: bool = False,
) -> Counts:
    """Put new readings in the place of the old ones.

    Articles whose text has changed since they were chosen, or that are gone, are left as they are and counted as
    unchanged. In the counts, `loaded` are those read again.

    Args:
        con: a connection of `warehouse.connection.writer`.
        load: what to record.
        chosen: article_id and content_hash of the articles of all batches.
        batches: their readings; they are gone through once, so memory holds one.
        allow_mixed: whether other articles may keep the readings of another model.

    Raises:
        MixedModelsError: they would, and it is not allowed. Nothing is written.
        duckdb.Error: the warehouse refused. Nothing is written.
    """
    load_id = begin_load(
        con,
        load.flow_run_id,
        flow_run_name=load.flow_run_name,
        pipeline_version=load.pipeline_version,
        model_version=load.model_version,
    )
    names: set[str] = set()
    try:
        with transaction(con):
            _register(con, names, {"chosen": chosen})
            touch(con)
            con.execute(_REREAD)
            reread: pl.DataFrame = con.sql("FROM reread").pl()
            con.execute(_FORGET)
            con.execute(_STAMP, [load.model_version])
            if not allow_mixed:
                _refuse_mixed(con)
            for readings in batches:
                _write(con, names, load_id, readings, reread)
            find_copies(con)
            consolidate(con)
            con.execute(_SUM, {"load_id": load_id})
            con.execute(_FINISH, {"load_id": load_id, "state": "completed"})
    except BaseException:
        con.execute(_FINISH, {"load_id": load_id, "state": "failed"})
        raise
    finally:
        for name in names:
            con.unregister(name)
    return load_counts(con, load_id)


def _register(con: duckdb.DuckDBPyConnection, names: set[str], frames: dict[str, pl.DataFrame]) -> None:
    for name, frame in frames.items():
        con.register(name, frame)
        names.add(name)


def _refuse_mixed(con: duckdb.DuckDBPyConnection) -> None:
    versions = con.execute(_VERSIONS).fetchall()
    if len(versions) > 1:
        found = ", ".join(f"{articles:,} articles of {version}" for version, articles in versions)
        raise MixedModelsError(
            f"The warehouse would hold readings of several models: {found}. Choose all of them, or give --allow-mixed."
        )


def _write(
    con: duckdb.DuckDBPyConnection, names: set[str], load_id: int, batch: Readings, reread: pl.DataFrame
) -> None:
    def of_reread(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(reread, on="article_id", how="semi")

    event_mentions = of_reread(conform(batch.event_mentions, EVENT_MENTIONS))
    participants = conform(batch.event_participants, EVENT_PARTICIPANTS).join(
        event_mentions, on="event_mention_id", how="semi"
    )
    entity_mentions = of_reread(conform(batch.entity_mentions, ENTITY_MENTIONS))
    named = pl.concat([entity_mentions.select("entity_id"), participants.select("entity_id")]).unique()
    frames = {
        "incoming_articles": of_reread(batch.articles),
        "incoming_sentences": of_reread(conform(batch.sentences, SENTENCES)),
        "incoming_entity_mentions": entity_mentions,
        "incoming_entities": one_row_each(batch.entities).join(named, on="entity_id", how="semi"),
        "incoming_event_mentions": event_mentions,
        "incoming_event_participants": participants,
        "incoming_signatures": of_reread(batch.signatures),
        "incoming_bands": of_reread(batch.bands),
        "incoming_quarantine": conform(batch.quarantine, QUARANTINE).unique("quarantine_id", maintain_order=True),
    }
    _register(con, names, frames)
    con.execute(_INSERT)
    con.execute(_ENTITIES)
    con.execute(_QUARANTINE, {"load_id": load_id})
    loaded = of_reread(batch.articles).height
    counts = Counts(
        records_seen=batch.chosen.height,
        loaded=loaded,
        unchanged=batch.chosen.height - loaded - batch.quarantine.height,
        duplicates=0,
        quarantined=batch.quarantine.height,
    )
    con.execute(_NOTE, {"load_id": load_id, "batch_number": batch.number, **counts._asdict()})
