"""Organisations, armed groups and leaders that every reader of Arabic news knows, with country and sector.

The table is `resources/actors.csv`, written by hand. A country may be one of PLOVER's non-state codes (UNO, IGO,
EUR …). A leader's sector is that of the office for which the news knows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from tasks.extract.forms import Lexicon, cell_list, fold, read_table


class Actor(NamedTuple):
    """A known organisation or person."""

    name: str
    name_latin: str
    entity_type: str  # ORG, PER
    country_code: str | None
    sector: str | None


@cache
def _rows() -> list[tuple[Actor, list[str]]]:
    return [
        (
            Actor(
                row["name"],
                row["name_latin"],
                row["entity_type"],
                row["code"] or None,
                row["sector"] or None,
            ),
            [row["name"], *cell_list(row["variants"])],
        )
        for row in read_table("actors.csv")
    ]


def actors() -> Iterator[Actor]:
    """All of them, in the table's order."""
    return (actor for actor, _ in _rows())


@cache
def names() -> Lexicon[Actor]:
    """Every name and variant; look whole names up in it."""
    return Lexicon((name, actor) for actor, forms in _rows() for name in forms)


@cache
def phrases() -> Lexicon[Actor]:
    """Names that mean the same wherever they stand: organisations, and full names of people.

    One word of a person's name is left to a look-up of the whole name: "سعيد" and "صالح" are also words.
    """
    return Lexicon(
        (name, actor) for actor, forms in _rows() for name in forms if actor.entity_type == "ORG" or " " in fold(name)
    )
