"""Words of office around a name: what an article says a person is ("وزير الدفاع العراقي" of "… جمعة عناد").

A description says whose country and which sector, and by its words later mentions without the name ("الوزير", "الوزير
العراقي") are recognised. Words are bare: folded, without article and clitics, so that المتحدث and لمتحدث are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from tasks.extract.countries import Codes, countries_in, countries_of
from tasks.extract.forms import cell_list, fold, read_table, without_clitics, words_of
from tasks.extract.sectors import is_sign, sector_of

_TOKEN = re.compile(r"\S+")
_EDGES = "\"'“”„«»‘’()[]{}،,.؛;:؟?!…-–—ـ"
_APPOSITION = re.compile(r"\s*[،,]\s+(?=\S)")
_APPOSITION_ENDS = frozenset(map(fold, ("إن", "أن", "في", "خلال", "على", "إلى", "أمس", "اليوم", "الذي", "التي")))
_MOST_WORDS = 10
_ARTICLED = ("ولل", "فلل", "لل", "وبال", "وكال", "وال", "فال", "بال", "كال", "ال")


class Description(NamedTuple):
    """What a phrase says of somebody."""

    words: frozenset[str] = frozenset()  # bare, countries and nationalities left out
    codes: Codes = ()
    sector: str | None = None

    def fits(self, other: Description) -> bool:
        """Whether this may be short for `other`: no word and no country that is not there."""
        words = self.words - reference_words("aside").keys()
        return bool(words) and words <= other.words and set(self.codes) <= set(other.codes)


@cache
def reference_words(kind: str) -> dict[str, str]:
    """Folded phrase → value, for the rows of a kind in `resources/reference_words.csv`."""
    return {
        fold(word): fold(row["value"]) if kind == "two_people" else row["value"]
        for row in read_table("reference_words.csv")
        if row["kind"] == kind
        for word in cell_list(row["words"])
    }


def is_office(word: str) -> bool:
    """Whether a folded word is a title, or a word of office or organisation."""
    return is_sign(word) or word in reference_words("title") or word.removeprefix("ال") in reference_words("title")


@lru_cache(maxsize=5_000)
def bare(word: str) -> str:
    """A folded word without the article and what is written on to it, or on to a word of office.

    >>> bare("والوزير"), bare("للوزير"), bare("وزير"), bare("لوزير")
    ('وزير', 'وزير', 'وزير', 'وزير')
    """
    if not is_office(word):
        for form in without_clitics(word)[1:]:
            if is_office(form):
                word = form
                break
    for prefix in _ARTICLED:
        if word.startswith(prefix) and len(word) >= len(prefix) + 3:
            return word[len(prefix) :]
    return word


@lru_cache(maxsize=5_000)
def is_definite(word: str) -> bool:
    """Whether a folded word has the article."""
    return any(form.startswith("ال") and len(form) > 4 for form in without_clitics(word))


@lru_cache(maxsize=5_000)
def describe(phrase: str) -> Description:
    """What the words of `phrase` say; names of people are to be blanked out before."""
    words = frozenset(bare(word) for word in words_of(phrase) if not countries_in(word))
    return Description(words, countries_of(phrase), sector_of(phrase.strip()))


def description_around(text: str, start: int, end: int, names: Iterable[tuple[int, int]] = ()) -> str:
    """The words of office that stand before the name `text[start:end]`, else in apposition after it; "" for none.

    Args:
        text: A sentence.
        start: Where the name begins, in code points.
        end: Where it ends.
        names: Spans of the other names, whose words may be part of the description ("قائد حركة نجدة").
    """
    return text[_first_word_of_office(text, start, list(names)) : start].strip() or _apposition(text, end)


def _first_word_of_office(text: str, start: int, names: list[tuple[int, int]]) -> int:
    """Walk left from a name over what can belong to its title; where the outermost word that says something begins."""
    found = start
    in_construct = False  # an indefinite head was met: only what it is the complement of may stand before it
    for match in reversed(list(_TOKEN.finditer(text, 0, start))[-_MOST_WORDS:]):
        token = match.group()
        word = fold(token.strip(_EDGES))
        if not word or token[-1] in _EDGES:
            break
        senses = without_clitics(word)
        office = next((form for form in senses if is_office(form)), None)
        if word in reference_words("counterpart"):
            return match.start()
        if office and not is_definite(word):
            found, in_construct = match.start(), True
            if office != word:
                break  # "ووزير": another member of the list stands before
        elif word in reference_words("connector"):
            in_construct = False
        elif in_construct:
            break
        elif is_definite(word):
            if office or countries_in(word):
                found = match.start()
            if office and word[0] in "وف" and not is_office(word):
                break
        elif not countries_in(word) and not any(a <= match.start() < b for a, b in names):
            break
        if token[0] in _EDGES:
            break
    return found


def _apposition(text: str, end: int) -> str:
    comma = _APPOSITION.match(text, end)
    start = comma.end() if comma else end
    stop = start
    for number, match in enumerate(_TOKEN.finditer(text, start)):
        word = fold(match.group().strip(_EDGES))
        if number == 0 and (
            not any(map(is_office, without_clitics(word))) or (word[0] in "وف" and not is_office(word))
        ):
            return ""
        # Without a comma, an office after a name is rather the object: "استقبل شمخاني الوزير العراقي".
        if number == 0 and not comma and bare(word) not in reference_words("appositive"):
            return ""
        if number == _MOST_WORDS or word in _APPOSITION_ENDS:
            break
        stop = match.end()
        if match.group()[-1] in _EDGES:
            break
    return text[start:stop].strip(_EDGES + " ")
