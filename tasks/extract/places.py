"""Towns of the world under their Arabic names, with country and coordinates.

The table `resources/places.csv` is made by `resources/build_gazetteer.py` from GeoNames (CC BY 4.0). Of towns that
share a name only the most populous is there.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from tasks.extract.forms import Lexicon, cell_list, read_table


class Place(NamedTuple):
    """A town."""

    geonames_id: int
    name_latin: str
    country_code: str | None  # null where disputed
    latitude: float  # WGS 84
    longitude: float


@cache
def by_name() -> Lexicon[Place]:
    """Towns by every Arabic name."""
    return Lexicon(
        (
            name,
            Place(
                int(row["geonames_id"]),
                row["name_latin"],
                row["code"] or None,
                float(row["latitude"]),
                float(row["longitude"]),
            ),
        )
        for row in read_table("places.csv")
        for name in cell_list(row["names"])
    )
