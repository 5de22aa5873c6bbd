"""When an event was: from the words that say so and the day of publication.

The words are read as items (`tasks.extract.date_words`); the rules below say which sequences of items are a date, and
which days it means (`tasks.extract.spans`). Where the language leaves room, the conventions are:

- Days are those of the publication's UTC date. Weeks run from Monday, winter is that which ends in the year named.
- "الأحد" is the last Sunday, that of the publication included; of what is yet to come, the next.
- A date without a year is its nearest recurrence (`spans.cyclic`); in a range, the one before the range's end.
- "قبل ثلاثة أيام" and "قبل أسبوع" count to the day, "قبل شهرين" and "قبل عام" give the whole month and year.
- "منذ 2011" and "خلال الأيام الثلاثة الماضية" last until the publication; "حتى الأحد المقبل" begins with it.
- What counts from another day of the text ("اليوم التالي", "بعد الانتخابات") or no day ("قبل أيام") is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from tasks.extract.date_words import AND, Item, items_of
from tasks.extract.spans import (
    Span,
    cyclic,
    hijri_span,
    hijri_year,
    month_span,
    months_away,
    nth,
    one_day,
    third,
    week_span,
    year_span,
)


class EventDate(NamedTuple):
    """First and last day of an event, both included, and how they are known.

    `basis` is "explicit" (a calendar date), "relative" (yesterday, last week), "publication" (nothing said, or
    nothing that is understood) or "unknown" (no publication date either).
    """

    start: date | None
    end: date | None
    basis: str


def event_date(date_texts: Sequence[str], published: datetime | date | None, *, future: bool = False) -> EventDate:
    """Read the date of an event.

    Of several dates the shortest counts, of equally short ones that of the calendar before a relative one.

    Args:
        date_texts: What its sentence says about when, in order of appearance; may be empty.
        published: When the article was published, UTC; None if not known.
        future: Whether the event is yet to come, so that a bare "الأحد" is the next one.

    >>> event_date(["20 آب/أغسطس"], date(2015, 9, 1))[:2]
    (datetime.date(2015, 8, 20), datetime.date(2015, 8, 20))
    """
    day = published.date() if isinstance(published, datetime) else published
    readings = tuple(reading for text in date_texts for reading in _readings(text, day, future))
    if readings:
        best = min(readings, key=lambda reading: (reading.span.days, reading.rank))
        return EventDate(*best.span, "relative" if best.rank == _RELATIVE else "explicit")
    return EventDate(day, day, "publication") if day else EventDate(None, None, "unknown")


_GREGORIAN, _HIJRI, _RELATIVE = range(3)
"""How well days are known; a Hijri date, printed beside the Gregorian one, may be off by the sighting of the moon."""


class _Reading(NamedTuple):
    end: int  # index after the last item
    span: Span
    rank: int


class _Phrase:
    """The items of one rule, by kind."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def all(self, kind: str) -> list[int]:
        return [item.number for item in self._items if item.kind == kind]

    def one(self, kind: str) -> int | None:
        """The value of the first item of a kind."""
        return next((item.number for item in self._items if item.kind == kind), None)

    def text(self, kind: str) -> str:
        return next(item.value for item in self._items if item.kind == kind)

    def unit(self) -> str:
        return next(item.kind for item in self._items if item.kind in "HDKMYC")

    def __contains__(self, kind: str) -> bool:
        return any(item.kind == kind for item in self._items)


class _Clock(NamedTuple):
    """What the days of an expression are counted from.

    `before` is the day on which a range ends, while its beginning is read.
    """

    published: date | None
    future: bool
    since: bool = False
    before: date | None = None

    @property
    def day(self) -> date:
        if self.published is None:
            raise ValueError("counted from an unknown day")
        return self.published

    def recurring(self, make: Callable[[int], Span], shift: int | None, reach: int, *, hijri: bool = False) -> Span:
        """The recurrence that is meant of what `make` places into a year, `reach` years around."""
        day = self.before or self.day
        year = hijri_year(day) if hijri else day.year
        spans = []
        for candidate in range(year - reach, year + reach + 1):
            try:
                spans.append(make(candidate))
            except (ValueError, OverflowError):
                continue  # 29 February
        if self.before:
            return max(span for span in spans if span.end <= day)
        if self.since and shift is None:
            return max(span for span in spans if span.start <= day)
        return cyclic(spans, day, shift, future=self.future)


