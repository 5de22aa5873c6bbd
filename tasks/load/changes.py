"""What a revision of an article has changed: which columns, and how much of the text is still there."""

from __future__ import annotations

import re
from collections import Counter

import polars as pl

TOLD = ("title", "text", "author", "published_at", "source", "url")
"""Columns whose changes are told, in this order."""
CHANGES = pl.Schema(
    {"article_id": pl.UInt64(), "revision": pl.Int32(), "changed": pl.List(pl.String), "text_kept": pl.Float32()}
)
"""One row per revision that has one before it."""
_WORD = re.compile(r"\w+")


def changes(versions: pl.DataFrame) -> pl.DataFrame:
    """Compare each revision with the one before it.

    Args:
        versions: article_id, revision and the columns of `TOLD`; revisions of an article without a gap.

    Returns:
        A frame of `CHANGES`.
    """
    before = versions.with_columns(pl.col("revision") + 1)
    pairs = versions.join(before, on=["article_id", "revision"], suffix="_before")
    changed = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}_before"))).then(pl.lit(name, pl.String)) for name in TOLD
    ]
    return pairs.select(
        "article_id",
        "revision",
        changed=pl.concat_list(changed).list.drop_nulls(),
        text_kept=pl.Series(map(kept, pairs["text_before"], pairs["text"]), dtype=pl.Float32),
    )


def kept(before: str, now: str) -> float:
    """The share of the words of `before` that `now` has as well, each as often as it has it; 1 of a text without words.

    >>> kept("زار الوزير بغداد أمس", "زار الوزير القاهرة اليوم")
    0.5
    """
    words, words_now = Counter(_WORD.findall(before)), Counter(_WORD.findall(now))
    return (words & words_now).total() / words.total() if words else 1.0
