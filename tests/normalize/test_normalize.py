"""The step as a whole: nothing lost, nothing rewritten, every span inside its text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.frames import ARTICLES, QUARANTINE, RAW_ARTICLES, SENTENCES
from tasks.normalize.normalize import normalize_articles
from tasks.normalize.search import normalize_arabic
from tasks.quarantine import article_of

TITLE = "وفد عراقي يصل إلى طهران.. ومحادثات أمنية!"
TEXT = (
    "بحث الوزيران في العاصمة سبل تعزيز التعاون الأمني على الحدود المشتركة بين البلدين.\r\n\r\n"
    "إيلاف من لندن: وصل\xa0الوفد أمس. وقال الوزير: «لن نتراجع».\r\n\r\n"
    "جيد وفعال\r\n\r\n"
    "ووصف الوزير التعاون بالجيد.وأضاف أنه مستمر"
)


def raw(*rows: dict[str, Any]) -> pl.DataFrame:
    defaults = {
        "origin": "feed.jsonl",
        "source": "مرصد",
        "title": TITLE,
        "text": TEXT,
        "content_hash": 1,
    }
    return pl.DataFrame(
        [{**defaults, "record_number": n, "article_id": n, **row} for n, row in enumerate(rows, 1)],
        schema=RAW_ARTICLES,
    )


def test_an_article_with_lede_dateline_and_subheading() -> None:
    articles, sentences, quarantine = normalize_articles(raw({}))
    article = articles.row(0, named=True)
    assert (article["title"], article["text"], article["language"]) == (TITLE, TEXT, "ar")
    assert article["dateline"] == "إيلاف من لندن"
    assert article["text_search"] == normalize_arabic(f"{TITLE}\n{TEXT}")
    assert article["word_count"] == len(f"{TITLE} {TEXT}".split())
    assert TEXT[article["body_start"] :].startswith("وصل")
    cuts = [
        (row["part"], row["paragraph_index"], article[row["part"]][row["char_start"] : row["char_end"]])
        for row in sentences.iter_rows(named=True)
    ]
    assert cuts == [
        ("title", 0, TITLE),
        ("text", 0, TEXT.splitlines()[0]),
        ("text", 1, "إيلاف من لندن:"),
        ("text", 1, "وصل\xa0الوفد أمس."),
        ("text", 1, "وقال الوزير: «لن نتراجع»."),
        ("text", 2, "جيد وفعال"),
        ("text", 3, "ووصف الوزير التعاون بالجيد."),
        ("text", 3, "وأضاف أنه مستمر"),
    ]
    assert sentences["sentence_index"].to_list() == [0, *range(7)]
    assert quarantine.is_empty()


def test_date_of_the_dateline() -> None:
    text = f"تونس 11 ديسمبر 2016 (وات) - {TEXT}"
    given_day = datetime(2017, 1, 1, tzinfo=UTC)
    articles = normalize_articles(
        raw(
            {"text": text},
            {"text": text, "published_at": given_day, "published_at_basis": "file"},
            {"text": text, "published_at": given_day, "published_at_basis": "metadata"},
            {"text": TEXT},
        )
    ).articles
    of_text = datetime(2016, 12, 11, tzinfo=UTC)
    assert articles["published_at"].to_list() == [of_text, of_text, given_day, None]
    assert articles["published_at_basis"].to_list() == ["text", "text", "metadata", None]


def test_dateline_in_the_author_field() -> None:
    row = normalize_articles(raw({"author": "واس - جدة", "text": "وصل الوفد إلى العاصمة أمس."})).articles.row(
        0, named=True
    )
    assert (row["dateline"], row["body_start"], row["author"]) == ("واس - جدة", 0, "واس - جدة")


def test_what_is_not_arabic_goes_to_quarantine() -> None:
    persian = "رئیس جمهور امروز با وزیر امور خارجه روسیه دیدار کرد و درباره مسائل منطقه گفت‌وگو کردند."
    frame = raw(
        {},
        {"title": "گفت‌وگوی دو وزیر", "text": persian},
        {"title": None, "text": "123 ... 456"},
        {"title": "Ministers meet", "text": "Long talks. " * 20_000},
    )
    articles, sentences, quarantine = normalize_articles(frame)
    assert articles["article_id"].to_list() == [1]
    assert sentences["article_id"].unique().to_list() == [1]
    assert quarantine["reason"].to_list() == ["not_arabic", "no_words", "not_arabic"]
    assert quarantine["record_number"].to_list() == [2, 3, 4]
    assert quarantine["stage"].unique().to_list() == ["normalize"]
    assert "Persian" in quarantine["message"][0]
    assert json.loads(quarantine["payload"][0])["text"] == persian
    assert [article_of(payload) for payload in quarantine["payload"]] == frame[1:].to_dicts()
    assert quarantine["quarantine_id"].n_unique() == 3
    again = normalize_articles(frame).quarantine
    assert again.equals(quarantine)


def test_empty_batch() -> None:
    articles, sentences, quarantine = normalize_articles(pl.DataFrame(schema=RAW_ARTICLES))
    assert (articles.schema, sentences.schema, quarantine.schema) == (ARTICLES, SENTENCES, QUARANTINE)
    assert articles.is_empty()
    assert sentences.is_empty()
    assert quarantine.is_empty()


news = st.lists(
    st.sampled_from(
        [*TEXT.split(" "), "Reuters", "د.", "\n", "\r\n", "\xa0", "\u200f", "\u0651", " ", ".", "..", "؟", "1.5"]
    ),
    max_size=60,
).map(" ".join)


@given(st.lists(st.tuples(st.none() | news, news | st.text(st.characters(exclude_categories=["Cs"]))), max_size=5))
@settings(max_examples=60)
def test_every_record_and_character_is_kept(records: list[tuple[str | None, str]]) -> None:
    frame = raw(*({"title": title, "text": text} for title, text in records))
    articles, sentences, quarantine = normalize_articles(frame)
    assert articles.height + quarantine.height == frame.height
    assert (articles.schema, sentences.schema, quarantine.schema) == (ARTICLES, SENTENCES, QUARANTINE)
    for article in articles.iter_rows(named=True):
        source = frame.row(article["record_number"] - 1, named=True)
        assert (article["title"], article["text"]) == (source["title"], source["text"])
        for part in ("title", "text"):
            whole = article[part] or ""
            rows = sentences.filter((pl.col("article_id") == article["article_id"]) & (pl.col("part") == part))
            spans = list(rows.select("char_start", "char_end").iter_rows())
            assert "".join("".join(whole[a:b].split()) for a, b in spans) == "".join(whole.split())
            assert rows["sentence_index"].to_list() == list(range(len(spans)))
