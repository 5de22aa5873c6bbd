"""Countries in Arabic phrases: by name, by seat of government, by nationality, by the known groups of a country.

The table `resources/countries.csv` is made by `resources/build_countries.py`, which names its sources. Codes are ISO
3166 alpha-3, with XKX for Kosovo, and PLOVER's non-state codes for organisations that belong to no country. A country
that is no more (`resources/former_countries.csv`) keeps the code that ISO 3166-3 lists for it: what the Soviet Union
did is not counted for Russia.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from tasks.extract import actors
from tasks.extract.forms import (
    Lexicon,
    Match,
    cell_list,
    fold,
    nationality_forms,
    read_table,
    without_clitics,
    words_of,
)

Codes = tuple[str, ...]

MAIN_CLAUSE_ENDS = tuple(f" {word} " for word in ("في", "لدى", "ضد", "إلى", "الى", "على", "بشأن", "حول"))
"""Words after which a phrase tells of something other than its head: "السفير الأميركي لدى العراق"."""


class Country(NamedTuple):
    """One row of the table."""

    code: str
    name: str  # as the Arabic press writes it
    name_latin: str
    names: list[str]
    capitals: list[str]
    nationalities: list[str]  # masculine singular
    plurals: list[str]  # broken ones
    geonames_id: int | None
    latitude: float | None  # of the centre of its largest piece of land, WGS 84
    longitude: float | None
    until: int | None = None  # year in which it ended


OTHER_SENSES: dict[str, Codes] = {
    "المغرب العربي": (),
    "بلاد المغرب": (),
    "بلاد المغرب الإسلامي": (),
    "صلاة المغرب": (),
    "أذان المغرب": (),
    "المحيط الهندي": (),
    "الهنود الحمر": (),
    "بحر الصين": (),
    "بحر الصين الجنوبي": (),
    "بحر الصين الشرقي": (),
    "نهر الأردن": (),
    "غور الأردن": (),
    "نهر النيجر": (),
    "دلتا النيجر": ("NGA",),
    "بحيرة تشاد": (),
    "خليج عمان": (),
    "بحر عمان": (),
    "خليج غينيا": (),
    "خليج عدن": (),
    "مسقط رأس": (),
    "مسقط رأسه": (),
    "مسقط رأسها": (),
    "آيا صوفيا": ("TUR",),
    "أمريكا اللاتينية": (),
    "أميركا اللاتينية": (),
    "أمريكا الجنوبية": (),
    "أميركا الجنوبية": (),
    "أمريكا الوسطى": (),
    "أميركا الوسطى": (),
    "أمريكا الشمالية": (),
    "أميركا الشمالية": (),
    "القارة الأمريكية": (),
    "القارة الأميركية": (),
    "الإمبراطورية الرومانية": (),
    "القوة القاهرة": (),
    "نيو ساوث ويلز": ("AUS",),
    "باريس سان جيرمان": ("FRA",),
    "طرابلس اللبنانية": ("LBN",),
    "طرابلس الشام": ("LBN",),
    "عمان الأردنية": ("JOR",),
    "الكوريتين": ("PRK", "KOR"),
    "الكوريتان": ("PRK", "KOR"),
    "مجلس الأمن القومي": (),
    "القاعدة الجوية": (),
    "القاعدة العسكرية": (),
    "القاعدة البحرية": (),
    "القاعدة الأمريكية": ("USA",),
    "القاعدة الأميركية": ("USA",),
    "قاعدة الشباب": (),
    "القارة الأوروبية": (),
    "خادم الحرمين": ("SAU",),
    "خادم الحرمين الشريفين": ("SAU",),
    "قائد الثورة الإسلامية": ("IRN",),
    "المرشد الأعلى": ("IRN",),
    "مستوطن": ("ISR",),
    "المستوطن": ("ISR",),
    "مستوطنون": ("ISR",),
    "المستوطنون": ("ISR",),
    "مستوطنين": ("ISR",),
    "المستوطنين": ("ISR",),
}
"""Phrases that mean another country than their words name, or one that their words do not name."""

ADJECTIVES_OF_ORGANISATIONS = {"أممي": "UNO", "أوروبي": "EUR"}
"""Masculine singulars that say whose somebody is as nationalities do, with PLOVER's codes: "المبعوث الأممي"."""

_AMMAN = "عمّان"
_OMAN_OR_AMMAN = fold("عمان")
_MALI = fold("مالي")
_MALIAN = frozenset(map(fold, ("المالي", "المالية", "ماليا", "مالية")))
_BEFORE_MALI = frozenset(
    map(
        fold,
        (
            *("في", "من", "إلى", "على", "عن", "بين", "عبر", "داخل", "وسط", "جمهورية", "دولة", "حكومة", "جيش"),
            *("شمال", "جنوب", "شرق", "غرب", "شمالي", "جنوبي", "شرقي", "غربي", "رئيس", "عاصمة", "سكان", "حدود"),
        ),
    )
)
_BEFORE_MALIAN = frozenset(
    map(
        fold,
        ("الجيش", "الحكومة", "الرئيس", "القوات", "السلطات", "العاصمة", "الجنود", "الشعب", "الأراضي", "جندي"),
    )
)
_TURKISH = fold("تركي")
_BEFORE_THE_NAME_TURKI = frozenset(map(fold, ("الأمير", "بن", "الشيخ", "العميد", "اللواء", "العقيد")))


