"""Which place on the map a name in an article means.

Names of places are shared: طرابلس is in Libya and in Lebanon, عمان a country and the capital of another. `choose`
weighs, for all names of one article together, how populous each bearer of a name is, which countries the article
names, where it was filed and by whom, which places stand beside it, and the class word before the name (مدينة,
محافظة, ريف, شمال). It chooses only on evidence, and says which; where the evidence points two ways, or at nothing, it
refuses and says why. A name that is refused is no evidence for another.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from tasks.extract.countries import countries, countries_in, country_names, seats_of_government
from tasks.extract.forms import fold, without_clitics, words_of
from tasks.extract.gazetteer import Listed, Place, gazetteer, places_named

__all__ = ["Place", "PlaceChoice", "PlaceContext", "by_name", "choose", "is_known", "is_part_of_country", "kilometres"]


class PlaceContext(NamedTuple):
    """What an article tells besides the names of its places."""

    dateline: str | None = None
    """Where it was filed, as written: the place of `tasks.normalize.dateline.Dateline`."""
    countries: Mapping[str, int] = MappingProxyType({})
    """How often it names each country, by noun or adjective; ISO 3166 alpha-3."""
    source_country: str | None = None
    """Where its publisher is at home."""


class PlaceChoice(NamedTuple):
    """The place that a name means, or None; in either case why."""

    place: Place | None
    basis: str
    """A word for the kind of reason (`BASES`), a colon, and the particulars."""


BASES: Final = MappingProxyType(
    {
        "country": "the name of a country",
        "only": "one place only bears the name",
        "context": "the country, the dateline or the places beside it tell it from its namesakes",
        "population": "by far the most populous bearer, and nothing tells otherwise",
        "within": "a part of the place named, or a site in it, that has no entry of its own",
        "adjective": "the country, or its capital, whose adjective stands in the name",
        "unknown": "refused: no table has the name",
        "ambiguous": "refused: the evidence does not tell its bearers apart",
        "implausible": "refused: a small place far from all that the article is about",
        "several": "refused: it is of more than one country",
        "common": "refused: a word, no name",
    }
)
"""Kinds of reasons."""


class _Kind(Enum):
    """What a class word makes of the name behind it."""

    CITY = auto()
    REGION = auto()
    PART = auto()  # of the place that follows: ريف حلب, شمال سوريا
    SITE = auto()  # in the place that follows: مطار دمشق
    NATURE = auto()  # bears the name of a place without lying in it: نهر الأردن
    ANY = auto()


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


_CLASS_WORDS: Final = {
    _Kind.CITY: _folded("مدينة بلدة قرية ضيعة عاصمة العاصمة بلدية المدينة البلدة القرية حاضرة"),
    _Kind.REGION: _folded(
        "محافظة ولاية إقليم مقاطعة قضاء ناحية لواء إمارة جهة عمالة مديرية معتمدية دائرة استان كانتون ولايتي شعبية "
        "المحافظة الولاية الإقليم"
    ),
    _Kind.PART: _folded(
        "شمال شمالي جنوب جنوبي شرق شرقي غرب غربي وسط ريف ريفي أرياف أطراف ضواحي محيط مشارف ضاحية بادية ساحل سواحل حدود "
        "أراضي أحياء قرى بلدات مناطق شرقى غربى"
    ),
    _Kind.SITE: _folded(
        "مطار معبر ميناء مرفأ قاعدة سجن معسكر جسر مستشفى مجمع مسجد جامع شارع طريق ساحة ميدان دوار قصر محطة حقل "
        "مصفاة سد منفذ ثكنة مقبرة جامعة كنيسة كاتدرائية سوق ملعب برج قلعة منشأة مفاعل حي مخيم"
    ),
    _Kind.NATURE: _folded("جبل جبال نهر وادي بحر بحيرة خليج مضيق صحراء هضبة سهل غابة غابات رأس محيط حوض دلتا"),
    _Kind.ANY: _folded("منطقة المنطقة جزيرة واحة دولة جمهورية مملكة إمارة"),
}
_KIND_OF: Final = {word: kind for kind, words in reversed(_CLASS_WORDS.items()) for word in words}

_LEVELS: Final = {_Kind.CITY: ("city", "site"), _Kind.REGION: ("region",), _Kind.SITE: ("site", "city")}

_SIDES: Final = _folded(
    "الشمالي الشمالية الجنوبي الجنوبية الشرقي الشرقية الغربي الغربية الأوسط الوسطى القديمة الجديدة الكبرى المحتلة "
    "المحتل المحاصرة المحاصر الدولي الدولية"
)
"""Adjectives behind the name of a place that leave it where it is."""

_WORDS: Final = _folded(
    "الحدود العاصمة المدينة البلدة القرية المنطقة المحافظة الولاية الإقليم البلاد الدولة المملكة الجمهورية الشمال "
    "الجنوب الشرق الغرب الوسط الساحل الريف العالم المطار المعبر الميناء المخيم الداخل الخارج الوطن"
)
"""Nouns that name no place alone."""

_GEOGRAPHIC: Final = _WORDS | _folded(
    "الأراضي المياه الأجواء السواحل الجزر المدن القرى الأرياف البادية الصحراء الجانب الطرف"
)
_CAPITAL: Final = fold("العاصمة")

_COUNTRY, _SEA, _SITE, _REGION_WITHOUT_TOWNS, _METROPOLIS = 8.0, 9.0, 4.5, 5.0, 5.8
"""Weights of what has no inhabitants, or none counted; a sea is one before it is the province named after it."""

_NOTED = 0.5
_VILLAGE, _KNOWN_TOWN = 300, 30_000
"""Inhabitants of a place whose number nobody gives, and of one that the news names at the least."""

_CLASS_AGREES, _CLASS_DISAGREES, _NO_COUNTRY = 3.0, -1.0, -4.0
_NAMED, _FILED_THERE, _PUBLISHED_THERE, _BESIDE, _NEAR = 2.0, 2.0, 1.5, 1.0, 1.0
"""Weights, in powers of ten of population: a country named in the article outweighs a hundred times as many people."""

_NEAR_KM, _SAME_SPOT_KM = 150.0, 30.0
_MARGIN, _SURE_MARGIN = 0.4, 1.5
_PLAUSIBLE, _PLAUSIBLE_ABROAD = 4.2, 4.7
"""Least score of a place that is chosen: 15,000 people without any evidence, 50,000 against it."""

_LONG_NAME = 1.0  # of two words and more: rarely the name of something else


def choose(names: Sequence[str], context: PlaceContext) -> list[PlaceChoice]:
    """The place that each name of one article means.

    Args:
        names: Names of its places, without clitics, each with the class word before it if there is one
            ("محافظة الأنبار"); one for each mention, so that a name repeated stands as often as the article has it.
        context: What else the article tells.

    Returns:
        A choice for each name, in their order. Equal names have equal choices; the order does not matter.
    """
    written = {fold(name): name for name in reversed(names)}
    evidence = _Evidence(context, Counter(map(fold, names)))
    if context.dateline:
        evidence.filed = _decide(context.dateline, evidence, is_dateline=True).choice.place
    decided = {key: _decide(name, evidence) for key, name in written.items()}
    evidence.settled = {
        key: one.choice.place for key, one in decided.items() if one.choice.place and one.margin >= _SURE_MARGIN
    }
    for key, name in written.items():
        if key not in evidence.settled:
            decided[key] = _decide(name, evidence)
    return [decided[fold(name)].choice for name in names]


def is_known(name: str) -> bool:
    """Whether the whole of `name` is the name of a country, a region, a site or a town that is not a mere village."""
    return country_names().get(name) is not None or any(_prior(one) >= _PLAUSIBLE for one in places_named(name))


@lru_cache(maxsize=5_000)
def is_part_of_country(name: str) -> bool:
    """Whether `name`, which the table of countries has, is a place of its own in the country: غزة, دبي, اسكتلندا."""
    country = country_names().get(name)
    if country is None or fold(country.name) == fold(name):
        return False
    return any(
        one.place.country_code == country.code and _prior(one) >= _REGION_WITHOUT_TOWNS for one in places_named(name)
    )


def kilometres(a: Place, b: Place) -> float:
    """Distance along the great circle; infinite if a place has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return math.inf
    lat1, lon1, lat2, lon2 = map(math.radians, (a.latitude, a.longitude, b.latitude, b.longitude))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))


