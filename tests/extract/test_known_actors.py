"""Known organisations and leaders: the tables agree with each other, and names are found as the press writes them."""

from collections import Counter

import pytest

from tasks.extract import actors
from tasks.extract.actors import Office, named, names, phrases
from tasks.extract.countries import countries, country_names
from tasks.extract.forms import cell_list, read_table, words_of
from tasks.extract.plover import NON_STATE_CODES, SECTORS

TABLES = (actors.ORGANISATIONS, *actors.LEADERS)


def test_there_are_as_many_as_the_news_of_these_years_asks_for():
    counts = Counter(actor.entity_type for actor in actors.actors())
    assert counts["ORG"] >= 1000
    assert counts["PER"] >= 600


def test_no_name_belongs_to_two():
    owners: dict[str, set[tuple[str, str]]] = {}
    for table in TABLES:
        for row in read_table(table):
            for name in (row["name"], *cell_list(row["variants"]), *cell_list(row.get("alone", ""))):
                owners.setdefault(" ".join(words_of(name)), set()).add((table, row["name"]))
    assert {name: rows for name, rows in owners.items() if len(rows) > 1} == {}
    assert "" not in owners


@pytest.mark.parametrize("column", ["name", "name_latin", "wikidata_id"])
def test_no_row_stands_twice(column: str):
    values = Counter(row[column] for table in TABLES for row in read_table(table) if row[column])
    assert [value for value, count in values.items() if count > 1] == []


def test_codes_sectors_and_years_are_possible():
    codes = {None, *countries(), *NON_STATE_CODES}
    for actor in actors.actors():
        assert actor.name_latin.isprintable() and actor.name_latin, actor
        assert actor.country_code in codes, actor
        assert actor.sector in {None, *SECTORS}, actor
        assert (actor.wikidata_id or "Q1").removeprefix("Q").isdigit(), actor
        for office in actor.offices:
            assert office.sector in {None, *SECTORS}, actor
            assert office.title, actor
            assert office.country_code in codes - {actor.country_code} | {None}, actor
            assert (office.since or 1950) <= (office.until or 2026) <= 2026, actor
    assert all(actor.offices for actor in actors.actors() if actor.entity_type == "PER")


def test_no_organisation_takes_the_name_of_a_country():
    taken = [name for name, actor in names().items() if actor.entity_type == "ORG" and country_names().get(name)]
    assert taken == []


@pytest.mark.parametrize(
    ("mention", "name", "code", "sector"),
    [
        ("داعش", "تنظيم الدولة الإسلامية", None, "UAF"),
        ("تَنظيم «الدولة الإسلاميّة»", "تنظيم الدولة الإسلامية", None, "UAF"),
        ("ميليشيات الحوثي", "الحوثيون", "YEM", "REB"),
        ("مليشيات الحوثي", "الحوثيون", "YEM", "REB"),
        ("الأمم المتحدة", "الأمم المتحدة", "UNO", None),
        ("حزب الله", "حزب الله", "LBN", "REB"),
        ("كتائب حزب الله", "كتائب حزب الله", "IRQ", "PRM"),
        ("الكونجرس الأمريكي", "الكونغرس الأميركي", "USA", "LEG"),
        ("وزارة الدفاع الأمريكية", "البنتاغون", "USA", "MIL"),
        ("قوات سوريا الديموقراطية", "قوات سوريا الديمقراطية", "SYR", "REB"),
        ("الاتحاد الأوربي", "الاتحاد الأوروبي", "EUR", None),
        ("کتائب القسام", "كتائب القسام", "PSE", "REB"),
        ("الاحتياطي الفدرالي", "الاحتياطي الفيدرالي", "USA", "GOV"),
        ("كتائب عبدالله عزام", "كتائب عبد الله عزام", "LBN", "UAF"),
        ("الاتحاد العام التونسي للشغل", "الاتحاد العام التونسي للشغل", "TUN", "LAB"),
        ("رويترز", "رويترز", "GBR", "JRN"),
        ("النهضة", "حركة النهضة", "TUN", "PTY"),
        ("الجزيرة", "قناة الجزيرة", "QAT", "JRN"),
    ],
)
def test_an_organisation_is_known_by_its_names(mention: str, name: str, code: str | None, sector: str | None):
    actor = named(mention, "ORG")
    assert actor is not None
    assert (actor.name, actor.country_code, actor.sector) == (name, code, sector)
    assert named(mention, "PER") is None


