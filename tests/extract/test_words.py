"""Words of a sentence: their edges, and the form in which the encoder knows them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.words import MAX_PIECES_PER_WORD, Pieces, model_form, split_words


def cut(sentence: str) -> list[str]:
    return [sentence[word.start : word.end] for word in split_words(sentence)]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("قال الوزير: «لن نقبل».", ["قال", "الوزير", ":", "«", "لن", "نقبل", "»", "."]),
        ("ارتفع بنسبة 12.5% عند 10:30", ["ارتفع", "بنسبة", "12.5", "%", "عند", "10:30"]),
        ("أُعلِنَ الاتّفاقُ", ["أُعلِنَ", "الاتّفاقُ"]),
        ("بغـــداد\u00a0وطهران", ["بغـــداد", "وطهران"]),
        ("\u200fالعراق\u200f، إيران", ["العراق", "،", "إيران"]),
        ("ماي\u200cخواهم", ["ماي\u200cخواهم"]),
        ("قُتل ١٢ جندياً", ["قُتل", "١٢", "جندياً"]),
        ("", []),
    ],
)
def test_words_end_where_a_reader_would_end_them(sentence: str, words: list[str]) -> None:
    assert cut(sentence) == words


@given(st.text(st.sampled_from("ابتةىيكگ ًَُّـ١٢34.,،:؟!«»\u200f\u200c\u00a0\n-_aB"), max_size=60))
def test_words_cover_every_visible_character_once(sentence: str) -> None:
    words = split_words(sentence)
    assert all(a.end <= b.start for a, b in pairwise(words))
    covered = {position for word in words for position in range(word.start, word.end)}
    rest = {sentence[position] for position in range(len(sentence)) if position not in covered}
    assert rest <= set(" \u200f\u200c\u00a0\n")


@pytest.mark.parametrize(
    ("word", "form"),
    [("العِراقُ", "العراق"), ("بغـــداد", "بغداد"), ("ﻻ", "لا"), ("کردی", "كردي"), ("١٢٫٥", "12٫5"), ("US", "US")],
)
def test_model_form(word: str, form: str) -> None:
    assert model_form(word) == form


def test_every_word_has_pieces_and_few_of_them() -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram

    specials = [("<pad>", 0.0), ("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0)]
    pieces = Pieces(Tokenizer(Unigram([*specials, ("▁", -2.0), ("ا", -3.0), ("▁ال", -2.5)], 1)))
    assert pieces.of("ال") == (6,)
    assert len(pieces.of("ا" * 500)) == MAX_PIECES_PER_WORD
    assert pieces.of("\u064b") == (1,)