class _Evidence:
    """What speaks for a country or a spot, whatever the name."""

    def __init__(self, context: PlaceContext, occurrences: Mapping[str, int]) -> None:
        self.context = context
        self.occurrences = occurrences
        self.filed: Place | None = None
        self.settled: dict[str, Place | None] = {}

    def points_somewhere(self) -> bool:
        """Whether there is any."""
        return bool(self.context.countries or self.context.source_country or self.filed or self.settled)

    def support(self, place: Place, name: str) -> tuple[float, list[str]]:
        """How much speaks for `place`, under a folded `name`; and what."""
        code, value, reasons = place.country_code, 0.0, []
        if code is not None:
            counts = self._counts(name)
            if counts.get(code, 0) > 0:
                value += _NAMED + _NAMED * counts[code] / sum(counts.values())
                reasons.append(f"{code} named {counts[code]} of {sum(counts.values())} times")
            if self.filed and self.filed.country_code == code:
                value += _FILED_THERE
                reasons.append(f"filed in {self.filed.name_latin}")
            if self.context.source_country == code:
                value += _PUBLISHED_THERE
                reasons.append(f"published in {code}")
            beside = [other for key, other in self.settled.items() if other and key != name]
            there = [other for other in beside if other.country_code == code]
            if there:
                value += _BESIDE + _BESIDE * len(there) / len(beside)
                reasons.append(f"beside {there[0].name_latin or there[0].name}")
        others = [other for other in (self.filed, *self.settled.values()) if other and other.level != "country"]
        if any(kilometres(place, other) < _NEAR_KM for other in others):
            value += _NEAR
        return value, reasons

    def _counts(self, name: str) -> dict[str, int]:
        """Mentions of countries, without those that are `name` itself: it is no evidence for its own meaning."""
        counts = {code: count for code, count in self.context.countries.items() if count > 0}
        for country in (country_names().get(name), seats_of_government().get(name)):
            if country is not None and country.code in counts:
                counts[country.code] -= self.occurrences.get(name, 0)
                if counts[country.code] <= 0:
                    del counts[country.code]
                break
        return counts


