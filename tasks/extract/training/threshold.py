"""How ready the model should be to see something: tries shifts of the scores of "O" on held-out text.

`python -m tasks.extract.training.threshold --checkpoint FOLDER --news … --dev … --anercorp …` prints, for each head and
shift, F1 on the twentieth of the training articles that is held out. The best go to `export.py --outside`, that of
entities for ANERcorp's head too. FOLDER is what `train.py` wrote, or a shipped model. Neither the development file nor
ANERcorp takes part: they are for measuring.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tasks.extract.training.score import ROLES, evaluate
from tasks.extract.training.train import Corpora, corpora_arguments, further

SHIFTS = (-1.0, -0.5, 0.0, 0.4, 0.8, 1.2)
MEASURES = {"news": ("entities",), "triggers": ("events",), "roles": ROLES}
"""What each head is measured by."""


def main() -> None:
    """Parse the command line and print a line per shift."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    corpora_arguments(parser)
    args = parser.parse_args()
    network, pieces = further(args.checkpoint)
    tune = Corpora.read(args).held_out["tune"]
    for head, measures in MEASURES.items():
        for shift in SHIFTS:
            scores = evaluate(network, tune, pieces, {head: shift})
            print(f"{head}={shift}", *(f"{measure} {scores[measure]}" for measure in measures), sep="   ", flush=True)


if __name__ == "__main__":
    main()
