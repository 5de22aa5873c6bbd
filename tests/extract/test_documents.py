"""Within one article: whom short names, offices, pairs, pronouns and dropped subjects mean. Sentences are our own."""

import pytest
from hand_annotated import event, reading, span
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.descriptions import describe, description_around
from tasks.extract.documents import Resolved, resolve_document
from tasks.extract.identify import Line, Setting, identify
from tasks.extract.reader import EntitySpan, EventReading, Participant, SentenceReading

Told = tuple[str, str | None, str | None, str | None]


def article(*sentences: SentenceReading | tuple[str, list, list], part: str = "text") -> list[Line]:
    """Lines of one part, a blank between two; each sentence with its names and events."""
    lines, offset = [], 0
    for text, names, events in sentences:
        lines.append(Line(part, offset, text, reading(text, names, events)))
        offset += len(text) + 1
    return lines


def told(lines: list[Line], role: str, setting: Setting | None = None) -> list[list[Told]]:
    """For each line, (words, name, country, sector) of the participants with a role."""
    return [
        [
            (one.text, one.entity.name if one.entity else None, one.country_code, one.sector)
            for participants in line.participants
            for one in participants
            if one.role == role
        ]
        for line in resolve_document(lines, setting)
    ]


def bases(lines: list[Line]) -> list[str | None]:
    return [one.basis for line in resolve_document(lines) for its in line.participants for one in its]


MEETING = (
    "بحث وزير الدفاع العراقي ماهر القيسي في طهران مع أمين المجلس الأعلى للأمن القومي الإيراني رضا شاهدي أمن الحدود."
)
MINISTER, SECRETARY = "وزير الدفاع العراقي ماهر القيسي", "أمين المجلس الأعلى للأمن القومي الإيراني رضا شاهدي"
INTRODUCED = (
    MEETING,
    [("PER", "ماهر القيسي"), ("LOC", "طهران"), ("PER", "رضا شاهدي")],
    [event(MEETING, "CONSULT", "بحث", actor=MINISTER, recipient=SECRETARY, location="طهران")],
)


def after_the_meeting(text: str, names: list[tuple[str, str]] = (), **roles) -> list[Told]:
    """The participants of an event told after the meeting."""
    lines = article(INTRODUCED, (text, names, [event(text, "REQUEST", text.split(maxsplit=1)[0], **roles)]))
    return [one for role in roles for one in told(lines, role)[1]]


@pytest.mark.parametrize(
    ("words", "name", "country", "sector"),
    [
        ("الوزير", "ماهر القيسي", "IRQ", "GOV"),
        ("الوزير العراقي", "ماهر القيسي", "IRQ", "GOV"),
        ("الوزير المستقيل", "ماهر القيسي", "IRQ", "GOV"),
        ("وزير الدفاع العراقي", "ماهر القيسي", "IRQ", "GOV"),
        ("للوزير", "ماهر القيسي", "IRQ", "GOV"),
        ("القيسي", "ماهر القيسي", "IRQ", "GOV"),
        ("شاهدي", "رضا شاهدي", "IRN", "GOV"),
        ("أمين المجلس الأعلى للأمن القومي", "رضا شاهدي", "IRN", "GOV"),
        ("الوزير السوري", None, "SYR", "GOV"),
        ("الرئيس", None, None, "GOV"),
    ],
)
def test_short_mentions_mean_the_full_mention_before_them(words, name, country, sector):
    names = [("PER", words)] if words in ("القيسي", "شاهدي") else []
    assert after_the_meeting(f"طالب {words} بوقف القصف.", names, actor=words) == [(words, name, country, sector)]


def test_a_surname_that_the_reader_overlooked():
    assert after_the_meeting("طالب القيسي بوقف القصف.", actor="القيسي") == [("القيسي", "ماهر القيسي", "IRQ", "GOV")]


