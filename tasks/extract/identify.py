"""Whom and what the names in one article mean, all of them taken together.

A name alone is looked up by `tasks.extract.entities`. What only the article tells is decided here: that شمخاني is the
علي شمخاني named before, الحركة the حركة أنصار السهل, and which of the towns called طرابلس is meant. Each decision
carries its basis, which the warehouse keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tasks.extract import actors, places
from tasks.extract.countries import countries_in, country_names
from tasks.extract.descriptions import bare
from tasks.extract.entities import Entity, of_place, resolve
from tasks.extract.forms import fold, without_clitics, words_of
from tasks.extract.names import canonical_name, clean
from tasks.extract.places import PlaceContext
from tasks.extract.publishers import home_of
from tasks.extract.reader import EntitySpan, SentenceReading


class Line(NamedTuple):
    """A sentence of an article with its reading; `offset` is where it begins in its part, in code points."""

    part: str  # title, text
    offset: int
    text: str
    reading: SentenceReading


class Setting(NamedTuple):
    """What is known of an article besides its sentences."""

    dateline: str | None = None  # the place where it was filed, as written
    source: str | None = None  # publisher
    year: int | None = None  # of publication
    url: str | None = None


class Mention(NamedTuple):
    """A name in a sentence and whom or what it means; offsets in the sentence, in code points, half-open."""

    start: int
    end: int
    entity_type: str  # as read
    entity: Entity
    basis: str


_OMAN_OR_AMMAN = fold("عمان")

CLASS_WORDS = frozenset(
    fold(word)
    for words in (
        "مدينة مدينتي بلدة بلدتي قرية محافظة ولاية مقاطعة إقليم قضاء ناحية مديرية منطقة حي ضاحية ريف شمال جنوب شرق غرب",
        "شمالي جنوبي شرقي غربي وسط مخيم مطار معبر ميناء قاعدة جبل وادي نهر جزيرة شبه سهل سد حقل سجن دولة جمهورية",
        "عاصمة إمارة مملكة معسكر مضيق خليج بحيرة",
    )
    for word in words.split()
)
"""Words before the name of a place that say what kind of place it is."""


def identify(lines: Sequence[Line], setting: Setting | None = None) -> list[list[Mention]]:
    """The mentions of every line of one article, in the order of its reading."""
    spans = [(line, span) for line in lines for span in line.reading.entities]
    written = [line.text[span.start : span.end] for line, span in spans]
    seen = {fold(clean(text)) for text in written}
    names = [canonical_name(text, span.entity_type, seen) for text, (_, span) in zip(written, spans, strict=True)]
    kinds = [span.entity_type for _, span in spans]
    places_among = _places(spans, names, lines, setting or Setting())
    mentions = iter(
        Mention(
            span.start,
            span.end,
            span.entity_type,
            *(places_among.get(index) or _by_name(index, span.entity_type, names[index], kinds, names)),
        )
        for index, (_, span) in enumerate(spans)
    )
    return [[next(mentions) for _ in line.reading.entities] for line in lines]


def _by_name(index: int, kind: str, name: str, kinds: Sequence[str], names: Sequence[str]) -> tuple[Entity, str]:
    """The entity of a name that is no place: under the fullest form that the article gives it."""
    full = fullest(index, kind, kinds, names)
    if full == name:
        return resolve(name, kind), "name"
    known = actors.named(name, kind)
    entity = resolve(full, kind)
    if known is None or known.name == entity.name:
        return entity, "article"
    # An alias clash: whoever the article has introduced by a full name is meant, not the bearer known everywhere.
    return entity, f"article: {full}, not {known.name}"


def fullest(index: int, kind: str, kinds: Sequence[str], names: Sequence[str]) -> str:
    """The fullest form, in one article, of its name number `index`: the nearest before it, else the first after it.

    Args:
        index: Which name.
        kind: PER or ORG; other names are their own fullest form.
        kinds: Types of all names of the article, in order.
        names: The names, without clitics.
    """
    if kind not in ("PER", "ORG"):
        return names[index]
    name = names[index]
    if kind == "ORG" and actors.named(name, kind) is not None:
        return name
    before = [other for other, its in zip(names[:index], kinds, strict=False) if its == kind][::-1]
    after = [other for other, its in zip(names[index + 1 :], kinds[index + 1 :], strict=True) if its == kind]
    while longer := next((other for other in (*before, *after) if is_short_for(name, other, kind)), None):
        name = longer
    return name


@lru_cache(maxsize=5_000)
def is_short_for(short: str, full: str, kind: str) -> bool:
    """Whether `short` leaves out words of `full`, but not those by which one would know it."""
    few, many = _bare_words(short), _bare_words(full)
    if not few or len(few) >= len(many):
        return False
    rest = iter(many)
    if not all(word in rest for word in few):  # in the same order
        return False
    if kind == "PER":
        return few[-1] == many[-1] or few[0] == many[0] or len(few) > 1
    # An organisation without its class word, or by its class word alone: أنصار السهل, الحركة.
    return few == many[1:] or (few == many[: len(few)] and fold(short).startswith("ال"))


@lru_cache(maxsize=5_000)
def _bare_words(name: str) -> list[str]:
    return [bare(word) for word in words_of(name)]


def _places(
    spans: Sequence[tuple[Line, EntitySpan]], names: Sequence[str], lines: Sequence[Line], setting: Setting
) -> dict[int, tuple[Entity, str]]:
    """Entity and basis of the names of places, by their number; countries are known by name."""
    settled: dict[int, tuple[Entity, str]] = {}
    unsettled = []
    for index, ((_, span), name) in enumerate(zip(spans, names, strict=True)):
        if span.entity_type != "LOC":
            continue
        country = country_names().get(name)
        if country is not None and fold(name) != _OMAN_OR_AMMAN and not places.is_part_of_country(name):
            basis = f"country until {country.until}" if country.until else "country"
            settled[index] = resolve(name, "LOC"), basis
        else:
            unsettled.append(index)
    if not unsettled:
        return settled
    context = PlaceContext(
        dateline=setting.dateline,
        countries=country_counts(lines),
        source_country=home_of(setting.source, setting.url),
    )
    people = [name for name, (_, span) in zip(names, spans, strict=True) if span.entity_type == "PER"]
    asked = [_with_class_word(*spans[index], names[index]) for index in unsettled]
    for index, choice in zip(unsettled, places.choose(asked, context), strict=True):
        name = names[index]
        namesake = next((person for person in people if is_short_for(name, person, "PER")), None)
        if choice.place is not None:
            note = f"; also a name of {namesake}" if namesake else ""
            settled[index] = of_place(choice.place), choice.basis + note
        elif namesake is not None:
            settled[index] = resolve(namesake, "PER"), "article"
        else:
            settled[index] = resolve(name, "LOC"), choice.basis
    return settled


def country_counts(lines: Sequence[Line]) -> Counter[str]:
    """In how many sentences each country is named, by noun, capital or nationality; ISO codes and PLOVER's."""
    return Counter(code for line in lines for code in countries_in(line.text))


def _with_class_word(line: Line, span: EntitySpan, name: str) -> str:
    if "عمّان" in line.text[span.start : span.end]:
        return f"مدينة {name}"  # only the city is ever written with its shadda
    before = words_of(line.text[max(0, span.start - 20) : span.start])[-1:]
    return next((f"{form} {name}" for form in _class_words(before)), name)


def _class_words(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield from (form for form in without_clitics(word) if form.removeprefix("ال") in CLASS_WORDS)
