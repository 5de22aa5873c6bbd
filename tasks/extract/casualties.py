"""Numbers of people killed, injured and arrested in an event, from its sentence, by rule.

Words of killing, injuring and arresting (`resources/victims.csv`) claim the numbers beside them: what is said before
its number ("مقتل 12 شخصا") looks ahead, what is counted ("12 قتيلا") or follows ("24 شخصا قتلوا") looks back. Each
number goes to one event, that of a fitting type whose trigger stands nearest. Digits, number words and duals count;
"نحو", "أكثر من" and the like are passed over; "العشرات" is no number and a single victim without one is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from tasks.extract.forms import cell_list, fold, read_table, without_clitics
from tasks.extract.numbers import number_at
from tasks.extract.reader import EventReading
from tasks.months import GREGORIAN, HIJRI


class Casualties(NamedTuple):
    """People, where the sentence states a number; None where it does not."""

    killed: int | None = None
    injured: int | None = None
    arrested: int | None = None


NOBODY = Casualties()

_WORD = re.compile(r"\d+(?:[.,٫٬]\d+)*|(?:[^\W\d_]|[\u064B-\u065F\u0670\u0640])+")
_NEAR, _FAR = 4, 12
"""Words that may stand between a word of killing and a bare number, or one that counts people."""
_BACK = 6
_JOIN = 5
_LARGEST = 5_000_000

_EXECUTION, _A_DUAL = fold("إعدام"), fold("شخصين")
_FINISHING, _OFF = fold("القضاء"), fold("على")
_VIOLENT = frozenset(("ASSAULT", "PROTEST"))
_DUAL_STEMS = tuple(
    map(
        fold,
        (
            *("شخص", "جندي", "طفل", "رجل", "شاب", "ضابط", "عنصر", "عامل", "طالب", "قتيل", "جريح", "شقيق"),
            *("طبيب", "سائح", "شرطي", "شهيد", "حارس", "مراهق", "لاجئ", "سجين", "أخ", "سائق", "عميل"),
        ),
    )
)
"""Nouns whose plural is broken, so that ين is a dual: شخصين is two, مدنيين is many."""
_DUALS = frozenset(
    [stem + ending for stem in _DUAL_STEMS for ending in ("ين", "ان")]
    + list(map(fold, ("امرأتين", "امرأتان", "فتاتين", "فتاتان", "سيدتين", "سيدتان", "طفلتين", "طفلتان", "جثتين")))
)
_DUAL_SUBJECTS = frozenset(
    map(
        fold,
        (
            *("مدنيان", "مسلحان", "إرهابيان", "فلسطينيان", "مواطنان", "صحفيان", "صحافيان", "متظاهران", "عسكريان"),
            *("مستوطنان", "إسرائيليان", "انتحاريان", "مهاجمان", "قياديان", "مقاتلان", "متشددان", "سوريان"),
        ),
    )
)


class _Word(NamedTuple):
    text: str  # folded
    start: int  # in the sentence
    end: int


class _Count(NamedTuple):
    """A number of people in the sentence: words [start, end)."""

    value: int
    start: int
    end: int
    of_people: bool


class _Claim(NamedTuple):
    field: str
    value: int
    at: int  # offset in the sentence of the word that claims


@cache
def _kinds() -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for row in read_table("victims.csv"):
        words.setdefault(row["kind"], set()).update(map(fold, cell_list(row["words"])))
    # Months count as things by their first word: "17 تشرين الثاني".
    months = {fold(name).split()[0] for names in (*GREGORIAN, *HIJRI) for name in names.split("|")}
    words["thing"] |= months
    return {kind: frozenset(listed) for kind, listed in words.items()}


def casualties(sentence: str, events: Sequence[EventReading]) -> list[Casualties]:
    """The numbers that `sentence` states, for each of its `events`.

    Killed and injured belong to ASSAULT and PROTEST, killed to a SANCTION that is an execution, arrested to COERCE with
    the mode "arrest".
    """
    if not any(_takes(sentence, event, field) for event in events for field in Casualties._fields):
        return [NOBODY] * len(events)
    words = [_Word(_marked_dual(match.group()), *match.span()) for match in _WORD.finditer(sentence)]
    found: list[dict[str, int]] = [{} for _ in events]
    arrests = {event.trigger_start for event in events if _takes(sentence, event, "arrested")}
    for claim in _claims(words, arrests):
        fitting = [number for number, event in enumerate(events) if _takes(sentence, event, claim.field)]
        if fitting:
            nearest = min(fitting, key=lambda number: abs(events[number].trigger_start - claim.at))
            known = found[nearest].get(claim.field, 0)
            found[nearest][claim.field] = max(known, claim.value)
    return [Casualties(**numbers) for numbers in found]


def _takes(sentence: str, event: EventReading, field: str) -> bool:
    if field == "arrested":
        return event.event_type == "COERCE" and event.event_mode == "arrest"
    if field == "killed" and event.event_type == "SANCTION":
        trigger = fold(sentence[event.trigger_start : event.trigger_end])
        return _EXECUTION in trigger and not trigger.startswith("ب")  # "حكم بالإعدام" kills nobody yet
    return event.event_type in _VIOLENT


def _marked_dual(word: str) -> str:
    """`word` folded; مسلحيْن, a dual by its sukun, as a dual that folding does not make a plural."""
    folded = fold(word)
    return _A_DUAL if word.endswith("يْن") and _cue_of(folded) is None else folded


def _claims(words: Sequence[_Word], triggers: set[int]) -> Iterator[_Claim]:
    """Every number that a word of the sentence claims, each once; `triggers` are where arrests begin."""
    texts = [word.text for word in words]
    cues = [
        (at, cue) for at, word in enumerate(words) if (cue := _cue(word, triggers)) and not _is_judiciary(texts, at)
    ]
    # "مقتل وإصابة أكثر من 100" does not say how many of which.
    shared = {
        at
        for (at, (_, looks_back)), (after, _) in pairwise(cues)
        if after == at + 1 and texts[after].startswith("و") and not looks_back
    }
    cues = [cue for cue in cues if cue[0] not in shared and cue[0] - 1 not in shared]
    for count in _counts(texts):
        best: tuple[int, int, str] | None = None  # distance, word, field
        for at, (field, looks_back) in cues:
            distance = _distance(count, at, cues, looks_back=looks_back)
            if distance is not None and (best is None or distance < best[0]):
                best = (distance, at, field)
        if best:
            yield _Claim(best[2], count.value, words[best[1]].start)


def _is_judiciary(texts: Sequence[str], at: int) -> bool:
    """Whether القضاء is not the "finishing off" of "القضاء على"."""
    return texts[at].endswith(_FINISHING) and texts[at + 1 : at + 2] != [_OFF]


def _cue(word: _Word, arrests: set[int]) -> tuple[str, bool] | None:
    return _cue_of(word.text) or (("arrested", False) if word.start in arrests else None)


@lru_cache(maxsize=5_000)
def _cue_of(word: str) -> tuple[str, bool] | None:
    """The field that a word claims a number for, and whether it looks back as well as ahead."""
    kinds = _kinds()
    for form in without_clitics(word):
        for field in Casualties._fields:
            if form in kinds[field + "_noun"]:
                return field, True
            if form in kinds[field + "_verb"]:
                return field, False
    return None


@lru_cache(maxsize=5_000)
def _is_dual(word: str) -> bool:
    return any(form in _DUALS or form in _DUAL_SUBJECTS for form in without_clitics(word))


def _distance(count: _Count, at: int, cues: Sequence[tuple[int, tuple[str, bool]]], *, looks_back: bool) -> int | None:
    """Words between a count and the cue at word `at`; None if the cue cannot claim it."""
    if at >= count.end - 1:
        # "12 قتيلا": the noun counted is the nearest there is.
        gap = max(at - count.end, 0)
        return gap if looks_back and gap <= _BACK else None
    gap = count.start - at - 1
    others_between = any(at < other < count.start for other, _ in cues)
    return gap + 1 if gap <= (_FAR if count.of_people else _NEAR) and not others_between else None


def _counts(texts: Sequence[str]) -> Iterator[_Count]:
    """The numbers that may count people; those joined by و ("15 مهربا و5 مهاجرين") are one, added up."""
    at = 0
    while at < len(texts):
        count = _count_at(texts, at)
        if count is None:
            at += 1
            continue
        while (more := _joined(texts, count)) is not None:
            count = more
        yield count
        at = count.end


def _count_at(texts: Sequence[str], at: int) -> _Count | None:
    """The number of people that begins at a word, if one does."""
    kinds = _kinds()
    if _is_dual(texts[at]):
        return _Count(2, at, at + 1, of_people=True)
    number = number_at(texts, at)
    if number is None:
        return None
    value, end = number
    following = texts[end] if end < len(texts) else ""
    of_people = following in kinds["person"]
    in_date = at > 0 and texts[at - 1] in kinds["thing"]  # "21 جوان 2016 شخصا"
    is_year = 1900 <= value <= 2100 and (in_date or not of_people)
    in_subset = any(word in kinds["subset"] for word in texts[max(at - 2, 0) : at])
    if following in kinds["thing"] or is_year or in_subset or not 0 < value <= _LARGEST:
        return None
    return _Count(value, at, end, of_people)


def _joined(texts: Sequence[str], count: _Count) -> _Count | None:
    """`count` with what و adds to it: another number of people, or one person more ("ثلاثة مراهقين ورجل")."""
    kinds = _kinds()
    others = _victims()
    for at in range(count.end, min(count.end + _JOIN, len(texts))):
        word = texts[at]
        if word in others or word in kinds["subset"]:
            return None
        if not word.startswith("و"):
            continue
        if word[1:] in kinds["singular"]:
            return _Count(count.value + 1, count.start, at + 1, count.of_people)
        more = _count_at(texts, at + 1 if word == "و" else at) if at + 1 < len(texts) else None
        if more is not None and not any(noun in others for noun in texts[more.end : more.end + 2]):
            return _Count(count.value + more.value, count.start, more.end, count.of_people or more.of_people)
    return None


@cache
def _victims() -> frozenset[str]:
    """Words of killing, injuring and arresting, with و before them too."""
    words = {word for field in Casualties._fields for kind in ("_noun", "_verb") for word in _kinds()[field + kind]}
    return frozenset(words | {"و" + word for word in words})
