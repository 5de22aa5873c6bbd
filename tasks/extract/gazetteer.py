"""The table of places by name: which places of the world bear an Arabic name.

`resources/places.parquet` is made by `resources/build_gazetteer.py`, which names its sources; docs/resources.md has
their licences. It is read when the first name is looked up (about 0.1 s) and stays as columns of names with their
hashes and a frame, without an object for each of its places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import polars as pl

from tasks.extract.forms import words_of
from tasks.normalize.search import search_form

_NEITHER_LETTER_NOR_DIGIT = r"[^\p{L}\p{N}]+"
_LOOSE = (("(?:^| )(?:ال)?", ""), ("ا$", "ه"), ("ء", ""))
"""What the loose key unites: spaces, articles and hamza written or not, the two endings of foreign names."""

_SHORTEST_LOOSE_KEY = 4


class Place(NamedTuple):
    """A place on the map."""

    geonames_id: int | None  # null: GeoNames lacks it, or its id is not known
    name: str
    name_latin: str | None
    country_code: str | None  # ISO 3166 alpha-3; null: of several countries, of none, or disputed
    latitude: float | None  # WGS 84
    longitude: float | None
    level: str  # country, region, city, site
    population: int | None


class Listed(NamedTuple):
    """A place of the table, and whether the hand-written part of it has it: what the news names."""

    place: Place
    is_noted: bool


class _Index:
    """Rows by key, found by the hashes of the keys: a search among strings costs polars a hundred microseconds."""

    def __init__(self, names: pl.DataFrame) -> None:
        """Take the columns `key` and `row`, sorted."""
        self._keys = names["key"]
        self._rows = names["row"].to_numpy()
        hashes = np.fromiter(map(hash, self._keys), np.int64, len(self._keys))
        self._order = np.argsort(hashes, kind="stable").astype(np.uint32)
        self._hashes = hashes[self._order]

    def rows(self, key: str) -> list[int]:
        """Numbers of the rows with this key, in their order."""
        start, end = np.searchsorted(self._hashes, hash(key), "left"), np.searchsorted(self._hashes, hash(key), "right")
        return [int(self._rows[at]) for at in map(int, self._order[start:end]) if self._keys[at] == key]


class Gazetteer:
    """The table in memory, looked up by name."""

    def __init__(self) -> None:
        """Read the table."""
        with (files("tasks.extract") / "resources" / "places.parquet").open("rb") as file:
            table = pl.read_parquet(file)
        self._places = table.drop("names")
        self._keys = (
            table.select(pl.col("names").alias("key"), row=pl.int_range(pl.len(), dtype=pl.UInt32))
            .explode("key")
            .with_columns(search_form(pl.col("key")).str.replace_all(_NEITHER_LETTER_NOR_DIGIT, " ").str.strip_chars())
            .unique()
            .sort("key", "row")
        )
        self._names = _Index(self._keys)

    @cached_property
    def _loose_names(self) -> _Index:
        key = pl.col("key")
        for pattern, put in _LOOSE:
            key = key.str.replace_all(pattern, put)
        return _Index(
            self._keys.with_columns(key)
            .filter(pl.col("key").str.len_chars() >= _SHORTEST_LOOSE_KEY)
            .unique()
            .sort("key", "row")
        )

    def exactly(self, words: Sequence[str]) -> list[Listed]:
        """Places whose name folds to just these words, most populous first."""
        return self._of(self._names, " ".join(words))

    def loosely(self, words: Sequence[str]) -> list[Listed]:
        """Places whose name differs from `words` in spaces, articles, hamza or the last letter, most populous first."""
        return self._of(self._loose_names, loose_key(words))

    def _of(self, names: _Index, key: str) -> list[Listed]:
        return [self._place(row) for row in names.rows(key)]

    @lru_cache(maxsize=5_000)  # noqa: B019 - there is one table, for as long as the process lives
    def _place(self, row: int) -> Listed:
        *place, noted = self._places.row(row)
        return Listed(Place(*place), noted)


def loose_key(words: Sequence[str]) -> str:
    """Folded `words` without what spellings of a foreign or compound name differ in."""
    key = " ".join(words)
    for pattern, put in _LOOSE:
        key = re.sub(pattern, put, key)
    return key


@cache
def gazetteer() -> Gazetteer:
    """The table, read once."""
    return Gazetteer()


@lru_cache(maxsize=5_000)
def places_named(name: str) -> tuple[Listed, ...]:
    """Places of the table that bear `name` in one of its spellings, most populous first.

    >>> [listed.place.country_code for listed in places_named("طرابلس") if listed.place.level == "city"]
    ['LBY', 'LBN']
    """
    return tuple(gazetteer().exactly(words_of(name)))
