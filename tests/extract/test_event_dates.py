"""Dates of events: month names of every family, digits of both kinds, weekdays, relative words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.dates import EventDate, event_date

WEDNESDAY = date(2017, 6, 14)


def days(*texts: str, future: bool = False) -> tuple[str, str, str]:
    start, end, basis = event_date(texts, WEDNESDAY, future=future)
    return str(start), str(end), basis


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("20 آب/أغسطس 2015", "2015-08-20", "2015-08-20"),
        ("٢٠ أغسطس ٢٠١٥", "2015-08-20", "2015-08-20"),
        ("20-8-2015", "2015-08-20", "2015-08-20"),
        ("٢٠/٨/٢٠١٥", "2015-08-20", "2015-08-20"),
        ("2015-08-20", "2015-08-20", "2015-08-20"),
        ("الخميس، 8 جوان 2017", "2017-06-08", "2017-06-08"),
        ("كانون الثاني/يناير 2011", "2011-01-01", "2011-01-31"),
        ("شهر نوفمبر2016", "2016-11-01", "2016-11-30"),
        ("الثاني من فيفري", "2017-02-02", "2017-02-02"),
        ("التاسع والعشرين من جانفي الحالي", "2017-01-29", "2017-01-29"),
        ("غرة فيفري", "2017-02-01", "2017-02-01"),
        ("يومي 26 و27 ماي الجاري", "2017-05-26", "2017-05-27"),
        ("أكتوبر من العام الماضي", "2016-10-01", "2016-10-31"),
        ("13 ديسمبر الماضي", "2016-12-13", "2016-12-13"),
        ("7 أفريل المقبل", "2018-04-07", "2018-04-07"),
        ("جويلية المقبل", "2017-07-01", "2017-07-31"),
        ("سنتي 2012 و2013", "2012-01-01", "2013-12-31"),
        ("عام 2011", "2011-01-01", "2011-12-31"),
        ("نيسان 2003", "2003-04-01", "2003-04-30"),
        ("غشت 2016", "2016-08-01", "2016-08-31"),
    ],
)
def test_explicit(text: str, start: str, end: str):
    assert days(text) == (start, end, "explicit")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("اليوم", "2017-06-14", "2017-06-14"),
        ("مساء أمس", "2017-06-13", "2017-06-13"),
        ("أول أمس", "2017-06-12", "2017-06-12"),
        ("غداً", "2017-06-15", "2017-06-15"),
        ("أمس الثلاثاء", "2017-06-13", "2017-06-13"),
        ("اليوم الثلاثاء", "2017-06-13", "2017-06-13"),
        ("يوم السبت", "2017-06-10", "2017-06-10"),
        ("الأربعاء", "2017-06-14", "2017-06-14"),
        ("الأربعاء الماضي", "2017-06-07", "2017-06-07"),
        ("الأربعاء المقبل", "2017-06-21", "2017-06-21"),
        ("قبل ثلاثة أيام", "2017-06-11", "2017-06-11"),
        ("منذ يومين", "2017-06-12", "2017-06-12"),
        ("قبل أسبوع", "2017-06-07", "2017-06-07"),
        ("الأسبوع الماضي", "2017-06-05", "2017-06-11"),
        ("الشهر الماضي", "2017-05-01", "2017-05-31"),
        ("هذا العام", "2017-01-01", "2017-12-31"),
        ("قبل 22 عاما", "1995-01-01", "1995-12-31"),
    ],
)
def test_relative(text: str, start: str, end: str):
    assert days(text) == (start, end, "relative")


@pytest.mark.parametrize("text", ["مؤخرا", "قبل أيام", "اليوم التالي", "31 فبراير 2015", "الساعة 10", "", "زمن الحرب"])
def test_what_is_not_understood_falls_back_to_the_publication(text: str):
    assert days(text) == ("2017-06-14", "2017-06-14", "publication")


def test_what_is_yet_to_come():
    assert days("الأحد", future=True)[0] == "2017-06-18"
    assert days("بعد يومين", future=True)[0] == "2017-06-16"
    assert days("بعد يومين")[2] == "publication"


def test_an_explicit_date_is_preferred():
    assert days("أمس", "8 مارس 2016")[0] == "2016-03-08"


def test_without_publication():
    assert event_date(["أمس"], None) == EventDate(None, None, "unknown")
    assert event_date(["آب 2020"], None).start == date(2020, 8, 1)
    assert event_date(["20 مارس"], None).basis == "unknown"


def test_an_instant_counts_as_its_day():
    assert event_date(["أمس"], datetime(2017, 6, 14, 23, 30, tzinfo=UTC)).start == date(2017, 6, 13)


@given(
    st.lists(st.text(alphabet="0123456789٠١٢/-. أمسيومقبلعاش", max_size=25), max_size=3),
    st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.booleans(),
)
def test_any_text_gives_a_date_in_order(texts: list[str], published: date | None, future: bool):
    start, end, basis = event_date(texts, published, future=future)
    assert (start is None) == (end is None) == (basis == "unknown")
    if start and end:
        assert end - start >= timedelta(0)
