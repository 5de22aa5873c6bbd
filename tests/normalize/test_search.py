"""The search form: what it unifies, and that polars, Python and SQL agree on any text."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.normalize.search import FOLDING, normalize_arabic, search_form
from tasks.normalize.search_macro import MACRO_PATH, compatibility_decompositions, macro_sql

ARABIC = [chr(c) for c in (*range(0x0600, 0x0700), *range(0x0750, 0x0780), *range(0x08A0, 0x0900))]
PRESENTATION = [chr(c) for c in (*range(0xFB50, 0xFDD0), *range(0xFDF0, 0xFE00), *range(0xFE70, 0xFF00))]
MARKS = [c for c, replacement in FOLDING.items() if replacement == ""]
SPACES = list("\t\n\v\f\r \x00\x1a\x85\xa0\u1680\u2003\u2009\u2028\u2029\u202f\u3000")
OTHER = [*"aé½Ⅻ…«»،؛؟.0", "e\u0301", "ﬁ", "１", "각", "ᄀ", "ᅡ", "क", "़"]

arabic_rich = st.lists(st.one_of(*map(st.sampled_from, (ARABIC, PRESENTATION, MARKS, SPACES, OTHER))), max_size=60).map(
    "".join
)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(MACRO_PATH.read_text(encoding="utf-8"))
        yield connection


def in_sql(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> list[str]:
    rows = connection.execute("SELECT normalize_arabic(t) FROM unnest(?::VARCHAR[]) AS u(t)", [texts])
    return [row[0] for row in rows.fetchall()]


def in_polars(texts: list[str]) -> list[str]:
    return pl.DataFrame({"t": texts}, schema={"t": pl.String}).select(search_form(pl.col("t")))["t"].to_list()


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("السَّلَامُ عَلَيْكُم", "السلام عليكم"),
        ("الجمهـــورية", "الجمهوريه"),
        ("أحمد وإبراهيم وآمنة وٱلله", "احمد وابراهيم وامنه والله"),
        ("على مستوى", "علي مستوي"),
        ("مسؤول مسئول مسءول", "مسءول مسءول مسءول"),
        ("ﺍﻟﻌﺮﺑﻴﺔ", "العربيه"),
        ("ﻻ إله", "لا اله"),
        ("ﷺ", "صلي الله عليه وسلم"),
        ("گۆران پێنجوێنی", "كوران بينجويني"),
        ("کیهان", "كيهان"),
        ("ڤيينا ڨفصة أڭادير", "فيينا قفصه اكادير"),
        ("١٢٣ ۴۵۶ ١٢٫٥٪", "123 456 12.5%"),
        ("\u200fقال\u200e: \u202bنعم\u202c", "قال: نعم"),
        ("می\u200cخواهم", "ميخواهم"),
        ("  سطر\r\n\r\nسطر\xa0\xa0آخر\ufeff ", "سطر سطر اخر"),
        ("US ﬁne Ⅻ", "US fine XII"),
        ("", ""),
        ("\u064b\u200f \n", ""),
    ],
)
def test_unifies(written: str, found: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert normalize_arabic(written) == found
    assert in_polars([written]) == [found]
    assert in_sql(connection, [written]) == [found]


def test_null_stays_null(connection: duckdb.DuckDBPyConnection) -> None:
    assert in_polars([None]) == [None]  # type: ignore[list-item]
    assert connection.execute("SELECT normalize_arabic(NULL)").fetchone() == (None,)


def test_committed_macro_is_what_the_script_makes() -> None:
    assert MACRO_PATH.read_text(encoding="utf-8") == macro_sql(), "run: python -m tasks.normalize.search_macro"


@given(st.lists(st.one_of(arabic_rich, any_text), max_size=8))
@settings(max_examples=150)
def test_python_polars_and_sql_agree(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    expected = [normalize_arabic(text) for text in texts]
    assert in_polars(texts) == expected
    assert in_sql(connection, texts) == expected


def test_sql_agrees_on_every_special_character(connection: duckdb.DuckDBPyConnection) -> None:
    characters = {*compatibility_decompositions(), *FOLDING, *ARABIC, *PRESENTATION}
    words = [f"ب{c}\u0654ت" for c in sorted(characters)]
    assert in_sql(connection, words) == in_polars(words)


@given(arabic_rich)
def test_form_has_nothing_left_to_fold(text: str) -> None:
    form = normalize_arabic(text)
    assert not set(form) & set(FOLDING)
    assert form == form.strip()
    assert "  " not in form


@given(st.lists(st.sampled_from([*ARABIC, *PRESENTATION, *" \n\xa0"]), max_size=60).map("".join))
def test_is_idempotent_on_arabic(text: str) -> None:
    assert normalize_arabic(normalize_arabic(text)) == normalize_arabic(text)


CAMEL_KNOWS = [*"ابتثجحخدذرزسشصضطظعغفقكلمنهويءأإآٱىة", *map(chr, range(0x064B, 0x0653)), "\u0670", " ", "،", "5"]


@given(st.lists(st.sampled_from([*CAMEL_KNOWS, *"ﺍﻻﷲﺔﻰ"]), max_size=60).map("".join))
def test_agrees_with_camel_tools_where_it_has_a_word(text: str) -> None:
    from camel_tools.utils import dediac, normalize

    form = normalize.normalize_unicode(text)
    for step in (
        dediac.dediac_ar,
        normalize.normalize_alef_ar,
        normalize.normalize_alef_maksura_ar,
        normalize.normalize_teh_marbuta_ar,
    ):
        form = step(form)
    assert normalize_arabic(text) == " ".join(form.split())