def test_a_headline_may_use_the_short_name_first():
    title = "القيسي في طهران"
    lines = [Line("title", 0, title, reading(title, [("PER", "القيسي"), ("LOC", "طهران")])), *article(INTRODUCED)]
    mentions = identify(lines)
    assert mentions[0][0].entity == mentions[1][0].entity
    assert (mentions[0][0].basis, mentions[1][0].basis) == ("article", "name")


def test_of_two_ministers_the_nationality_decides():
    other = "واستقبل القيسي نظيره السوري سامر الحلاق."
    lines = article(
        INTRODUCED,
        (
            other,
            [("PER", "القيسي"), ("PER", "سامر الحلاق")],
            [event(other, "CONSULT", "واستقبل", recipient="نظيره السوري سامر الحلاق")],
        ),
        *[
            (text, [], [event(text, "REQUEST", "طالب", actor=text[5:-9])])
            for text in ("طالب الوزير العراقي بالهدوء.", "طالب الوزير السوري بالهدوء.", "طالب وزير الدفاع بالهدوء.")
        ],
    )
    assert told(lines, "recipient")[1] == [("نظيره السوري سامر الحلاق", "سامر الحلاق", "SYR", "GOV")]
    iraqi, syrian, last = (actors[0][1] for actors in told(lines, "actor")[2:])
    assert (iraqi, syrian) == ("ماهر القيسي", "سامر الحلاق")
    assert last == "ماهر القيسي"  # the minister that the news is about, not his counterpart


@pytest.mark.parametrize("words", ["البلدين", "البلدان", "للبلدين"])
def test_the_two_countries(words: str):
    assert after_the_meeting(f"طالب {words} بالهدوء.", actor=words) == [
        (words, "العراق", "IRQ", "GOV"),
        (words, "إيران", "IRN", "GOV"),
    ]


def test_two_countries_that_a_third_came_between():
    aside = "وانتقد شاهدي أميركا."
    text = "ويسعى البلدان إلى الهدوء."
    lines = article(
        INTRODUCED,
        (aside, [("PER", "شاهدي"), ("LOC", "أميركا")], []),
        (text, [], [event(text, "AGREE", "ويسعى", actor="البلدان")]),
    )
    assert {country for _, _, country, _ in told(lines, "actor")[2]} == {"IRQ", "IRN"}


def test_one_country_is_no_pair():
    text = "ويسعى البلدان إلى الهدوء في العراق."
    lines = article((text, [("LOC", "العراق")], [event(text, "AGREE", "ويسعى", actor="البلدان")]))
    assert told(lines, "actor") == [[("البلدان", None, None, None)]]


def test_the_two_sides_are_the_parties_of_the_event_before():
    fight = "اشتبكت «حركة نسور الوادي» مع «جبهة الساحل» قرب الميناء."
    text = "ودعت مالي الجانبين إلى الهدوء."
    lines = article(
        (
            fight,
            [("ORG", "حركة نسور الوادي"), ("ORG", "جبهة الساحل")],
            [event(fight, "ASSAULT", "اشتبكت", actor="حركة نسور الوادي", recipient="جبهة الساحل")],
        ),
        (text, [("LOC", "مالي")], [event(text, "REQUEST", "ودعت", actor="مالي", recipient="الجانبين")]),
    )
    assert [name for _, name, *_ in told(lines, "recipient")[1]] == ["حركة نسور الوادي", "جبهة الساحل"]
    assert bases(lines)[-1] == "entity: pair; country: pair; sector: pair"


def test_the_two_ministers():
    peer = "واستقبل القيسي نظيره السوري سامر الحلاق."
    text = "ودعا الوزيران إلى الهدوء."
    lines = article(
        INTRODUCED,
        (
            peer,
            [("PER", "القيسي"), ("PER", "سامر الحلاق")],
            [event(peer, "CONSULT", "واستقبل", actor="القيسي", recipient="نظيره السوري سامر الحلاق")],
        ),
        (text, [], [event(text, "REQUEST", "ودعا", actor="الوزيران")]),
    )
    rows = told(lines, "actor")[2]
    assert {(name, country) for _, name, country, _ in rows} == {("ماهر القيسي", "IRQ"), ("سامر الحلاق", "SYR")}


