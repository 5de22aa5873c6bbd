"""Whole dates as texts write them: "الأحد 12 مارس/آذار 2017", "3/5/2016", "14 محرم 1437 هـ"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from tasks.months import GREGORIAN, HIJRI, numbered


class WrittenDate(NamedTuple):
    """A date in a text: the cut [start, end), code points; `day` is None if the calendar has no such day.

    `weekday` is the one written before it, 0 for Monday.
    """

    day: date | None
    start: int
    end: int
    weekday: int | None = None


def _key(name: str) -> str:
    return re.sub("[أإآٱ]", "ا", name).replace("ة", "ه").replace("ى", "ي")


def _spellings(keys: dict[str, int]) -> str:
    """A pattern for names in any spelling of alef, teh marbuta and yeh."""
    names = "|".join(sorted(keys, key=len, reverse=True))
    return names.replace("ا", "[اأإآٱ]").replace("ه", "[هة]").replace("ي", "[يى]").replace(" ", r"\s")


_MONTHS: Final = numbered(GREGORIAN, _key)
_HIJRI_MONTHS: Final = numbered(HIJRI, _key)
_MONTH: Final = _spellings(_MONTHS)
_WEEKDAYS: Final = ("ال[اإ]ثنين", "الثلاثاء", "ال[أاإ]ربعاء", "الخميس", "الجمعة", "السبت", "ال[أا]حد")
_WEEKDAY: Final = rf"(?:(?:يوم\s+)?(?:{'|'.join(f'(?P<w{n}>{name})' for n, name in enumerate(_WEEKDAYS))})[\s،,]+)?"
_YEAR: Final = r"(?:[1١][9٩]|[2٢][0٠])\d\d"
_GREGORIAN: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH})(?:\s*[-/(]\s*(?:{_MONTH})\s*\)?)?[\s،,]+(?P<year>{_YEAR})(?!\d)"
        r"(?:\s*م\b)?",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\s?[-/.]\s?(?P<month>\d{{1,2}})\s?[-/.]\s?(?P<year>{_YEAR})(?:\s*م\b)?(?!\d)",
        rf"{_WEEKDAY}(?P<year>{_YEAR})\s?[-/.]\s?(?P<month>\d{{1,2}})\s?[-/.]\s?(?P<day>\d{{1,2}})(?!\d)",
    )
)
_HIJRI: Final = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})\s+(?P<month>{_spellings(_HIJRI_MONTHS)})\s+(?P<year>[1١][34٣٤]\d\d)\s*هـ?"
    r"(?P<matched>\s+الموافق(?:\s+ل)?)?\b"
)


def read_date(text: str, start: int, end: int) -> WrittenDate | None:
    """The date that begins at `start`, with a weekday before it.

    Of a Hijri date that a Gregorian one matches ("14 محرم 1437 هـ الموافق …") the day is left to that one.
    """
    for pattern in _GREGORIAN:
        match = pattern.match(text, start, end)
        if match:
            written = match["month"]
            month = int(written) if written.isdecimal() else _MONTHS[_key(re.sub(r"\s", " ", written))]
            day = _day(int(match["year"]), month, int(match["day"]))
            return WrittenDate(day, start, match.end(), _weekday(match))
    match = _HIJRI.match(text, start, end)
    if match is None:
        return None
    day = None
    if not match["matched"]:
        month = _HIJRI_MONTHS[_key(re.sub(r"\s", " ", match["month"]))]
        day = _hijri_day(int(match["year"]), month, int(match["day"]))
    return WrittenDate(day, start, match.end(), _weekday(match))


_BEGINNING: Final = re.compile(rf"(?<![\d/.-]){_WEEKDAY}\d")


def find_dates(text: str, start: int, end: int) -> Iterator[WrittenDate]:
    """The dates in `text[start:end]`, in order."""
    while match := _BEGINNING.search(text, start, end):
        found = read_date(text, match.start(), end)
        if found:
            yield found
        start = found.end if found else match.end()


def _weekday(match: re.Match[str]) -> int | None:
    return next((number for number in range(len(_WEEKDAYS)) if match[f"w{number}"]), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hijri_day(year: int, month: int, day: int) -> date | None:
    from hijridate import Hijri  # noqa: PLC0415  # its tables are seldom needed

    try:
        found = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)
