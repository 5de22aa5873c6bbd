"""The name of an entity: what its mention says, without what Arabic writes on to it.

A mention is the whole word as written ("للعراق"), its name is not ("العراق"). A first letter is taken for a clitic
only on evidence: what remains is a known name, or the word of office that heads an organisation, or a name that
stands without the letter elsewhere in the article. A word that is itself known keeps its letters (وليد, بلال, لندن).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from math import prod
from typing import NamedTuple

from tasks.extract import actors, places, sectors
from tasks.extract.countries import country_names, seats_of_government
from tasks.extract.forms import MIN_REST, fold, without_clitics
from tasks.extract.romanize import is_name_word
from tasks.identity import stable_id
from tasks.normalize.search import FOLDING

_UNSEEN = str.maketrans(
    {character: "" for character, other in FOLDING.items() if not other} | dict.fromkeys('"“”„«»‘’', " ")
)
_ARTICLE = "ال"
_LOOKS_CUT = frozenset(
    map(
        fold,
        ("والت", "والتون", "والمارت", "والونيا", "بالتيمور", "بالي", "بالما", "بالين", "بالدوين", "بالمر"),
    )
)
"""Names that only look like a clitic and an article, beyond those of the tables."""

_SHORT_FIRST_NAMES = frozenset(map(fold, ("عبد", "أبو", "أبي", "نور", "علي", "عمر", "حسن", "ريم", "أنس", "فتح")))

_HEADS = {
    "LOC": frozenset(
        map(
            fold,
            (
                *("مطار", "مستشفى", "مركز", "قصر", "جامع", "مسجد", "شارع", "طريق", "جبل", "جزيرة", "ميناء"),
                *("كنيسة", "كاتدرائية", "وادي", "نهر", "خليج", "ساحة", "مدينة", "مخيم", "معبر", "سجن"),
                *("معسكر", "قاعدة", "جامعة", "متحف", "مضيق", "بحر", "دولة", "جمهورية", "سيدي", "برج", "عين"),
                *("بني", "شمال", "جنوب", "شرق", "غرب", "ريف", "أوروبا", "أفريقيا", "إفريقيا", "آسيا"),
                *("كردستان", "كوباني", "بولو", "فلوريدا", "كاليفورنيا", "كاليدونيا", "فرجينيا", "كيبيك"),
            ),
        )
    ),
    "ORG": frozenset(
        map(
            fold,
            (
                *("جماعة", "كتائب", "سرايا", "ألوية", "منظمة", "مؤسسة", "تجمع", "تحالف", "معهد"),
                *("وكالة", "فرقة", "كلية", "مديرية", "مركز", "جهاز", "سلاح", "رئاسة", "شبكة", "مجموعة"),
                *("فرع", "حرس", "بوابة", "فرانس", "فيسبوك", "واشنطن", "لوموند", "بلومبرغ", "تويتر", "رويترز"),
            ),
        )
    ),
}
"""Words that open names of a type, beyond those of the tables: with them before it, a first letter is a clitic, and
the same letter that opens one of them is not."""


@lru_cache(maxsize=5_000)
def clean(text: str) -> str:
    """`text` for showing: NFKC, single spaces, no diacritics, tatweel, invisible marks or quotation marks."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_UNSEEN).split())


def canonical_name(text: str, entity_type: str, seen: Collection[str] = ()) -> str:
    """The name in the mention `text`, without clitics.

    Args:
        text: The mention as written.
        entity_type: PER, LOC, ORG or MISC.
        seen: Folded names (`forms.fold`) of the other mentions in the article, as evidence.

    >>> canonical_name("وللعراق", "LOC"), canonical_name("لبنان", "LOC"), canonical_name("وحفتر", "PER", {"حفتر"})
    ('العراق', 'لبنان', 'حفتر')
    """
    reading = _read(text, entity_type)
    if reading.is_sure:
        return reading.name
    return next((name for name in reading.others if fold(name) in seen), reading.name)


class _Reading(NamedTuple):
    """What the tables make of a mention."""

    name: str
    others: tuple[str, ...] = ()  # with fewer letters; for the article to decide between

    @property
    def is_sure(self) -> bool:
        return not self.others


@lru_cache(maxsize=5_000)
def _read(text: str, entity_type: str) -> _Reading:
    name = clean(text)
    first, *rest = name.split(" ")
    heads = without_clitics(first)
    names = [" ".join((head, *rest)) for head in heads]
    known = next((proposal for proposal in names if is_known(proposal, entity_type)), None)
    if known is not None:
        return _Reading(known)
    if len(heads) == 1 or _opens_name(first, entity_type) or fold(first) in _LOOKS_CUT:
        return _Reading(name)
    for head, proposal in zip(heads[1:], names[1:], strict=True):
        if _opens_name(head, entity_type) and (entity_type != "PER" or _sure_of_person(first, head, rest)):
            return _Reading(proposal)
    likely = (proposal for head, proposal in zip(heads[1:], names[1:], strict=True) if _was_definite(first, head))
    return _Reading(next(likely, name), tuple(names[1:]))


