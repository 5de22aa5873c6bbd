"""Near-copies: articles that print one report with another headline, dateline, first words or ending.

MinHash (rensa) of the pairs of neighbouring words of the body. Articles whose signatures agree in `SAME` of their
places or more are copies of one report. Finding them needs no comparison of all with all: a signature is cut into
`BANDS`, and only articles that agree on a whole band are compared, each with the oldest of its band
(`sql/find_copies.sql`). Which articles are copies depends on their texts alone, not on the order they came in.

A near-copy is read and stored like any article, since nobody knows beforehand which of them comes last;
`articles.duplicate_of` names the oldest of the report, and what is counted of events counts the report once.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import polars as pl
from rensa import RMinHash

from tasks.identity import stable_id
from tasks.normalize.search import search_form

_SQL = Path(__file__).parent / "sql"
_FIND = (_SQL / "find_copies.sql").read_text("utf-8")
_FOLLOW = (_SQL / "follow_copies.sql").read_text("utf-8")

BANDS, ROWS = 25, 5
"""Chance to be compared: 0.99 at a similarity of 0.7, 0.87 at 0.6, 0.01 at 0.2."""
SAME = 0.6
"""Least Jaccard similarity of copies. Two reporters' accounts of one event stay below 0.3."""
ENOUGH_WORDS = 30
"""Shorter bodies are not compared: one word more or less is half the news."""
_SEED = 42

SIGNATURES = pl.Schema({"article_id": pl.UInt64(), "signature": pl.List(pl.UInt32)})
BAND_KEYS = pl.Schema({"article_id": pl.UInt64, "band": pl.UInt8, "band_key": pl.UInt64})


class Signatures(NamedTuple):
    """Rows of the tables article_signatures and article_bands."""

    signatures: pl.DataFrame
    """`SIGNATURES`: `BANDS` × `ROWS` minima an article."""
    bands: pl.DataFrame
    """`BAND_KEYS`: `BANDS` rows an article; articles with equal keys of a band are worth comparing."""


def sign(articles: pl.DataFrame) -> Signatures:
    """Sign the bodies of articles; those of less than `ENOUGH_WORDS` words get none.

    Args:
        articles: Frame of ARTICLES; `article_id`, `text` and `body_start` are used.
    """
    body = search_form(pl.col("text").str.slice(pl.col("body_start").fill_null(0)))
    long = articles.select("article_id", words=body.str.extract_all(r"\w+")).filter(
        pl.col("words").list.len() >= ENOUGH_WORDS
    )
    if long.is_empty():
        return Signatures(SIGNATURES.to_frame(), BAND_KEYS.to_frame())
    shingles = [[f"{one} {other}" for one, other in pairwise(words)] for words in long["words"]]
    digests = np.array(RMinHash.digests_from_token_sets(shingles, BANDS * ROWS, _SEED), dtype=np.uint32)
    keys = [stable_id(band.tobytes()) for digest in digests.astype("<u4") for band in digest.reshape(BANDS, ROWS)]
    bands = pl.DataFrame(
        {
            "article_id": long["article_id"].repeat_by(BANDS).explode(),
            "band": list(range(BANDS)) * long.height,
            "band_key": keys,
        },
        schema=BAND_KEYS,
    )
    return Signatures(
        pl.DataFrame({"article_id": long["article_id"], "signature": digests.tolist()}, schema=SIGNATURES), bands
    )


def find_copies(con: duckdb.DuckDBPyConnection) -> None:
    """Set `articles.duplicate_of` of near-copies anew where the table `stirred` says that bands have changed.

    Runs inside the caller's transaction, on the temporary tables of `tasks.load.consolidate.touch`, and adds to them
    what its findings touch.
    """
    con.execute(_FIND, {"same": SAME})
    if con.execute("SELECT count(*) FROM followed").fetchall() != [(0,)]:
        con.execute(_FOLLOW)