@pytest.mark.parametrize(
    "word", ["النهضة", "الجزيرة", "فتح", "أمل", "الحرة", "الأهرام", "دولة القانون", "الحزب الديمقراطي"]
)
def test_a_word_is_an_organisation_only_as_an_organisation_s_mention(word: str):
    assert named(word, "ORG") is not None
    assert names().get(word) is None
    assert list(phrases().find(words_of(f"من أجل {word} في البلاد"))) == []


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("زعيم القاعدة وحركة طالبان الأفغانية", ["تنظيم القاعدة", "طالبان"]),
        ("المتحدث باسم حركة طالبان الباكستانية", ["حركة طالبان الباكستانية"]),
        ("لجماعة الإخوان المسلمين", ["جماعة الإخوان المسلمين"]),
        ("مسلحون من حزب العمال الكردستاني", ["حزب العمال الكردستاني"]),
        ("الحزب الديمقراطي الياباني", []),
        ("غرق مركب في بحر آزوف والمحيط الأطلسي", []),
        ("قصفت إسرائيل اليوم مواقع", []),
        ("وزير الخارجية الأمريكي جون كيري", ["جون كيري"]),
        ("الوزير سعيد", []),
    ],
)
def test_names_in_running_words(phrase: str, found: list[str]):
    assert [match.value.name for match in phrases().find(words_of(phrase))] == found


@pytest.mark.parametrize(
    ("name", "year", "sector"),
    [
        ("باراك أوباما", 2012, "GOV"),
        ("باراك أوباما", 2020, "ELI"),
        ("محمد مرسي", 2012, "GOV"),
        ("محمد مرسي", 2015, "ELI"),
        ("يحيى السنوار", 2026, "REB"),
        ("قاسم سليماني", 2021, "MIL"),
        ("أنطونيو جوتيريش", 2020, None),
        ("بنيامين نتانياهو", 2016, "GOV"),
    ],
)
def test_the_sector_of_a_leader_follows_their_offices(name: str, year: int, sector: str | None):
    leader = named(name, "PER")
    assert leader is not None
    assert leader.sector_at(year) == sector


def _leader(*offices: Office) -> actors.Actor:
    return actors.Actor("سالم", "Salem", "PER", "TUN", offices[-1].sector, offices=offices)


def test_of_two_offices_the_later_counts_and_a_gap_is_a_time_out_of_office():
    leader = _leader(
        Office("MIL", 2008, 2012, "رئيس الأركان"), Office("GOV", 2012, 2014, "وزير"), Office("PTY", 2018, 2020, "زعيم")
    )
    years = (2007, 2008, 2012, 2014, 2016, 2019, 2024, None)
    assert [leader.sector_at(year) for year in years] == [None, "MIL", "GOV", "GOV", "ELI", "PTY", "PTY", "PTY"]
    office = leader.office_at(2012)
    assert office is not None and office.title == "وزير"
    assert leader.office_at(2016) is None


def test_an_office_without_years_is_held_until_it_is_known_to_end():
    leader = _leader(Office("REB", None, 2015, "قائد"), Office(None, 2017, None, "مبعوث"))
    assert [leader.sector_at(year) for year in (2010, 2015, 2016, 2018)] == ["REB", "REB", "REB", None]


def test_an_organisation_has_one_sector_at_all_times():
    court = named("المحكمة الجنائية الدولية", "ORG")
    assert court is not None
    assert court.office_at(2015) is None
    assert court.sector_at(2015) == court.sector_at(None) == "JUD"


def test_an_office_may_be_of_another_country():
    leader = _leader(Office("GOV", 2008, 2012, "وزير"), Office(None, 2013, 2015, "مبعوث", "UNO"))
    assert [leader.country_at(year) for year in (None, 2010, 2012, 2014, 2020)] == ["UNO", "TUN", "TUN", "UNO", "TUN"]


def test_one_office_in_the_tables_form():
    assert actors._office(";2019;;المبعوث الأممي;UNO") == Office(None, 2019, None, "المبعوث الأممي", "UNO")
    assert actors._office("GOV;2014;;رئيس الجمهورية") == Office("GOV", 2014, None, "رئيس الجمهورية")
    with pytest.raises(ValueError, match="values to unpack"):
        actors._office("GOV;2014;رئيس الجمهورية")
