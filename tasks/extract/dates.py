"""When an event was: from the words that say so and the day of publication.

Month names of every family of the press (مارس, آذار, the Maghreb's جانفي and جويلية), weekdays, relative words and
number words stand in `resources/calendar.csv`. Days are those of the publication's UTC date; weeks run from Monday.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from tasks.extract.forms import Lexicon, cell_list, fold, read_table
from tasks.extract.numbers import digits, number_at, ordinal_at, tokens_of


class EventDate(NamedTuple):
    """First and last day of an event, both included, and how they are known.

    `basis` is "explicit" (a calendar date), "relative" (yesterday, last week), "publication" (nothing said, or
    nothing that is understood) or "unknown" (no publication date either).
    """

    start: date | None
    end: date | None
    basis: str


class Span(NamedTuple):
    """Days from `start` to `end`, both included."""

    start: date
    end: date


class _Tables(NamedTuple):
    months: Lexicon[int]
    weekdays: Lexicon[int]
    days: Lexicon[int]
    units: Lexicon[str]
    shifts: Lexicon[int]
    ago: Lexicon[int]


@cache
def _tables() -> _Tables:
    entries: dict[str, list[tuple[str, str]]] = {}
    for row in read_table("calendar.csv"):
        entries.setdefault(row["kind"], []).extend((word, row["value"]) for word in cell_list(row["words"]))
    numbered = {
        kind: Lexicon((word, int(value)) for word, value in words) for kind, words in entries.items() if kind != "unit"
    }
    return _Tables(
        numbered["month"],
        numbered["weekday"],
        numbered["day"],
        Lexicon(entries["unit"]),
        numbered["shift"],
        numbered["ago"],
    )


_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d)")
_AMBIGUOUS_MONTHS = frozenset(map(fold, ("آب",)))
_ELSEWHERE = frozenset(map(fold, ("التالي", "التالية", "نفس", "ذاته", "نفسه")))
"""Words that count from another date of the text than the publication's."""

_DUALS = frozenset(map(fold, ("يومين", "أسبوعين", "شهرين", "عامين", "سنتين")))
_PLURALS = frozenset(map(fold, ("أيام", "أسابيع", "أشهر", "شهور", "أعوام", "سنوات", "سنين")))
_ABOUT = [[fold(word)] for word in ("نحو", "حوالي", "قرابة", "زهاء")]
_BETWEEN = frozenset(map(fold, ("من", "و", "إلى", "يوم", "يومي", "أيام", "شهر", "ال", "عام", "سنة", "لعام", "العام")))
"""Words that may stand between the parts of a date."""


def event_date(date_texts: Sequence[str], published: datetime | date | None, *, future: bool = False) -> EventDate:
    """Read the date of an event.

    Args:
        date_texts: What its sentence says about when, in order of appearance; may be empty.
        published: When the article was published, UTC; None if not known.
        future: Whether the event is yet to come, so that a bare "الأحد" is the next one.

    >>> event_date(["20 آب/أغسطس"], date(2015, 9, 1))[:2]
    (datetime.date(2015, 8, 20), datetime.date(2015, 8, 20))
    """
    day = published.date() if isinstance(published, datetime) else published
    for read, basis in ((_explicit, "explicit"), (_relative, "relative")):
        for text in date_texts:
            span = read(text, day, future)
            if span is not None:
                return EventDate(*span, basis)
    return EventDate(day, day, "publication") if day else EventDate(None, None, "unknown")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _one_day(day: date) -> Span:
    return Span(day, day)


def _year_span(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31))


def _month_span(year: int, month: int) -> Span:
    return Span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _year(word: str) -> int | None:
    value = digits(word)
    return value if value is not None and 1800 <= value <= 2100 else None


@lru_cache(maxsize=20_000)
def _explicit(text: str, published: date | None, future: bool) -> Span | None:
    folded = fold(text)
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_YEAR_FIRST, (1, 2, 3))):
        found = pattern.search(folded)
        if found:
            day = _date(*(int(found.group(part)) for part in order))
            return _one_day(day) if day else None
    words = [token.text for token in tokens_of(folded)]
    month = next((match for match in _tables().months.find(words) if _is_month(words, match.start)), None)
    if month is None:
        years = [year for word in words if (year := _year(word)) is not None]
        return Span(_year_span(years[0]).start, _year_span(years[-1]).end) if years else None
    days = _days_before(words, month.start)
    year = _year_after(words, month.end, published)
    if year is None:
        if published is None:
            return None
        year = _likely_year(words, month.value, days[:1], published, future)
    if not days:
        return _month_span(year, month.value)
    first, last = (_date(year, month.value, day) for day in (min(days), max(days)))
    return Span(first, last) if first and last else None


def _is_month(words: Sequence[str], at: int) -> bool:
    """Whether the word is a month; آب is also "father", مايو a month alone."""
    return words[at] not in _AMBIGUOUS_MONTHS or (at > 0 and words[at - 1].isdigit()) or at + 1 < len(words)


