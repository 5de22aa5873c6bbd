"""Datelines: the forms newsrooms use, and what looks like one and is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.normalize.dateline import Dateline, find_byline_dateline, find_dateline

BODY = "وصل وفد رفيع المستوى إلى العاصمة صباح اليوم لإجراء محادثات."
LEDE = "بحث الوزيران في العاصمة سبل تعزيز التعاون الأمني على الحدود المشتركة بين البلدين."


def check(found: Dateline | None, text: str) -> Dateline:
    assert found is not None
    assert text[found.start : found.end] == found.text
    assert 0 <= found.start < found.end <= found.body_start <= len(text)
    return found


@pytest.mark.parametrize(
    ("opening", "dateline", "place", "agency"),
    [
        ("إيلاف من لندن: ", "إيلاف من لندن", "لندن", "إيلاف"),
        ("بغداد ـ رويترز - ", "بغداد ـ رويترز", "بغداد", "رويترز"),
        ("بغداد ـ رويترز: ", "بغداد ـ رويترز", "بغداد", "رويترز"),
        ("القاهرة (أ ف ب) – ", "القاهرة (أ ف ب)", "القاهرة", "أ ف ب"),
        ("القاهرة (أ.ف.ب): ", "القاهرة (أ.ف.ب)", "القاهرة", "أ.ف.ب"),
        ("عدن: ", "عدن", "عدن", None),
        ("عَدَن : ", "عَدَن", "عَدَن", None),
        ("الرياض – واس\n", "الرياض – واس", "الرياض", "واس"),
        ("\ufeffالرياض – واس\r\n\r\n", "الرياض – واس", "الرياض", "واس"),
        ("طهران/إرنا/ ", "طهران/إرنا", "طهران", "إرنا"),
        ("دمشق-سانا ", "دمشق-سانا", "دمشق", "سانا"),
        ("\xa0أبو ظبي\xa0– وام: ", "أبو ظبي\xa0– وام", "أبو ظبي", "وام"),
        ("موسكو ـ «نوفوستي»: ", "موسكو ـ «نوفوستي»", "موسكو", "نوفوستي"),
        ("لندن، باريس: ", "لندن، باريس", "لندن", None),
        ("نيويورك/ لندن - رويترز: ", "نيويورك/ لندن - رويترز", "نيويورك", "رويترز"),
        ("(رويترز) - أنقرة: ", "(رويترز) - أنقرة", "أنقرة", "رويترز"),
        ("رويترز- كفر عقب: ", "رويترز- كفر عقب", "كفر عقب", "رويترز"),
        ("ديار بكر (تركيا) - رويترز: ", "ديار بكر (تركيا) - رويترز", "ديار بكر", "رويترز"),
        ("سالم الفهد- سبق- جدة: ", "سبق- جدة", "جدة", "سبق"),
        ("محمد السالم، علي الفهد – تبوك\n", "تبوك", "تبوك", None),
        ("رويترز: ", "رويترز", None, "رويترز"),
    ],
)
def test_forms(opening: str, dateline: str, place: str | None, agency: str | None) -> None:
    text = opening + BODY
    found = check(find_dateline(text), text)
    assert (found.text, found.place, found.agency, found.date) == (dateline, place, agency, None)
    assert text[found.body_start :] == BODY


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        ("تونس 11 ديسمبر 2016 (وات) - ", date(2016, 12, 11)),
        ("بيروت، 3 آذار 2021 - رويترز: ", date(2021, 3, 3)),
        ("القاهرة ٢٨ نوفمبر ٢٠١٦: ", date(2016, 11, 28)),
        ("دبي 12/3/2017 (رويترز): ", date(2017, 3, 12)),
        ("لندن - الأحد 5 يوليو (تموز) 2015 - رويترز: ", date(2015, 7, 5)),
        ("الرياض 04 شوال 1436 هـ الموافق 20 يوليو 2015 م واس\n", date(2015, 7, 20)),
        ("الجزائر 31 فيفري 2016 (واج) - ", None),
        ("عمان 12 مارس (بترا) - ", None),
    ],
)
def test_dates(opening: str, day: date | None) -> None:
    text = opening + BODY
    found = find_dateline(text)
    if day is None:
        assert found is None or found.date is None
    else:
        assert check(found, text).date == day


@pytest.mark.parametrize("opening", ["إيلاف من لندن: ", "بغداد: ", "الرياض - واس: "])
def test_after_the_lede(opening: str) -> None:
    text = f"{LEDE}\n\n{opening}{BODY}"
    found = check(find_dateline(text), text)
    assert found.text == opening.rstrip(": ")
    assert text[found.body_start :] == BODY


@pytest.mark.parametrize(
    "text",
    [
        f"قال: {BODY}",
        f"وأضاف: {BODY}",
        f"السؤال: {BODY}",
        f"صور: {BODY}",
        f"الخبر: {BODY}",
        f"مصر: {BODY}",
        f"قال الوزير في بغداد: {BODY}",
        f"تونس – مصر: {BODY}",
        f"الرياض تستضيف القمة: {BODY}",
        f"لندن\n{BODY}",
        f"بغداد\nالموصل\n{BODY}",
        "القاهرة: 35 درجة\nالإسكندرية: 28 درجة\nأسوان: 41 درجة",
        "الرياض: وصل الوفد",
        f"البرنامج كما يلي:\nلندن: {BODY}",
        f"جيد وفعال\n{BODY}",
        f"الرياض - الدمام - طريق سريع: {BODY}",
        "",
        "\n \n",
        "الرياض - واس",
    ],
)
def test_is_none(text: str) -> None:
    assert find_dateline(text) is None


@pytest.mark.parametrize(
    ("author", "dateline", "place", "agency"),
    [
        ("لندن: رنيم حنوش", "لندن", "لندن", None),
        ("واشنطن: «الشرق الأوسط»", "واشنطن: «الشرق الأوسط»", "واشنطن", "الشرق الأوسط"),
        ("واس - جدة", "واس - جدة", "جدة", "واس"),
        ("أحمد علي- سبق- القاهرة:", "سبق- القاهرة", "القاهرة", "سبق"),
        ("\xa0سعاد الشمراني (الرياض)", "الرياض", "الرياض", None),
    ],
)
def test_bylines(author: str, dateline: str, place: str, agency: str | None) -> None:
    found = check(find_byline_dateline(author), author)
    assert (found.text, found.place, found.agency) == (dateline, place, agency)


@pytest.mark.parametrize("author", ["", "رنيم حنوش", "رياض نجيب", "لندن", "رويترز", "د. سالم الفهد"])
def test_bylines_without_dateline(author: str) -> None:
    assert find_byline_dateline(author) is None


PIECES = ["بغداد", "رويترز", "أ ف ب", "محمد", "من", "قال", "12 مارس 2017", "1/1/2020", BODY, LEDE]


@given(st.lists(st.sampled_from([*PIECES, *':-–ـ/،.()«»" \n\xa0\u200f']), max_size=30).map("".join))
def test_offsets_hold_on_any_text(text: str) -> None:
    for found in (find_dateline(text), find_byline_dateline(text)):
        if found:
            check(found, text)
