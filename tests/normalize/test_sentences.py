"""Sentence spans: the invariants on any text, and the cases editors' punctuation brings."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.normalize.sentences import MAX_WORDS, split_sentences

PIECES = [
    *("وقال", "الوزير", "إن", "د", "م", "أ", "ب", "U", "S", "a", "3", "12", "٥"),
    *".!?؟؛…،,:;\"”“»«'’‘()[]{}﴾﴿-–•●*/%",
    "..",
    "...",
    ". ",
    "؟ ",
    " ",
    "  ",
    "\xa0",
    "\n",
    "\r\n",
    "\u2028",
    "\x85",
    "\x1c",
    "\u200f",
    "\u200b",
    "\ufeff",
    "\x1a",
    "قالَ",
    "السَّلامُ",
]
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=80).map("".join), st.text(max_size=60))


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


def assert_invariants(text: str, breaks: list[int], headline: bool) -> None:
    spans = split_sentences(text, breaks=breaks, headline=headline)
    covered = 0
    paragraph = 0
    for span in spans:
        sentence = text[span.start : span.end]
        assert not text[covered : span.start].strip(), "only white space lies between sentences"
        assert sentence == sentence.strip() != ""
        assert len(sentence.split()) <= MAX_WORDS
        assert "\n" not in sentence
        assert paragraph <= span.paragraph_index <= paragraph + 1
        assert not any(span.start < at < span.end for at in breaks)
        covered, paragraph = span.end, span.paragraph_index
    assert not text[covered:].strip()


@given(texts, st.lists(st.integers(0, 80), max_size=3), st.booleans())
@example("." * 5, [], False)
@example('قال."', [], False)
@example("1. 2. 3.", [], False)
def test_each_character_lies_in_one_sentence(text: str, breaks: list[int], headline: bool) -> None:
    assert_invariants(text, breaks, headline)


@given(st.lists(st.sampled_from(["قال", "وأضاف", "كذا،", "ذلك؛", "و", "«كذا»،"]), min_size=100, max_size=400))
@settings(max_examples=40)
def test_long_sentences_are_cut(words: list[str]) -> None:
    assert_invariants(" ".join(words), [], False)


ONE_SENTENCE = [
    "بلغ العدد 3.5 مليون و12.500 شخص و١٤.٨٥٠ ريالا.",
    "وصل السعر إلى 50.\u200f49 دولارا.",
    "ولد في 12.3.2017 في القاهرة.",
    "التقى د. أحمد والأستاذ م. سالم وأ.د. وليد.",
    "التقى د.أحمد بالوفد.",
    "أرسل الطلب إلى ص.ب. 1234 في الرياض.",
    "نقلت أ.ف.ب عن المصدر قوله إنه باق.",
    "وقال لقناة بي.بي.سي إنه باق.",
    "وقال للسي.إن.إن أمس إنه باق.",
    "موقع أمازون.كوم متاح.",
    "للتسجيل www.example.com/a?b=c أو info@example.org فورا.",
    "قال Mr. Smith من U.S. Army إنه باق.",
    "قال الوزير: «هل نبقى؟»، ثم خرج.",
    'وكتب "ما هذا؟" على حسابه.',
    'قال "كفى!" بعد انطلاق القطار.',
    "كان يمزح (!) كعادته.",
    "قال «سنبقى هنا (...) حتى النهاية».",
    "على صعيد آخر.. وصل الوفد.",
    "تأجل الاجتماع في العاصمة أمس؛ لأن الوفد لم يصل.",
    "تأجل الاجتماع في العاصمة أمس؛ حيث لم يصل الوفد.",
    "1. وصل الوفد.",
    "… ثم وصل الوفد.",
]


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_stays_one_sentence(text: str) -> None:
    assert cut(text) == [text]


@pytest.mark.parametrize(
    "sentences",
    [
        ["وصل الوفد اليوم.", "وأعلن الوزير ذلك."],
        ["هل وصل الوفد؟", "نعم وصل!", "ثم غادر."],
        ["قال: «سنبقى».", "وأضاف: «لن نرحل.»", "وتابع."],
        ['قال "سنبقى."', 'وأضاف "لن نرحل".', "وغادر."],
        ["هل وصل الوفد؟!", "لا أحد يعلم."],
        ["قال «ماذا نفعل؟»", "وأضاف أنه باق."],
        ["لم يصل الوفد الذي كان ينتظره الوزير..", "وقال إنه آسف."],
        ["لم يصل الوفد الذي كان ينتظره الوزير…", "وقال إنه آسف."],
        ["وصل الوفد إلى العاصمة أمس؛", "وسيغادر غدا."],
        ["بلغ الطول 400 م.", "وقال إنه كاف."],
        ["نقلت ذلك أ ف ب.", "وقال إنه باق."],
        ["كان ذلك في عام 2015.", "وقال إنه باق."],
        ["كان ذلك عام 1436هـ.", "وقال إنه باق."],
        ["كلّ هذا مُهمّ.", "وهو كذلك."],
        ["قال (وهو يبتسم).", "ثم خرج."],
        ["المطالب هي:", "• زيادة الرواتب", "• وقف العمل"],
    ],
)
def test_splits(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences or cut("\n".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("وصل الوفد أمس.وأضاف الوزير", ["وصل الوفد أمس.", "وأضاف الوزير"]),
        ("هل وصل؟وأضاف الوزير", ["هل وصل؟", "وأضاف الوزير"]),
        ('قال "وصلنا."وأضاف الوزير', ['قال "وصلنا."', "وأضاف الوزير"]),
        ('وصل الوفد كله أمس.."مدلول المعاني" كتاب', ["وصل الوفد كله أمس..", '"مدلول المعاني" كتاب']),
        ("في العام 2015.وأضاف", ["في العام 2015.", "وأضاف"]),
        ("وصل الوفد .\xa0\xa0وأضاف .", ["وصل الوفد .", "وأضاف ."]),
        ("الحضور • الوزير • السفير", ["الحضور", "• الوزير", "• السفير"]),
    ],
)
def test_glued_and_spaced_ends(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


def test_lines_are_paragraphs() -> None:
    text = "\ufeffعنوان\r\n\r\nنص أول. نص ثان.\r\n \xa0 \nعنوان فرعي\u2029نص ثالث"
    spans = split_sentences(text)
    assert [(s.paragraph_index, text[s.start : s.end]) for s in spans] == [
        (0, "\ufeffعنوان"),
        (1, "نص أول."),
        (1, "نص ثان."),
        (2, "عنوان فرعي"),
        (3, "نص ثالث"),
    ]


def test_headline_is_one_sentence() -> None:
    title = "الرئيس يلغي زيارته المقررة إلى الجوار.. ويعود! هل يستقيل؟ لا جواب."
    assert [title[s.start : s.end] for s in split_sentences(title, headline=True)] == [title]
    assert len(cut(title)) > 1


def test_breaks_are_kept_within_the_paragraph() -> None:
    text = "لندن: وصل الوفد."
    assert [tuple(span) for span in split_sentences(text, breaks=[6])] == [(0, 0, 5), (0, 6, 16)]


def test_long_sentence_is_cut_at_the_strongest_mark() -> None:
    words = ["كلمة"] * 150
    words[60], words[70], words[80] = "هنا،", "هناك؛", "وهنالك"
    first, second = cut(" ".join(words))
    assert first.endswith("هناك؛")
    assert second.startswith("كلمة")
    words[70] = "هناك"
    assert cut(" ".join(words))[0].endswith("هنا،")
    words[60] = "هنا"
    assert cut(" ".join(words))[1].startswith("وهنالك")


@pytest.mark.timeout(60)  # it takes a second or so; a backtracking pattern would take hours
@pytest.mark.parametrize("unit", ["1. ", "د. ", "ا..", 'ا."ب', ". ", '"؟', " •", "(.) ", "كلمة ", "ا"])
def test_no_text_makes_a_pattern_backtrack(unit: str) -> None:
    text = unit * 50_000
    assert "".join(text.split()) == "".join("".join(cut(text)).split())
