"""Dates as publishers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.dates import EARLIEST, date_in_name, read_published

LATEST = datetime(2026, 1, 1, tzinfo=UTC)
DAY = "2015-07-21 00:00"
MORNING = "2015-07-21 02:51"


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2015-07-21", DAY),
        ("20150721", DAY),
        ("2015/7/21", DAY),
        ("21/07/2015", DAY),
        ("21-7-2015", DAY),
        ("21.07.2015", DAY),
        ("07/21/2015", DAY),
        ("٢١/٠٧/٢٠١٥", DAY),
        ("21 يوليو 2015", DAY),
        ("21 تموز 2015", DAY),
        ("21 جويلية 2015", DAY),
        ("21 يوليوز 2015", DAY),
        ("٢١ تموز/يوليو ٢٠١٥", DAY),
        ("تموز (يوليو) 21, 2015", DAY),
        ("الثلاثاء 5 شوال 1436 هـ - 21 يوليو 2015م", DAY),
        ("الثلاثاء 5/10/1436 هـ الموافق 21/7/2015", DAY),
        ("الثلاثاء 5 شوال 1436 هـ", DAY),
        ("٥ شوّال ١٤٣٦", DAY),
        ("1436/10/05", DAY),
        ("1436-10-05", DAY),
        ("5/10/1436 هـ", DAY),
        ("30/02/1436", "2014-12-22 00:00"),
        ("21 تموز - يوليو 2015", DAY),
        ("July 21st, 2015", DAY),
        ("21 juillet 2015", DAY),
        ("2015-07-21 02:51", MORNING),
        ("2015-07-21T02:51:00Z", MORNING),
        ("2015-07-21T025100", MORNING),
        ("2015-07-21T05:51:00+03:00", MORNING),
        ("Tue, 21 Jul 2015 05:51:00 +0300", MORNING),
        ("Tue Jul 21 02:51:00 UTC 2015", MORNING),
        ("آخر تحديث: 21 يوليو 2015 - 02:51 بتوقيت غرينتش", MORNING),
        ("الثلاثاء 21/07/2015 - 02:51 ص", MORNING),
        ("02:51 21/07/2015", MORNING),
        ("1437447060", MORNING),
        (1437447060, MORNING),
        (1437447060.0, MORNING),
        (1437447060_000, MORNING),
        (1437447060_000_000, MORNING),
        (datetime(2015, 7, 21, 2, 51), MORNING),
        (datetime(2015, 7, 21, 5, 51, tzinfo=timezone(timedelta(hours=3))), MORNING),
        (date(2015, 7, 21), DAY),
        ("21 تموز 2015 02:51 م", "2015-07-21 14:51"),
        ("12:30 ص 21 تموز 2015", "2015-07-21 00:30"),
        ("July 21, 2015 at 12:30 PM", "2015-07-21 12:30"),
        ("5 كانون الثاني 2015", "2015-01-05 00:00"),
        ("5 كانون الأول 2014", "2014-12-05 00:00"),
        ("12 نونبر 2014", "2014-11-12 00:00"),
        ("3 غشت 2014", "2014-08-03 00:00"),
        ("3 آب 2014", "2014-08-03 00:00"),
    ],
)
def test_written_dates(written: object, instant: str) -> None:
    assert read_published(written, LATEST).moment == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "2015",
        "يوليو 2015",
        "قبل ساعتين",
        "أمس",
        "31/31/2015",
        "2015-02-30",
        "1394/04/30",
        "31/10/1436",
        "0001-01-01",
        "2031-01-01",
        "0000-00-00 00:00:00",
        "1970-01-01",
        "9" * 30,
        "nan",
        "x" * 10_000,
        0,
        1,
        -5,
        1e300,
        float("nan"),
        None,
        True,
        [],
        {},
    ],
)
def test_what_is_no_date(written: object) -> None:
    assert read_published(written, LATEST).moment is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2087-05-01", "'2087-05-01' is later than today"),
        (datetime(2087, 5, 1), "'2087-05-01 00:00:00' is later than today"),
        ("1970-01-01", "'1970-01-01' was never set"),
        ("1970-01-01T00:00:00+03:00", "'1970-01-01T00:00:00+03:00' was never set"),
        ("1970-01-01 03:00", "'1970-01-01 03:00' was never set"),
        (datetime(1970, 1, 1), "'1970-01-01 00:00:00' was never set"),
        ("0001-01-01", "'0001-01-01' is before 1900"),
        ("12 مارس 1850", "'12 مارس 1850' is before 1900"),
        (0, "'0' is no date"),
        ("قريبا", "'قريبا' is no date"),
        ("x" * 10_000, f"'{'x' * 40}' is no date"),
        ("2015-07-21", None),
        (None, None),
        ("", None),
        (" ", None),
    ],
)
def test_what_is_refused_has_a_reason(written: object, reason: str | None) -> None:
    read = read_published(written, LATEST)
    assert read.refused == reason
    assert (read.moment is None) == (reason is not None or not written or written == " ")


@given(st.datetimes(EARLIEST.replace(tzinfo=None) + timedelta(days=1), LATEST.replace(tzinfo=None)))
def test_iso_and_epoch_round_trip(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    if abs(moment - datetime(1970, 1, 1, tzinfo=UTC)) > timedelta(hours=14):
        assert read_published(moment.isoformat(), LATEST).moment == moment
    if moment.timestamp() >= 1e8:
        assert read_published(int(moment.timestamp()), LATEST).moment == moment.replace(microsecond=0)


@given(st.text("0123456789٠١٢-/: .TZم+abيناوul", max_size=40))
def test_no_text_stops_the_parser(text: str) -> None:
    read_published(text, LATEST)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2021-03-04.txt", "2021-03-04"),
        ("خبر_20210304_2.txt", "2021-03-04"),
        ("a-2021_03_04", "2021-03-04"),
        ("2021-13-04.txt", None),
        ("120210304.txt", None),
        ("2031-01-01.txt", None),
        ("news.txt", None),
    ],
)
def test_dates_in_names(name: str, day: str | None) -> None:
    expected = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    assert date_in_name(name, LATEST) == expected
