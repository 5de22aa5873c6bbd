"""The dateline of a report: where it was filed, by which agency, on which day.

A dateline opens the body or one of the paragraphs after the lede, and is a short run of names of places, agencies,
reporters and a date, closed by a colon, a dash or the end of the line:

    إيلاف من لندن: …        بغداد ـ رويترز - …        القاهرة (أ ف ب) – …        عدن: …        طهران/إرنا/ …
    عبدالله فهد- سبق- الرياض: …        تونس 11 ديسمبر 2016 (وات) - …        غالب علي – بريدة⏎

It is read item by item against the word lists of `resources/newsroom.toml`; one unknown word ends the reading. So
"قال:", "السؤال:" and sub-headings are never datelines, at the price of missing places that are not listed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from enum import Enum, auto
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final, NamedTuple

from tasks.normalize.search import FOLDING
from tasks.normalize.written_dates import read_date


class Dateline(NamedTuple):
    """A dateline found in a text.

    `text` is the cut [start, end): as written, without a reporter before it and without its closing mark. Offsets are
    code points, half-open; the body goes on at `body_start`. Names are as written.
    """

    text: str
    place: str | None
    agency: str | None
    date: date | None
    start: int
    end: int
    body_start: int


class _Kind(Enum):
    PLACE = auto()  # may stand alone
    SIDE_PLACE = auto()  # counts only beside an agency or a reporter
    AGENCY = auto()
    PAPER = auto()  # likewise
    DATE = auto()
    REPORTER = auto()


class _Item(NamedTuple):
    kind: _Kind
    start: int
    end: int
    before: str  # what stands between the item before and this one
    date: date | None = None


_PLACES: Final = frozenset((_Kind.PLACE, _Kind.SIDE_PLACE))
_DESKS: Final = frozenset((_Kind.AGENCY, _Kind.PAPER))

PARAGRAPHS: Final = 3
"""How many paragraphs from the start of a text may open with the dateline."""

_HEAD: Final = 140  # characters of a paragraph in which a dateline has to end
_MAX_ITEMS: Final = 6
_MAX_NAME_WORDS: Final = 5
_MIN_BODY_WORDS: Final = 4
_INITIAL: Final = 2  # an initial and its dot

_PARAGRAPH: Final = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_INVISIBLE: Final = "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\xad"
# Between items: spaces, dashes, a tatweel used as a dash, slashes, colons, commas, brackets, quotes.
_GAP: Final = re.compile(rf"(?:[\s{_INVISIBLE}\-–—−:/|،,()\[\]«»\"“”]|(?<!\w)ـ+(?!\w)|(?<=\w)ـ+(?=\s))*")
_WORD: Final = re.compile(rf"(?:(?!ـ+\s)[^\s{_INVISIBLE}\-–—−:/|،,()\[\]«»\"“”])+")
_UNLISTED_PLACE: Final = re.compile(
    r"(?!عاجل|خاص|فيديو|صور|تصوير)[^\W\d_]+(?: [^\W\d_]+){0,2}"
    rf"(?=[\s{_INVISIBLE}]*(?:\([^()\n:]{{2,20}}\)[\s{_INVISIBLE}]*)?:)"
)
_DASH: Final = re.compile(r"[-–—−ـ/|]")
_NAME_MARKS: Final = re.compile(r"[\s.ـ]")


def find_dateline(text: str) -> Dateline | None:
    """The dateline of an article's body, or None."""
    paragraphs = [match.span() for match in _first_paragraphs(text, PARAGRAPHS + 2)]
    for index, (start, end) in enumerate(paragraphs[:PARAGRAPHS]):
        items, stop = _read_items(text, start, min(end, start + _HEAD))
        if not items:
            continue
        gap = text[items[-1].end : stop]
        if stop >= end:
            following = paragraphs[index + 1 : index + 2]
            if not (following and _is_line(items)):
                continue
            body_start = following[0][0]
        else:
            alone = len(items) == 1
            if len(text[stop:end].split(None, _MIN_BODY_WORDS)) < _MIN_BODY_WORDS or not _is_opening(items, gap):
                continue
            if alone and (
                (":" not in gap and _names_place(text, stop, end))
                or _opens_a_list(text, paragraphs[index + 1 : index + 2])
            ):
                continue
            if alone and index > 0 and not (index == 1 and _is_lede(text, paragraphs[0])):
                continue
            body_start = stop
        return _dateline(text, items, body_start)
    return None


