"""Which records of a batch are new, and which of them are worth reading: decided before the costly steps.

`decide` is the one place where this is settled. It runs twice: here, on what the warehouse held a moment ago, to
spare normalisation and extraction; and in `tasks.load.load`, inside the transaction, where it counts.

A version of an article is one (article_id, content_hash). Every version ever stored is known, so a record that goes
back to an earlier text is unchanged, not a new revision, and two sources of one text do not take turns.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

DECISIONS = pl.Schema(
    {
        "article_id": pl.UInt64,
        "content_hash": pl.UInt64,
        "decision": pl.String,  # new, revised, duplicate, repeat or unchanged
        "current": pl.Boolean,  # no later record of the batch brings another version of the article
        "revision": pl.Int32,  # from 1; null where nothing is stored
        "duplicate_of": pl.UInt64,  # article with this content that came first
    }
)
"""One row per record, in the order of the batch.

new, revised: a version not seen before; stored and, if current, read. duplicate: a new version with the content of
another article; stored, never read. repeat: given before in the same run; not stored. unchanged: stored by an
earlier run.
"""

STORED = ("new", "revised", "duplicate")
"""Decisions after which the record gets a row in `articles` (if current) or `article_revisions` (if not)."""


class Selection(NamedTuple):
    """What to do with the records of a batch."""

    decisions: pl.DataFrame
    """`DECISIONS`: one row per record, in order."""
    to_read: pl.DataFrame
    """Records to normalise and extract; no article twice."""
    to_file: pl.DataFrame
    """Records to normalise and store, but not to extract: duplicates, and versions that the batch itself replaces."""


def select_new(raw: pl.DataFrame, known: pl.DataFrame, load_id: int) -> Selection:
    """Split a batch of records by what the warehouse knows already.

    Args:
        raw: `RAW_ARTICLES`, in the order they were read.
        known: `warehouse.query.KNOWN`, as `warehouse.query.known_articles(path, raw)` gives it.
        load_id: the running load (`tasks.load.load.begin_load`).
    """
    decisions = decide(raw, known, load_id)
    decision, current = decisions["decision"], decisions["current"]
    read = decision.is_in(["new", "revised"]) & current
    return Selection(decisions, raw.filter(read), raw.filter(decision.is_in(STORED) & ~read))


def decide(records: pl.DataFrame, known: pl.DataFrame, load_id: int) -> pl.DataFrame:
    """Decide on each record, as if they came one by one.

    The outcome does not depend on how the records of a run are cut into batches.

    Args:
        records: any frame with the columns article_id and content_hash, in the order of the batch.
        known: `warehouse.query.KNOWN`: all stored versions with an article_id or content_hash of the records.
        load_id: the running load; what it stored itself is a repeat, what an earlier one stored is unchanged.

    Returns:
        A frame of `DECISIONS`, row for row.
    """
    version = ["article_id", "content_hash"]
    stored = known.select(*version, ours=pl.col("load_id") == load_id)
    rows = (
        records.select(pl.col(version).cast(pl.UInt64))
        .with_row_index("position")
        .join(stored, on=version, how="left", maintain_order="left")
        .with_columns(first=pl.col("position") == pl.col("position").min().over(version))
    )

    # A content has one original: the article, stored or in the batch, that brought it first.
    originals = (
        known.filter(pl.col("duplicate_of").is_null()).group_by("content_hash").agg(original=pl.col("article_id").min())
    )
    revisions = known.group_by("article_id").agg(last=pl.col("revision").max())
    fresh = (
        rows.filter(pl.col("ours").is_null() & pl.col("first"))
        .join(originals, on="content_hash", how="left", maintain_order="left")
        .join(revisions, on="article_id", how="left", maintain_order="left")
        .with_columns(
            original=pl.coalesce("original", pl.col("article_id").first().over("content_hash")),
            revision=pl.col("last").fill_null(0) + pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("article_id"),
            current=pl.col("position") == pl.col("position").max().over("article_id"),
        )
        .select(
            "position",
            "revision",
            "current",
            duplicate_of=pl.when(pl.col("original") != pl.col("article_id")).then("original"),
        )
    )

    decision = (
        pl.when(pl.col("ours"))
        .then(pl.lit("repeat"))
        .when(pl.col("ours").is_not_null())
        .then(pl.lit("unchanged"))
        .when(~pl.col("first"))
        .then(pl.lit("repeat"))
        .when(pl.col("duplicate_of").is_not_null())
        .then(pl.lit("duplicate"))
        .when(pl.col("revision") > 1)
        .then(pl.lit("revised"))
        .otherwise(pl.lit("new"))
    )
    return (
        rows.join(fresh, on="position", how="left", maintain_order="left")
        .with_columns(decision=decision, current=pl.col("current").fill_null(False))
        .select(pl.col(name).cast(dtype) for name, dtype in DECISIONS.items())
    )