def is_known(name: str, entity_type: str) -> bool:
    """Whether a table has the whole of `name`."""
    if country_names().get(name) is not None or seats_of_government().get(name) is not None:
        return True
    if entity_type == "LOC":
        return places.by_name().get(name) is not None
    return actors.named(name, entity_type) is not None


def _opens_name(word: str, entity_type: str) -> bool:
    folded = fold(word)
    if folded in _HEADS.get(entity_type, ()):
        return True
    if entity_type == "PER":
        return folded in _name_words()
    return entity_type == "ORG" and sectors.is_sign(folded)


def _sure_of_person(word: str, head: str, rest: list[str]) -> bool:
    """Whether و ب ل before a first name are clitics: foreign surnames (بارون, وارن, كاني) begin with them too."""
    long_enough = len(head) > MIN_REST or fold(head) in _SHORT_FIRST_NAMES
    return bool(rest) and long_enough and word[0] not in "فك"


def _was_definite(word: str, head: str) -> bool:
    """Whether `head` is `word` without a clitic before the article: للجزيرة, بالجزيرة, والجزيرة."""
    long_enough = len(head) >= len(_ARTICLE) + MIN_REST
    return head.startswith(_ARTICLE) and long_enough and word.removeprefix("و").startswith(("لل", "ال", "بال"))


@cache
def _name_words() -> frozenset[str]:
    text = (files("tasks.extract") / "resources" / "name_words.txt").read_text(encoding="utf-8")
    return frozenset(map(fold, text.split()))


_SPELLINGS = (
    ("امريك", "اميرك"),
    ("ديموقراط", "ديمقراط"),
    ("تليفزيون", "تلفزيون"),
    ("سوفييت", "سوفيت"),
    ("سوفيات", "سوفيت"),
    ("اوربا", "اوروبا"),
    ("اوربي", "اوروبي"),
    ("ابن ", "بن "),
)
"""Spellings of words that the press writes in more than one way, folded."""

_JOINED = re.compile(r"\b(عبد|ابو)(ال\w{3,})|\b(\w{2,})(الدين|الله)\b")
_SOUND_G = "غجك"
"""What the press writes for the sound g of foreign names: غوتيريش, جوتيريش, كوتيريش."""


@lru_cache(maxsize=5_000)
def canonical_key(entity_type: str, name: str) -> str:
    """What all spellings of one name have in common: equal keys are one entity of the type.

    The search form, so that hamza, ة and ه, ى and ي, Persian letters and marks make no difference; then no spaces or
    hyphens (عبد الله, عبدالله; أبو الغيط, أبوالغيط); then one letter for the g of foreign names. That last step
    leaves words alone that are known in names of people, for كمال is not جمال: only a word that is in no list, or whose
    other spelling is, is taken for a transliteration.

    >>> canonical_key("PER", "أنطونيو غوتيريش") == canonical_key("PER", "انطونيو جوتيريش")
    True
    >>> canonical_key("PER", "كمال الهادي") == canonical_key("PER", "جمال الهادي")
    False
    """
    text = re.sub(r"[-‐-―_.·]", " ", fold(name))
    text = _JOINED.sub(lambda match: " ".join(filter(None, match.groups())), text) + " "
    for written, usual in _SPELLINGS:
        text = text.replace(written, usual)
    words = text.split()
    key = "".join(_one_spelling(word) if entity_type == "PER" else word.translate(_TO_K) for word in words)
    return key or fold(name)


_TO_K = str.maketrans(dict.fromkeys(_SOUND_G, "ك"))
_MOST_SPELLINGS = 27


@lru_cache(maxsize=5_000)
def _one_spelling(word: str) -> str:
    if is_name_word(word) or not set(word) & set(_SOUND_G):
        return word
    choices = [_SOUND_G if letter in _SOUND_G else letter for letter in word]
    if prod(map(len, choices)) <= _MOST_SPELLINGS:
        for letters in product(*choices):
            if is_name_word("".join(letters)):
                return "".join(letters)
    return word.translate(_TO_K)


def entity_id(entity_type: str, name: str) -> int:
    """The identifier of the entity that bears `name`: equal for all spellings with one `canonical_key`."""
    return stable_id("entity", entity_type, canonical_key(entity_type, name))