def test_groups_by_their_class_word():
    first = "هاجم تنظيم داعش قرية شرق تدمر."
    second = "وقال الحوثيون إنهم أسقطوا طائرة."
    texts = ["وتوعد التنظيم بالمزيد.", "وتوعدت الجماعة بالمزيد."]
    lines = article(
        (first, [("ORG", "داعش"), ("LOC", "تدمر")], []),
        (second, [("ORG", "الحوثيون")], []),
        *[(text, [], [event(text, "THREATEN", text.split()[0], actor=text.split()[1])]) for text in texts],
    )
    rows = told(lines, "actor")
    assert rows[2] == [("التنظيم", "تنظيم الدولة الإسلامية", None, "UAF")]
    ((words, _, country, sector),) = rows[3]
    assert (words, country) == ("الجماعة", "YEM") and sector in ("REB", "UAF")


def test_the_spokesman_without_a_name():
    first = "قال المتحدث باسم الجيش الليبي إن الطائرات قصفت الميناء."
    text = "وحذر المتحدث من هجوم جديد."
    lines = article(
        (first, [("ORG", "الجيش الليبي")], [event(first, "ASSAULT", "قصفت", speaker="المتحدث باسم الجيش الليبي")]),
        (text, [], [event(text, "THREATEN", "وحذر", actor="المتحدث")]),
    )
    assert told(lines, "actor")[1][0][2:] == ("LBY", "MIL")


@pytest.mark.parametrize(
    ("text", "trigger", "role"),
    [
        ("وأضاف أن المدفعية قصفت الميناء.", "قصفت", "speaker"),
        ("وتابع: «المدفعية قصفت الميناء».", "قصفت", "speaker"),
        ("وأكّد خلال مؤتمر صحافي أن المدفعية قصفت الميناء.", "قصفت", "speaker"),
        ("ودعا إلى الهدوء.", "ودعا", "actor"),
        ("وأشار إلى الميناء، مهدداً بالرد.", "مهدداً", "actor"),
    ],
)
def test_a_dropped_subject_is_the_last_speaker(text: str, trigger: str, role: str):
    said = "وقال القيسي إن الحدود آمنة."
    lines = article(INTRODUCED, (said, [("PER", "القيسي")], []), (text, [], [event(text, "ASSAULT", trigger)]))
    (row,) = resolve_document(lines)[2].participants[0]
    assert (row.role, row.text, row.entity.name, row.country_code, row.sector) == (
        role,
        "القيسي",
        "ماهر القيسي",
        "IRQ",
        "GOV",
    )
    whole = " ".join(line.text for line in lines)
    assert whole[row.start : row.end] == row.text  # the words that named him, in the sentence before
    assert row.basis == "entity: speaker; country: speaker; sector: speaker"


@pytest.mark.parametrize(
    "text",
    ["وأضاف البيان أن المدفعية قصفت الميناء.", "وقالت مصادر إن المدفعية قصفت الميناء.", "قصفت المدفعية الميناء."],
)
def test_a_subject_that_stands_there_is_not_dropped(text: str):
    said = "وقال القيسي إن الحدود آمنة."
    lines = article(INTRODUCED, (said, [("PER", "القيسي")], []), (text, [], [event(text, "ASSAULT", "قصفت")]))
    assert resolve_document(lines)[2].participants == [[]]


def test_a_speaker_of_the_title_gives_no_row_in_the_text():
    title, text = "القيسي: الحدود آمنة", "وأضاف أن المدفعية قصفت الميناء."
    said = "قال القيسي ذلك"
    lines = [
        Line("title", 0, title, reading(title, [("PER", "القيسي")])),
        Line("title", 30, said, reading(said, [("PER", "القيسي")])),
        Line("text", 0, text, reading(text, [], [event(text, "ASSAULT", "قصفت")])),
    ]
    assert resolve_document(lines)[2].participants == [[]]


