"""One batch into the warehouse, in one transaction: wholly or not at all, and twice is the same as once.

`select` decided what to read on what the warehouse held some time ago; other runs may have written since, and steps
in between may have failed. So every decision is taken again here, inside the transaction, and what was read for
nothing is let go. A batch that is in already (the same load and number, after a retry or a resumed run) is not
written again: its counts are given back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb
import polars as pl

from tasks.frames import (
    ARTICLES,
    ENTITIES,
    ENTITY_MENTIONS,
    EVENT_MENTIONS,
    EVENT_PARTICIPANTS,
    QUARANTINE,
    SENTENCES,
    conform,
    empty,
)
from tasks.identity import stable_id
from tasks.load.changes import CHANGES, TOLD, changes
from tasks.load.consolidate import consolidate, touch
from tasks.load.copies import find_copies, sign
from tasks.load.select import STORED, decide
from tasks.quarantine import ARTICLE, article_payload, cut_payloads, quarantined
from warehouse.query import known_in
from warehouse.transaction import transaction

_SQL = Path(__file__).parent / "sql"
_LOAD_COUNTS = (_SQL / "load_counts.sql").read_text("utf-8")
_BATCH_COUNTS = (_SQL / "batch_counts.sql").read_text("utf-8")
_LOAD_MODEL = (_SQL / "load_model.sql").read_text("utf-8")
_BEGIN = (_SQL / "begin_load.sql").read_text("utf-8")
_FINISH = (_SQL / "finish_load.sql").read_text("utf-8")
_RETIRE = (_SQL / "retire_articles.sql").read_text("utf-8")
_INSERT = (_SQL / "insert_batch.sql").read_text("utf-8")
_ENTITIES = (_SQL / "upsert_entities.sql").read_text("utf-8")
_QUARANTINE = (_SQL / "insert_quarantine.sql").read_text("utf-8")
_NOTE = (_SQL / "note_batch.sql").read_text("utf-8")
_BEFORE = (_SQL / "versions_before.sql").read_text("utf-8")
_SUM = (_SQL / "sum_batches.sql").read_text("utf-8")

PAYLOAD_BYTES = 1_000_000
"""How much is kept of a quarantined record, if nothing else is said."""
_NEW_VERSION = ("new", "revised")
_VERSION = ["article_id", "content_hash"]


class Batch(NamedTuple):
    """A batch as it comes out of the steps before; every frame conforms to the schema of its name in `tasks.frames`."""

    number: int
    """From 1, the same whenever the run is resumed."""
    decisions: pl.DataFrame
    """`tasks.load.select.DECISIONS`: `Selection.decisions`, as it was."""
    articles: pl.DataFrame
    """What normalisation left of `Selection.to_read` and `Selection.to_file`, in any order."""
    sentences: pl.DataFrame
    """Of the articles of `to_read`; so are the mentions and participants."""
    entity_mentions: pl.DataFrame
    entities: pl.DataFrame
    event_mentions: pl.DataFrame
    event_participants: pl.DataFrame
    quarantine: pl.DataFrame
    """Of all steps: one row per record that could not be used."""


class Counts(NamedTuple):
    """What became of records; `records_seen` is the sum of the others."""

    records_seen: int
    loaded: int
    unchanged: int
    duplicates: int
    quarantined: int


class _Settled(NamedTuple):
    """The batch after the last word: what to store, and how it counts."""

    current: pl.DataFrame  # rows of `articles`
    superseded: pl.DataFrame  # rows of `article_revisions`
    read: pl.Series  # ids of the articles whose sentences and mentions to store
    quarantine: pl.DataFrame
    counts: Counts


def begin_load(
    con: duckdb.DuckDBPyConnection,
    flow_run_id: str,
    *,
    flow_run_name: str | None = None,
    pipeline_version: str | None = None,
    model_version: str | None = None,
) -> int:
    """Open the load of a flow run, or open it again if the run is resumed, and give its load_id.

    Args:
        con: a connection of `warehouse.connection.writer`; the same for all functions here.
        flow_run_id: what the load_id is the hash of.
        flow_run_name: for people.
        pipeline_version: version of this package.
        model_version: the extraction model's; also stamped on every article of the load that is read.
    """
    load_id = stable_id(flow_run_id)
    with transaction(con):
        con.execute(
            _BEGIN,
            {
                "load_id": load_id,
                "flow_run_id": flow_run_id,
                "flow_run_name": flow_run_name,
                "pipeline_version": pipeline_version,
                "model_version": model_version,
            },
        )
    return load_id


def finish_load(
    con: duckdb.DuckDBPyConnection, load_id: int, state: Literal["completed", "failed"] = "completed"
) -> Counts:
    """Consolidate what the load touched, close it, and give its counts, the sums of its batches'."""
    with transaction(con):
        touch(con)
        consolidate(con)
        con.execute(_FINISH, {"load_id": load_id, "state": state})
    return load_counts(con, load_id)


