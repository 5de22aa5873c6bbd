"""Sentence spans of Arabic news text, as offsets into the text as it was delivered.

Rules, not a model: editors' punctuation is regular enough, the text has to keep its offsets, and this reads every
byte that comes in. One pass finds the places where a sentence *may* end; what stands on both sides decides:

* every line is a paragraph, so headlines, sub-headings, bullets and a dateline on its own line are sentences;
* `.` `!` `?` `؟` end a sentence together with the closing quotes and brackets after them, also where the next
  sentence is glued on ("قال.وأضاف"); but not in numbers, dates, addresses, abbreviations (د. ص.ب. U.S.) and spelled
  initials (بي.بي.سي), after the number of a list item, or before a comma; nor do `!` and `؟` within a sentence that
  goes on after the quotation;
* `؛` `…` `..` are weaker, as Arabic uses them within sentences too: they end one only after four words, and `؛` not
  before a clause of reason ("؛ لأن", "؛ حيث");
* a sentence of more than `MAX_WORDS` words is cut at the best place near its middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

MAX_WORDS: Final = 120
"""Words (runs of non-space) that a sentence may have."""

_SOFT_END_AFTER_WORDS: Final = 4
_NEAR: Final = 64
"""Characters that any rule looks back over, so that time grows with the text's length alone."""


class SentenceSpan(NamedTuple):
    """`text[start:end]`: code points, half-open, no space at either end. Paragraphs count from 0."""

    paragraph_index: int
    start: int
    end: int


_MARKS: Final = ".!?؟؛…"
_QUESTION_OR_CALL: Final = frozenset("!?؟")
_CLOSING: Final = "\"”“»'’›)]}﴾"
_DIACRITICS: Final = frozenset(map(chr, (*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670)))
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"

_LINE: Final = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_END: Final = re.compile(rf"[{_MARKS}](?:[^\S\n]?[{_MARKS}{re.escape(_CLOSING)}])*[{_INVISIBLE}]*|(?<=\s)[•●▪■◆](?=\s)")
_BULLETS: Final = frozenset("•●▪■◆")
_NEXT: Final = re.compile(rf"(\s*)[{_INVISIBLE}]*(\w*)")
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"\S+")
_OPENING_QUOTE: Final = re.compile(r"\s[\"”“'’](?=\w)")

_CONTINUES: Final = frozenset("،,:;؛)]}»%٪")
_REASON: Final = re.compile(r"ل[أا]ن|حيث|[إا]ذ|بسبب|نظر|بهدف|مما?$|لكي|كي$|بينما|وذلك|أي$|مثل$|بل$")

# Latin letters as Arabic spells them, for initials such as سي.إن.إن and domains such as أمازون.كوم.
_LETTER_NAME: Final = re.compile(
    "(?:[وفبلك]?(?:ال|لل))?(?:إيه|ايه|أيه|إي|اي|أي|آي|بي|بى|سي|دي|إف|اف|أف|آف|جي|جيه|جاي|إتش|اتش|أتش|إيتش|كي|كيه|كاي|"
    "إل|ال|أل|إم|ام|أم|آم|إن|ان|أن|آن|أو|او|كيو|آر|ار|أر|إس|اس|أس|تي|يو|في|دبليو|دابليو|إكس|اكس|أكس|واي|زد|زي|كوم|نت)"
)
_DOMAINS: Final = frozenset(("كوم", "نت", "أورغ", "اورغ"))
_AND_TITLES: Final = frozenset(("ود", "وأ", "وا", "وم"))
_LATIN_ABBREVIATIONS: Final = frozenset(
    ("Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Gen", "Col", "Lt", "Sgt", "Gov", "Sen", "Rep", "Rev", "vs", "No", "Vol")
)


def split_sentences(text: str, *, breaks: Iterable[int] = (), headline: bool = False) -> list[SentenceSpan]:
    """Cut `text` into sentences.

    Every character that is not white space (`str.isspace`) lies in exactly one span; spans are in order, not empty,
    never cross a line end and have at most `MAX_WORDS` words.

    Args:
        text: Any string; it is not changed.
        breaks: Offsets where a sentence must not go on, such as the end of a dateline.
        headline: Whether each line is one sentence whatever its punctuation, as in titles ("يلغي زيارته.. ويعود").
    """
    forced = sorted(set(breaks))
    spans: list[SentenceSpan] = []
    paragraph = -1
    for line in _LINE.finditer(text):
        if line[0].isspace():
            continue
        paragraph += 1
        first, last = line.span()
        edges = [first, *(at for at in forced if first < at < last), last]
        for start, end in pairwise(edges):
            ends = () if headline else _sentence_ends(text, start, end)
            for piece_start, piece_end in _trimmed(text, start, end, ends):
                spans.extend(SentenceSpan(paragraph, *cut) for cut in _cut_long(text, piece_start, piece_end))
    return spans


