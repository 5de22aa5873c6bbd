"""When an article was published, from whatever its publisher wrote into the date field."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final, NamedTuple

from tasks.months import GREGORIAN, HIJRI, numbered

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Anything before is a default or another calendar, not news."""
_UNSET: Final = (datetime(1970, 1, 1, tzinfo=UTC), EARLIEST)
_ZONES: Final = timedelta(hours=14)
"""How far a zone can move a date that was never set."""
_HIJRI_YEARS: Final = range(1410, 1501)
"""Years that are read as Hijri (1989 to 2077); below, they may be Iranian solar years."""
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_FOLD: Final = str.maketrans(
    "أإآىة", "ااايه", "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u200e\u200f\u202a\u202b\u202c\u061c"
)

_LATIN_MONTHS: Final = (
    "january|jan|janvier",
    "february|feb|février|fevrier",
    "march|mar|mars",
    "april|apr|avril",
    "may|mai",
    "june|jun|juin",
    "july|jul|juillet",
    "august|aug|août|aout",
    "september|sept|sep|septembre",
    "october|oct|octobre",
    "november|nov|novembre",
    "december|dec|décembre|decembre",
)


def _fold(text: str) -> str:
    return text.translate(_FOLD).lower()


_MONTHS: Final = numbered(GREGORIAN, _fold) | numbered(_LATIN_MONTHS, _fold)
_HIJRI_MONTHS: Final = numbered(HIJRI, _fold)
_NAMES: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MONTH: Final = rf"(?P<month>{_NAMES})"
# "تموز/يوليو", "آب (أغسطس)": the second name says the same.
_TWICE: Final = rf"(?:\s*[/(-]\s*(?:{_NAMES})\s*\)?)?"
_HIJRI_MONTH: Final = rf"(?P<hijri>{'|'.join(sorted(_HIJRI_MONTHS, key=len, reverse=True))})"
_DATE_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er)?[\s,،-]*{_MONTH}{_TWICE}\.?[\s,،-]*(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})[\s,،-]*{_HIJRI_MONTH}[\s,،-]*(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\w){_MONTH}{_TWICE}\.?\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s,،-]+(?P<y>\d{{4}})(?!\d)",
    )
)
_TIME: Final = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?![\d:])"
    r"\s*(?P<half>[ap]\.?m\b\.?|صباحا|مساء|ظهرا|[صم](?!\w))?"
    r"\s*(?:\(?(?:gmt|utc|z|غرينتش)?\)?\s*(?P<zone>[+-]\d{2}:?\d{2})(?!\d))?"
)
_RFC2822: Final = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d")
_COMPACT_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2}t\d{2})(\d{2})(\d{2})(?!\d)")
_EPOCH_UNITS: Final = ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))  # below: how many a second
_AFTERNOON: Final = ("p", "م")
_LONGEST: Final = 120
_NOTHING: Final = ("", "none", "null", "nan", "nat", "-")  # as programs write that there is no date
_QUOTED: Final = 40  # characters of a refused value in its reason
_IN_NAME: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)")


class Published(NamedTuple):
    """The instant of publication, UTC, or why what was written is none; both None where nothing was written."""

    moment: datetime | None
    refused: str | None = None


def read_published(value: object, latest: datetime) -> Published:
    """The instant that `value` names, if it can be the date of an article.

    Reads ISO 8601, RFC 2822, seconds to nanoseconds since 1970, numeric dates (day first unless that is
    impossible), month names of all Arab countries, English and French, Hijri dates from 1410, Arabic-Indic digits; and
    what dateparser reads besides. A time without zone is taken as UTC. Refused, with a reason for people: before 1900,
    after `latest`, and the beginning of 1970 in any zone (a date that was never set).
    """
    if value is None or (isinstance(value, str) and value.strip().lower() in _NOTHING):
        return Published(None)
    try:
        moment = _moment(value)
        if moment is not None:
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        moment = None
    reason = "is no date" if moment is None else _implausible(moment, latest)
    return Published(None, f"{str(value)[:_QUOTED]!r} {reason}") if reason else Published(moment)


def _implausible(moment: datetime, latest: datetime) -> str | None:
    if any(abs(moment - unset) <= _ZONES for unset in _UNSET):
        return "was never set"
    if moment < EARLIEST:
        return f"is before {EARLIEST.year}"
    return "is later than today" if moment > latest else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(float(value))
    return _from_text(value.strip()) if isinstance(value, str) and len(value) <= _LONGEST else None


