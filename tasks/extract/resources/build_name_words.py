"""Make `name_words.txt`: the words in the names of people, for `tasks.extract.names`.

Run it with a tab-separated list of people's names whose first column is the Arabic name as Wikidata has it (CC0):

    python tasks/extract/resources/build_name_words.py person_full_names.tsv

One word a line: those that occur in the names of at least two people, or of one if the word looks like a clitic and
an article ("والتر").
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
ARABIC = re.compile(r"[\u0621-\u063A\u0641-\u0652 ]+")
"""The Arabic alphabet and its marks; names in Persian or Urdu spelling mostly fall outside."""

LOOKS_CUT = re.compile("[وفبك]ال")


def main(people: str) -> None:
    """Write the list beside this script."""
    words = Counter(
        word
        for line in Path(people).read_text(encoding="utf-8").splitlines()[1:]
        for word in set(line.split("\t")[0].split())
    )
    kept = sorted(
        word
        for word, count in words.items()
        if len(word) > 1 and ARABIC.fullmatch(word) and (count >= 2 or LOOKS_CUT.match(word))
    )
    (HERE / "name_words.txt").write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