def _trimmed(text: str, start: int, end: int, ends: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The pieces of `text[start:end]` between `ends`, without the white space around them."""
    for stop in (*ends, end):
        piece = text[start:stop]
        kept = piece.strip()
        if kept:
            at = start + len(piece) - len(piece.lstrip())
            yield at, at + len(kept)
        start = stop


def _sentence_ends(text: str, start: int, end: int) -> list[int]:
    """Offsets in one line after which a new sentence begins."""
    ends: list[int] = []
    unlettered = start  # no letter stands between `start` and here
    for match in _END.finditer(text, start, end):
        at, stop = match.span()
        if unlettered >= start:
            letter = _LETTER.search(text, unlettered, at)
            if not letter:
                unlettered = max(unlettered, at)
                continue  # the number of a list item, a bullet, an opening ellipsis
            unlettered = -1
        if text[at] in _BULLETS:
            stop = at
        else:
            stop = _without_opening_quote(text, start, at, stop)
            if not _ends_sentence(text, start, at, stop, end):
                continue
        ends.append(stop)
        start = unlettered = stop
    return ends


def _without_opening_quote(text: str, start: int, at: int, stop: int) -> int:
    """Where the run of end marks at `at` stops, if a quote in it opens what follows instead of closing what ends.

    Only straight and reversed quotes can be taken for the other kind: a space before and a word after tell, and where
    both neighbours are glued on, whether a quotation is open.
    """
    opening = _OPENING_QUOTE.search(text, at, stop + 1)
    if opening:
        return opening.start()
    glued = text[stop - 1] == '"' and text[stop : stop + 1].isalnum()
    if glued and text.count('"', start, stop - 1) % 2 == 0:
        return stop - 1
    return stop


def _ends_sentence(text: str, start: int, at: int, stop: int, end: int) -> bool:  # noqa: PLR0911
    """Whether the run of end marks `text[at:stop]` ends the sentence that began at `start`."""
    run = text[at:stop].rstrip(_INVISIBLE)
    following = _NEXT.match(text, stop, end)
    assert following is not None  # noqa: S101  # the pattern matches the empty string
    after = following.end(1)
    if after == end:
        return True
    if text[after] in _CONTINUES or (text[at - 1] in "([" and run[-1] in ")]"):
        return False
    glued, word = not following[1], following[2]
    if _QUESTION_OR_CALL.intersection(run):
        if glued and word[:1].isascii() and (word or text[after] in "=&/"):
            return False  # the query of an address
        quoted = run[-1] in _CLOSING
        return not quoted or (len(word) > 1 and word[0] == "و")
    if run[0] == "؛":
        return _has_words(text, start, at) and not _REASON.match(word)
    if "…" in run or ".." in run:
        return _has_words(text, start, at)
    return len(run) > 1 or not _is_inner_dot(text, start, at, glued, word)


def _has_words(text: str, start: int, end: int) -> bool:
    return end - start > _NEAR or len(text[start:end].split()) >= _SOFT_END_AFTER_WORDS


def _is_inner_dot(text: str, start: int, at: int, glued: bool, word: str) -> bool:
    """Whether the full stop at `at` belongs to a number, an address or an abbreviation."""
    before = _word_before(text, start, at)
    latin = before[-1:].isascii()
    if glued and word:
        if word[0].isdigit() or (word[0].isascii() and latin) or word in _DOMAINS:
            return True
        if _LETTER_NAME.fullmatch(before) and _LETTER_NAME.fullmatch(word):
            return True
    if before in _AND_TITLES:
        return True
    if len(before) == 1 and before.isalpha():
        # A letter alone abbreviates (د. أحمد), unless it is a unit (400 م.) or the last of spaced initials (أ ف ب.).
        context = text[max(start, at - _NEAR) : at - 1]
        neighbour = context.rstrip()
        spaced = len(neighbour) < len(context)
        return not (spaced and (neighbour[-1:].isdigit() or len(_word_before(neighbour, 0, len(neighbour))) == 1))
    return before in _LATIN_ABBREVIATIONS and word[:1].isascii()


def _word_before(text: str, start: int, end: int) -> str:
    """The run of letters, digits and diacritics that ends at `end`."""
    at = end
    while at > start and (text[at - 1].isalnum() or text[at - 1] in _DIACRITICS):
        at -= 1
    return text[at:end]


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`text[start:end]` in pieces of at most `MAX_WORDS` words: at ؛, else at a comma, else before و, else anywhere."""
    if end - start < 2 * MAX_WORDS:
        yield start, end
        return
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    first = 0
    while len(words) - first > MAX_WORDS:
        left = len(words) - first
        middle = first + left // -(-left // MAX_WORDS)
        candidates = range(first + MAX_WORDS // 3, first + MAX_WORDS + 1)
        cut = min(candidates, key=lambda at: (_cut_rank(text, words[at - 1], words[at]), abs(at - middle)))
        yield words[first][0], words[cut - 1][1]
        first = cut
    yield words[first][0], words[-1][1]


def _cut_rank(text: str, before: tuple[int, int], after: tuple[int, int]) -> int:
    mark = text[before[0] : before[1]].rstrip(_CLOSING)[-1:]
    if mark and mark in "؛;":
        return 0
    if mark and mark in "،,":
        return 1
    return 2 if text[after[0]] == "و" and after[1] - after[0] > 2 else 3
