"""The day of publication that a text itself tells: in its dateline, else in its lede.

Most whole dates in a lede are not that day: of those that it only mentions, 11 % were, in 6,000 articles of a radio's
site (ANT Corpus). What does tell it is a date that opens the text or closes its first few words ("أ ف ب 3/5/2016 -"),
one with "اليوم" or "أمس" before it (95 %), and, in the first paragraph, one with its weekday (86 %), for a lede dates
its news: "أعلنت الوزارة الأحد 12 مارس/آذار 2017". Others are passed over: no date is better than a wrong one.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from tasks.normalize.dateline import Dateline
from tasks.normalize.written_dates import WrittenDate, find_dates

_PARAGRAPH: Final = re.compile(r"[^\n\r]*\S[^\n\r]*")
_PARAGRAPHS: Final = 2
_LEDE: Final = 400  # characters
_FEW_WORDS: Final = 3  # "نشر في:", "أ ف ب"
_CLOSED: Final = re.compile(r"\s*(?:[-–—−:()|]|ـ\s|$)", re.MULTILINE)
_DAYS_SINCE: Final = (
    (re.compile(r"(?<!\w)[أا]ول\s+(?:من\s+)?[أا]مس\s*[،,(]?\s*$"), 2),
    (re.compile(r"(?<!\w)(?:[أا]مس|البارحة)\s*[،,(]?\s*$"), 1),
    (re.compile(r"(?<!\w)اليوم\s*[،,(]?\s*$"), 0),
    (re.compile(r"(?<!\w)غد[اًا]*\s*[،,(]?\s*$"), -1),
)
"""Words before a date that tell how long before the publication it is."""
_MENTIONED: Final = re.compile(
    r"(?:منذ|مند|حتى|غاية|لغاية|إلى|الى|قبل|بعد|عقب|ذكرى|هجمات|[أا]حداث|ثورة|المقررة?|مقرر|المزمع|موعد)"
    r"(?:\s+(?:يوم|تاريخ|في))*\s*$"
)
_TO_COME: Final = re.compile(
    r"(?<!\w)(?:سوف|من\s+المقرر|يعتزم|تعتزم|و?ست(?![اةهوري])[^\W\d_]{2,}|و?سي(?!ناء|نما|طر|ول|ا|د|ر)[^\W\d_]{3,})\s"
)
"""Verbs of the future; towns (سيناء, ستوكهولم) and numbers (ستة) begin like them."""


def published_in_text(text: str, dateline: Dateline | None) -> date | None:
    """The day of publication, as the dateline or else the lede of `text` tells it."""
    if dateline and dateline.date:
        return dateline.date
    for number, paragraph in zip(range(_PARAGRAPHS), _PARAGRAPH.finditer(text), strict=False):
        start, end = paragraph.start(), min(paragraph.end(), paragraph.start() + _LEDE)
        for found in find_dates(text, start, end):
            if found.day is None:
                start = found.end  # Hijri, the Gregorian date follows
                continue
            since = _days_since(text[start : found.start], text, found, first=number == 0)
            if since is not None:
                return found.day + timedelta(days=since)
    return None


def _days_since(before: str, text: str, found: WrittenDate, *, first: bool) -> int | None:
    """Days from a date to the publication, `before` being its paragraph before it; None if it does not tell."""
    for pattern, days in _DAYS_SINCE:
        if pattern.search(before):
            return days
    if len(before.split()) <= _FEW_WORDS and _CLOSED.match(text, found.end):
        return 0
    # A weekday that is not the date's: one of them is a slip.
    checked = found.day is not None and found.weekday == found.day.weekday()
    return 0 if first and checked and not _MENTIONED.search(before) and not _TO_COME.search(before) else None