def load_counts(con: duckdb.DuckDBPyConnection, load_id: int) -> Counts:
    """Counts of the load so far.

    Raises:
        ValueError: it was never begun.
    """
    rows = con.execute(_LOAD_COUNTS, [load_id]).fetchall()
    if not rows:
        raise ValueError(f"load {load_id} was not begun")
    return Counts(*rows[0])


def load_batch(
    con: duckdb.DuckDBPyConnection, load_id: int, batch: Batch, *, payload_bytes: int = PAYLOAD_BYTES
) -> Counts:
    """Write one batch in one transaction, note what it touches, and add it to the load's counts.

    Its mentions have no event until the load is closed: consolidating once is linear, after every batch it is not.

    Args:
        con: a connection of `warehouse.connection.writer`.
        load_id: the load, begun with `begin_load`.
        batch: what the steps before made of it.
        payload_bytes: how much is kept of each record that goes to quarantine.

    Returns:
        What became of the batch's records, as decided now; of a batch that was in already, as decided then.

    Raises:
        ValueError: the load was not begun, or the batch is not sound: a record was lost on the way (neither an
            article nor in quarantine), or an identifier stands twice. Nothing is written.
        duckdb.Error: the warehouse refused. Nothing is written.
    """
    with _frames(con) as register, transaction(con):
        done = con.execute(_BATCH_COUNTS, [load_id, batch.number]).fetchall()
        if done:
            return Counts(*done[0])
        begun = con.execute(_LOAD_MODEL, [load_id]).fetchall()
        if not begun:
            raise ValueError(f"load {load_id} was not begun")

        settled = _settle(con, load_id, batch, model_version=begun[0][0])
        for name, frame in _incoming(settled, batch, payload_bytes).items():
            register(name, frame)
        if not settled.current.is_empty():  # a second run over the same input has nothing to write
            touch(con)
            con.execute(_RETIRE)
            con.execute(_INSERT)
            con.execute(_ENTITIES)
            find_copies(con)
        if not settled.quarantine.is_empty():
            con.execute(_QUARANTINE, {"load_id": load_id})
        con.execute(_NOTE, {"load_id": load_id, "batch_number": batch.number, **settled.counts._asdict()})
        con.execute(_SUM, {"load_id": load_id})
        return settled.counts


@contextmanager
def _frames(con: duckdb.DuckDBPyConnection) -> Iterator[Callable[[str, pl.DataFrame], object]]:
    """Let frames be queried by name within the block.

    Around the transaction, not inside: DuckDB 2 lets no name go while a failed transaction is not rolled back.
    """
    names: list[str] = []

    def register(name: str, frame: pl.DataFrame) -> None:
        con.register(name, frame)
        names.append(name)

    try:
        yield register
    finally:
        for name in names:
            con.unregister(name)


def _settle(con: duckdb.DuckDBPyConnection, load_id: int, batch: Batch, model_version: str | None) -> _Settled:
    """Decide anew on the records that came this far, on what the warehouse holds now."""
    arrived = _arrived(batch)
    known = known_in(con, arrived)
    withheld = arrived.clear()
    while True:
        now = decide(arrived, known, load_id).drop(_VERSION)
        rows = arrived.hstack(now)
        to_read = pl.col("decision").is_in(_NEW_VERSION) & pl.col("current")
        unread = rows.select(to_read & ~pl.col("was_read")).to_series()
        if not unread.any():
            break
        # It was put aside in favour of another record of the batch, which then failed on the way. Without it,
        # another record may be the one that should have been read: look again.
        withheld.extend(arrived.filter(unread))
        arrived = arrived.filter(~unread)

    quarantine = pl.concat([conform(batch.quarantine, QUARANTINE), _not_read(withheld)])
    counts = Counts(
        records_seen=batch.decisions.height + batch.quarantine.filter(pl.col("stage") == "read").height,
        loaded=_count(rows, *_NEW_VERSION),
        unchanged=_count(rows, "unchanged") + _count(batch.decisions, "unchanged"),
        duplicates=_count(rows, "duplicate", "repeat") + _count(batch.decisions, "repeat"),
        quarantined=quarantine.height,
    )
    stored = rows.filter(pl.col("decision").is_in(STORED)).with_columns(
        model_version=pl.when(to_read).then(pl.lit(model_version, pl.String)),
        load_id=pl.lit(load_id, pl.UInt64),
        duplicate_kind=pl.when(pl.col("duplicate_of").is_not_null()).then(pl.lit("exact")),
    )
    stored = stored.join(_changes(con, stored), on=["article_id", "revision"], how="left", maintain_order="left")
    columns = [name for name in ARTICLES if name != "body_start"]
    columns += ["duplicate_of", "revision", "model_version", "load_id", "duplicate_kind", "changed", "text_kept"]
    return _Settled(
        current=stored.filter("current").select(columns),
        superseded=stored.filter(~pl.col("current")).select(columns),
        read=rows.filter(to_read)["article_id"],
        quarantine=quarantine,
        counts=counts,
    )