def _year(phrase: _Phrase, clock: _Clock) -> int | None:
    """The year that a phrase names: "2016", "العام الماضي"."""
    year = phrase.one("y")
    if year is None and "Y" in phrase and (shift := phrase.one("s")) is not None:
        return clock.day.year + shift
    return year


def _in_year(phrase: _Phrase, clock: _Clock, make: Callable[[int], Span]) -> Span:
    """What `make` places into a year, in the one that the phrase means."""
    year = _year(phrase, clock)
    return clock.recurring(make, phrase.one("s"), 8 if _leap_day(make) else 1) if year is None else make(year)


def _leap_day(make: Callable[[int], Span]) -> bool:
    try:
        make(2001)
    except ValueError:
        return True
    return False


def _month(phrase: _Phrase, clock: _Clock) -> Span:
    month = phrase.all("m")[0]
    return _in_year(phrase, clock, lambda year: month_span(year, month))


def _days_of_month(phrase: _Phrase, clock: _Clock) -> Span:
    days, month = phrase.all("n"), phrase.all("m")[0]
    return _in_year(phrase, clock, lambda year: Span(date(year, month, min(days)), date(year, month, max(days))))


def _days_of_this_month(phrase: _Phrase, clock: _Clock) -> Span:
    """ "الثاني من الشهر الجاري", and "9 الجاري", which names no month."""
    shift = phrase.all("s")[0]
    if shift and "M" not in phrase:
        raise ValueError("the last of what is not said")
    days, month = phrase.all("n"), _shifted(clock.day, "M", shift)
    first, last = (month.start.replace(day=day) for day in (min(days), max(days)))
    return Span(first, last)


def _hijri(phrase: _Phrase, clock: _Clock) -> Span:
    days, month, year = phrase.all("n"), phrase.all("h")[0], phrase.one("z")
    first, last = (min(days), max(days)) if days else (None, None)

    def make(year: int) -> Span:
        return hijri_span(year, month, first, last)

    return clock.recurring(make, phrase.one("s"), 1, hijri=True) if year is None else make(year)


def _hijri_year(phrase: _Phrase, _: _Clock) -> Span:
    year = phrase.all("z")[0]
    return Span(hijri_span(year, 1).start, hijri_span(year, 12).end)


def _years(phrase: _Phrase, _: _Clock) -> Span:
    years = phrase.all("y")
    return Span(year_span(min(years)).start, year_span(max(years)).end)


def _written(phrase: _Phrase, _: _Clock) -> Span:
    """A whole date in digits: the day first, unless that is impossible."""
    parts = re.split(r"[-/.]", phrase.text("g"))
    if len(parts[0]) == 4:
        parts.reverse()
    day, month, year = (int(part) for part in parts)
    if len(parts[2]) == 2:
        year += 2000
    elif year in _HIJRI_YEARS:
        return hijri_span(year, month, day)
    elif year not in _YEARS:
        raise ValueError(year)
    return one_day(date(year, day, month) if month > 12 else date(year, month, day))


def _written_in_part(phrase: _Phrase, clock: _Clock) -> Span:
    """ "3/2017" is a month, "12/3" a day."""
    parts = phrase.text("o").split("/")
    if len(parts[0]) == 4:
        parts.reverse()
    first, second = int(parts[0]), int(parts[1])
    if len(parts[1]) == 4:
        if not 1 <= first <= 12 or second not in _YEARS:
            raise ValueError(parts)
        return month_span(second, first)
    day, month = (second, first) if second > 12 else (first, second)
    return _in_year(phrase, clock, lambda year: one_day(date(year, month, day)))


_YEARS, _HIJRI_YEARS = range(1800, 2101), range(1300, 1501)


def _weekday(phrase: _Phrase, clock: _Clock) -> Span:
    """The day that a weekday means; with "اليوم" or "أمس" beside it, the weekday is what the editor checked."""
    weekday, near, shift = phrase.all("w")[0], phrase.one("r"), phrase.one("s") or 0
    if near is not None:
        middle = clock.day + timedelta(days=near)
        return one_day(middle + timedelta(days=(weekday - middle.weekday() + 3) % 7 - 3))
    if clock.before:
        return one_day(clock.before - timedelta(days=(clock.before.weekday() - weekday) % 7))
    if shift > 0 or (clock.future and not clock.since and not shift):
        first = clock.day + timedelta(days=min(shift, 1))
        return one_day(first + timedelta(days=(weekday - first.weekday()) % 7, weeks=max(shift - 1, 0)))
    last = clock.day - timedelta(days=min(-shift, 1))
    return one_day(last - timedelta(days=(last.weekday() - weekday) % 7, weeks=max(-shift - 1, 0)))


