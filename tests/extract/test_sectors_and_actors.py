"""Sectors of actors from the words of their phrases, and what an entity knows."""

import pytest

from tasks.extract import places
from tasks.extract.entities import of_place, resolve
from tasks.extract.forms import read_table
from tasks.extract.plover import SECTORS
from tasks.extract.sectors import sector_of


@pytest.mark.parametrize(
    ("phrase", "sector"),
    [
        ("وزير الدفاع العراقي", "GOV"),
        ("ووزيرة المالية", "GOV"),
        ("حكومته", "GOV"),
        ("الجيش السوري", "MIL"),
        ("قواتها", "MIL"),
        ("المتحدث باسم الجيش", "MIL"),
        ("قوات الأمن", "COP"),
        ("للشرطة", "COP"),
        ("محكمة جنايات", "JUD"),
        ("رئيس البرلمان", "LEG"),
        ("رئيس حزب العمال", "PTY"),
        ("رئيس شركة النفط", "BUS"),
        ("رئيس البلاد", "GOV"),
        ("المتظاهرين", "CVL"),
        ("متظاهرون", "CVL"),
        ("مسلحين", "UAF"),
        ("صحفيون", "JRN"),
        ("12 لاجئا", "REF"),
        ("حركة حماس", "REB"),
        ("العراق", None),
        ("للصين", None),
        ("فاضل الكعبي", None),
        ("", None),
    ],
)
def test_sector(phrase: str, sector: str | None):
    assert sector_of(phrase) == sector


def test_the_table_uses_plover_codes_only():
    assert {row["sector"] for row in read_table("sectors.csv")} <= set(SECTORS)


def test_spellings_of_one_country_or_group_are_one_entity():
    assert resolve("أميركا", "LOC") == resolve("الولايات المتحدة", "LOC")
    assert resolve("داعش", "ORG").name == "تنظيم الدولة الإسلامية"


def test_what_an_entity_knows():
    country = resolve("العراق", "LOC")
    assert (country.country_code, country.name_latin, country.geonames_id) == ("IRQ", "Iraq", 99237)
    assert country.latitude == pytest.approx(33, abs=1)
    (choice,) = places.choose(["الموصل"], places.PlaceContext())
    assert choice.place is not None
    city = of_place(choice.place)
    assert (city.country_code, city.name_latin, city.entity_type) == ("IRQ", "Mosul", "LOC")
    assert resolve("وزارة الدفاع العراقية", "ORG")[4:6] == ("IRQ", "GOV")
    unknown = resolve("سامي الحسبان", "PER")
    assert unknown.country_code is unknown.latitude is None
    assert unknown.name_latin == "Sami al-Housbane"
