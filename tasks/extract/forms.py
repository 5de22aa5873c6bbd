"""Words as tables know them: folded, freed of clitics, inflected, and found in running phrases.

Everything that resolves a phrase (countries, actors, sectors, names) works on lists of folded words, so that the
tables stay in ordinary spelling. A clitic is never cut off blindly: `without_clitics` only proposes, and a table
that knows the rest is the evidence.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Generic, NamedTuple, TypeVar

from tasks.normalize.search import FOLDING

T = TypeVar("T")

_FOLDING = str.maketrans(FOLDING)
_WORD = re.compile(r"[^\W_]+")
MIN_REST = 3
"""Letters that must remain when a clitic is cut off."""


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """The search form of one word or name, like `tasks.normalize.search.normalize_arabic` but without its frame."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_FOLDING).split())


def words_of(text: str) -> list[str]:
    """The folded words of `text`; whatever is neither letter nor digit separates."""
    return _WORD.findall(fold(text))


@lru_cache(maxsize=20_000)
def _joined_words(phrase: str) -> str:
    return " ".join(words_of(phrase))


@lru_cache(maxsize=20_000)
def without_clitics(word: str) -> tuple[str, ...]:
    """What a folded `word` may be: itself first, then without و ف, then without ب ل ك, "لل" read as ل and ال.

    >>> without_clitics("وللعراق")
    ('وللعراق', 'للعراق', 'العراق', 'لعراق', 'اللعراق')
    """
    bases = [word]
    if word[:1] in ("و", "ف") and len(word) > MIN_REST:
        bases.append(word[1:])
    forms = list(bases)
    for base in bases:
        if base.startswith("لل") and len(base) > MIN_REST + 1:
            # للعراق is ل and العراق; للبنان is ل and لبنان; للجنة is ل and either of لجنة, اللجنة.
            forms += ["ال" + base[2:], base[1:], "ال" + base[1:]]
        elif base[:1] in ("ب", "ل", "ك") and len(base) > MIN_REST:
            forms.append(base[1:])
    return tuple(dict.fromkeys(forms))


_ADJECTIVE_ENDINGS = ("", "ه", "ا", "ون", "ين", "ان", "تان", "تين", "ات", "و")
_PRONOUNS = ("ه", "ها", "هم", "نا")


def nationality_forms(singular: str) -> Iterator[str]:
    """Every folded form of a nationality adjective, given its masculine singular ("عراقي", "كوري شمالي").

    Gender, number and definiteness; the construct plural ("عراقيو الخارج") too. In a compound of two adjectives both
    take the ending; otherwise ("جنوب أفريقي") the last word takes it and the first the article.
    """
    *before, last = words_of(singular)
    agreeing = bool(before) and before[-1].endswith("ي")
    for ending in _ADJECTIVE_ENDINGS:
        head = [word + ending for word in before] if agreeing else before
        yield " ".join([*head, last + ending])
        if agreeing:
            yield " ".join([*("ال" + word for word in head), "ال" + last + ending])
        elif before:
            yield " ".join(["ال" + before[0], *before[1:], last + ending])
        else:
            yield "ال" + last + ending


def noun_forms(noun: str) -> Iterator[str]:
    """Folded forms of a noun or a phrase headed by one: article, plural and dual endings, attached pronouns.

    Broken plurals are words of their own. Only the head changes: "قوات الامن", "لقوات الامن".
    """
    head, *rest = words_of(noun)
    tail = (" " + " ".join(rest)) if rest else ""
    for form in dict.fromkeys(_noun_forms(head)):
        yield form + tail


def _noun_forms(head: str) -> Iterator[str]:
    definite = head.startswith("ال")
    yield head
    if definite or len(head) < MIN_REST:
        return
    feminine = head.endswith("ه")
    stem = head[:-1] if feminine else head
    endings = ("ات", "تان", "تين", "تا", "تي") if feminine else ("ه", "ا", "ون", "ين", "ان", "ات", "و", "ي")
    for form in (head, *(stem + ending for ending in endings)):
        yield form
        yield "ال" + form
    for pronoun in _PRONOUNS:
        yield (stem + "ت" if feminine else head) + pronoun
        yield stem + "ات" + pronoun


class Match(NamedTuple, Generic[T]):
    """A known phrase in a list of words: `words[start:end]`."""

    start: int
    end: int
    value: T


class Lexicon(Generic[T]):
    """Phrases with a value each; found left to right, longest first, a clitic allowed on the first word."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        """Take (phrase, value); of two equal phrases the first counts."""
        self._values: dict[str, T] = {}
        self._longest: dict[str, int] = {}
        for phrase, value in entries:
            words = words_of(phrase)
            if words:
                self._values.setdefault(" ".join(words), value)
                self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))
        # Nine words in ten open no phrase, and the same ones come again and again.
        self._openings = lru_cache(maxsize=20_000)(self._opened_by)

    def get(self, phrase: str) -> T | None:
        """The value of a whole phrase, clitics not considered."""
        return self._values.get(_joined_words(phrase))

    def items(self) -> Iterable[tuple[str, T]]:
        """Folded phrase and value of every entry."""
        return self._values.items()

    def at(self, words: Sequence[str], start: int) -> Match[T] | None:
        """The longest phrase that begins at `start`; of equal lengths the one that loses the fewest clitics."""
        best: Match[T] | None = None
        for first, longest in self._openings(words[start]):
            for length in range(longest, 0, -1):
                end = start + length
                if end > len(words) or (best and end <= best.end):
                    continue
                value = self._values.get(" ".join((first, *words[start + 1 : end])))
                if value is not None:
                    best = Match(start, end, value)
                    break
        return best

    def _opened_by(self, word: str) -> tuple[tuple[str, int], ...]:
        """First words of phrases that `word` may be, with the number of words of the longest phrase."""
        return tuple((form, self._longest[form]) for form in without_clitics(word) if form in self._longest)

    def find(self, words: Sequence[str]) -> Iterator[Match[T]]:
        """Phrases in `words`, in order, without overlaps."""
        start = 0
        while start < len(words):
            match = self.at(words, start)
            if match:
                yield match
                start = match.end
            else:
                start += 1


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file in `tasks/extract/resources`."""
    text = (files("tasks.extract") / "resources" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def cell_list(cell: str) -> list[str]:
    """The list in a cell: its parts are separated by "|"."""
    return [part for part in cell.split("|") if part]