@cache
def countries() -> dict[str, Country]:
    """Both tables by code."""
    return {country.code: country for country in (*_present_countries(), *_former_countries())}


def _present_countries() -> Iterator[Country]:
    for row in read_table("countries.csv"):
        yield Country(
            row["code"],
            row["name"],
            row["name_latin"],
            cell_list(row["names"]),
            cell_list(row["capitals"]),
            cell_list(row["nationalities"]),
            cell_list(row["plurals"]),
            int(row["geonames_id"]),
            float(row["latitude"]) if row["latitude"] else None,
            float(row["longitude"]) if row["longitude"] else None,
        )


def _former_countries() -> Iterator[Country]:
    for row in read_table("former_countries.csv"):
        names, nationalities = cell_list(row["names"]), cell_list(row["nationalities"])
        place = (None, None, None)
        yield Country(
            row["code"], row["name"], row["name_latin"], names, [], nationalities, [], *place, until=int(row["until"])
        )


@cache
def country_names() -> Lexicon[Country]:
    """Countries by their names alone: what may be taken for the country itself."""
    return Lexicon((name, country) for country in countries().values() for name in (country.name, *country.names))


@cache
def seats_of_government() -> Lexicon[Country]:
    """Countries by their capitals."""
    return Lexicon((name, country) for country in countries().values() for name in country.capitals)


@cache
def nationality_words() -> frozenset[str]:
    """Folded adjectives and nouns of nationality of one word, in every form."""
    forms = (
        form for country in countries().values() for name in country.nationalities for form in nationality_forms(name)
    )
    plurals = (fold(form) for country in countries().values() for form in country.plurals)
    return frozenset(form for form in (*forms, *plurals) if " " not in form)


def _entries() -> Iterator[tuple[str, Codes]]:
    yield from OTHER_SENSES.items()
    for country in countries().values():
        for name in (country.name, *country.names, *country.capitals):
            yield name, (country.code,)
    for country in countries().values():
        for singular in country.nationalities:
            for form in nationality_forms(singular):
                yield form, (country.code,)
        for plural in country.plurals:
            yield plural, (country.code,)
            yield "ال" + plural, (country.code,)
    for singular, code in ADJECTIVES_OF_ORGANISATIONS.items():
        for form in nationality_forms(singular):
            yield form, (code,)


@cache
def _phrases() -> Lexicon[Codes]:
    known = ((name, (actor.country_code,) if actor.country_code else ()) for name, actor in actors.phrases().items())
    return Lexicon([*_entries(), *known])


@lru_cache(maxsize=5_000)
def _codes(text: str) -> Codes:
    actor = actors.names().get(text)
    if actor is not None:
        return (actor.country_code,) if actor.country_code else ()
    words = words_of(text)
    found: list[str] = []
    end_of_last = 0
    for match in _phrases().find(words):
        codes = match.value
        if match.end - match.start == 1:
            codes = _in_context(words, match, found, text, after_country=match.start == end_of_last > 0)
        found += codes
        if codes:
            end_of_last = match.end
    return tuple(dict.fromkeys(found))


def countries_in(text: str) -> list[str]:
    """Codes of the countries in a phrase, in order of appearance, once each.

    Words count whole, with their clitics off where the table knows the rest ("وللعراق"). Words that also mean
    something else (مالي, عمان, تركي, المغرب) count only where their neighbours say so.

    >>> countries_in("العلاقات الإيرانية – العراقية")
    ['IRN', 'IRQ']
    """
    return list(_codes(text))


def countries_of(phrase: str, *, where: bool = False) -> Codes:
    """Codes of the countries that the head of a phrase belongs to; if `where`, of those where the phrase ends up.

    >>> countries_of("السفارة الأميركية في بغداد"), countries_of("السفارة الأميركية في بغداد", where=True)
    (('USA',), ('IRQ',))
    """
    ends = [at for word in MAIN_CLAUSE_ENDS if (at := phrase.find(word)) >= 0]
    if not ends:
        return _codes(phrase)
    parts = (phrase[: min(ends)], phrase[min(ends) :])
    return next((found for part in (reversed(parts) if where else parts) if (found := _codes(part))), ())


def _in_context(
    words: Sequence[str], match: Match[Codes], found: Sequence[str], text: str, *, after_country: bool
) -> Codes:
    """The codes of a word, having looked at its neighbours if it has another meaning."""
    word = words[match.start]
    before = words[match.start - 1] if match.start else ""
    senses = without_clitics(word)
    if _OMAN_OR_AMMAN in senses and match.value == ("OMN",):
        return ("JOR",) if "JOR" in found or _AMMAN in text else match.value
    if match.value == ("MLI",):
        if word in _MALIAN:
            return match.value if before in _BEFORE_MALIAN else ()
        if word == _MALI or word == "و" + _MALI:
            alone = len(words) == 1
            return match.value if alone or after_country or before in _BEFORE_MALI else ()
    if word == _TURKISH and (not before or before in _BEFORE_THE_NAME_TURKI):
        return ()
    return match.value
