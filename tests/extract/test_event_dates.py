"""Dates of events: a table of expressions with the days they mean, and what holds of any words."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.date_words import LONGEST
from tasks.extract.dates import EventDate, event_date
from tasks.extract.forms import cell_list, read_table

TABLE = Path(__file__).with_name("event_dates.csv")
"""Expressions of our own, in the manner of the press of every Arab country; the days were looked up on calendars.

`future` is "yes" for an event yet to come; an empty `end` is the start again; an empty `reference` is an article
whose day of publication is not known.
"""
WEDNESDAY = date(2017, 6, 14)

with TABLE.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def day_of(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['family']}: {row['expression']} ({row['reference']})")
def test_expressions(row: dict[str, str]) -> None:
    start, end = day_of(row["start"]), day_of(row["end"] or row["start"])
    read = event_date([row["expression"]], day_of(row["reference"]), future=row["future"] == "yes")
    if row["basis"] == "publication":
        start = end = day_of(row["reference"])
    assert read == EventDate(start, end, row["basis"])


def test_the_table_is_large_and_says_nothing_twice() -> None:
    assert len(ROWS) >= 170
    assert len({(row["expression"], row["reference"], row["future"]) for row in ROWS}) == len(ROWS)


def test_no_word_of_the_calendar_has_two_meanings() -> None:
    words = [word for row in read_table("calendar.csv") for word in cell_list(row["words"])]
    assert len(words) == len(set(words))


def test_of_several_dates_the_most_exact_counts() -> None:
    assert event_date(["عام 2016", "السبت 12 مارس"], WEDNESDAY).start == date(2017, 3, 12)
    assert event_date(["أمس", "منذ 2011"], WEDNESDAY).start == date(2017, 6, 13)
    assert event_date(["أمس", "8 مارس 2016"], WEDNESDAY) == EventDate(date(2016, 3, 8), date(2016, 3, 8), "explicit")


def test_the_gregorian_date_counts_before_the_hijri_one() -> None:
    # The month was sighted a day later than calculated.
    assert event_date(["14 محرم 1437 هـ", "28 أكتوبر 2015"], WEDNESDAY).start == date(2015, 10, 28)


def test_nothing_said() -> None:
    assert event_date([], WEDNESDAY) == EventDate(WEDNESDAY, WEDNESDAY, "publication")
    assert event_date([], None) == EventDate(None, None, "unknown")


def test_an_instant_counts_as_its_day() -> None:
    assert event_date(["أمس"], datetime(2017, 6, 14, 23, 30, tzinfo=UTC)).start == date(2017, 6, 13)


@pytest.mark.parametrize("published", [date.min, date.max])
@pytest.mark.parametrize(
    "text", ["أمس", "غدا", "الأسبوع الماضي", "العام المقبل", "12 مارس", "رمضان", "القرن الماضي", "الأحد المقبل"]
)
def test_the_ends_of_the_calendar(text: str, published: date) -> None:
    assert event_date([text], published).basis in {"explicit", "relative", "publication"}


WORDS = sorted({word for row in read_table("calendar.csv") for word in cell_list(row["words"])})
TEXTS = st.lists(
    st.sampled_from([*WORDS, "و", "-", "/", "ثلاثة", "الثاني", "3", "24", "2017", "1437", "12/3/2017", "9" * 20])
    | st.text(alphabet="0123456789٠١٢/-.: أمسيوبقلعاشح\u064b", max_size=8),
    max_size=8,
).map(" ".join)


@given(st.lists(TEXTS, max_size=3), st.none() | st.dates(), st.booleans())
def test_any_words_give_days_in_order(texts: list[str], published: date | None, future: bool) -> None:
    start, end, basis = event_date(texts, published, future=future)
    assert (start is None) == (end is None) == (basis == "unknown")
    if start and end:
        assert start <= end
    if basis == "publication":
        assert start == end == published
    assert event_date(tuple(texts), published, future=future) == (start, end, basis)


def test_a_text_without_end_costs_no_more_than_its_beginning() -> None:
    assert event_date(["أمس " + "إلى من " * 10_000], WEDNESDAY).start == date(2017, 6, 13)
    assert event_date(["من " * LONGEST + "أمس"], WEDNESDAY).basis == "publication"