def date_in_name(name: str, latest: datetime) -> datetime | None:
    """The date that the name of a file or folder holds, such as 2021-03-04 or 20210304, as midnight UTC."""
    for year, _, month, day in _IN_NAME.findall(name):
        moment = _build(int(year), int(month), int(day))
        if moment and EARLIEST < moment.replace(tzinfo=UTC) <= latest:
            return moment.replace(tzinfo=UTC)
    return None


@lru_cache(maxsize=4096)
def _from_text(text: str) -> datetime | None:
    text = text.translate(_DIGITS)
    if text.isdecimal():
        return _from_digits(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment and moment.year not in _HIJRI_YEARS:
        return moment
    if _RFC2822.match(text) and (moment := _from_rfc2822(text)):
        return moment
    folded = _COMPACT_TIME.sub(r"\1:\2:\3", text.translate(_FOLD).lower())
    dates = [match for form in _DATE_FORMS for match in form.finditer(folded)]
    # A Hijri date often stands before the Gregorian one.
    for is_meant in (_is_gregorian, _is_hijri):
        for match in filter(is_meant, dates):
            return _from_match(match, folded)
    return _by_dateparser(text)


def _is_gregorian(match: re.Match[str]) -> bool:
    return int(match["y"]) >= EARLIEST.year and "hijri" not in match.groupdict()


def _is_hijri(match: re.Match[str]) -> bool:
    return int(match["y"]) in _HIJRI_YEARS and "month" not in match.groupdict()


def _from_digits(text: str) -> datetime | None:
    if len(text) == 8:
        return _build(int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) == 14:
        try:
            return datetime.strptime(text, "%Y%m%d%H%M%S")
        except ValueError:
            pass
    return _from_epoch(float(text))


def _from_epoch(number: float) -> datetime | None:
    for bound, per_second in _EPOCH_UNITS:
        if 1e8 <= number < bound:  # 1e8 is March 1973: below, it is a year, a count or a default
            return datetime.fromtimestamp(number / per_second, UTC)
    return None


def _from_match(match: re.Match[str], text: str) -> datetime | None:
    found = match.groupdict()
    month = _MONTHS.get(found.get("month", "")) or _HIJRI_MONTHS.get(found.get("hijri", "")) or int(found["m"])
    day = int(found["d"])
    if month > 12 and found.get("m") and match.start("d") < match.start("m"):
        day, month = month, day
    moment = _build(int(found["y"]), month, day)
    clock = _TIME.search(text, match.end()) or _TIME.search(text[: match.start()])
    return moment if moment is None or clock is None else _at(moment, clock)


def _at(day: datetime, clock: re.Match[str]) -> datetime | None:
    hour = int(clock["hour"])
    if clock["half"] and hour <= 12:
        noon = clock["half"].startswith(_AFTERNOON) or clock["half"] == "ظهرا"
        hour = hour % 12 + (12 if noon else 0)
    zone = None
    if clock["zone"]:
        sign = -1 if clock["zone"][0] == "-" else 1
        hours, minutes = int(clock["zone"][1:3]), int(clock["zone"][-2:])
        zone = timezone(sign * timedelta(hours=hours, minutes=minutes)) if hours < 24 else None
    try:
        return day.replace(hour=hour, minute=int(clock["minute"]), second=int(clock["second"] or 0), tzinfo=zone)
    except ValueError:
        return None


def _from_rfc2822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _by_dateparser(text: str) -> datetime | None:
    if not re.search(r"\d", text) or not re.search(r"\b\d{4}\b", text):
        return None
    import dateparser  # noqa: PLC0415  # slow to import, seldom needed

    # Whole dates only: a missing day would be filled from today, and "two hours ago" depends on when it is read.
    found: datetime | None = dateparser.parse(
        text,
        languages=["en", "fr", "ar"],
        settings={
            "DATE_ORDER": "DMY",
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
        },
    )
    return found


def _build(year: int, month: int, day: int) -> datetime | None:
    try:
        if year in _HIJRI_YEARS:
            from hijridate import Hijri  # noqa: PLC0415  # its tables are seldom needed

            day_of = Hijri(year, month, day).to_gregorian()
            return datetime(day_of.year, day_of.month, day_of.day)
        return datetime(year, month, day)
    except ValueError:
        return None
