"""Numbers in Arabic words and digits: "خمسة وعشرين", "ثلاثمئة", "12 ألفا", "١٬٢٠٠", "شخصين"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tasks.extract.forms import fold

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


class Token(NamedTuple):
    """A folded word or number and where it stands in the folded text."""

    text: str
    start: int
    end: int


def tokens_of(folded: str) -> list[Token]:
    """Words and numbers of a folded text; letters written on to digits are words of their own."""
    return [Token(match.group(), *match.span()) for match in _TOKEN.finditer(folded)]


def _table(words: dict[int, str]) -> dict[str, int]:
    return {fold(word): value for value, listed in words.items() for word in listed.split()}


_UNITS = _table(
    {
        1: "واحد واحدة واحدا إحدى",
        2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي إثنان إثنين",
        3: "ثلاث ثلاثة",
        4: "أربع أربعة",
        5: "خمس خمسة",
        6: "ست ستة",
        7: "سبع سبعة",
        8: "ثمان ثماني ثمانية",
        9: "تسع تسعة",
        10: "عشر عشرة",
    }
)
_ELEVEN = frozenset(map(fold, ("أحد", "إحدى", "حادي", "الحادي", "حادية")))
_TEN = frozenset(map(fold, ("عشر", "عشرة")))
_TENS = _table(
    {
        20: "عشرون عشرين",
        30: "ثلاثون ثلاثين",
        40: "أربعون أربعين",
        50: "خمسون خمسين",
        60: "ستون ستين",
        70: "سبعون سبعين",
        80: "ثمانون ثمانين",
        90: "تسعون تسعين",
    }
)
_HUNDREDS = {
    **_table({100: "مئة مائة", 200: "مئتان مئتين مئتا مئتي مائتان مائتين مائتا مائتي"}),
    **{
        fold(stem + hundred): value * 100
        for stem, value in {
            "ثلاث": 3,
            "ثلاثة": 3,
            "أربع": 4,
            "خمس": 5,
            "ست": 6,
            "سبع": 7,
            "ثمان": 8,
            "ثماني": 8,
            "تسع": 9,
        }.items()
        for hundred in ("مئة", "مائة")
    },
}
_THOUSANDS = _table({1000: "ألف ألفا آلاف", 2000: "ألفان ألفين ألفي"})
_MILLIONS = _table({1_000_000: "مليون مليونا ملايين", 2_000_000: "مليونان مليونين"})
_SMALL = _UNITS | _TENS | _HUNDREDS

_ORDINALS = _table(
    {
        1: "أول غرة فاتح",
        2: "ثاني",
        3: "ثالث",
        4: "رابع",
        5: "خامس",
        6: "سادس",
        7: "سابع",
        8: "ثامن",
        9: "تاسع",
        10: "عاشر",
        11: "حادي",
    }
)


def digits(text: str) -> int | None:
    """The whole number that a token of digits writes, thousands separators allowed; None for fractions."""
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    return int(text) if text.isascii() and text.isdigit() else None


def number_at(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """The number that begins at `words[start]` and the index after it; None if none begins there.

    `words` are folded. و joins the parts of a number and may stand before it, as may ال, ب and ل.
    """
    total = current = 0
    at = start
    while at < len(words):
        word = words[at]
        value = _part(word) if at == start else None
        if at > start:
            joined = word.startswith("و") and _part(word[1:]) is not None
            bare = _part(word)
            scales = bare is not None and (bare >= 100 and word not in _TENS)
            teen = word in _TEN and 0 < current < 10
            if joined:
                value = _part(word[1:])
                if words[at - 1].isdigit() and word[1:].isdigit():
                    break  # "26 و27" are two numbers
            elif teen or scales:
                value = bare
        if value is None:
            break
        if word.removeprefix("ال") in _ELEVEN and not (at + 1 < len(words) and words[at + 1] in _TEN):
            return None  # "أحد" alone is "one of"
        if value in (1000, 1_000_000) and current:
            total, current = total + current * value, 0
        elif value == 100 and 0 < current < 10:
            current *= 100
        elif value >= 1000 and not (word[:1].isdigit() or word[1:2].isdigit()):
            total += value
        else:
            current += value
        at += 1
    return (total + current, at) if at > start else None


@lru_cache(maxsize=5_000)
def _part(word: str) -> int | None:
    if word[:1].isdigit():
        return digits(word)
    for form in (word, word.removeprefix("ال"), word[1:] if word[:1] in ("ب", "ل", "و", "ف") else word):
        for table in (_SMALL, _THOUSANDS, _MILLIONS):
            if form in table:
                return table[form]
        if form in _ELEVEN and form != fold("حادي"):
            return 1
    return None


def ordinal_at(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """The day of a month that "الثاني", "التاسع والعشرين", "الحادي عشر" say, and the index after it."""
    first = _ORDINALS.get(words[start].removeprefix("ال"))
    if first is None:
        tens = _TENS.get(words[start].removeprefix("ال"))
        return (tens, start + 1) if tens in (20, 30) else None
    if start + 1 < len(words):
        following = words[start + 1]
        if following in _TEN:
            return (11 if first == 11 else 10 + first, start + 2)
        tens = _TENS.get(following.removeprefix("وال").removeprefix("و"))
        if following.startswith("و") and tens:
            return ((1 if first == 11 else first) + tens, start + 2)
    return (first, start + 1) if first != 11 else None
