"""The name of an entity: what its mention says, without what Arabic writes on to it.

A mention is the whole word as written ("للعراق"), its name is not ("العراق"). A first letter is taken for a clitic
only on evidence: what remains is a known name, or the word of office that heads an organisation, or a name that
stands without the letter elsewhere in the article. A word that is itself known keeps its letters (وليد, بلال, لندن).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache
from importlib.resources import files

from tasks.extract import actors, places, sectors
from tasks.extract.countries import country_names, seats_of_government
from tasks.extract.forms import MIN_REST, fold, without_clitics
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
                *("وكالة", "فرقة", "كلية", "مديرية", "مركز", "جهاز", "سلاح", "رئاسة", "شبكة", "مجموعة"),
                *("فرع", "حرس", "بوابة", "فرانس", "فيسبوك", "واشنطن", "لوموند", "بلومبرغ", "تويتر", "رويترز"),
            ),
        )
    ),
}
"""Words that open names of a type, beyond those of the tables: with them before it, a first letter is a clitic, and
the same letter that opens one of them is not."""


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
    certain, proposals = _proposals(text, entity_type)
    if certain is not None:
        return certain
    return next((name for name in proposals[1:] if fold(name) in seen), proposals[0])


@lru_cache(maxsize=50_000)
def _proposals(text: str, entity_type: str) -> tuple[str | None, tuple[str, ...]]:
    """The name if the tables tell, else what it may be: as written first."""
    name = clean(text)
    first, *rest = name.split(" ")
    heads = without_clitics(first)
    names = tuple(" ".join((head, *rest)) for head in heads)
    if len(heads) == 1:
        return name, names
    known = next((proposal for proposal in names if is_known(proposal)), None)
    if known is not None:
        return known, names
    if _opens_name(first, entity_type) or fold(first) in _LOOKS_CUT:
        return name, names
    for head, proposal in zip(heads[1:], names[1:], strict=True):
        if _opens_name(head, entity_type) and (entity_type != "PER" or _sure_of_person(first, head, rest)):
            return proposal, names
    for head, proposal in zip(heads[1:], names[1:], strict=True):
        if _was_definite(first, head):
            return proposal, names
    return None, names


def is_known(name: str) -> bool:
    """Whether a table has the whole of `name`."""
    tables = (country_names(), seats_of_government(), actors.names(), places.by_name())
    return any(table.get(name) is not None for table in tables)


def _opens_name(word: str, entity_type: str) -> bool:
    folded = fold(word)
    if folded in _HEADS.get(entity_type, ()):
        return True
    if entity_type == "PER":
        return folded in _name_words()
    return entity_type == "ORG" and sectors.is_sign(folded)


def _sure_of_person(word: str, head: str, rest: list[str]) -> bool:
    """Whether و ب ل before a first name are clitics: foreign surnames (بارون, وارن, كاني) begin with them too."""
    return bool(rest) and len(head) > MIN_REST and word[0] not in "فك"


def _was_definite(word: str, head: str) -> bool:
    """Whether `head` is `word` without a clitic before the article: للجزيرة, بالجزيرة, والجزيرة."""
    long_enough = len(head) >= len(_ARTICLE) + MIN_REST
    return head.startswith(_ARTICLE) and long_enough and word.removeprefix("و").startswith(("لل", "ال", "بال"))


@cache
def _name_words() -> frozenset[str]:
    text = (files("tasks.extract") / "resources" / "name_words.txt").read_text(encoding="utf-8")
    return frozenset(map(fold, text.split()))


def entity_id(entity_type: str, name: str) -> int:
    """The identifier of the entity that bears `name`: equal for all spellings with one search form."""
    return stable_id("entity", entity_type, fold(name))
