"""The day of publication that texts tell: datelines, agencies, dated ledes, and dates that are only mentioned."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.frames import RAW_ARTICLES
from tasks.normalize.dateline import find_dateline
from tasks.normalize.normalize import normalize_articles
from tasks.normalize.published import published_in_text

BODY = "أعلنت وزارة الداخلية توقيف خمسة أشخاص يشتبه في ضلوعهم بالهجوم على مركز الشرطة."


def told(text: str) -> date | None:
    return published_in_text(text, find_dateline(text))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"تونس 11 ديسمبر 2016 (وات) - {BODY}", date(2016, 12, 11)),
        (f"أ ف ب 3/5/2016 - {BODY}", date(2016, 5, 3)),
        (f"(أ ف ب) ٣/٥/٢٠١٦: {BODY}", date(2016, 5, 3)),
        (f"12 مارس/آذار 2017\n{BODY}", date(2017, 3, 12)),
        (f"الأحد، 12 آذار (مارس) 2017\n\n{BODY}", date(2017, 3, 12)),
        (f"نشر في: 2017-03-12\n{BODY}", date(2017, 3, 12)),
        (f"الثلاثاء 14 محرم 1437 هـ\n{BODY}", date(2015, 10, 27)),
        (f"الثلاثاء 14 محرم 1437 هـ الموافق 28 أكتوبر 2015 م\n{BODY}", date(2015, 10, 28)),
        ("أعلنت الوزارة اليوم الأحد 12 مارس 2017 توقيف خمسة أشخاص.", date(2017, 3, 12)),
        ("أعلنت الوزارة أمس الأحد 12 مارس 2017 توقيف خمسة أشخاص.", date(2017, 3, 13)),
        ("أعلنت الوزارة أول أمس (الأحد 12 مارس 2017) توقيف خمسة أشخاص.", date(2017, 3, 14)),
        ("قتل جنديان في هجوم وقع في سيناء الجمعة 10 مارس 2017.", date(2017, 3, 10)),
        ("استقبل الرئيس التونسي، الخميس 5 جانفي 2017، وفدا من البرلمان.", date(2017, 1, 5)),
        ("تعيش البلاد منذ 17 ديسمبر 2010 أزمة سياسية، كما قال الوزير الخميس 5 جانفي 2012.", date(2012, 1, 5)),
        ("أعلنت الوزارة الأحد 12 مارس/آذار 2017 توقيف خمسة أشخاص.", date(2017, 3, 12)),
        ("أعلنت الوزارة الأحد 13 مارس 2017 توقيف خمسة أشخاص.", None),
        ("نشرت الصحف صورا التقطت في 12 مارس 2017 قرب الحدود.", None),
        ("أحيت المدينة ذكرى 11 سبتمبر 2001.", None),
        ("تحسن الوضع منذ يوم 14 جانفي 2011.", None),
        ("سيعقد البرلمان جلسة عامة يوم 20 جويلية 2017.", None),
        ("ستنظم الهيئة انتخابات يوم 20 جويلية 2017.", None),
        ("من المقرر أن يزور الوفد بغداد في 20 تموز 2017.", None),
        ("أعلنت الوزارة يوم 31 فيفري 2017 توقيف خمسة.", None),
        ("أعلنت الوزارة في مارس 2017 توقيف خمسة.", None),
        (f"{BODY}\n{BODY}\nوكان الهجوم وقع في 3 مارس 2017.", None),
        ("", None),
    ],
)
def test_days_that_texts_tell(text: str, day: date | None) -> None:
    assert told(text) == day


@given(st.text(alphabet="0123456789٠١٢/-. \nأمسالأحدمارسجانفيهـ", max_size=80))
def test_any_text(text: str) -> None:
    told(text)


def normalized(text: str, **fields: object) -> tuple[object, ...]:
    row = {"article_id": 1, "origin": "a", "record_number": 1, "text": text, "content_hash": 1} | fields
    articles = normalize_articles(pl.DataFrame([row], schema=RAW_ARTICLES), latest=date(2020, 1, 1)).articles
    return articles.select("published_at", "published_at_basis", "published_at_note").row(0)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_metadata_come_before_the_text_and_a_difference_is_noted() -> None:
    text = f"تونس 11 ديسمبر 2016 (وات) - {BODY}"
    near, far = at(date(2016, 12, 12)), at(date(2017, 6, 1))
    given_by = {"published_at_basis": "metadata"}
    assert normalized(text, published_at=near, **given_by) == (near, "metadata", None)
    assert normalized(text, published_at=far, **given_by) == (
        far,
        "metadata",
        "text: '2016-12-11' is not what the metadata say",
    )
    assert normalized(text, published_at=far, published_at_basis="file") == (
        at(date(2016, 12, 11)),
        "text",
        "file: '2017-06-01' is not what the text says",
    )


def test_refused_metadata_give_way_to_the_text_and_the_reason_stays() -> None:
    note = "date: '2087-05-01' is later than today"
    assert normalized(f"أ ف ب 3/5/2016 - {BODY}", published_at_note=note) == (at(date(2016, 5, 3)), "text", note)
    assert normalized(BODY, published_at_note=note) == (None, None, note)


def test_a_text_of_tomorrow_is_refused_with_a_reason() -> None:
    assert normalized(f"تونس 11 ديسمبر 2087 (وات) - {BODY}") == (
        None,
        None,
        "text: '2087-12-11' is not of this time",
    )
