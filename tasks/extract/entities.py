"""From a name to the entity that bears it: country, sector, coordinates, identifiers of other catalogues.

What is known comes from the tables of countries, places, actors and sectors; what is not known stays null. The
result depends on type and name alone, so an entity is the same row whichever batch it is met in.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tasks.extract import actors
from tasks.extract.countries import Country, countries, countries_in, country_names, seats_of_government
from tasks.extract.names import canonical_key, entity_id
from tasks.extract.places import Place
from tasks.extract.romanize import romanize
from tasks.extract.sectors import sector_of
from tasks.identity import stable_id


class Entity(NamedTuple):
    """A row of `tasks.frames.ENTITIES`, in its order."""

    entity_id: int
    entity_type: str
    name: str
    name_latin: str | None = None
    country_code: str | None = None
    sector: str | None = None
    geonames_id: int | None = None
    wikidata_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@lru_cache(maxsize=5_000)
def resolve(name: str, entity_type: str) -> Entity:
    """The entity of a type that bears `name` (`tasks.extract.names.canonical_name`).

    Names of one country, or of one known actor, are one entity under the table's name: أمريكا and أميركا are
    الولايات المتحدة, داعش is تنظيم الدولة الإسلامية. A place is not looked up here, since its name alone does not tell
    it from its namesakes: see `of_place`. Every entity has a Latin name, from a table or romanised.
    """
    if entity_type == "LOC":
        country = country_names().get(name)
        if country is not None:
            return _of_country(country)
        codes = countries_in(name)
        return _unknown(name, entity_type)._replace(country_code=codes[0] if codes else None)
    if entity_type == "MISC":
        return _unknown(name, entity_type)
    actor = actors.named(name, entity_type)
    if actor is not None:
        return Entity(
            entity_id(entity_type, actor.name),
            entity_type,
            actor.name,
            actor.name_latin or romanize(actor.name, of_person=entity_type == "PER"),
            actor.country_code,
            actor.sector,
            wikidata_id=actor.wikidata_id,
        )
    if entity_type == "PER":
        return _unknown(name, entity_type)
    codes = countries_in(name)
    return _unknown(name, entity_type)._replace(country_code=codes[0] if codes else None, sector=sector_of(name))


def _unknown(name: str, entity_type: str) -> Entity:
    return Entity(entity_id(entity_type, name), entity_type, name, romanize(name, of_person=entity_type == "PER"))


def _of_country(country: Country) -> Entity:
    return Entity(
        entity_id("LOC", country.name),
        "LOC",
        country.name,
        country.name_latin,
        country.code,
        geonames_id=country.geonames_id,
        latitude=country.latitude,
        longitude=country.longitude,
    )


def of_country(code: str) -> Entity | None:
    """The country of a code as an entity; None for PLOVER's non-state codes."""
    country = countries().get(code)
    return _of_country(country) if country else None


def of_place(place: Place) -> Entity:
    """A place of the gazetteer as an entity: its GeoNames id tells it from its namesakes, whatever it is called.

    A place without an id of its own (a quarter, a site inside a known place) is told by its name and country.
    """
    if place.level == "country" and place.country_code in countries():
        return _of_country(countries()[place.country_code])
    named = place.geonames_id if place.geonames_id is not None else canonical_key("LOC", place.name)
    return Entity(
        stable_id("entity", "LOC", place.country_code, named),
        "LOC",
        place.name,
        place.name_latin or romanize(place.name),
        place.country_code,
        geonames_id=place.geonames_id,
        latitude=place.latitude,
        longitude=place.longitude,
    )


@lru_cache(maxsize=5_000)
def acts_as_government(name: str) -> bool:
    """Whether `name` is a country or its capital: what acts under it is the government."""
    return country_names().get(name) is not None or seats_of_government().get(name) is not None