class _Reading(NamedTuple):
    """One way to take a name: the words to look up, and the class word that was before them."""

    words: tuple[str, ...]
    kind: _Kind | None
    is_loose: bool = False


class _Decision(NamedTuple):
    """A choice, and by how much it won."""

    choice: PlaceChoice
    margin: float = 0.0


class _Weighed(NamedTuple):
    """A bearer of a name with its weights."""

    place: Place
    score: float
    support: float
    reasons: list[str]


def _decide(name: str, evidence: _Evidence, *, is_dateline: bool = False) -> _Decision:
    words = tuple(words_of(name))
    if not words or (len(words) == 1 and words[0] in _WORDS):
        return _Decision(PlaceChoice(None, f"common: {name} is a word"))
    for reading in _readings(words):
        bearers = _bearers(reading)
        if bearers:
            return _weigh(name, " ".join(words), reading, bearers, evidence, is_dateline=is_dateline)
    return _by_adjective(name, words)


def _readings(words: tuple[str, ...]) -> Iterator[_Reading]:
    """Ways to take a name, the most literal first."""
    exact = [_Reading(words, None), *_parts(words)]
    yield from exact
    if len(words) == 1 and words[0] in _KIND_OF:
        return
    yield from (reading._replace(is_loose=True) for reading in exact)
    for head in without_clitics(words[0])[1:]:
        yield _Reading((head, *words[1:]), None)


def _parts(words: tuple[str, ...]) -> Iterator[_Reading]:
    """The name within a name: behind its class word, before its adjective of side."""
    kind = _KIND_OF.get(words[0])
    if len(words) == 1 or kind is _Kind.NATURE:
        return
    if kind is not None:
        yield _Reading(words[1:], kind)
        for inner in _parts(words[1:]):
            yield inner if kind in (_Kind.CITY, _Kind.REGION, _Kind.ANY) else inner._replace(kind=kind)
    elif words[-1] in _SIDES:
        yield _Reading(words[:-1], _Kind.PART)


def _bearers(reading: _Reading) -> list[Listed]:
    phrase = " ".join(reading.words)
    listed = list(gazetteer().loosely(reading.words) if reading.is_loose else places_named(phrase))
    country = country_names().get(phrase)
    if country is None:
        return listed
    if is_part_of_country(phrase):
        return listed
    # Beside a country only a metropolis, or what the news is known to name, is a second meaning: no village لبنان.
    return [_country(country.code), *(one for one in listed if one.is_noted or _prior(one) >= _METROPOLIS)]


@lru_cache(maxsize=512)
def _country(code: str) -> Listed:
    country = countries()[code]
    point = (country.latitude, country.longitude)
    return Listed(
        Place(country.geonames_id, country.name, country.name_latin, code, *point, "country", None), is_noted=False
    )


def _prior(one: Listed) -> float:
    """How much speaks for a place before anything is known of the article."""
    place = one.place
    if place.level == "country":
        return _COUNTRY
    if place.level == "site" and place.country_code is None:
        return _SEA
    if place.level == "city":
        weight = math.log10(max(place.population or 0, _KNOWN_TOWN if one.is_noted else _VILLAGE))
    elif place.population:
        weight = math.log10(place.population) - _NOTED
    else:
        weight = _SITE if place.level == "site" else _REGION_WITHOUT_TOWNS
    return weight + _NOTED * one.is_noted


