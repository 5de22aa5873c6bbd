"""Places among their namesakes: chosen on evidence, refused without, and always with the reason."""

import csv
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.countries import countries
from tasks.extract.forms import cell_list
from tasks.extract.places import BASES, PlaceContext, by_name, choose, is_known, kilometres

RESOURCES = Path(str(files("tasks.extract"))) / "resources"


def place(name: str, *beside: str, **context):
    """What `name` means in an article that names `beside` too."""
    return choose([name, *beside], PlaceContext(**context))[0].place


def country(name: str, *beside: str, **context):
    found = place(name, *beside, **context)
    return found and found.country_code


@pytest.mark.parametrize(
    ("name", "beside", "context", "code"),
    [
        ("طرابلس", ["بيروت", "صيدا"], {}, "LBN"),
        ("طرابلس", ["بنغازي", "مصراتة"], {}, "LBY"),
        ("طرابلس", [], {"countries": {"LBN": 2}}, "LBN"),
        ("طرابلس", [], {"dateline": "بيروت", "countries": {"LBY": 1, "LBN": 1}}, "LBN"),
        ("طرابلس", ["بيروت"], {"countries": {"LBY": 6, "LBN": 1}}, "LBY"),
        ("رفح", ["خان يونس"], {"countries": {"PSE": 3, "EGY": 1}}, "PSE"),
        ("رفح", ["العريش", "الشيخ زويد"], {"countries": {"EGY": 2}}, "EGY"),
        ("البيضاء", ["درنة", "بنغازي"], {}, "LBY"),
        ("البيضاء", ["صنعاء", "رداع"], {}, "YEM"),
        ("الجوف", ["مأرب"], {"countries": {"YEM": 3, "SAU": 1}}, "YEM"),
        ("الجوف", ["تبوك", "حائل"], {}, "SAU"),
        ("صور", ["بنت جبيل", "الناقورة"], {}, "LBN"),
        ("صور", ["مسقط", "صحار"], {}, "OMN"),
        ("السويداء", ["درعا"], {}, "SYR"),
        ("المنصورة", ["طنطا"], {}, "EGY"),
        ("المنصورة", ["خور مكسر"], {"countries": {"YEM": 2}}, "YEM"),
        ("القنيطرة", ["درعا"], {}, "SYR"),
        ("القنيطرة", ["الرباط"], {"countries": {"MAR": 2}}, "MAR"),
        ("باجة", ["جندوبة"], {}, "TUN"),
        ("الشرقية", ["الدمام"], {"countries": {"SAU": 1}}, "SAU"),
        ("محافظة الشرقية", ["الزقازيق"], {"countries": {"EGY": 1}}, "EGY"),
        ("فالنسيا", ["مدريد"], {}, "ESP"),
        ("محافظة البحر الأحمر", ["الغردقة"], {}, "EGY"),
        ("ولاية البحر الأحمر", ["بورتسودان"], {}, "SDN"),
    ],
)
def test_the_article_tells_namesakes_apart(name: str, beside: list[str], context: dict, code: str):
    assert country(name, *beside, **context) == code


@pytest.mark.parametrize(
    ("context", "level", "code"),
    [
        ({"countries": {"OMN": 4, "JOR": 2}, "dateline": "عمان"}, "city", "JOR"),
        ({"countries": {"OMN": 1, "JOR": 3}}, "city", "JOR"),
        ({"source_country": "JOR", "dateline": "عمان"}, "city", "JOR"),
        ({"countries": {"OMN": 3}, "dateline": "مسقط"}, "country", "OMN"),
        ({"countries": {"OMN": 1}}, "country", "OMN"),
        ({}, "country", "OMN"),
    ],
)
def test_amman_or_oman(context: dict, level: str, code: str):
    found = place("عمان", **context)
    assert (found.level, found.country_code) == (level, code)


def test_a_class_word_is_evidence_for_the_level():
    assert place("تونس").level == "country"
    assert place("مدينة تونس").level == "city"
    assert place("الجزائر").geonames_id == countries()["DZA"].geonames_id
    assert kilometres(place("الجزائر العاصمة"), place("بومرداس")) < 60
    assert (place("البصرة").level, place("محافظة البصرة").level) == ("city", "region")
    assert (country("جورجيا"), country("ولاية جورجيا")) == ("GEO", "USA")
    assert (country("النيجر"), country("ولاية النيجر")) == ("NER", "NGA")
    assert place("ولاية أضنة").level == "region"


@pytest.mark.parametrize(
    ("name", "near", "level"),
    [
        ("ريف حلب الغربي", "حلب", "region"),
        ("ضواحي الخرطوم", "الخرطوم", "region"),
        ("مطار الموصل", "الموصل", "site"),
        ("شمال مدينة غزة", "غزة", "region"),
        ("جامعة الموصل", "الموصل", "site"),
    ],
)
def test_a_part_or_a_site_lies_where_the_place_in_its_name_does(name: str, near: str, level: str):
    (choice,) = choose([name], PlaceContext())
    assert choice.place.name == name
    assert (choice.place.level, choice.place.geonames_id) == (level, None)
    assert kilometres(choice.place, place(near)) < 1
    assert choice.basis.startswith("within: ")


