"""Numbers of victims: digits, words, duals; each to its event."""

import pytest
from hand_annotated import event
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.casualties import NOBODY, Casualties, casualties
from tasks.extract.forms import fold
from tasks.extract.numbers import number_at, ordinal_at, tokens_of


def attack(sentence: str, trigger: str = "هجوم") -> Casualties:
    return casualties(sentence, [event(sentence, "ASSAULT", trigger)])[0]


@pytest.mark.parametrize(
    ("sentence", "killed", "injured"),
    [
        ("مقتل 12 شخصا وإصابة 30 آخرين في هجوم", 12, 30),
        ("مقتل ١٢ شخصاً في هجوم", 12, None),
        ("مقتل شخصين وإصابة ثلاثة في هجوم", 2, 3),
        ("هجوم أسفر عن سقوط خمسة وعشرين قتيلاً ونحو مئة جريح", 25, 100),
        ("قالت الشرطة إن 24 شخصا قتلوا وأصيب 27 آخرون في هجوم", 24, 27),
        ("لقي ما لا يقل عن 40 شخصاً مصرعهم في هجوم", 40, None),
        ("قتل أكثر من 1,200 مدني في هجوم", 1200, None),
        ("مقتل ثلاثة جنود ورجل في هجوم", 4, None),
        ("مقتل 10 أشخاص بينهم 3 أطفال في هجوم", 10, None),
        ("هجوم أودى بحياة 86 شخصا", 86, None),
        ("إصابة جنديين في هجوم", None, 2),
        ("مقتل العشرات في هجوم", None, None),
        ("مقتل جندي في هجوم", None, None),
        ("هجوم بعد 3 سنوات من مقتل الوزير عام 2015", None, None),
        ("مقتل وإصابة أكثر من 100 شخص في هجوم", None, None),
        ("هجوم بثلاثة صواريخ على بلدة", None, None),
        ("القضاء على 4 مسلحين في هجوم", 4, None),
        ("هجوم أمام قصر القضاء و20 سيارة احترقت", None, None),
        ("مقتل مسلحيْن في هجوم", 2, None),
        ("مقتل مسلحين في هجوم", None, None),
        ("قُتل أربعة وأصيب تسعة آخرون، فجر الثلاثاء 17 تشرين الثاني/نوفمبر، في هجوم", 4, 9),
    ],
)
def test_killed_and_injured(sentence: str, killed: int | None, injured: int | None):
    assert attack(sentence) == Casualties(killed, injured, None)


def test_arrests_are_added_up():
    sentence = "القبض على 3 تجار أسلحة و8 مهرّبين"
    assert casualties(sentence, [event(sentence, "COERCE", "القبض", "arrest")])[0].arrested == 11


def test_each_number_goes_to_the_nearest_fitting_event():
    sentence = "اعتقلت الشرطة 5 رجال بعد تفجير أسفر عن مقتل 7 أشخاص ودان الوزير الهجوم"
    events = [
        event(sentence, "COERCE", "اعتقلت", "arrest"),
        event(sentence, "ASSAULT", "تفجير"),
        event(sentence, "ACCUSE", "ودان"),
    ]
    assert casualties(sentence, events) == [Casualties(arrested=5), Casualties(killed=7), NOBODY]


def test_an_execution_has_victims():
    sentence = "نفذت السلطات حكم الإعدام بحق 7 أشخاص وحكمت على 5 بالسجن"
    events = [event(sentence, "SANCTION", "الإعدام", "convict"), event(sentence, "SANCTION", "وحكمت", "convict")]
    assert casualties(sentence, events) == [Casualties(killed=7), NOBODY]
    sentence = "حكمت المحكمة بالإعدام على 5 متهمين"
    assert casualties(sentence, [event(sentence, "SANCTION", "بالإعدام", "convict")]) == [NOBODY]


def test_other_types_have_no_victims():
    sentence = "اجتمع 12 شخصا بعد مقتل 3 أشخاص"
    assert casualties(sentence, [event(sentence, "CONSULT", "اجتمع")]) == [NOBODY]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ثلاثة", 3),
        ("اثني عشر", 12),
        ("خمسة وعشرين", 25),
        ("مئة وخمسون", 150),
        ("ثلاثمئة", 300),
        ("ثلاث مئة", 300),
        ("ألفين", 2000),
        ("12 ألفا", 12000),
        ("مئة وخمسة وعشرون ألف", 125000),
        ("١٬٢٠٠", 1200),
        ("7 آلاف", 7000),
        ("بثلاثة", 3),
    ],
)
def test_number_words(text: str, value: int):
    words = [token.text for token in tokens_of(fold(text))]
    assert number_at(words, 0) == (value, len(words))


def test_what_is_no_number():
    for text in ("أحد القادة", "12.5", "رجل", "عشرات"):
        assert number_at([token.text for token in tokens_of(fold(text))], 0) is None, text
    assert ordinal_at([fold("الحادي"), fold("عشر")], 0) == (11, 2)


@given(st.text(alphabet="قتل مصابوعشرن123٬., ", max_size=60))
def test_any_sentence_is_read_without_error(text: str):
    sentence = "هجوم " + text
    found = attack(sentence)
    assert all(number is None or number > 0 for number in found)
