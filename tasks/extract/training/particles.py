"""How often annotators agree with each rule of `tasks.extract.status`, on annotated sentences.

`python -m tasks.extract.training.particles FILE…` prints a line for each rule: gold triggers it speaks of, and how many
of them have its status. `--disagreements` prints the others. Never asked about the development file: a rule is kept or
dropped by what this prints.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tasks.extract.status import RULES, Rule, told


def judged(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[Rule, dict[str, Any], dict[str, Any]]]:
    """(rule, event, its row) of every annotated event that a rule speaks of."""
    for row in rows:
        for event in row["events"]:
            rule = told(row["text"], event["type"], event["trigger"]["start"])
            if rule:
                yield rule, event, row


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--disagreements", action="store_true")
    args = parser.parse_args()
    agree: Counter[tuple[Rule, bool]] = Counter()
    for path in args.files:
        for rule, event, row in judged(map(json.loads, path.read_text("utf-8").splitlines())):
            right = event["status"] == rule.status
            agree[rule, right] += 1
            if args.disagreements and not right:
                print(f"{rule.name}  {event['type']} {event['status']}  {event['trigger']['text']}  {row['text']}")
    for rule in RULES:
        total = agree[rule, True] + agree[rule, False]
        print(f"{rule.name:10} {rule.status:13} {agree[rule, True]:4} of {total:4}")


if __name__ == "__main__":
    main()