def test_his_country():
    text = "وقال القيسي إن بلاده ستساعد سوريا."
    lines = article(
        INTRODUCED,
        (
            text,
            [("PER", "القيسي"), ("LOC", "سوريا")],
            [event(text, "AID", "ستساعد", actor="بلاده", recipient="سوريا", speaker="القيسي")],
        ),
    )
    assert told(lines, "actor")[1] == [("بلاده", "العراق", "IRQ", "GOV")]


@pytest.mark.parametrize(
    ("text", "names", "words", "country", "sector"),
    [
        ("فرقت الشرطة المتظاهرين وسط بغداد.", [("LOC", "بغداد")], "المتظاهرين", "IRQ", "CVL"),
        ("قصفت القوات الأميركية الميناء.", [("ORG", "القوات الأميركية")], "القوات الأميركية", "USA", "MIL"),
        ("قال مسؤولون إيرانيون ذلك.", [], "مسؤولون إيرانيون", "IRN", "GOV"),
        ("هاجم داعش القرية في العراق.", [("ORG", "داعش"), ("LOC", "العراق")], "داعش", None, "UAF"),
        ("هاجم مسلحون القرية في العراق.", [("LOC", "العراق")], "مسلحون", None, "UAF"),
        ("دعت الأمم المتحدة إلى الهدوء.", [("ORG", "الأمم المتحدة")], "الأمم المتحدة", "UNO", None),
    ],
)
def test_what_a_phrase_says_by_itself(text, names, words, country, sector):
    locations = [name for kind, name in names if kind == "LOC"]
    one = event(text, "ASSAULT", text.split()[0], actor=words, location=locations)
    assert told(article((text, names, [one])), "actor")[0][0][2:] == (country, sector)


AT_HOME = "عقد البرلمان التونسي جلسة في باردو."
"""What makes Tunisia the country of an article."""


def in_tunisia(text: str, names: list[tuple[str, str]], **roles: str) -> list[Line]:
    """An article about Tunisia with an event told in its second sentence."""
    one = event(text, "REQUEST", text.split(maxsplit=1)[0], **roles)
    return article((AT_HOME, [("LOC", "باردو")], []), (text, names, [one]))


@pytest.mark.parametrize(
    ("text", "names", "words", "country", "basis"),
    [
        ("دعا وزير الداخلية إلى الهدوء.", [], "وزير الداخلية", "TUN", "main country"),
        ("دعت وزارة الصحة إلى الهدوء.", [("ORG", "وزارة الصحة")], "وزارة الصحة", "TUN", "main country"),
        ("دعا مسؤول كبير إلى الهدوء.", [], "مسؤول كبير", "TUN", "main country"),
        ("دعا منجي الورتاني إلى الهدوء.", [("PER", "منجي الورتاني")], "منجي الورتاني", "TUN", "main country"),
        ("دعت شرطة مدينة ليون إلى الهدوء.", [("LOC", "ليون")], "شرطة مدينة ليون", "FRA", "place"),
        ("دعا مسؤول في الناتو إلى الهدوء.", [("ORG", "الناتو")], "مسؤول في الناتو", "IGO", "phrase"),
        ("دعا وزراء الخارجية العرب إلى الهدوء.", [], "وزراء الخارجية العرب", None, None),
        ("دعت قوات التحالف إلى الهدوء.", [], "قوات التحالف", None, None),
        ("دعا نظيره إلى الهدوء.", [], "نظيره", None, None),
        ("دعا مسلحون إلى الهدوء.", [], "مسلحون", None, None),
        ("دعت شركة كبيرة السيارة إلى الهدوء.", [], "السيارة", None, None),
        ("دعا تنظيم القاعدة إلى الهدوء.", [("ORG", "تنظيم القاعدة")], "تنظيم القاعدة", None, None),
    ],
)
def test_the_country_that_an_article_lets_one_suppose(text, names, words, country, basis):
    lines = in_tunisia(text, names, actor=words)
    assert [one[2] for one in told(lines, "actor")[1]] == [country]
    assert (f"country: {basis}" in (bases(lines)[-1] or "")) == (country is not None)