@pytest.mark.parametrize(
    ("name", "basis"),
    [
        ("الحدود", "common"),
        ("المدينة", "common"),
        ("الحدود العراقية السورية", "several"),
        ("قرنفليان", "unknown"),
        ("جبل بيروت", "unknown"),
        ("", "common"),
        ("«…»", "common"),
    ],
)
def test_what_is_no_place_is_refused_with_its_reason(name: str, basis: str):
    (choice,) = choose([name], PlaceContext(countries={"SYR": 1}))
    assert choice.place is None
    assert choice.basis.split(":")[0] == basis


def test_names_alike_are_not_one():
    assert (country("قنا"), country("قطنا")) == ("EGY", "SYR")
    assert (country("الزهراء"), country("الزهرة", countries={"YEM": 1})) != ("YEM", "YEM")


def test_evidence_for_both_sides_is_evidence_for_none():
    (choice,) = choose(["رفح"], PlaceContext(countries={"PSE": 1, "EGY": 2}))
    assert choice.place is None
    assert choice.basis.startswith("ambiguous: Rafah (PSE)")


def test_a_village_far_from_the_story_is_not_taken():
    told, untold = (place("قطنا", countries={code: 3}) for code in ("SYR", "MAR"))
    assert (told.country_code, untold) == ("SYR", None)


def test_an_adjective_of_nationality_names_the_country_or_its_capital():
    assert place("العاصمة الليبية").name == "طرابلس"
    assert (country("الحدود السورية"), place("الحدود السورية").level) == ("SYR", "region")


def test_disputed_and_shared_places_have_no_country():
    for name in ("القدس", "البحر المتوسط", "مضيق هرمز", "الشرق الأوسط"):
        found = place(name, countries={"PSE": 2, "IRN": 1})
        assert found is not None
        assert found.country_code is None
    assert country("القدس الشرقية") == "PSE"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("أبو ظبي", "أبوظبي"),
        ("كوبانى", "كوباني"),
        ("إسطنبول", "استانبول"),
        ("بن غازي", "بنغازي"),
        ("کرمانشاه", "كرمانشاه"),
        ("حَلَب", "حلب"),
        ("مـصراته", "مصراتة"),
        ("وبغداد", "بغداد"),
        ("دير الزّور", "ديرالزور"),
    ],
)
def test_spellings_of_one_place(written: str, plain: str):
    assert place(written) == place(plain) is not None


def test_the_order_of_names_and_what_is_refused_change_nothing():
    context = PlaceContext(countries={"SYR": 2, "TUR": 1}, dateline="بيروت")
    names = ["طرابلس", "حلب", "المنصورة", "غازي عنتاب", "قرنفليان", "حلب"]
    forward = dict(zip(names, choose(names, context), strict=True))
    backward = dict(zip(names[::-1], choose(names[::-1], context), strict=True))
    assert forward == backward
    without = [name for name in names if forward[name].place is not None]
    assert choose(without, context) == [forward[name] for name in without]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["طرابلس", "عمان", "ريف", "مدينة", "الحدود", "ولاية", " ", "صور", "x", "٣", "القدس"])),
    st.dictionaries(st.sampled_from(["LBY", "LBN", "JOR", "OMN", "EUR", "??"]), st.integers(-1, 3)),
    st.sampled_from([None, "", "عمان", "لا مكان", "جبل"]),
    st.sampled_from([None, "LBN", "??"]),
)
def test_any_input_has_an_answer_with_a_basis(names: list[str], counts: dict, dateline: str, source: str):
    joined = [*names, " ".join(names)]
    choices = choose(joined, PlaceContext(dateline, counts, source))
    assert len(choices) == len(joined)
    for choice in choices:
        assert choice.basis.split(":")[0] in BASES


@pytest.mark.parametrize("code", sorted(countries()))
def test_capitals_are_in_their_country(code: str):
    known = [name for name in countries()[code].capitals if place(name, dateline=name, countries={code: 2})]
    wrong = [name for name in known if country(name, countries={code: 2}) not in (code, None)]
    assert not wrong


def test_what_the_table_says_of_itself():
    table = pl.read_parquet(RESOURCES / "places.parquet")
    assert table["latitude"].is_between(-90, 90).all()
    assert table["longitude"].is_between(-180, 180).all()
    assert table["geonames_id"].drop_nulls().is_unique().all()
    assert set(table["level"]) == {"region", "city", "site"}
    assert table["country_code"].drop_nulls().str.contains("^[A-Z]{3}$").all()
    assert (table["names"].list.len() > 0).all()
    assert (RESOURCES / "places.parquet").stat().st_size < 1_000_000


def test_every_hand_written_name_finds_its_place():
    with (RESOURCES / "place_aliases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 1_500
    lost = []
    for row in rows:
        context = PlaceContext(countries={row["country_code"]: 3} if row["country_code"] else {})
        for name in (row["name"], *cell_list(row["names"])):
            (choice,) = choose([name], context)
            if choice.place is None or (row["country_code"] and choice.place.country_code != row["country_code"]):
                lost.append((name, row["country_code"], choice.basis))
    assert not lost


def test_names_without_an_article():
    assert by_name().get("الموصل").name_latin == "Mosul"
    assert by_name().get("قرنفليان") is None
    assert is_known("حلب")
    assert is_known("العراق")
    assert not is_known("الحدود")


def test_the_table_is_read_only_when_asked_for():
    code = "import sys, tasks.extract.places, tasks.extract.gazetteer as g; sys.exit(g.gazetteer.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
