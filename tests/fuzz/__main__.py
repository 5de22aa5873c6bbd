"""Damage the sample files in so many ways, read them, and keep those that something is wrong with.

python -m tests.fuzz --cases 100000 --seed 7
python -m tests.fuzz --seed 7 --case 4711     # this one again, with its traceback
python -m tests.fuzz --cases 2000 --warehouse # all the way into a warehouse
"""

from __future__ import annotations

import argparse
import faulthandler
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from .check import Read, check, settings_of, shared_pages
from .seeds import case
from .warehouse import check_warehouse

_STUCK = 300
"""Seconds after which a case that no signal can end is told, and the run with it."""


def main() -> int:
    """Run the cases that the command line names; 1 if any failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--cases", type=int, default=10_000, help="how many (default: 10,000)")
    parser.add_argument("--first", type=int, default=0, help="number of the first (default: 0)")
    parser.add_argument("--seed", type=int, default=1, help="of the run (default: 1)")
    parser.add_argument("--case", type=int, help="only this one")
    parser.add_argument("--warehouse", action="store_true", help="and bring all files into a warehouse, twice")
    parser.add_argument("--keep", type=Path, default=Path("data/fuzz-failures"), help="folder for files that failed")
    chosen = parser.parse_args()
    numbers = range(chosen.first, chosen.first + chosen.cases) if chosen.case is None else [chosen.case]
    began, failed = time.monotonic(), 0
    became: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place, shared_pages():
        files = Path(place) / "files"
        files.mkdir()
        for done, number in enumerate(numbers, 1):
            one = case(chosen.seed, number)
            path = files / f"{number}-{one.name}"
            path.write_bytes(one.data)
            try:
                became.update(outcome(run(path, number, chosen.seed)))
            except Exception as error:
                failed += 1
                chosen.keep.mkdir(parents=True, exist_ok=True)
                kept = shutil.copy(path, chosen.keep / f"{chosen.seed}-{path.name}")
                print(f"case {number}: {type(error).__name__}: {error} (kept as {kept})", file=sys.stderr, flush=True)
                if chosen.case is not None:
                    traceback.print_exception(error)
            if not chosen.warehouse:
                path.unlink()
            if done % 1_000 == 0:
                print(f"{done:,} cases, {failed} failed, {time.monotonic() - began:,.0f} s", flush=True)
        print(
            f"{len(numbers):,} cases, {failed} failed; "
            + ", ".join(f"{n:,} {what}" for what, n in became.most_common())
        )
        if chosen.warehouse and not failed:
            print("in the warehouse:", dict(check_warehouse(files, Path(place))))
    return 1 if failed else 0


def run(path: Path, number: int, seed: int) -> Read:
    """Check the file of one case.

    Raises:
        Exception: something does not hold, or the program raised something.
    """
    faulthandler.dump_traceback_later(_STUCK, exit=True)
    try:
        return check(path, settings_of(number), Random(f"{seed}:{number}:batches"))
    finally:
        faulthandler.cancel_dump_traceback_later()


def outcome(read: Read) -> Counter[str]:
    """How many articles, and how many problems of each reason."""
    return Counter({"articles": read.articles.height}) + Counter(read.quarantine["reason"].to_list())


if __name__ == "__main__":
    sys.exit(main())
