"""The words of a date expression, as items that a grammar can match: "من 3 إلى 5 مايو" is of, number, until, number,
month.

The words stand in `tasks.months` and `resources/calendar.csv` (ours): `kind,value,words`, words joined by "|". Every
item has a kind, named by one letter in `KINDS`, so that an expression is a string of letters and a rule of
`tasks.extract.dates` a regular expression over it. Times of day and words such as "نحو" say nothing of the day: they
are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tasks.extract.forms import Lexicon, Match, cell_list, fold, read_table
from tasks.extract.numbers import digits, number_at, ordinal_at
from tasks.months import GREGORIAN, HIJRI, numbered

KINDS = {
    "month": "m",  # 1–12
    "hijri": "h",  # 1–12
    "weekday": "w",  # 0 is Monday
    "day": "r",  # days from the publication: اليوم 0, أمس -1
    "hour": "H",  # this unit and the next: how many the form says: 0 "أيام", 1 "يوم", 2 "يومين"
    "day_unit": "D",
    "week": "K",
    "month_unit": "M",
    "year": "Y",
    "century": "C",
    "shift": "s",  # الماضي -1, الجاري 0, المقبل 1
    "last": "l",  # الأخير
    "part": "p",  # مطلع 0, منتصف 1, نهاية 2
    "slice": "q",  # ربع 4: how many make the whole
    "season": "e",  # the month it begins with
    "decade": "c",  # 90: التسعينيات
    "holiday": "v",  # "05-01", "h10-01": month and day, h for Hijri
    "ago": "a",
    "since": "i",
    "after": "b",
    "within": "d",
    "until": "t",  # as does a dash
    "of": "f",
    "elsewhere": "~",  # counts from another day of the text: "اليوم التالي"; or from none: "كل أحد"
}
NUMBER, YEAR, HIJRI_YEAR, WRITTEN, WRITTEN_IN_PART, AND, OTHER = "n", "y", "z", "g", "o", "&", "x"
"""A number; one that is a year, of either calendar; a date in digits, and one without day or year; و; anything else."""

_SILENT = ("filler", "clock")
_TOKEN = re.compile(
    r"(?P<clock>(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d))"
    r"|(?P<date>(?<!\d)(?:\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{4}"
    r"|\d{1,2}/\d{1,2}/\d{2}|\d{1,2}/\d{4}|\d{4}/\d{1,2}|\d{1,2}/\d{1,2})(?![\d/]))"
    r"|(?P<number>\d+(?:[.,]\d+)*)|(?P<dash>[-–—−/])|(?P<word>[^\W\d_]+)"
)
_TIME_OF_DAY = re.compile(r"\d+(?:[.,]\d+)?")


LONGEST = 200
"""Characters of an expression that are read; none that says when is longer."""


class Item(NamedTuple):
    """One item: its kind (a letter of `KINDS`, or one of the constants) and value, as the table writes it."""

    kind: str
    value: str

    @property
    def number(self) -> int:
        """The value as a number."""
        return int(self.value)


@cache
def _lexicon() -> Lexicon[Item]:
    months = (("month", GREGORIAN), ("hijri", HIJRI))
    named = [(name, kind, str(month)) for kind, names in months for name, month in numbered(names, fold).items()]
    table = [
        (name, row["kind"], row["value"]) for row in read_table("calendar.csv") for name in cell_list(row["words"])
    ]
    return Lexicon((name, Item(KINDS.get(kind, kind), value)) for name, kind, value in named + table)


def items_of(text: str) -> list[Item]:
    """The items of an expression, in order; of its first `LONGEST` characters.

    >>> [item.kind for item in items_of("مساء السبت 3 آذار/مارس الماضي")]
    ['w', 'n', 'm', 's']
    """
    tokens = [(match.group(), match.lastgroup) for match in _TOKEN.finditer(fold(text)[:LONGEST])]
    words = [token for token, _ in tokens]
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        token, group = tokens[at]
        if group == "clock":
            at += 1
        elif group == "date":
            written = re.sub(r"\s", "", token)
            items.append(Item(WRITTEN if len(re.findall(r"\d+", written)) == 3 else WRITTEN_IN_PART, written))
            at += 1
        elif group == "dash":
            items.append(Item(KINDS["until"], "1"))
            at += 1
        else:
            at = _read_word(words, at, items)
    return _without_repetitions(items)


def _read_word(words: Sequence[str], at: int, items: list[Item]) -> int:
    """Add the item that begins at a word; the index after it."""
    word = words[at]
    if word == "و":
        items.append(Item(AND, ""))
        return at + 1
    if word.startswith("و"):
        # "والأحد" is و and الأحد, but وسط is a word.
        bare = [word[1:], *words[at + 1 :]]
        found = _phrase_or_number(bare, 0)
        if found and (found.value.kind not in _SILENT):
            items.append(Item(AND, ""))
            items.append(found.value)
            return at + found.end
    found = _phrase_or_number(words, at)
    if found is None:
        items.append(Item(OTHER, ""))
        return at + 1
    if found.value.kind == "clock":
        return found.end + bool(_TIME_OF_DAY.fullmatch("".join(words[found.end : found.end + 1])))
    if found.value.kind != "filler":
        items.append(found.value)
    return found.end


def _phrase_or_number(words: Sequence[str], at: int) -> Match[Item] | None:
    phrase = _lexicon().at(words, at)
    if phrase:
        return phrase
    written = digits(words[at])
    number = (written, at + 1) if written is not None else ordinal_at(words, at) or number_at(words, at)
    if number is None:
        return None
    value, end = number
    kind = NUMBER
    if 1800 <= value <= 2100:
        kind = YEAR
    elif 1300 <= value <= 1500 and end == at + 1:
        kind = HIJRI_YEAR
    return Match(at, end, Item(kind, str(value)))


def _without_repetitions(items: Sequence[Item]) -> list[Item]:
    """The items, "آذار/مارس" and "مارس (آذار)" as one month."""
    kept: list[Item] = []
    for item in items:
        month = item.kind == KINDS["month"]
        if month and item in kept[-1:]:
            continue
        if month and kept[-2:] == [item, Item(KINDS["until"], "1")]:
            kept.pop()
            continue
        kept.append(item)
    return kept
