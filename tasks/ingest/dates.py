"""When an article was published, from whatever its publisher wrote into the date field."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Anything before is a default or another calendar, not news."""
_UNSET: Final = (datetime(1970, 1, 1, tzinfo=UTC), EARLIEST)
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_FOLD: Final = str.maketrans("أإآى", "اااي", "\u0640\u200e\u200f\u202a\u202b\u202c\u061c")

# Gulf and Egypt, the Levant and Iraq, Tunisia and Algeria, Morocco; hamzas folded. Then English and French.
_MONTH_NAMES: Final = (
    "يناير|كانون الثاني|جانفي|january|jan|janvier",
    "فبراير|شباط|فيفري|february|feb|février|fevrier",
    "مارس|اذار|march|mar|mars",
    "ابريل|نيسان|افريل|april|apr|avril",
    "مايو|ايار|ماي|may|mai",
    "يونيو|يونيه|حزيران|جوان|june|jun|juin",
    "يوليو|يوليه|تموز|جويلية|يوليوز|july|jul|juillet",
    "اغسطس|اب|اوت|غشت|august|aug|août|aout",
    "سبتمبر|ايلول|شتنبر|september|sept|sep|septembre",
    "اكتوبر|تشرين الاول|october|oct|octobre",
    "نوفمبر|تشرين الثاني|نونبر|november|nov|novembre",
    "ديسمبر|كانون الاول|دجنبر|december|dec|décembre|decembre",
)
_MONTHS: Final = {name: n for n, names in enumerate(_MONTH_NAMES, 1) for name in names.split("|")}
_MONTH: Final = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
# "تموز/يوليو", "آب (أغسطس)": the second name says the same.
_TWICE: Final = rf"(?:\s*[/(]\s*(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\s*\)?)?"
_DATE_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|er)?[\s,،-]*{_MONTH}{_TWICE}\.?[\s,،-]*(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\w){_MONTH}{_TWICE}\.?\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s,،-]+(?P<y>\d{{4}})(?!\d)",
    )
)
_TIME: Final = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?![\d:])"
    r"\s*(?P<half>[ap]\.?m\b\.?|صباحا|مساء|ظهرا|[صم](?!\w))?ً?"
    r"\s*(?:\(?(?:gmt|utc|z|غرينتش)?\)?\s*(?P<zone>[+-]\d{2}:?\d{2})(?!\d))?"
)
_RFC2822: Final = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d")
_COMPACT_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2}t\d{2})(\d{2})(\d{2})(?!\d)")
_EPOCH_UNITS: Final = ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9))  # below: how many a second
_AFTERNOON: Final = ("p", "م")
_LONGEST: Final = 120
_IN_NAME: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)")


def parse_published(value: object, latest: datetime) -> datetime | None:
    """The instant that `value` names, in UTC; None if it names none that can be the date of an article.

    Reads ISO 8601, RFC 2822, seconds to nanoseconds since 1970, numeric dates (day first unless that is
    impossible), month names of all Arab countries, English and French, Arabic-Indic digits; and what dateparser reads
    besides. A time without zone is taken as UTC. Before 1900, after `latest`, and exactly 1970-01-01 00:00 (an unset
    date) are None.
    """
    moment: datetime | None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)
    elif isinstance(value, bool) or value is None:
        return None
    elif isinstance(value, (int, float)):
        moment = _from_epoch(float(value))
    elif isinstance(value, str) and len(value) <= _LONGEST:
        moment = _from_text(value.strip())
    else:
        return None
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if EARLIEST <= moment <= latest and moment not in _UNSET else None


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
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if _RFC2822.match(text) and (moment := _from_rfc2822(text)):
        return moment
    folded = _COMPACT_TIME.sub(r"\1:\2:\3", text.translate(_FOLD).lower())
    for form in _DATE_FORMS:
        for match in form.finditer(folded):
            if int(match["y"]) >= EARLIEST.year:  # a Hijri date often stands before the Gregorian one
                return _from_match(match, folded)
    return _by_dateparser(text)


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
    month = _MONTHS[found["month"]] if "month" in found else int(found["m"])
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
        return datetime(year, month, day)
    except ValueError:
        return None
