"""Which language an article is in: Arabic, or not.

Two witnesses. First the words: among those of any Arabic text of some length at least a fifth carry the article or
are one of a few particles, in no other language of the script do a tenth; this settles nearly every article at the
speed of a regular expression, and is not misled by Persian keyboards (ی and ک in Arabic words), by quoted English or
by Persian names. What it leaves open, short texts above all, goes to py3langid, a language identifier with models for
Arabic and its dialects, Persian, Urdu, Kurdish, Pashto, Uyghur and more. Its word is taken against Arabic only with a
reason: several words, or a letter that Arabic does not have.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

ARABIC: Final = "ar"

_SAMPLE: Final = 4_000
"""Characters that are looked at."""

_MIN_SHARE: Final = 0.3
"""Letters in Arabic script, of all letters, in an Arabic article; the rest is quotation, names, addresses."""

_SURE_WORDS: Final = 10
_SURE_EVIDENCE: Final = 0.2
_FOREIGN_WORDS: Final = 6

# Words in the search form: with the article, or a particle that the other languages do not share.
_ARABIC_WORDS: Final = (
    " (?:[وفبك]?ال[^ ]{2}|و?لل[^ ]{2}|(?:[وف]?في|[وف]?عن|هذا|هذه|الي|كان|كانت|مع|ذلك|التي|الذي|لم|قد) )"
)
# Persian particles, for Persian typed with Arabic yeh and kaf, which py3langid takes for Egyptian.
_PERSIAN_WORDS: Final = re.compile(r"(?<!\S)(?:است|از|را|كه|اين|براي|با|در|تا|مي|هاي|كرد|شد|شده|خود)(?!\S)")
_PERSIAN_EVIDENCE: Final = 0.15

_ARABIC_LETTERS: Final = re.compile("[ةأإًٌٍ]")
_PERSIAN_KEYBOARD: Final = str.maketrans("یک", "يك")
_NOT_ARABIC_LETTERS: Final = re.compile("[پچژگڈٹڑںےہھټډړږښځڅڼېۍګەێۆڕڵۇۈۋڭڬٺڀڄڪ]")
_NOT_IN_SCRIPT: Final = re.compile(r"[^\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff\u200c]+")

_VARIETIES_OF_ARABIC: Final = frozenset(
    ("ar", "arb", "arz", "ary", "arq", "aeb", "ayl", "apd", "apc", "ajp", "acm", "ars", "afb")
)
LANGUAGE_NAMES: Final = {
    "fa": "Persian",
    "prs": "Dari",
    "ur": "Urdu",
    "ku": "Kurdish",
    "ckb": "Central Kurdish (Sorani)",
    "sdh": "Southern Kurdish",
    "kmr": "Northern Kurdish",
    "ps": "Pashto",
    "ug": "Uyghur",
    "sd": "Sindhi",
    "pnb": "Western Punjabi",
    "skr": "Saraiki",
    "ks": "Kashmiri",
    "azb": "South Azerbaijani",
    "uzs": "Southern Uzbek",
    "mzn": "Mazanderani",
    "glk": "Gilaki",
    "lrc": "Northern Luri",
    "en": "English",
    "fr": "French",
}
"""English names of the languages that are met in Arabic feeds, by ISO 639 code."""


def guess_languages(search_forms: pl.Series, texts: pl.Series) -> pl.Series:
    """The language of each text.

    Args:
        search_forms: String, the texts' search forms (`tasks.normalize.search`), which the words are looked up in.
        texts: String, the texts as delivered, whose letters still tell languages apart.

    Returns:
        String: "ar", another ISO 639 code, or null for a text without a letter.
    """
    form = pl.concat_str(pl.lit(" "), pl.col("form").str.slice(0, _SAMPLE), pl.lit(" "))
    letters = form.str.count_matches(r"\p{L}")
    words = form.str.count_matches(" [^ ]")
    frame = pl.DataFrame({"form": search_forms, "text": texts}).select(
        "form",
        "text",
        has_letter=pl.col("form").str.contains(r"\p{L}"),
        share=form.str.count_matches(r"\p{Arabic}") / letters,
        words=words,
        evidence=form.str.count_matches(_ARABIC_WORDS) / words,
    )
    sure = (pl.col("share") >= _MIN_SHARE) & (pl.col("words") >= _SURE_WORDS) & (pl.col("evidence") >= _SURE_EVIDENCE)
    languages: list[str | None] = []
    for is_sure, *row in frame.select(
        sure.alias("sure"), "text", "form", "has_letter", "share", "evidence"
    ).iter_rows():
        languages.append(ARABIC if is_sure else _ask(*row))
    return pl.Series("language", languages, dtype=pl.String)


def _ask(text: str, form: str, has_letter: bool, share: float, evidence: float) -> str | None:
    """The language of a text that its words do not prove Arabic."""
    if not has_letter:
        return None
    if share < _MIN_SHARE:
        return _identify(text[:_SAMPLE])
    in_script = _NOT_IN_SCRIPT.sub(" ", text[:_SAMPLE])
    words = len(in_script.split())
    guess = _identify(in_script)
    persian = len(_PERSIAN_WORDS.findall(form[:_SAMPLE])) / max(words, 1)
    if guess == ARABIC:
        return "fa" if words >= _FOREIGN_WORDS and persian > max(_PERSIAN_EVIDENCE, evidence) else ARABIC
    if evidence > persian and _ARABIC_LETTERS.search(in_script):
        guess = _identify(in_script.translate(_PERSIAN_KEYBOARD))
    has_reason = words >= _FOREIGN_WORDS and evidence < _SURE_EVIDENCE
    return guess if has_reason or _NOT_ARABIC_LETTERS.search(in_script) else ARABIC


def _identify(text: str) -> str:
    from py3langid import classify  # noqa: PLC0415  # its model takes a second to load, and is rarely needed

    code = str(classify(text)[0])
    return ARABIC if code in _VARIETIES_OF_ARABIC else code