def test_what_was_supposed_of_somebody_is_kept():
    first, second = "دعا رئيس البلدية فوزي منصف إلى الهدوء.", "ودعا منصف في باريس إلى الهدوء."
    asked = [event(text, "REQUEST", "دعا", actor=words) for text, words in ((first, first[4:25]), (second, "منصف"))]
    lines = article(
        (AT_HOME, [("LOC", "باردو")], []),
        ("واجتمع نواب تونس في قرطاج.", [("LOC", "قرطاج")], []),
        (first, [("PER", "فوزي منصف")], asked[:1]),
        (second, [("PER", "منصف"), ("LOC", "باريس")], asked[1:]),
    )
    assert [one[2] for line in told(lines, "actor") for one in line] == ["TUN", "TUN"]


def test_a_dropped_subject_has_the_country_that_is_supposed_of_the_speaker():
    said, added = "قال منجي الورتاني إن الوضع هادئ.", "وأضاف أنه يطالب بوقف القصف."
    lines = article(
        (AT_HOME, [("LOC", "باردو")], []),
        (said, [("PER", "منجي الورتاني")], []),
        (added, [], [event(added, "REQUEST", "يطالب")]),
    )
    assert told(lines, "speaker")[2] == [("منجي الورتاني", "منجي الورتاني", "TUN", None)]


@pytest.mark.parametrize(
    ("setting", "country", "basis"),
    [
        (Setting(url="https://www.jawharafm.net/ar/1"), "TUN", "main country: publisher"),
        (Setting(source="هسبريس", url="https://example.org/1"), "MAR", "main country: publisher"),
        (Setting(dateline="بيروت", source="هسبريس"), "LBN", "main country: dateline"),
        (Setting(source="بي بي سي عربي"), None, None),
    ],
)
def test_where_an_article_names_no_country_its_dateline_and_publisher_tell(setting, country, basis):
    text = "دعا وزير الداخلية إلى الهدوء."
    lines = article((text, [], [event(text, "REQUEST", "دعا", actor="وزير الداخلية")]))
    assert told(lines, "actor", setting) == [[("وزير الداخلية", None, country, "GOV")]]
    (row,) = resolve_document(lines, setting)[0].participants[0]
    assert row.basis == ("; ".join(["sector: phrase", *([f"country: {basis}"] if basis else [])]))


def test_of_two_countries_told_of_alike_neither_is_supposed_but_the_publishers():
    text, balance = "دعا وزير الداخلية إلى الهدوء.", "تراجعت صادرات الجزائر إلى المغرب."
    lines = article((balance, [], []), (text, [], [event(text, "REQUEST", "دعا", actor="وزير الداخلية")]))
    countries = [told(lines, "actor", setting)[1][0][2] for setting in (None, Setting(source="هسبريس"))]
    assert countries == [None, "MAR"]


def test_a_place_in_passing_is_not_where_other_sentences_are():
    passing, text = "وسافر الفريق إلى فيينا.", "فرقت الشرطة المحتجين بالغاز."
    lines = article(
        (AT_HOME, [("LOC", "باردو")], []),
        ("واجتمع نواب تونس في قرطاج.", [("LOC", "قرطاج")], []),
        (passing, [("LOC", "فيينا")], []),
        (text, [], [event(text, "ASSAULT", "فرقت", actor="الشرطة", recipient="المحتجين")]),
    )
    assert [one[2] for role in ("actor", "recipient") for one in told(lines, role)[3]] == ["TUN", "TUN"]


@pytest.mark.parametrize(
    ("year", "country", "sector"), [(2012, "NOR", "GOV"), (2018, "IGO", "MIL"), (None, "NOR", "GOV")]
)
def test_a_leader_acts_for_the_office_of_the_year(year, country, sector):
    text = "دعا ستولتنبرغ إلى الهدوء."
    lines = article((text, [("PER", "ستولتنبرغ")], [event(text, "REQUEST", "دعا", actor="ستولتنبرغ")]))
    assert told(lines, "actor", Setting(year=year))[0][0][2:] == (country, sector)