def _days_before(words: Sequence[str], end: int) -> list[int]:
    """The days of the month that stand before its name: "26 و27", "من 3 إلى 5", "الثاني من"."""
    found: list[int] = []
    at = 0
    while at < end:
        number = ordinal_at(words, at) or number_at(words, at)
        if number and number[1] <= end and 1 <= number[0] <= 31:
            found.append(number[0])
            at = number[1]
        else:
            if words[at] not in _BETWEEN:
                found.clear()  # counts something else: "الساعة 10 من 3 مارس"
            at += 1
    return found


def _year_after(words: Sequence[str], start: int, published: date | None) -> int | None:
    for at in range(start, len(words)):
        year = _year(words[at])
        if year is not None:
            return year
        unit = _tables().units.at(words, at)
        if published and unit and unit.value == "year" and unit.end < len(words):
            shift = _tables().shifts.at(words, unit.end)
            if shift:
                return published.year + shift.value
    return None


def _likely_year(words: Sequence[str], month: int, days: Sequence[int], published: date, future: bool) -> int:
    """The year that a date without one means: as "الماضي" or "المقبل" say, else the one that brings it nearest."""
    shift = next((match.value for match in _tables().shifts.find(words)), 1 if future else None)
    day = min([*days, 28])
    distance = {
        year: (date(year, month, day) - published).days for year in range(published.year - 1, published.year + 2)
    }
    # A month that is running may be "last" or "next" by its day only.
    slack = 0 if days else 31
    if shift == -1:
        return max(year for year, days_off in distance.items() if days_off <= 0)
    if shift == 1:
        return min(year for year, days_off in distance.items() if days_off >= -slack)
    # News tells more of what was than of what will be.
    return min(distance, key=lambda year: abs(distance[year]) * (3 if distance[year] > 0 else 1))


@lru_cache(maxsize=20_000)
def _relative(text: str, published: date | None, future: bool) -> Span | None:
    words = [token.text for token in tokens_of(fold(text))]
    if published is None or _ELSEWHERE.intersection(words):
        return None
    tables = _tables()
    weekday, shift, near = (
        next((match.value for match in table.find(words)), None)
        for table in (tables.weekdays, tables.shifts, tables.days)
    )
    if weekday is not None:
        return _one_day(_weekday(weekday, published, near, shift, future))
    counted = _counted(words, published, future)
    if counted:
        return counted
    unit = next((match.value for match in tables.units.find(words)), None)
    if unit in ("week", "month", "year") and shift is not None and not _PLURALS.intersection(words):
        return _unit_span(unit, published, shift)
    return _one_day(published + timedelta(days=near)) if near is not None else None


def _weekday(weekday: int, published: date, near: int | None, shift: int | None, future: bool) -> date:
    """The day that a weekday means; with "اليوم" or "أمس" beside it, the weekday is what the editor checked."""
    if near is not None:
        middle = published + timedelta(days=near)
        return middle + timedelta(days=(weekday - middle.weekday() + 3) % 7 - 3)
    if shift == 1 or (future and shift is None):
        first = published + timedelta(days=1 if shift == 1 else 0)
        return first + timedelta(days=(weekday - first.weekday()) % 7)
    last = published - timedelta(days=1 if shift == -1 else 0)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def _counted(words: Sequence[str], published: date, future: bool) -> Span | None:
    """The span that "قبل ثلاثة أيام", "منذ شهرين", "بعد أسبوع" mean."""
    tables = _tables()
    for at, _ in enumerate(words):
        direction = tables.ago.at(words, at)
        if not direction or (direction.value == 1 and not future):
            continue
        start = direction.end + (words[direction.end : direction.end + 1] in _ABOUT)
        number = number_at(words, start)
        unit_at = number[1] if number else start
        unit = tables.units.at(words, unit_at) if unit_at < len(words) else None
        if unit is None:
            continue
        word = words[unit_at]
        if number is None and word in _PLURALS:
            continue  # "قبل أيام": no telling how many
        count = number[0] if number else 2 if word in _DUALS else 1
        return _unit_span(unit.value, published, direction.value * count, exact=True)
    return None


def _unit_span(unit: str, published: date, count: int, *, exact: bool = False) -> Span | None:
    """The unit `count` units away from that of the publication; days and, if `exact`, weeks are counted to the day."""
    if abs(count) > 2000:
        return None
    if unit == "day" or (unit == "week" and exact):
        return _one_day(published + timedelta(days=count * (7 if unit == "week" else 1)))
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=count)
        return Span(monday, monday + timedelta(days=6))
    if unit == "month":
        months = published.year * 12 + published.month - 1 + count
        return _month_span(months // 12, months % 12 + 1) if months >= 12 else None
    return _year_span(published.year + count) if published.year + count >= 1 else None
