"""From a name to the entity that bears it: country, sector, coordinates, identifiers of other catalogues.

What is known comes from the tables of countries, places, actors and sectors; what is not known stays null. The
result depends on type and name alone, so an entity is the same row whichever batch it is met in.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tasks.extract import actors, places
from tasks.extract.countries import countries_in, country_names, seats_of_government
from tasks.extract.names import entity_id
from tasks.extract.sectors import sector_of


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


@lru_cache(maxsize=50_000)
def resolve(name: str, entity_type: str) -> Entity:
    """The entity of a type that bears `name` (`tasks.extract.names.canonical_name`).

    Names of one country, or of one known actor, are one entity under the table's name: أمريكا and أميركا are
    الولايات المتحدة, داعش is تنظيم الدولة الإسلامية. A capital stays a place of its own.
    """
    if entity_type == "LOC":
        return _location(name)
    if entity_type == "MISC":
        return Entity(entity_id(entity_type, name), entity_type, name)
    actor = actors.names().get(name)
    if actor is not None and actor.entity_type == entity_type:
        return Entity(
            entity_id(entity_type, actor.name),
            entity_type,
            actor.name,
            actor.name_latin,
            actor.country_code,
            actor.sector,
        )
    if entity_type == "PER":
        return Entity(entity_id(entity_type, name), entity_type, name)
    codes = countries_in(name)
    return Entity(
        entity_id(entity_type, name),
        entity_type,
        name,
        country_code=codes[0] if codes else None,
        sector=sector_of(name),
    )


def _location(name: str) -> Entity:
    country = country_names().get(name)
    if country is not None:
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
    place = places.by_name().get(name)
    seat = seats_of_government().get(name)
    codes = countries_in(name)
    # A place that bears a capital's name is that capital only if it lies in the capital's country.
    if place is not None and (seat is None or seat.code == place.country_code):
        return Entity(
            entity_id("LOC", name),
            "LOC",
            name,
            place.name_latin,
            place.country_code,
            geonames_id=place.geonames_id,
            latitude=place.latitude,
            longitude=place.longitude,
        )
    return Entity(entity_id("LOC", name), "LOC", name, country_code=codes[0] if codes else None)


@lru_cache(maxsize=50_000)
def acts_as_government(name: str) -> bool:
    """Whether `name` is a country or its capital: what acts under it is the government."""
    return country_names().get(name) is not None or seats_of_government().get(name) is not None
