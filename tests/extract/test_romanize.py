"""Latin names: of people as they write themselves, of everything else by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.entities import resolve
from tasks.extract.romanize import romanize


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("علي شمخاني", "Ali Shamkhani"),
        ("عَلِيّ شَمْخَانِي", "Ali Shamkhani"),
        ("عبد الله الهادي", "Abdullah al-Hadi"),
        ("محمد بن سلمان", "Mohamed bin Salman"),
        ("أحمد أبو الغيط", "Ahmed Abu al-Gheit"),
    ],
)
def test_people(name: str, latin: str):
    assert romanize(name, of_person=True) == latin


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("وزارة الدفاع العراقية", "Wizarat al-Difa al-Iraqiya"),
        ("القوات المسلحة العراقية", "al-Quwwat al-Musallaha al-Iraqiya"),
        ("حركة أنصار السهل", "Harakat Ansar al-Sahl"),
        ("عين الطلح", "Ain al-Talah"),
        ("إيلاف", "Ilaf"),
        ("BBC", "BBC"),
        ("قناة 24", "Qanat 24"),
    ],
)
def test_other_names(name: str, latin: str):
    assert romanize(name) == latin


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإؤئ پگ", min_size=1, max_size=20).filter(str.strip))
def test_no_arabic_letter_is_left(name: str):
    assert not [letter for letter in romanize(name) if "\u0600" <= letter <= "\u06ff"]


@given(st.text(alphabet="ابتجدرسعكلمنهوي ", min_size=2, max_size=20).filter(str.strip))
def test_every_entity_has_a_latin_name(name: str):
    for entity_type in ("PER", "LOC", "ORG", "MISC"):
        assert resolve(name.strip(), entity_type).name_latin