def _near(phrase: _Phrase, clock: _Clock) -> Span:
    return one_day(clock.day + timedelta(days=phrase.all("r")[0]))


def _shifted(day: date, unit: str, count: int) -> Span:
    """The unit of the calendar that is `count` units away from that of the day."""
    if unit == "K":
        return week_span(day + timedelta(weeks=count))
    if unit == "M":
        return month_span(day.year, day.month + count)
    if unit == "Y":
        return year_span(day.year + count)
    century = (day.year // 100 + count) * 100
    return Span(date(century, 1, 1), date(century + 99, 12, 31))


def _unit(phrase: _Phrase, clock: _Clock) -> Span:
    unit = phrase.unit()
    if phrase.all(unit)[0] != 1:
        raise ValueError("several")
    return _shifted(clock.day, unit, phrase.all("s")[0])


def _part_of_this_unit(phrase: _Phrase, clock: _Clock) -> Span:
    """ "نهاية الأسبوع": the last one there was, or will be; "مطلع العام": of this year."""
    unit, part = phrase.unit(), phrase.all("p")[0]
    found = third(_shifted(clock.day, unit, 0), part)
    if unit == "K" and not clock.future and found.start > clock.day:
        return third(_shifted(clock.day, unit, -1), part)
    return found


def _slice_of_this_year(phrase: _Phrase, clock: _Clock) -> Span:
    """ "الربع الثالث"; "الربع الماضي"."""
    parts, year = phrase.all("q")[0], year_span(clock.day.year)
    if "s" in phrase:
        months = 12 // parts
        return month_span(
            clock.day.year, (clock.day.month - 1) // months * months + 1 + months * phrase.all("s")[0], months
        )
    return nth(year, parts, parts if "l" in phrase else phrase.all("n")[0])


def _last_units(phrase: _Phrase, clock: _Clock) -> Span:
    """ "الأيام الثلاثة الماضية", "الأسبوعين المقبلين", "الساعات الـ24 الماضية"."""
    unit = phrase.unit()
    number, form = phrase.one("n"), phrase.all(unit)[0]
    direction = (phrase.all("s") or phrase.all("l"))[0]
    if not direction:
        raise ValueError("this is no direction")
    if number is None and form == 1:
        return _shifted(clock.day, unit, direction) if unit in "KMY" else _no_days()
    count = number if number is not None else form
    if not count:
        return one_day(clock.day) if unit == "H" else _no_days()
    other = _counted_to(clock.day, unit, count * (1 if direction > 0 else -1))
    return Span(min(other, clock.day), max(other, clock.day))


def _no_days() -> Span:
    raise ValueError("how many is not said")


def _counted_to(day: date, unit: str, count: int) -> date:
    if unit == "H":
        return day + timedelta(days=int(count / 24))
    if unit in "DK":
        return day + timedelta(days=count * (7 if unit == "K" else 1))
    return months_away(day, count * (12 if unit == "Y" else 1))


def _counted(phrase: _Phrase, clock: _Clock) -> Span:
    """ "قبل ثلاثة أيام", "منذ شهرين", "بعد أسبوع"."""
    if "b" in phrase and not clock.future:
        raise ValueError("after what is not said")
    unit, number = phrase.unit(), phrase.one("n")
    count = phrase.all(unit)[0] if number is None else number
    if not count and unit != "H":
        return _no_days()
    signed = count if "b" in phrase else -count
    if unit in "MY":
        return _shifted(clock.day, unit, signed)
    return one_day(_counted_to(clock.day, unit, signed))


def _within(phrase: _Phrase, clock: _Clock) -> Span:
    """ "خلال أسبوعين", said of what is yet to come."""
    if not clock.future:
        raise ValueError("a duration")
    unit, number = phrase.unit(), phrase.one("n")
    count = phrase.all(unit)[0] if number is None else number
    return Span(clock.day, _counted_to(clock.day, unit, count)) if count or unit == "H" else _no_days()


def _season(phrase: _Phrase, clock: _Clock) -> Span:
    month = phrase.all("e")[0]
    # Winter is named for the year in which it ends.
    return _in_year(phrase, clock, lambda year: month_span(year - (month == 12), month, 3))


def _decade(phrase: _Phrase, clock: _Clock) -> Span:
    century = 1900
    if "C" in phrase:
        number = phrase.one("n")
        century = _shifted(clock.day, "C", phrase.all("s")[0]).start.year if number is None else (number - 1) * 100
    return Span(date(century + phrase.all("c")[0], 1, 1), date(century + phrase.all("c")[0] + 9, 12, 31))


def _century(phrase: _Phrase, clock: _Clock) -> Span:
    number = phrase.one("n")
    if number is None:
        return _shifted(clock.day, "C", phrase.all("s")[0])
    return Span(date((number - 1) * 100, 1, 1), date((number - 1) * 100 + 99, 12, 31))


def _holiday(phrase: _Phrase, clock: _Clock) -> Span:
    written, later = phrase.text("v"), timedelta(days=(phrase.one("n") or 1) - 1)
    month, day = (int(part) for part in written.removeprefix("h").split("-"))
    hijri = written.startswith("h")

    def make(year: int) -> Span:
        first = hijri_span(year, month, day).start if hijri else date(year, month, day)
        return one_day(first + later)

    year = phrase.one("z") if hijri else _year(phrase, clock)
    if year is not None:
        return make(year)
    if hijri and (gregorian := _year(phrase, clock)) is not None:
        first = hijri_year(date(gregorian, 1, 1))
        return next(span for span in map(make, range(first, first + 3)) if span.start.year == gregorian)
    return clock.recurring(make, phrase.one("s"), 1, hijri=hijri)


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    read: Callable[[_Phrase, _Clock], Span]
    rank: int


_IN_YEAR = "(?:f?Y?f?y|f?Ys|f?sY|s)?"
_DAYS = "n(?:[t&f]*n)*"
_DAYS_OF_A_MONTH = f"{_DAYS}f?M?m"
_RULES = tuple(
    _Rule(re.compile(pattern), read, rank)
    for pattern, read, rank in (
        (f"{_DAYS_OF_A_MONTH}{_IN_YEAR}(?!n)", _days_of_month, _GREGORIAN),
        (f"M?f?m{_IN_YEAR}(?!n)", _month, _GREGORIAN),
        (f"mn{_IN_YEAR}", _days_of_month, _GREGORIAN),
        ("g", _written, _GREGORIAN),
        (f"o{_IN_YEAR}", _written_in_part, _GREGORIAN),
        ("Y?y(?:[t&]*Y?y)*", _years, _GREGORIAN),
        (f"(?:{_DAYS})?f?M?h(?:f?Y?z|s)?(?!n)", _hijri, _HIJRI),
        ("Yz", _hijri_year, _HIJRI),
        (f"{_DAYS}f?(?:Ms|sM)", _days_of_this_month, _RELATIVE),
        ("s?D?ws?|D?rD?w|D?wD?r", _weekday, _RELATIVE),
        ("D?r", _near, _RELATIVE),
        ("[KMYC]s|s[KMYC]", _unit, _RELATIVE),
        ("p[KMY]", _part_of_this_unit, _RELATIVE),
        ("[HDKMY]n?[sl]|n[HDKMY][sl]", _last_units, _RELATIVE),
        (f"D?{_DAYS}f?s", _days_of_this_month, _RELATIVE),
        ("q[nls]", _slice_of_this_year, _RELATIVE),
        ("[aib]n?[HDKMY](?![fnsl])", _counted, _RELATIVE),
        ("dn?[HDKMY](?![nsl])", _within, _RELATIVE),
        ("ef?Y?f?y", _season, _GREGORIAN),
        (f"e{_IN_YEAR}", _season, _RELATIVE),
        ("c(?:f?C[sn])?", _decade, _GREGORIAN),
        ("Cn", _century, _GREGORIAN),
        ("(?:nD)?vf?Y?f?[yz]", _holiday, _GREGORIAN),
        (f"(?:nD)?v{_IN_YEAR}", _holiday, _RELATIVE),
    )
)


def _part(operator: Sequence[Item], inner: Span, _: _Clock) -> Span:
    return third(inner, operator[0].number)


def _slice(operator: Sequence[Item], inner: Span, _: _Clock) -> Span:
    parts = operator[0].number
    return nth(inner, parts, parts if operator[1].kind == "l" else operator[1].number)


def _week_of_month(operator: Sequence[Item], inner: Span, _: _Clock) -> Span:
    """ "الأسبوع الأول من مارس": its first seven days."""
    if not 28 <= inner.days <= 31:
        raise ValueError("no month")
    last = operator[1].kind == "l"
    start = inner.end - timedelta(days=6) if last else inner.start + timedelta(weeks=operator[1].number - 1)
    return Span(start, min(start + timedelta(days=6), inner.end))


def _day_of(operator: Sequence[Item], inner: Span, _: _Clock) -> Span:
    """ "اليوم الثالث من رمضان"."""
    day = inner.end if operator[1].kind == "l" else inner.start + timedelta(days=operator[1].number - 1)
    if not inner.start <= day <= inner.end:
        raise ValueError(day)
    return one_day(day)


def _until(_: Sequence[Item], inner: Span, clock: _Clock) -> Span:
    return Span(clock.published, inner.end) if clock.published and inner.end > clock.published else inner


def _before(operator: Sequence[Item], inner: Span, clock: _Clock) -> Span:
    if clock.published is None or inner.end < clock.published:
        raise ValueError("before that, but not when")
    return _until(operator, inner, clock)


def _since(_: Sequence[Item], inner: Span, clock: _Clock) -> Span:
    return Span(inner.start, clock.published) if clock.published and inner.start <= clock.published else inner


def _after(_: Sequence[Item], __: Span, ___: _Clock) -> Span:
    raise ValueError("after that, but not when")


_OPERATORS = tuple(
    (re.compile(pattern), apply)
    for pattern, apply in (
        ("pf?", _part),
        ("q[nl]f?", _slice),
        ("K[nl]f", _week_of_month),
        ("[Dr][nl]f", _day_of),
        ("tf?", _until),
        ("af?", _before),
        ("if?", _since),
        ("bf?", _after),
    )
)
"""What stands before a date and makes another of it."""


_JOINT = re.compile(f"[t{AND}]f?|(?<=w)(?=w)")
"""What stands between the two ends of a range; nothing in "ليل السبت الأحد"."""


@lru_cache(maxsize=5_000)
def _readings(text: str, published: date | None, future: bool) -> tuple[_Reading, ...]:
    items = items_of(text)
    return tuple(_Reader(items, _Clock(published, future)).readings())


class _Reader:
    """The readings of one expression: left to right, the longest first."""

    def __init__(self, items: Sequence[Item], clock: _Clock) -> None:
        self._items = items
        self._kinds = "".join(item.kind for item in items)
        self._clock = clock

    def readings(self) -> Iterator[_Reading]:
        at = 0
        elsewhere = "~" in self._kinds
        while at < len(self._kinds):
            end, reading = self._range_at(at)
            if reading and not (elsewhere and reading.rank == _RELATIVE):
                yield reading
            at = max(end, at + 1)

    def _range_at(self, at: int) -> tuple[int, _Reading | None]:
        """The date or the range of two that begins at an item, and the index after it."""
        end, left = self._date_at(at, self._clock)
        joint = _JOINT.match(self._kinds, end)
        if end == at or joint is None:
            return end, left
        right_end, right = self._date_at(joint.end(), self._clock)
        if right is None:
            return end, left
        first = self._date_at(at, self._clock._replace(before=right.span.end))[1]
        if first is None or first.span.start > right.span.end:
            return end, left
        return right_end, _Reading(right_end, Span(first.span.start, right.span.end), max(first.rank, right.rank))

    def _date_at(self, at: int, clock: _Clock) -> tuple[int, _Reading | None]:
        """The longest date that begins at an item, and the index after it; None if the calendar has no such day."""
        best, reading = at, None
        for rule in _RULES:
            match = rule.pattern.match(self._kinds, at)
            if match and (match.end() > best or (match.end() == best and reading is None)):
                best = match.end()
                span = _safely(rule.read, _Phrase(self._items[at:best]), clock)
                reading = span and _Reading(best, span, rule.rank)
        for pattern, apply in _OPERATORS:
            operator = pattern.match(self._kinds, at)
            if operator is None:
                continue
            since = clock._replace(since=True) if apply is _since else clock
            end, inner = self._date_at(operator.end(), since)
            if end > max(best, operator.end()):
                best, reading = end, None
                if inner:
                    span = _safely(apply, self._items[at : operator.end()], inner.span, clock)
                    reading = span and _Reading(end, span, inner.rank)
        return best, reading


def _safely(read: Callable[..., Span], *arguments: object) -> Span | None:
    try:
        span = read(*arguments)
    except (ValueError, OverflowError):
        return None  # no day of the calendar, or none that can be told
    return span if span.start <= span.end else None
