"""The step "normalise": raw articles in, articles and their sentences out.

Adds what follows from the text alone (search form, word count, dateline, language, sentences) and rewrites nothing:
`title` and `text` stay as they were delivered, and every offset points into them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

import polars as pl

from tasks.frames import ARTICLES, INSTANT, QUARANTINE, SENTENCES, conform
from tasks.normalize.dateline import Dateline, find_byline_dateline, find_dateline
from tasks.normalize.language import ARABIC, LANGUAGE_NAMES, guess_languages
from tasks.normalize.published import published_in_text
from tasks.normalize.search import search_form
from tasks.normalize.sentences import split_sentences
from tasks.quarantine import ARTICLE, article_payload, quarantined

STAGE: Final = "normalize"
_EARLIEST: Final = date(1900, 1, 1)
_NEAR: Final = timedelta(days=3)
"""A text may date its news a few days before or after it was published."""


class Normalized(NamedTuple):
    """What normalising a batch gives; every row of the input is in `articles` or in `quarantine`."""

    articles: pl.DataFrame  # ARTICLES
    sentences: pl.DataFrame  # SENTENCES, in the order of the articles, titles before texts
    quarantine: pl.DataFrame  # QUARANTINE: reason "not_arabic" or "no_words"


def normalize_articles(raw: pl.DataFrame, latest: date | None = None) -> Normalized:
    """Normalise a batch of RAW_ARTICLES.

    A title is one sentence a line. In the text a dateline, with a reporter before it, is a sentence of its own. The
    dateline comes from the text, else from the author field, where some papers put it. Its date, else that of the
    lede, becomes `published_at` (midnight UTC, basis "text") where the source gave none or only a file's date; but none
    after `latest` (by default tomorrow). Whatever is written and not taken is in `published_at_note`.
    """
    title, text = pl.col("title").fill_null(""), pl.col("text").fill_null("")
    frame = raw.with_columns(
        text_search=search_form(pl.concat_str(title, text, separator="\n")),
        word_count=title.str.count_matches(r"\S+") + text.str.count_matches(r"\S+"),
    )
    whole = frame.select(pl.concat_str(title, text, separator="\n")).to_series()
    frame = frame.with_columns(language=guess_languages(frame["text_search"], whole))
    is_arabic = pl.col("language").eq_missing(ARABIC)
    accepted = frame.filter(is_arabic)
    datelines = [_dateline(*row) for row in accepted.select(text, "author").iter_rows()]
    articles = _with_datelines(accepted, datelines, latest or datetime.now(UTC).date() + timedelta(days=1))
    sentences = pl.DataFrame(
        list(_sentences(accepted.select("article_id", title, text, body_start=articles["body_start"]))),
        schema=SENTENCES,
        orient="row",
    )
    return Normalized(conform(articles, ARTICLES), sentences, _rejected(frame.filter(~is_arabic)))


def _dateline(text: str, author: str | None) -> Dateline | None:
    found = find_dateline(text)
    if found is None and author:
        found = find_byline_dateline(author)
        return found._replace(body_start=0) if found else None
    return found


def _with_datelines(articles: pl.DataFrame, datelines: list[Dateline | None], latest: date) -> pl.DataFrame:
    told = [published_in_text(text or "", found) for text, found in zip(articles["text"], datelines, strict=True)]
    plausible = [day if day and _EARLIEST <= day <= latest else None for day in told]
    found = articles.with_columns(
        pl.Series("dateline", [found and found.text for found in datelines], dtype=pl.String),
        pl.Series("body_start", [found.body_start if found else 0 for found in datelines], dtype=pl.Int32),
        pl.Series("told", told, dtype=pl.Date),
        pl.Series("day", [day and datetime.combine(day, time(), UTC) for day in plausible], dtype=INSTANT),
    )
    dated = pl.col("day").is_not_null() & (
        pl.col("published_at").is_null() | pl.col("published_at_basis").eq_missing("file")
    )
    far = (pl.col("published_at") - pl.col("day")).abs() > _NEAR
    refused = pl.when(pl.col("told").is_not_null() & pl.col("day").is_null()).then(
        pl.format("text: '{}' is not of this time", "told")
    )
    differs = pl.when(pl.col("day").is_not_null() & far).then(
        pl.when(dated)
        .then(pl.format("file: '{}' is not what the text says", pl.col("published_at").dt.date()))
        .otherwise(pl.format("text: '{}' is not what the metadata say", pl.col("told")))
    )
    return found.with_columns(
        published_at=pl.when(dated).then("day").otherwise("published_at"),
        published_at_basis=pl.when(dated).then(pl.lit("text")).otherwise("published_at_basis"),
        published_at_note=pl.concat_str(
            "published_at_note", refused, differs, separator="; ", ignore_nulls=True
        ).replace("", None),
    )


def _sentences(articles: pl.DataFrame) -> Iterator[tuple[int, str, int, int, int, int]]:
    """Rows of SENTENCES for rows of (article_id, title, text, body_start)."""
    for article_id, title, text, body_start in articles.iter_rows():
        parts = (
            ("title", split_sentences(title, headline=True)),
            ("text", split_sentences(text, breaks=(body_start,))),
        )
        for part, spans in parts:
            for index, span in enumerate(spans):
                yield article_id, part, index, *span


def _rejected(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame([_quarantined(row) for row in rows.iter_rows(named=True)], schema=QUARANTINE)


def _quarantined(row: dict[str, Any]) -> dict[str, object]:
    language = row["language"]
    if language is None:
        reason, told = "no_words", "title and text hold no letter; nothing to do unless its origin has the text"
    else:
        name = LANGUAGE_NAMES.get(language)
        reason = "not_arabic"
        told = f"its text is not Arabic but, it seems, {name or 'language'} ({language}); leave it out"
    return quarantined(
        origin=row["origin"],
        record_number=row["record_number"],
        stage=STAGE,
        reason=reason,
        message=f"{row['origin']}, record {row['record_number']}: {told}.",
        payload=article_payload(row),
        format_name=ARTICLE,
    )
