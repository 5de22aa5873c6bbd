"""Make `name_parts.csv`: how the words in names of people are written in Latin letters.

Run it with a tab-separated list of the words in names as Wikidata has them (CC0), with the columns `arabic_key`,
`latin`, `count` (people so written) and `source`:

    python tasks/extract/resources/build_name_parts.py name_units.tsv

One row a word: the Latin form that most people bear, of equally frequent ones the first in the alphabet. Rows of other
sources than Wikidata are left out, and so are forms of a single bearer that begin with another sound than the word.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent
ARABIC = re.compile(r"[\u0621-\u063A\u0641-\u064A ]+")
LATIN = re.compile(r"[A-Z][a-z]+(?:[ '-][A-Z][a-z]+)*|(?:[Aa]l|[Ee]l)[ -][A-Z][a-z]+")
FIRST = {
    "ب": "bp",
    "ت": "t",
    "ث": "t",
    "ج": "jdg",
    "ح": "h",
    "خ": "kc",
    "د": "d",
    "ذ": "dzt",
    "ر": "r",
    "ز": "z",
    "س": "sc",
    "ش": "sc",
    "ص": "s",
    "ض": "dz",
    "ط": "t",
    "ظ": "zd",
    "ف": "fpv",
    "ق": "qkg",
    "ك": "kcg",
    "ل": "l",
    "م": "m",
    "ن": "n",
    "ه": "h",
    "و": "wvou",
}
"""First letter → first letters of a Latin form; of letters that are not here (ا ع غ ي) nothing can be said."""


def fits(word: str, latin: str) -> bool:
    """Whether the Latin form may be one of the word: the list pairs words of names by position, not always rightly."""
    definite = word.startswith("ال") and len(word) > 4
    if definite != bool(re.match("(?:[Aa]l|[Ee]l)[ -]", latin)):
        return False
    bare = re.sub("^(?:[Aa]l|[Ee]l)[ -]", "", latin) if definite else latin
    first = (word[2:] if definite else word)[0]
    return bare[0].lower() in FIRST.get(first, bare[0].lower())


def main(units: str) -> None:
    """Write the file beside this script."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    with Path(units).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            word, latin = row["arabic_key"], row["latin"]
            if row["source"] != "wikidata" or not ARABIC.fullmatch(word) or len(word) < 2:
                continue
            if LATIN.fullmatch(latin) and fits(word, latin):
                forms[word][re.sub("^(?:[Aa]l|[Ee]l)[ -]", "al-", latin)] += int(row["count"])
    with (HERE / "name_parts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", "latin"))
        for word in sorted(forms):
            latin = min(forms[word], key=lambda form: (-forms[word][form], form))
            writer.writerow((word, latin))


if __name__ == "__main__":
    main(sys.argv[1])