def _weigh(
    name: str,
    key: str,
    reading: _Reading,
    bearers: Sequence[Listed],
    evidence: _Evidence,
    *,
    is_dateline: bool,
) -> _Decision:
    weighed = []
    for one in bearers:
        support, reasons = evidence.support(one.place, key)
        level = _fit(one.place, reading.kind)
        if is_dateline and one.place.level == "country":
            level -= _CLASS_AGREES  # reporters file from towns
        weighed.append(_Weighed(one.place, _prior(one) + level + support, support, reasons))
    weighed.sort(key=lambda one: (-one.score, one.place.geonames_id or 0, one.place.name_latin or ""))
    best = weighed[0]
    rivals = [one for one in weighed if _is_elsewhere(one.place, best.place)]
    margin = best.score - rivals[0].score if rivals else math.inf
    if margin < _MARGIN:
        return _Decision(PlaceChoice(None, f"ambiguous: {_list([best, *rivals])}"))
    abroad = best.support == 0 and evidence.points_somewhere()
    score = best.score + _LONG_NAME * (len(reading.words) > 1)
    if score < (_PLAUSIBLE_ABROAD if abroad else _PLAUSIBLE):
        return _Decision(PlaceChoice(None, f"implausible: only {_list(weighed)}, of which nothing else tells"))
    return _Decision(PlaceChoice(_placed(name, reading, best.place), _basis(reading, best, weighed, rivals)), margin)


def _is_elsewhere(place: Place, best: Place) -> bool:
    """Whether `place` is of another country. Of a disputed place the units around it are not."""
    if place.country_code == best.country_code:
        return False
    return best.country_code is not None or kilometres(place, best) > _SAME_SPOT_KM


def _fit(place: Place, kind: _Kind | None) -> float:
    """How well the level of a place suits the class word before its name."""
    levels = _LEVELS.get(kind) if kind else None
    if levels is None:
        return 0.0
    if place.level in levels:
        return _CLASS_AGREES
    return _NO_COUNTRY if place.level == "country" else _CLASS_DISAGREES


def _placed(name: str, reading: _Reading, place: Place) -> Place:
    """`place`, or what lies in it under a longer name: with its country and coordinates, but nothing else of it."""
    if reading.kind not in (_Kind.PART, _Kind.SITE):
        return place
    level = "site" if reading.kind is _Kind.SITE else "region"
    return Place(None, " ".join(name.split()), None, *place[3:6], level, None)


def _basis(reading: _Reading, best: _Weighed, weighed: Sequence[_Weighed], rivals: Sequence[_Weighed]) -> str:
    reasons = list(best.reasons)
    if best.place.population:
        reasons.append(f"{best.place.population:,} inhabitants")
    if rivals:
        reasons.append(f"not {_list(rivals)}")
    if reading.kind in (_Kind.PART, _Kind.SITE):
        kind = "within"
        reasons.insert(0, _label(best.place))
    elif best.place.level == "country":
        kind = "country"
    elif best.reasons and len(weighed) > 1:
        kind = "context"
    else:
        kind = "population" if rivals else "only"
    return f"{kind}: {'; '.join(reasons) or _label(best.place)}"


def _label(place: Place) -> str:
    return f"{place.name_latin or place.name} ({place.country_code or 'no country'})"


def _list(weighed: Sequence[_Weighed]) -> str:
    """The first few, one of a country."""
    labels = dict.fromkeys(_label(one.place) for one in weighed)
    return ", ".join(list(labels)[:3])


def _by_adjective(name: str, words: tuple[str, ...]) -> _Decision:
    """Names made of a word of geography and a nationality: العاصمة الليبية, الحدود السورية, الشمال السوري."""
    codes = [code for code in countries_in(name) if code in countries()] if words[0] in _GEOGRAPHIC else []
    if len(codes) > 1:
        return _Decision(PlaceChoice(None, f"several: {', '.join(codes)}"))
    if not codes:
        return _Decision(PlaceChoice(None, f"unknown: no table has {name}"))
    country = countries()[codes[0]]
    if words[0] == _CAPITAL and country.capitals:
        in_country = _Evidence(PlaceContext(countries={country.code: 1}), {})
        capital = _decide(country.capitals[0], in_country, is_dateline=True).choice.place
        if capital is not None:
            return _Decision(PlaceChoice(capital, f"adjective: capital of {country.code}"), math.inf)
    place = _country(country.code).place
    part = Place(None, " ".join(name.split()), None, *place[3:6], "region", None)
    return _Decision(PlaceChoice(part, f"adjective: part of {country.code}"), math.inf)


class _ByName:
    """Places by name alone, for callers that know nothing of an article."""

    def get(self, name: str) -> Place | None:
        """The most populous bearer of a whole name, if it is no mere village."""
        listed = [one for one in places_named(name) if _prior(one) >= _PLAUSIBLE]
        return max(listed, key=_prior).place if listed else None


def by_name() -> _ByName:
    """Places by their Arabic names, the most populous of each."""
    return _ByName()