def _changes(con: duckdb.DuckDBPyConnection, stored: pl.DataFrame) -> pl.DataFrame:
    """What each revision among `stored` has changed: `tasks.load.changes.CHANGES`."""
    revised = stored.filter(pl.col("revision") > 1)
    if revised.is_empty():
        return CHANGES.to_frame()
    columns = ["article_id", "revision", *TOLD]
    con.register("revised_again", revised.select("article_id"))
    before: pl.DataFrame = con.sql(_BEFORE).pl()
    con.unregister("revised_again")
    now = stored.select(columns)
    return changes(pl.concat([conform(before, now.schema), now]))


def _count(rows: pl.DataFrame, *decisions: str) -> int:
    return rows.filter(pl.col("decision").is_in(decisions)).height


def _arrived(batch: Batch) -> pl.DataFrame:
    """Articles of the batch in the order of its records, with `was_read`: whether they were extracted.

    Raises:
        ValueError: an article is in neither place that it can be in, or in both.
    """
    kept = batch.decisions.filter(pl.col("decision").is_in(STORED)).select(
        *_VERSION, was_read=pl.col("decision").is_in(_NEW_VERSION) & pl.col("current")
    )
    articles = conform(batch.articles, ARTICLES)
    arrived = kept.join(articles, on=_VERSION, how="inner", maintain_order="left")
    failed = batch.quarantine.filter(pl.col("stage") != "read").height
    if arrived.height != articles.height or arrived.height + failed != kept.height:
        raise ValueError(
            f"batch {batch.number}: {kept.height} records were to be stored, but {articles.height} articles and"
            f" {failed} quarantined records arrived, {arrived.height} of them as decided"
        )
    return arrived


def _not_read(articles: pl.DataFrame) -> pl.DataFrame:
    """Quarantine rows for articles that can only be stored once they are read."""
    if articles.is_empty():
        return empty(QUARANTINE)
    rows = [
        quarantined(
            origin=row["origin"],
            record_number=row["record_number"],
            stage="load",
            reason="not_read",
            message=f"{row['origin']}, record {row['record_number']}: it was put aside for another record with the same"
            " identity or content, which then failed; try it again (marsad quarantine replay).",
            payload=article_payload(row),
            format_name=ARTICLE,
        )
        for row in articles.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=QUARANTINE)


def _incoming(settled: _Settled, batch: Batch, payload_bytes: int) -> dict[str, pl.DataFrame]:
    """The frames to write, by the names that the SQL knows them by.

    Raises:
        ValueError: an identifier stands twice.
    """
    read = settled.read.to_frame()
    signed = sign(batch.articles.join(read, on="article_id", how="semi"))
    event_mentions = conform(batch.event_mentions, EVENT_MENTIONS).join(read, on="article_id", how="semi")
    event_participants = conform(batch.event_participants, EVENT_PARTICIPANTS).join(
        event_mentions, on="event_mention_id", how="semi"
    )
    entity_mentions = conform(batch.entity_mentions, ENTITY_MENTIONS).join(read, on="article_id", how="semi")
    named = pl.concat([entity_mentions.select("entity_id"), event_participants.select("entity_id")]).unique()
    for frame, key in ((event_mentions, "event_mention_id"), (entity_mentions, "entity_mention_id")):
        if frame[key].n_unique() != frame.height:
            raise ValueError(f"batch {batch.number}: an {key} stands twice")
    return {
        "incoming_articles": settled.current,
        "incoming_revisions": settled.superseded,
        "revised": settled.current.filter(pl.col("revision") > 1).select("article_id"),
        "incoming_signatures": signed.signatures,
        "incoming_bands": signed.bands,
        "incoming_sentences": conform(batch.sentences, SENTENCES).join(read, on="article_id", how="semi"),
        "incoming_entity_mentions": entity_mentions,
        "incoming_entities": one_row_each(batch.entities).join(named, on="entity_id", how="semi"),
        "incoming_event_mentions": event_mentions.with_columns(event_id=pl.lit(None, pl.UInt64)),
        "incoming_event_participants": event_participants,
        "incoming_quarantine": cut_payloads(
            settled.quarantine.unique("quarantine_id", keep="first", maintain_order=True), payload_bytes
        ),
    }


def one_row_each(entities: pl.DataFrame) -> pl.DataFrame:
    """Merge rows of one entity, by the rule of `sql/upsert_entities.sql`: the lower value, coordinates as a pair."""
    place = ["latitude", "longitude"]
    return conform(
        entities.sort(place, nulls_last=True)
        .group_by("entity_id", maintain_order=True)
        .agg(pl.exclude(place).min(), pl.col(place).first()),
        ENTITIES,
    )
