"""Spans of days: months, years and their parts, of the Gregorian and the Hijri calendar.

Everything here raises ValueError or OverflowError where the calendar has no such day (31 February, the year 12000, a
Hijri year outside 1343–1500, which is what the Umm al-Qura tables of hijridate cover).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.end - self.start).days + 1


def one_day(day: date) -> Span:
    """The span of a single day."""
    return Span(day, day)


def year_span(year: int) -> Span:
    """A Gregorian year."""
    return Span(date(year, 1, 1), date(year, 12, 31))


def month_span(year: int, month: int, months: int = 1) -> Span:
    """`months` Gregorian months; a `month` beyond 1–12 counts on into other years."""
    first, last = year * 12 + month - 1, year * 12 + month - 2 + months
    year, month = last // 12, last % 12 + 1
    return Span(date(first // 12, first % 12 + 1, 1), date(year, month, calendar.monthrange(year, month)[1]))


def week_span(day: date) -> Span:
    """The week of a day, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + timedelta(days=6))


def months_away(day: date, months: int) -> date:
    """The same day `months` later, or the last of its month where there is none."""
    span = month_span(day.year, day.month + months)
    return min(span.start + timedelta(days=day.day - 1), span.end)


def hijri_span(year: int, month: int, first: int | None = None, last: int | None = None) -> Span:
    """A Hijri month, or its days `first` to `last`, in the Umm al-Qura calendar."""
    from hijridate import Hijri  # noqa: PLC0415  # its tables are seldom needed

    length = Hijri(year, month, 1).month_length()
    start, end = (Hijri(year, month, day).to_gregorian() for day in (first or 1, last or first or length))
    return Span(date(start.year, start.month, start.day), date(end.year, end.month, end.day))


def hijri_year(day: date) -> int:
    """The Hijri year of a day."""
    from hijridate import Gregorian  # noqa: PLC0415

    return int(Gregorian(day.year, day.month, day.day).to_hijri().year)


def third(span: Span, index: int) -> Span:
    """The beginning (0), middle (1) or end (2) of a week, a month or several.

    A month falls into 1–10, 11–20 and the rest, a year into four months each. The end of a week is Saturday and Sunday.
    """
    if span.days == 7:
        first, last = ((0, 1), (2, 4), (5, 6))[index]
    elif span.days <= 31:
        first, last = ((0, 9), (10, 19), (20, span.days - 1))[index]
    else:
        return nth(span, 3, index + 1)
    return Span(span.start + timedelta(days=first), span.start + timedelta(days=last))


def nth(span: Span, parts: int, index: int) -> Span:
    """The `index`-th (from 1) of so many equal parts of a month or of years.

    Raises:
        ValueError: there is no such part, or the span has none.
    """
    if not 1 <= index <= parts:
        raise ValueError(f"part {index} of {parts}")
    if span.days <= 31:
        length = span.days // parts
        start = span.start + timedelta(days=length * (index - 1))
        return Span(start, span.end if index == parts else start + timedelta(days=length - 1))
    months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + 1
    length = months // parts
    if not length:
        raise ValueError(f"{months} months have no {parts} parts")
    return month_span(span.start.year, span.start.month + length * (index - 1), length)


def cyclic(candidates: Iterable[Span], day: date, shift: int | None, *, future: bool) -> Span:
    """Which of the yearly recurrences of a date is meant on `day`: the last, the next, else the nearest.

    News tells more of what was than of what will be: unless `future`, a day ahead counts as five times as far.

    Raises:
        ValueError: none is.
    """
    spans = list(candidates)
    if shift is not None and shift < 0:
        return max(span for span in spans if span.end < day)
    if shift is not None and shift > 0:
        return min(span for span in spans if span.start > day)
    if future and shift is None:
        return min(span for span in spans if span.end >= day)
    return min(spans, key=lambda span: _distance(span, day))


def _distance(span: Span, day: date) -> int:
    if span.start <= day <= span.end:
        return 0
    ahead = (span.end - day).days
    return ahead * 5 if ahead > 0 else -ahead