def find_byline_dateline(author: str) -> Dateline | None:
    """The dateline that some papers put into the author field ("لندن: رنيم حنوش", "واس - جدة"), or None.

    Offsets are those of `author`.
    """
    items, stop = _read_items(author, 0, len(author))
    kinds = {item.kind for item in items}
    opens = bool(items) and items[0].kind is _Kind.PLACE and bool(re.match(r"\s*[:\-–—ـ]", author[items[0].end :]))
    if not kinds & _PLACES or not (opens or (stop >= len(author) and len(items) > 1)):
        return None
    return _dateline(author, items, len(author))


def _first_paragraphs(text: str, count: int) -> Iterator[re.Match[str]]:
    for match in _PARAGRAPH.finditer(text):
        if not match[0].isspace():
            yield match
            count -= 1
            if not count:
                return


def _read_items(text: str, start: int, end: int) -> tuple[list[_Item], int]:
    """The known items that open `text[start:end]`, and where the reading stopped."""
    items: list[_Item] = []
    at = start
    while len(items) < _MAX_ITEMS:
        gap = _GAP.match(text, at, end)
        assert gap is not None  # noqa: S101  # the pattern matches the empty string
        before, position = gap[0], gap.end()
        item = _read_item(text, position, end, before, items)
        if item is None:
            return items, position
        items.append(item)
        at = item.end
    return items, at


def _read_item(text: str, start: int, end: int, before: str, items: list[_Item]) -> _Item | None:
    dated = read_date(text, start, end)
    if dated:
        return _Item(_Kind.DATE, start, dated.end, before, dated.day)
    words = [match.span() for _, match in zip(range(_MAX_NAME_WORDS), _WORD.finditer(text, start, end), strict=False)]
    if not words or words[0][0] != start:
        return None
    if items and items[-1].kind in _DESKS and text[start : words[0][1]] == "من" and len(words) > 1:
        del words[0]  # "إيلاف من لندن"
        before, start = f"{before}من", words[0][0]
    names = _names()
    known = _key(text[slice(*words[0])]) in _name_beginnings()
    for count in range(len(words) if known else 0, 0, -1):
        name_end = words[count - 1][1]
        if text[name_end - 1] == "." and words[count - 1][1] - words[count - 1][0] > _INITIAL:
            continue  # a full stop, not that of an initial
        if any(text[a[1] : b[0]].strip() for a, b in pairwise(words[:count])):
            continue  # a mark stands within
        kind = names.get(_key(text[start:name_end]))
        if kind and not _repeats(kind, before, items):
            return _Item(kind, start, name_end, before)
    return _read_unlisted_place(text, words, before, items) or _read_reporter(text, words, end, before, items)


def _read_unlisted_place(text: str, words: list[tuple[int, int]], before: str, items: list[_Item]) -> _Item | None:
    """One to three words between the dash after an agency and a colon, as in "رويترز - كفر عقب: …"."""
    if not (items and items[-1].kind is _Kind.AGENCY and _DASH.search(before)):
        return None
    match = _UNLISTED_PLACE.match(text, words[0][0])
    return _Item(_Kind.PLACE, match.start(), match.end(), before) if match else None


def _repeats(kind: _Kind, before: str, items: list[_Item]) -> bool:
    """Whether a place after a place cannot belong to the dateline: only a comma, slash or bracket joins two."""
    return bool(items) and kind in _PLACES and items[-1].kind in _PLACES and not re.search(r"[،,/(]", before)


def _read_reporter(text: str, words: list[tuple[int, int]], end: int, before: str, items: list[_Item]) -> _Item | None:
    """A reporter's name: it begins with a given name, and takes all that stands between two marks."""
    if items and not before.strip():
        return None
    first = text[slice(*words[0])]
    if not (_key(first) in _given_names() or first.startswith("عبد")):
        return None
    last = words[0][1]
    for a, b in pairwise(words):
        if text[a[1] : b[0]].strip(" \t\xa0"):
            break
        last = b[1]
    after = _GAP.match(text, last, end)
    closed = last == end or (after is not None and bool(re.search(r"[:\-–—−ـ،,(\n]", after[0])))
    return _Item(_Kind.REPORTER, words[0][0], last, before) if closed else None


