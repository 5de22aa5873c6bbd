"""The language check on our own sentences in Arabic and the other languages of its script."""

from __future__ import annotations

import polars as pl
import pytest

from tasks.normalize.language import guess_languages
from tasks.normalize.search import normalize_arabic


def guess(*texts: str) -> list[str | None]:
    forms = [normalize_arabic(text) for text in texts]
    return guess_languages(pl.Series(forms, dtype=pl.String), pl.Series(texts, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    "text",
    [
        "اجتماع وزراء الخارجية العرب",
        "قتل عشرة في تفجير ببغداد",
        "نص",
        "أعلنت الحكومة أمس أنها سترفع الرواتب في مطلع العام المقبل، وقالت إن القرار نهائي.",
        "قَالَ الوَزِيرُ إِنَّ القَرَارَ نِهَائِيٌّ وَلَا رَجْعَةَ فِيهِ",
        "أعلنت الحکومة العراقیة الیوم أن الرئیس سیزور طهران فی الأسبوع المقبل",  # Persian keyboard
        "قال بايدن: “We will not give up, and that is that, whatever it takes” في واشنطن أمس",
        "التقى الرئيس علي خامنئي ومحمود احمدی‌نژاد والگلپایگانی في العاصمة الإيرانية أمس",
        "مفيش حد عارف ايه اللي حصل امبارح في الشارع بتاعنا",
        "گورباتشوف يزور المگسيك",
        "ﺃﻋﻠﻨﺖ ﺍﻟﺤﻜﻮﻣﺔ ﺃﻣﺲ ﺍﻟﻘﺮﺍﺭ",
    ],
)
def test_is_arabic(text: str) -> None:
    assert guess(text) == ["ar"]


@pytest.mark.parametrize(
    ("languages", "text"),
    [
        ({"fa"}, "رئیس جمهور امروز با وزیر امور خارجه روسیه دیدار کرد و درباره مسائل منطقه گفت‌وگو کردند."),
        ({"fa"}, "وزير خارجه ايران به بغداد رفت و با نخست وزير ديدار كرد و گفت كه اين سفر براي تقويت روابط است"),
        ({"fa"}, "انفجار در کابل ده کشته برجای گذاشت"),
        ({"ur"}, "وزیر اعظم نے کہا ہے کہ ملک میں انتخابات وقت پر ہوں گے"),
        ({"ckb", "sdh", "ku"}, "سەرۆکی هەرێم لەگەڵ باڵیۆزی ئەمریکا کۆبووەوە و باسیان لە دۆخی ناوچەکە کرد"),
        ({"ps"}, "ولسمشر نن په کابل کې له ښاغلي وزیر سره وکتل او د سولې په اړه یې خبرې وکړې"),
        ({"ug"}, "شىنجاڭ ئۇيغۇر ئاپتونوم رايونى بۈگۈن يىغىن ئاچتى ۋە مەسىلىلەر توغرىسىدا سۆزلىدى"),
        ({"en"}, "The minister said on Monday that the talks would resume in Baghdad (بغداد)."),
        ({"ru"}, "Министр заявил, что переговоры возобновятся в понедельник."),
    ],
)
def test_is_another_language(languages: set[str], text: str) -> None:
    assert guess(text)[0] in languages


@pytest.mark.parametrize("text", ["", " \n", "123 ...", "*** ٣٤ !"])
def test_without_letters_there_is_no_language(text: str) -> None:
    assert guess(text) == [None]


def test_one_answer_per_row() -> None:
    assert guess("قتل عشرة في تفجير ببغداد", "", "The ministers met in London on Monday.") == ["ar", None, "en"]
    assert guess() == []
