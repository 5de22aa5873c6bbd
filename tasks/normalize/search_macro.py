"""Writes `warehouse/macros/normalize_arabic.sql`, the SQL twin of `tasks.normalize.search`.

    python -m tasks.normalize.search_macro

DuckDB has NFC but not NFKC. Since NFKC(text) is NFC of the text in which every character with a compatibility
decomposition has been replaced by it (Unicode Standard Annex 15), the macro carries those decompositions as a table,
one line each, made here from the same Unicode data that polars normalises with. Run it again after a change of
`search.py` or of polars; a test compares the committed file with what this module makes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import polars as pl

from tasks.normalize.search import MARK_RANGES, SPACE_RANGES, SUBSTITUTES

MACRO_PATH: Final = Path(__file__).parents[2] / "warehouse" / "macros" / "normalize_arabic.sql"

_TEMPLATE: Final = """\
-- Made by `python -m tasks.normalize.search_macro`; do not edit. The table of folded letters and the reasons are in
-- tasks/normalize/search.py.
--
-- normalize_arabic(s) is the form under which Arabic text is compared and searched: NFKC, without diacritics, tatweel,
-- bidi and zero-width marks, with one alef, hamza, yeh, heh and kaf, ASCII digits and single spaces. Null for null.

-- One line per character that has a compatibility decomposition: the character, then its decomposition.
CREATE OR REPLACE MACRO compatibility_decomposition(c) AS split_part(split_part('
{decompositions}
', chr(10) || c, 2), chr(10), 1);
COMMENT ON MACRO compatibility_decomposition IS 'Compatibility decomposition (NFKD) of a character that has one.';

-- NFKC. The table is consulted once per distinct character that needs it, and for most texts not at all.
-- nfc_normalize stops at U+0000, which therefore gives way to a space first.
CREATE OR REPLACE MACRO nfkc_normalize(s) AS nfc_normalize(
    CASE
        WHEN regexp_matches(s, '{decomposed}') THEN list_reduce(
            list_distinct(regexp_extract_all(s, '{decomposed}')),
            lambda text, c: replace(text, c, compatibility_decomposition(c)),
            replace(s, chr(0), ' ')
        )
        ELSE replace(s, chr(0), ' ')
    END
);

COMMENT ON MACRO nfkc_normalize IS 'Unicode normalisation form NFKC of s.';

CREATE OR REPLACE MACRO normalize_arabic(s) AS trim(
    regexp_replace(
        regexp_replace(
            translate(
                regexp_replace(nfkc_normalize(s), '{marks}+', '', 'g'),
                '{letters}',
                '{substitutes}'
            ),
            '{spaces}', ' ', 'g'
        ),
        ' {{2,}}', ' ', 'g'
    ),
    ' '
);
COMMENT ON MACRO normalize_arabic IS
    'The search form of Arabic, as in articles.text_search: no marks, one letter for its variants, ASCII digits.';
"""


def compatibility_decompositions() -> dict[str, str]:
    """Every character whose NFKD differs from its canonical decomposition, with that NFKD, in code point order."""
    characters = pl.DataFrame({"c": [chr(code) for code in (*range(0xD800), *range(0xE000, 0x110000))]})
    nfkd = pl.col("c").str.normalize("NFKD").alias("nfkd")
    return dict(characters.select("c", nfkd).filter(nfkd != pl.col("c").str.normalize("NFD")).iter_rows())


def macro_sql() -> str:
    """The text of the .sql file."""
    decompositions = compatibility_decompositions()
    return _TEMPLATE.format(
        decompositions=_quoted("\n".join(c + expansion for c, expansion in decompositions.items())),
        decomposed=_character_class(_ranges(map(ord, decompositions))),
        marks=_character_class(MARK_RANGES),
        spaces=_character_class(SPACE_RANGES),
        letters="".join(SUBSTITUTES),
        substitutes="".join(SUBSTITUTES.values()),
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending code points as inclusive ranges."""
    first = last = -1
    for code in codes:
        if code != last + 1:
            if first >= 0:
                yield first, last
            first = code
        last = code
    yield first, last


def _character_class(ranges: Iterable[tuple[int, int]]) -> str:
    """A character class in RE2's syntax, by code points, so that no invisible character stands in the file."""
    return (
        "["
        + "".join(
            rf"\x{{{first:04X}}}" if first == last else rf"\x{{{first:04X}}}-\x{{{last:04X}}}" for first, last in ranges
        )
        + "]"
    )


if __name__ == "__main__":
    MACRO_PATH.write_text(macro_sql(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{MACRO_PATH}\n")