def _is_line(items: list[_Item]) -> bool:
    """Whether items that fill a line of their own are a dateline: two kinds that support each other."""
    kinds = {item.kind for item in items}
    place, desk = kinds & _PLACES, kinds & _DESKS
    other = desk | (kinds & {_Kind.REPORTER, _Kind.DATE})
    return bool((place and other) or (desk and _Kind.REPORTER in kinds))


def _is_opening(items: list[_Item], gap: str) -> bool:
    """Whether items followed by `gap` and a body are a dateline."""
    kinds = {item.kind for item in items}
    place, desk = kinds & _PLACES, kinds & _DESKS
    beside = kinds & {_Kind.DATE, _Kind.REPORTER}
    supported = bool((place and (desk or beside)) or (desk and beside))
    if ":" in gap or _DASH.search(gap):
        if supported:
            return True
        colon = ":" in gap
        towns = all(item.kind is _Kind.PLACE for item in items) and (colon or len(items) == 1)
        return towns or (kinds == {_Kind.AGENCY})
    # No mark: only where the last of the items cannot be the body's first word.
    return bool(place) and items[-1].kind is _Kind.AGENCY and bool(items[-1].before.strip())


def _names_place(text: str, start: int, end: int) -> bool:
    """Whether a place stands at `start`: after a place and a dash, a route or a match rather than a body."""
    item = _read_item(text, start, end, "", [])
    return item is not None and item.kind in _PLACES


def _opens_a_list(text: str, following: list[tuple[int, int]]) -> bool:
    """Whether the next paragraph opens with a place and a mark too, as lines of a weather report or a table do."""
    for start, end in following:
        items, stop = _read_items(text, start, min(end, start + _HEAD))
        return bool(items) and items[0].kind in _PLACES and ":" in text[items[0].end : stop + 1]
    return False


def _is_lede(text: str, paragraph: tuple[int, int]) -> bool:
    lede = text[slice(*paragraph)].rstrip()
    return lede[-1] in ".؟!…" and ":" not in lede and len(lede.split()) > 2 * _MIN_BODY_WORDS


def _dateline(text: str, items: list[_Item], body_start: int) -> Dateline:
    named = [item for item in items if item.kind is not _Kind.REPORTER]
    start, end = named[0].start, named[-1].end
    for opening, closing in ("()", "[]", "«»", "“”"):
        written = text[start:end]
        if written.count(opening) > written.count(closing) and text[end : end + 1] == closing:
            end += 1
        elif written.count(opening) < written.count(closing) and text[start - 1 : start] == opening:
            start -= 1
    places = [text[item.start : item.end] for item in named if item.kind in _PLACES]
    desks = [text[item.start : item.end] for item in named if item.kind in _DESKS]
    dates = [item.date for item in named if item.date]
    return Dateline(
        text=text[start:end],
        place=places[0] if places else None,
        agency=desks[0] if desks else None,
        date=dates[0] if dates else None,
        start=start,
        end=end,
        body_start=body_start,
    )


_FOLD: Final = str.maketrans(FOLDING)


def _key(name: str) -> str:
    """A name without what newsrooms write in different ways: letter variants, dots, spaces."""
    return _NAME_MARKS.sub("", name.translate(_FOLD)).upper()


@cache
def _names() -> dict[str, _Kind]:
    kinds = {
        "papers": _Kind.PAPER,
        "agencies": _Kind.AGENCY,
        "countries": _Kind.SIDE_PLACE,
        "common_words": _Kind.SIDE_PLACE,
        "places": _Kind.PLACE,
    }
    return {_key(name): kind for group, kind in kinds.items() for name in _word_list(group)}


@cache
def _name_beginnings() -> frozenset[str]:
    """Keys of the first one, two … words of each name, by which most texts are passed over at their first word."""
    groups = ("papers", "agencies", "countries", "common_words", "places")
    names = [name.split() for group in groups for name in _word_list(group)]
    return frozenset(_key("".join(words[:count])) for words in names for count in range(1, len(words) + 1))


@cache
def _given_names() -> frozenset[str]:
    return frozenset(map(_key, _word_list("given_names")))


@cache
def _newsroom() -> dict[str, str]:
    source = resources.files(__package__) / "resources" / "newsroom.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _word_list(group: str) -> list[str]:
    return [name for name in re.split(r"[،\n]\s*", _newsroom()[group]) if name]