@pytest.mark.parametrize(
    ("words", "country"), [("المبعوث الأممي", "UNO"), ("دبلوماسيون أوروبيون", "EUR"), ("سفير الناتو", "IGO")]
)
def test_an_envoy_of_an_organisation_of_states_is_of_no_government(words: str, country: str):
    text = f"دعا {words} إلى الهدوء."
    lines = article((text, [], [event(text, "REQUEST", "دعا", actor=words)]))
    assert told(lines, "actor")[0][0][2] == country
    assert told(lines, "actor")[0][0][3] != "GOV"


def test_a_part_of_a_country_is_a_place_of_its_own():
    text = "وصل الوفد إلى غزة ثم إلى مصر."
    gaza, egypt = identify(article((text, [("LOC", "غزة"), ("LOC", "مصر")], [])))[0]
    assert (gaza.entity.country_code, gaza.entity.name_latin) == ("PSE", "Gaza")
    assert (egypt.entity.country_code, egypt.basis) == ("EGY", "country")


def test_the_houthis():
    text = "قصف التحالف مواقع الحوثيين."
    lines = article((text, [("ORG", "الحوثيين")], [event(text, "ASSAULT", "قصف", recipient="الحوثيين")]))
    ((_, _, country, sector),) = told(lines, "recipient")[0]
    assert country == "YEM" and sector in ("UAF", "REB")


def test_an_alias_clash_is_told():
    full, short = "وصل الخبير ماجد ترامب إلى عمّان.", "وقال ترامب إن التقرير جاهز."
    lines = article((full, [("PER", "ماجد ترامب"), ("LOC", "عمّان")], []), (short, [("PER", "ترامب")], []))
    first, second = (mentions[0] for mentions in identify(lines))
    assert second.entity == first.entity
    assert second.basis.startswith("article: ماجد ترامب, not ")


def test_a_person_and_a_town_of_one_name():
    first = "وصل القاضي ماجد الحلبي إلى حلب."
    second = "وقال الحلبي إن حلب هادئة."
    lines = article(
        (first, [("PER", "ماجد الحلبي"), ("LOC", "حلب")], []), (second, [("PER", "الحلبي"), ("LOC", "حلب")], [])
    )
    (person, town), (short, again) = identify(lines)
    assert (person.entity, town.entity) == (short.entity, again.entity)
    assert (person.entity.entity_type, town.entity.country_code) == ("PER", "SYR")


def test_the_shadda_tells_amman_from_oman():
    text = "وصل الوفد إلى عمّان ثم إلى سلطنة عمان."
    mentions = identify(article((text, [("LOC", "عمّان"), ("LOC", "سلطنة عمان")], [])))[0]
    assert [mention.entity.country_code for mention in mentions] == ["JOR", "OMN"]


@pytest.mark.parametrize(
    ("name", "code"), [("الاتحاد السوفيتي", "SUN"), ("للاتحاد السوفياتي", "SUN"), ("يوغوسلافيا", "YUG")]
)
def test_countries_that_are_no_more(name: str, code: str):
    text = f"انتقدت الصحيفة {name} آنذاك."
    lines = article((text, [("LOC", name)], [event(text, "ACCUSE", "انتقدت", recipient=name)]))
    assert told(lines, "recipient")[0][0][2] == code
    assert identify(lines)[0][0].basis.startswith("country until 19")


def test_the_article_outdoes_a_table_and_says_so():
    text = "قال وزير الخارجية الفرنسي سيرغي لافروف إن التقرير جاهز."
    lines = article((text, [("PER", "سيرغي لافروف")], [event(text, "ACCUSE", "قال", actor=text[4:43])]))
    ((_, name, country, _),) = told(lines, "actor")[0]
    assert (name, country) == ("سيرغي لافروف", "FRA")
    assert "country: phrase, not RUS" in (bases(lines)[0] or "")


