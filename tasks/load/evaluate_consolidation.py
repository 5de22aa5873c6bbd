"""Score which mentions are one event against facts: B-cubed precision, recall and F1.

Only mentions that were found count: one that extraction missed belongs to no event, rightly or wrongly, and is counted
apart. An annotated mention is found if an extracted one of the same type has its trigger among the annotated words.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import polars as pl
from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class BCubed(_Frozen):
    """Averages over mentions, 0 where there is none."""

    precision: float  # of a mention: what share of those put together with it belong there
    recall: float  # of a mention: what share of those that belong with it are put there
    f1: float  # harmonic mean of both averages


class ConsolidationCard(_Frozen):
    """What consolidation is worth on annotated articles."""

    articles: int
    mentions: int  # annotated
    found: int
    events: int  # annotated, of mentions found
    events_read: int
    b_cubed: BCubed
    never: BCubed  # the same, were every mention an event of its own


def b_cubed(expected: Sequence[Hashable], read: Sequence[Hashable]) -> BCubed:
    """Compare two ways to put mentions together (Bagga and Baldwin, 1998).

    Args:
        expected: For each mention the name of its right group.
        read: For each of the same mentions the name of the group that it was put into.

    >>> b_cubed("aab", "xxx").precision
    0.5556
    """
    mentions = pl.DataFrame({"expected": _numbers(expected), "read": _numbers(read)})
    both = pl.len().over("expected", "read")
    shares = mentions.select(precision=both / pl.len().over("read"), recall=both / pl.len().over("expected"))
    if shares.is_empty():
        return BCubed(precision=0, recall=0, f1=0)
    precision, recall = shares.mean().row(0)
    f1 = 2 * precision * recall / (precision + recall)
    return BCubed(precision=round(precision, 4), recall=round(recall, 4), f1=round(f1, 4))


def matched_events(facts: pl.DataFrame, articles: pl.DataFrame, event_mentions: pl.DataFrame) -> pl.DataFrame:
    """Annotated mentions of events with what was read of them.

    Args:
        facts: `tasks.extract.facts.EVENTS`; those with an `event_key` are used.
        articles: The columns `article_id` and `url`.
        event_mentions: `tasks.frames.EVENT_MENTIONS`, consolidated: `event_id` is there.

    Returns:
        Columns of `facts`, and `event_mention_id` and `event_id`, null where no mention was found. Of several, the
        first in the text is taken; a mention is taken once.
    """
    told = facts.filter(pl.col("event_key").is_not_null()).with_row_index("fact")
    read = event_mentions.join(articles.select("article_id", "url"), on="article_id").select(
        "url", "part", "event_type", "event_mention_id", "event_id", "trigger_start", "trigger_end"
    )
    pairs = (
        told.select("fact", "url", "part", "event_type", "char_start", "char_end")
        .join(read, on=["url", "part", "event_type"])
        .filter(pl.col("trigger_start") < pl.col("char_end"), pl.col("char_start") < pl.col("trigger_end"))
        .sort("fact", "trigger_start")
    )
    once = pairs.unique("event_mention_id", keep="first", maintain_order=True).unique(
        "fact", keep="first", maintain_order=True
    )
    return told.join(
        once.select("fact", "event_mention_id", "event_id"), on="fact", how="left", maintain_order="left"
    ).drop("fact")


def score_consolidation(matched: pl.DataFrame) -> ConsolidationCard:
    """Score rows of `matched_events`."""
    found = matched.filter(pl.col("event_id").is_not_null())
    keys, read = found["event_key"].to_list(), found["event_id"].to_list()
    return ConsolidationCard(
        articles=matched["url"].n_unique(),
        mentions=matched.height,
        found=found.height,
        events=len(set(keys)),
        events_read=len(set(read)),
        b_cubed=b_cubed(keys, read),
        never=b_cubed(keys, range(len(keys))),
    )


def _numbers(names: Sequence[Hashable]) -> list[int]:
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(name, len(numbers)) for name in names]
