"""A Latin form for every Arabic name, for readers and catalogues that know no Arabic letters.

Words of people's names are written as most bearers of the word in Wikidata write them (`resources/name_parts.csv`,
made by `resources/build_name_parts.py`), common words of other names as `resources/latin_words.csv` has them. Any
other word goes letter by letter by the rules below, which are those of the press: no diacritics, ع and ء not written,
the article joined by a hyphen and not assimilated, "t" for the ة of a word that another completes. Short vowels are
not in the script: "a" is put between two consonants where no speaker of Arabic could do without a vowel. The form is
readable, not reversible, and no translation.
"""

from __future__ import annotations

from functools import cache, lru_cache

from tasks.extract.forms import fold, read_table

_CONSONANTS = {
    "ب": "b",
    "ت": "t",
    "ث": "th",
    "ج": "j",
    "ح": "h",
    "خ": "kh",
    "د": "d",
    "ذ": "dh",
    "ر": "r",
    "ز": "z",
    "س": "s",
    "ش": "sh",
    "ص": "s",
    "ض": "d",
    "ط": "t",
    "ظ": "z",
    "غ": "gh",
    "ف": "f",
    "ق": "q",
    "ك": "k",
    "ل": "l",
    "م": "m",
    "ن": "n",
    "ه": "h",
}
_ARTICLE = "ال"
_SILENT = "عء"
_VOWELS = {"ا": "a", "و": "u", "ي": "i"}
_GLIDES = {"و": "w", "ي": "y"}
_PARTICLES = {
    "بن": "bin",
    "ابن": "bin",
    "بنت": "bint",
    "ابو": "Abu",
    "ابي": "Abi",
    "ام": "Umm",
    "ال": "Al",
    "عبد": "Abd",
    "ولد": "Ould",
    "و": "wa",
    "في": "fi",
    "من": "min",
}
"""Words whose form in a list of names is that of the name after them."""


@cache
def _parts() -> dict[str, str]:
    return {fold(row["word"]): row["latin"] for row in read_table("name_parts.csv")}


@cache
def _common_words() -> dict[str, str]:
    return {fold(row["word"]): row["latin"] for row in read_table("latin_words.csv")}


def is_name_word(word: str) -> bool:
    """Whether the table has `word` (folded) as a word in names of people."""
    return word in _parts()


@lru_cache(maxsize=5_000)
def romanize(name: str, *, of_person: bool = False) -> str:
    """`name` in Latin letters; what is not Arabic in it stays.

    >>> romanize("علي شمخاني", of_person=True), romanize("عبد الله الهادي", of_person=True)
    ('Ali Shamkhani', 'Abdullah al-Hadi')
    >>> romanize("حركة أنصار السهل")
    'Harakat Ansar al-Sahl'
    """
    words = fold(name).split()
    written = []
    position = 0
    while position < len(words):
        pair = " ".join(words[position : position + 2])
        if of_person and " " in pair and pair in _parts() and words[position] in ("عبد", "نور", "سيف"):
            written.append(_parts()[pair])
            position += 2
            continue
        is_last = position == len(words) - 1
        written.append(_word(words[position], of_person=of_person, in_construct=not (of_person or is_last)))
        position += 1
    latin = " ".join(written)
    return latin if latin[:3] == "al-" else latin[:1].upper() + latin[1:]


def _word(word: str, *, of_person: bool, in_construct: bool) -> str:
    if word in _PARTICLES:
        return _PARTICLES[word]
    if of_person and word in _parts():
        return _parts()[word]
    definite = word.startswith(_ARTICLE) and len(word) > len(_ARTICLE) + 2
    bare = word.removeprefix(_ARTICLE) if definite else word
    latin = _parts().get(bare) if of_person else _common_words().get(bare)
    latin = latin or _letters(bare)
    if in_construct and not definite and _is_feminine(bare) and latin.endswith("a"):
        latin += "t"
    return "al-" + latin if definite else latin


def _is_feminine(word: str) -> bool:
    """Whether the last letter is ة, which folding has made ه; in a word of three letters ه is of the root."""
    return word.endswith("ه") and len(word) > 3


def _letters(word: str) -> str:
    """`word` letter by letter, with a capital."""
    sounds: list[tuple[str, bool]] = []  # Latin letters, and whether they are a vowel

    def add_consonant(latin: str, *, is_last: bool) -> None:
        # No word begins with two consonants, none has three in a row, and few end in two.
        if sounds and not sounds[-1][1] and (len(sounds) == 1 or not sounds[-2][1] or is_last):
            sounds.append(("a", True))
        sounds.append((latin, False))

    feminine = _is_feminine(word)
    body = word[:-1] if feminine else word
    for position, letter in enumerate(body):
        following = body[position + 1 : position + 2]
        after_vowel = not sounds or sounds[-1][1]
        if letter in _CONSONANTS:
            add_consonant(_CONSONANTS[letter], is_last=not (following or feminine))
        elif letter == "ع" and not sounds:
            sounds.append(("a", True))
        elif letter in _SILENT:
            continue
        elif letter in _GLIDES and (following == "ا" or not position):
            add_consonant(_GLIDES[letter], is_last=False)
        elif letter in _GLIDES and not following and feminine:
            sounds.append((_GLIDES[letter] if after_vowel else "iy", False))
        elif letter in _VOWELS:
            # أو and إي open with one vowel, عا too.
            silent = letter == "ا" and (sounds[-1:] == [("a", True)] or (not position and following in _GLIDES))
            if not silent:
                sounds.append((_VOWELS[letter], True))
        else:
            sounds.append((letter, not letter.isalpha()))
    if feminine:
        sounds.append(("a", True))
    latin = "".join(sound for sound, _ in sounds)
    return latin[:1].upper() + latin[1:]