@pytest.mark.parametrize(
    ("text", "name", "description", "codes", "sector"),
    [
        ("بدأ وزير الدفاع العراقي ماهر القيسي زيارة", "ماهر القيسي", "وزير الدفاع العراقي", ("IRQ",), "GOV"),
        ("قال ماهر القيسي، وزير الدفاع العراقي، إن", "ماهر القيسي", "وزير الدفاع العراقي", ("IRQ",), "GOV"),
        ("أمس السبت نظيره الأردني سامي الحسبان.", "سامي الحسبان", "نظيره الأردني", ("JOR",), None),
        ("التقى وزير خارجية مصر والرئيس الفرنسي لوي بران", "لوي بران", "والرئيس الفرنسي", ("FRA",), "GOV"),
        (
            "قال وزير الخارجية والتعاون الليبي علي الورفلي",
            "علي الورفلي",
            "وزير الخارجية والتعاون الليبي",
            ("LBY",),
            "GOV",
        ),
        (
            "قال المتحدث باسم وزارة الدفاع اليمنية علي بامعبد",
            "علي بامعبد",
            "المتحدث باسم وزارة الدفاع اليمنية",
            ("YEM",),
            "GOV",
        ),
        ("قال علي بامعبد المتحدث باسم الجيش اليمني إن", "علي بامعبد", "المتحدث باسم الجيش اليمني", ("YEM",), "MIL"),
        ("استقبل علي بامعبد الوزير العراقي", "علي بامعبد", "", (), None),
        ("وصل علي بامعبد، ثم", "علي بامعبد", "", (), None),
    ],
)
def test_words_of_office_around_a_name(text, name, description, codes, sector):
    found = description_around(text, *span(text, name))
    assert found == description
    assert describe(found)[1:] == (codes, sector)


WORDS = [
    *("قال", "وأضاف", "الوزير", "العراقي", "البلدين", "الجانبان", "بلاده", "نظيره", "الذي", "أن", "عمان", "حلب"),
    *("القيسي", "ماهر", "الحركة", "المتظاهرين", "،", "«", "2026", "و"),
]


@st.composite
def random_lines(draw) -> list[Line]:
    """Lines of known words with any reading: names, events and participants anywhere."""
    lines, offset = [], 0
    for _ in range(draw(st.integers(0, 4))):
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
        text = " ".join(words)
        starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == " ")]
        spans = [(start, start + len(word)) for start, word in zip(starts, words, strict=True)]
        names = draw(st.lists(st.sampled_from(spans), max_size=3, unique=True))
        entities = [
            EntitySpan(*one, draw(st.sampled_from(["PER", "LOC", "ORG", "MISC"])), 0.9) for one in sorted(names)
        ]
        events = [
            EventReading(
                draw(st.sampled_from(["CONSULT", "ASSAULT", "REQUEST"])),
                None,
                "actual",
                *draw(st.sampled_from(spans)),
                0.9,
                tuple(
                    Participant(draw(st.sampled_from(["actor", "recipient", "speaker", "location", "date"])), *one)
                    for one in draw(st.lists(st.sampled_from(spans), max_size=4))
                ),
            )
            for _ in range(draw(st.integers(0, 2)))
        ]
        lines.append(Line("text", offset, text, SentenceReading(tuple(entities), tuple(events))))
        offset += len(text) + 1
    return lines


@settings(max_examples=60, deadline=None)
@given(random_lines(), st.sampled_from([None, Setting("عمان", "وكالة الأنباء العراقية", 2026)]))
def test_any_reading_is_resolved_and_every_row_cuts_its_words(lines: list[Line], setting: Setting | None):
    whole = " ".join(line.text for line in lines)
    resolved = resolve_document(lines, setting)
    assert resolved == resolve_document(lines, setting)
    assert [len(line.participants) for line in resolved] == [len(line.reading.events) for line in lines]
    for line in resolved:
        for rows in line.participants:
            assert all(isinstance(one, Resolved) and whole[one.start : one.end] == one.text for one in rows)
            keys = [(one.role, one.position) for one in rows]
            assert len(keys) == len(set(keys))
            for one in rows:
                assert (one.basis is None) or one.entity or one.country_code or one.sector
                assert one.basis or not (one.entity or one.country_code or one.sector)
