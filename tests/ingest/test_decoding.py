"""Encodings told apart: by form where form decides, by the likelihood of the letters where it does not."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.decode import Decoder, as_utf8, binary_kind
from tasks.ingest.records import ReadError

SENTENCES = [
    "أعلنت وزارة النقل افتتاح الجسر الجديد فوق النهر",
    "وصلت قافلة المساعدات إلى القرى المتضررة من السيول",
    "رئيس الوزراء يلتقي وفدا من نقابة الصيادين",
    "قتلى وجرحى في انفجار قرب السوق المركزي",
    "الأرصاد: أمطار غزيرة غدا",
    "مباحثات في القاهرة",
]


@pytest.mark.parametrize("codec", ["cp1256", "iso8859_6"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_one_byte_encodings(sentence: str, codec: str) -> None:
    assert Decoder().decode(sentence.encode(codec)) == sentence


@pytest.mark.parametrize("codec", ["cp1256", "iso8859_6"])
def test_a_short_record_is_read_like_its_neighbours(codec: str) -> None:
    decoder = Decoder()
    decoder.decode(SENTENCES[0].encode(codec))
    for word in ("الفنان", "افتتاح", "شاهد", "مهرجان", "نجا", "الهند"):
        assert decoder.decode(word.encode(codec)) == word


def test_punctuation_and_persian_letters_of_windows_1256() -> None:
    text = "قال: «پرويز گل» وصل – بعد تأخير… إلى “طهران”"
    assert Decoder().decode(text.encode("cp1256")) == text


def test_what_is_neither_is_named() -> None:
    with pytest.raises(ReadError, match="cp1251"):
        Decoder().decode(("Привет, это новости дня из большого города. " * 3).encode("cp1251"))


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_utf8_is_never_mistaken(text: str) -> None:
    assert Decoder().decode(text.encode()) == text


@given(st.text('ابتثجحخ دذرزسش،.{}":\nabc019٣😀', min_size=4, max_size=300))
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_wide_encodings_become_utf8(encoding: str, text: str) -> None:
    # Without a mark, the zeros and sixes of its upper bytes must be enough to see.
    text = text if encoding not in ("utf-16-le", "utf-16-be") else text.replace("😀", "").replace("٣", "") + " خبر"
    stream = as_utf8(io.BufferedReader(io.BytesIO(text.encode(encoding))))  # type: ignore[arg-type]
    assert stream.read().decode() == text


@pytest.mark.parametrize("text", ["خبر", "{}", "a", "نص\tفيه\r\nأسطر", "\x1b[1mخبر"])
def test_text_is_not_binary(text: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-16-le", "cp1256"):
        assert binary_kind(text.encode(encoding)) is None
