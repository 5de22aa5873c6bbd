"""The PLOVER sector of an actor, from the words of office or organisation in its phrase.

The table `resources/sectors.csv` has two ranks. Words of an office or body (وزير, جيش, محكمة) say what their bearer
is. Titles (رئيس, قائد, مسؤول) take the sector of the body that follows them, "رئيس البرلمان" being LEG, and have
one of their own only when nothing follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from tasks.extract import actors
from tasks.extract.forms import Lexicon, cell_list, noun_forms, read_table, words_of


class _Sign(NamedTuple):
    sector: str | None
    is_title: bool


def _entries() -> Iterator[tuple[str, _Sign]]:
    for name, actor in actors.phrases().items():
        yield name, _Sign(actor.sector, is_title=False)
    rows = [
        (_Sign(row["sector"], row["rank"] == "title"), cell_list(row["words"])) for row in read_table("sectors.csv")
    ]
    # A word as it is listed outdoes the same letters made by inflection.
    for sign, words in rows:
        for word in words:
            yield word, sign
            yield "ال" + word, sign
    for sign, words in rows:
        for word in words:
            for form in noun_forms(word):
                yield form, sign


@cache
def _signs() -> Lexicon[_Sign]:
    return Lexicon(_entries())


def is_sign(word: str) -> bool:
    """Whether one folded word, as it stands, is a word of office or organisation or its title."""
    return _signs().get(word) is not None


@lru_cache(maxsize=5_000)
def sector_of(text: str) -> str | None:
    """The sector of the actor that `text` names, None if no word tells.

    >>> sector_of("وزير الدفاع العراقي"), sector_of("رئيس البرلمان"), sector_of("متظاهرين")
    ('GOV', 'LEG', 'CVL')
    """
    actor = actors.names().get(text)
    if actor is not None:
        return actor.sector
    title = None
    for match in _signs().find(words_of(text)):
        if not match.value.is_title:
            return match.value.sector
        title = title or match.value.sector
    return title
