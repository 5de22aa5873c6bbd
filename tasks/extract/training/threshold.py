"""How ready the model should be to see an event: tries values of "outside" on the held-out twentieth of training.

`python -m tasks.extract.training.threshold --checkpoint FOLDER --news … --dev … --anercorp …` prints the event F1 of
each value; the best goes to `export.py --outside`. The development file takes no part.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tasks.extract.training.checkpoint import load_checkpoint
from tasks.extract.training.score import evaluate
from tasks.extract.training.train import Corpora, corpora_arguments

VALUES = (0.0, -0.5, -1.0, -1.5, -2.0, -2.5)


def main() -> None:
    """Parse the command line and print a line per value."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    corpora_arguments(parser)
    args = parser.parse_args()
    network, pieces = load_checkpoint(args.checkpoint)
    tune = Corpora.read(args).held_out["tune"]
    for outside in VALUES:
        scores = evaluate(network, tune, pieces, outside)
        print(f"outside {outside:5.1f}  events F1 {scores['events']}  found/expected {scores['found/expected']}")


if __name__ == "__main__":
    main()
