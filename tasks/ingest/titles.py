"""Which line of a bare text is its title.

Many raw articles are text and nothing else: a headline or a lede paragraph, then the body, often opened by a dateline.
"""

from __future__ import annotations

import re
from typing import Final

_BEFORE_WORDS: Final = "\ufeff \t\r\n\u00a0\u200e\u200f"
_BLANK_LINES: Final = re.compile(r"(?:[^\S\n]*\n)*")
_MAX_TITLE_WORDS: Final = 25
_MAX_LEDE_WORDS: Final = 70
_FINAL_STOP: Final = (".", "۔", "…", ":", "،", "؛", ",")
_CLOSING: Final = "\"'»”’)] \u200e\u200f\u00a0"

_SAYING: Final = re.compile(
    r"\b[وف]?(?:قال|أضاف|اضاف|أكد|اكد|أوضح|اوضح|أعلن|اعلن|ذكر|صرح|تابع|أشار|اشار|كتب|شدد|لفت|نقل|اعتبر|رأى|بين)"
    r"(?:ت|وا|ا)?\b"
)
# "إيلاف من لندن:", "القاهرة - رويترز:", "دمشق، سوريا (CNN) --", "لندن: «الشرق الأوسط»": at most a few words of
# names up to a colon or a dash that is set off, with text after it.
_DATELINE: Final = re.compile(r"\s*(?P<head>[^\n:.!؟?–—]{2,60}?)\s*(?::|--|\s[-–—]|[–—])\s*(?=\S)")
_MAX_DATELINE_WORDS: Final = 7
# A dateline that stands alone on its line is told from a headline with a colon only by the agency in it.
_AGENCY: Final = re.compile(
    r"\b(?:رويترز|وكالات|الوكالات|واس|وام|سبوتنيك|الأناضول|الاناضول|وفا|كونا|بترا|قنا|CNN|AFP|AP|Reuters|BBC)\b"
    r"|[(\s«-]?\b(?:أ|ا|د)\.?\s?(?:ف|ب)\.?\s?(?:ب|ا|أ)\b"
)
_MAX_BARE_DATELINE_WORDS: Final = 6


def opens_with_dateline(paragraph: str) -> bool:
    """Whether `paragraph` begins with a place or agency set off by a colon or dash, as reports do."""
    match = _DATELINE.match(paragraph)
    if match is None:
        return False
    head = match["head"]
    return len(head.split()) <= _MAX_DATELINE_WORDS and not _SAYING.search(head)


def split_title(text: str) -> tuple[str | None, str]:
    """Cut `text` into its title, or None, and the body, which is the rest of `text` exactly as it is.

    The first line is the title when more follows it and either it is short and does not end like a sentence, or the
    next paragraph opens with a dateline and it does not (then it is the lede).
    """
    opening = text.lstrip(_BEFORE_WORDS)
    first, _, rest = opening.partition("\n")
    title = first.strip(_BEFORE_WORDS)
    body = rest[_length_of_blank_lines(rest) :]
    if not title or not body.strip():
        return None, text
    words = len(title.split())
    bare_dateline = words <= _MAX_BARE_DATELINE_WORDS and _AGENCY.search(title)
    ends_like_sentence = title.rstrip(_CLOSING).endswith(_FINAL_STOP)
    if words <= _MAX_TITLE_WORDS and not ends_like_sentence and not bare_dateline:
        return title, body
    if words <= _MAX_LEDE_WORDS and opens_with_dateline(body) and not opens_with_dateline(title):
        return title, body
    return None, text


def _length_of_blank_lines(text: str) -> int:
    """How many code points of blank lines `text` begins with; the indentation of its first words is not counted."""
    match = _BLANK_LINES.match(text)
    return match.end() if match else 0
