"""Organisations, armed groups and leaders that Arabic news of 2010 to 2026 names, with country and sector.

The tables are `resources/organisations.csv`, `leaders_arab.csv` and `leaders_world.csv`, compiled by hand: see
`docs/resources.md`. A country may be one of PLOVER's non-state codes (UNO, IGO, EUR, NGO, IMG). A leader's sector
follows their offices: a minister of 2012 is of the elite in 2020, unless there is a later office.

Three look-ups, from the most to the least cautious: `phrases` finds names in running words, `names` takes a whole
phrase, `named` a whole mention that is known to be an organisation or a person. What each leaves to the next are
names that are words or places as well: "القاعدة" is found anywhere, "ترامب" must be all of a phrase, and "النهضة"
all of an organisation's mention.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from tasks.extract.forms import Lexicon, cell_list, fold, read_table

ORGANISATIONS = "organisations.csv"
LEADERS = ("leaders_arab.csv", "leaders_world.csv")

CIVIL_SECTORS = frozenset({"GOV", "LEG", "JUD"})
FORMER = "ELI"
"""PLOVER's sector of those who have left the offices of state."""

_SPELLINGS = (
    ("اميرك", "امريك"),
    ("ديمقراط", "ديموقراط"),
    ("اوروب", "اورب"),
    ("ميليشي", "مليشي"),
    ("فيدرال", "فدرال"),
    ("عبد ال", "عبدال"),
)
"""Parts of words, folded, that the press writes in two ways; the tables have one of them."""


class Office(NamedTuple):
    """An office that a leader held from the year `since` to the year `until`, both included.

    None is no bound: nobody knows since when an armed group has had its spokesman, and some are in office to this day.
    """

    sector: str | None  # PLOVER; None in organisations of states, as theirs is
    since: int | None
    until: int | None
    title: str  # in Arabic
    country_code: str | None = None  # where it is another than the leader's: a minister who went to the United Nations


class Actor(NamedTuple):
    """A known organisation or person."""

    name: str
    name_latin: str
    entity_type: str  # ORG, PER
    country_code: str | None  # ISO 3166 alpha-3, XKX, or a non-state code of PLOVER
    sector: str | None  # of a person: of the latest office
    wikidata_id: str | None = None
    offices: tuple[Office, ...] = ()

    def office_at(self, year: int) -> Office | None:
        """The office of a year: of several the one begun last, None if none is known for it.

        >>> named("أردوغان", "PER").office_at(2013).title
        'رئيس الوزراء'
        """
        held = [one for one in self.offices if (one.since or year) <= year <= (one.until or year)]
        return max(held, key=_begun, default=None)

    def country_at(self, year: int | None) -> str | None:
        """The country, or PLOVER's code, for which a leader acted in a year; without a year, in their latest office.

        >>> [named("ستولتنبرغ", "PER").country_at(year) for year in (2012, 2020)]
        ['NOR', 'IGO']
        """
        office = max(self.offices, key=_begun, default=None) if year is None else self.office_at(year)
        return (office.country_code if office else None) or self.country_code

    def sector_at(self, year: int | None) -> str | None:
        """The sector in a year: that of the office of that year, ELI when a civil office has ended before it.

        Generals and leaders of parties and armed groups stay what they were: rank and following outlast the post, and
        news of their death comes after its last year. Before the first known office it is None, since what a minister
        did earlier is not in the table. Without a year, and for organisations, it is `sector`.
        """
        if year is None or not self.offices:
            return self.sector
        office = self.office_at(year)
        if office is not None:
            return office.sector
        ended = [one for one in self.offices if one.until is not None and one.until < year]
        last = max(ended, key=lambda one: (one.until, _begun(one)), default=None)
        if last is None:
            return None
        return FORMER if last.sector in CIVIL_SECTORS else last.sector


def _begun(office: Office) -> int:
    return office.since or 0


class _Row(NamedTuple):
    actor: Actor
    names: list[str]  # that mean it by themselves
    alone: list[str]  # that mean it only as the whole of a mention of its type


@cache
def _rows() -> list[_Row]:
    return [*_organisations(), *_leaders()]


def _organisations() -> Iterator[_Row]:
    for row in read_table(ORGANISATIONS):
        actor = Actor(
            row["name"],
            row["name_latin"],
            "ORG",
            row["code"] or None,
            row["sector"] or None,
            row["wikidata_id"] or None,
        )
        yield _Row(actor, [actor.name, *cell_list(row["variants"])], cell_list(row["alone"]))


def _leaders() -> Iterator[_Row]:
    for table in LEADERS:
        for row in read_table(table):
            offices = tuple(_office(cell) for cell in cell_list(row["offices"]))
            latest = max(offices, key=_begun)
            actor = Actor(
                row["name"],
                row["name_latin"],
                "PER",
                row["code"] or None,
                latest.sector,
                row["wikidata_id"] or None,
                offices,
            )
            yield _Row(actor, [actor.name, *cell_list(row["variants"])], [])


def _office(cell: str) -> Office:
    """An office as the tables write it, "GOV;2014;2018;رئيس الوزراء": sector, years, title, and a country of its own.

    Raises:
        ValueError: a part is missing, or a year is no number.
    """
    sector, since, until, title, *country = cell.split(";")
    code = country[0] if country else None
    return Office(sector or None, int(since) if since else None, int(until) if until else None, title, code)


def _spellings(name: str) -> list[str]:
    """`name` and the other ways in which the press spells its words, beyond those that fold together.

    >>> _spellings("الجيش الأميركي")
    ['الجيش الأميركي', 'الجيش الامريكي']
    """
    folded = [fold(name)]
    for one, other in _SPELLINGS:
        folded += [new for old in folded for new in (old.replace(one, other), old.replace(other, one)) if new != old]
    return [name, *folded[1:]]


def actors() -> Iterator[Actor]:
    """All of them, in the order of the tables."""
    return (row.actor for row in _rows())


@cache
def phrases() -> Lexicon[Actor]:
    """Names that mean the same wherever they stand in a phrase: of organisations, and full names of people.

    One word of a person's name is left to a look-up of the whole name: "سعيد" and "صالح" are also words.
    """
    return Lexicon(
        (spelling, row.actor)
        for row in _rows()
        for name in row.names
        if row.actor.entity_type == "ORG" or " " in fold(name)
        for spelling in _spellings(name)
    )


@cache
def names() -> Lexicon[Actor]:
    """Every name that means its bearer by itself; look whole names up in it."""
    return Lexicon((spelling, row.actor) for row in _rows() for name in row.names for spelling in _spellings(name))


@cache
def _mentions(entity_type: str) -> Lexicon[Actor]:
    return Lexicon(
        (spelling, row.actor)
        for row in _rows()
        if row.actor.entity_type == entity_type
        for name in (*row.names, *row.alone)
        for spelling in _spellings(name)
    )


def named(name: str, entity_type: str) -> Actor | None:
    """Who bears `name`, given that it is all of a mention of that type (ORG or PER; None for other types)."""
    return _mentions(entity_type).get(name)
