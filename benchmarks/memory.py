"""Peak memory of `marsad run` on few articles and on many, each in processes of its own, and their ratio.

    python benchmarks/memory.py
    python benchmarks/memory.py --articles 1000 20000 --words 250
    python benchmarks/memory.py --stand-in                # minutes: everything but the model

Measured is the whole tree of processes, the Prefect server of the run included: resident memory, looked up in /proc
ten times a second, summed, and the highest sum taken. Memory is flat if the ratio is at most 1.3. The articles are made
as in `benchmarks/ingest.py`, and cut to 60 words, which keeps the shipped model to some ten minutes on two cores. The
stand-in for it finds nothing: what is left is reading, normalising, loading and Prefect.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from ingest import made_articles

ROOT = Path(__file__).parent.parent
CEILING = 1.3
"""Peak with many articles, by that with few."""
_PAUSE = 0.1

_RUN = "from flows.cli import main; main()"
_STAND_IN = """
from tasks.extract import model
from tasks.extract.reader import SentenceReading
class Reader:
    model_version = "nothing"
    def read(self, sentences): return [SentenceReading((), ())] * len(sentences)
reader = Reader()
model.shipped_reader = lambda threads=0: reader
"""


class Peak(NamedTuple):
    """What one run took at most."""

    articles: int
    megabytes: int
    seconds: float


class RunError(RuntimeError):
    """A run failed; the message has its last words."""


def peak_of(articles: int, words: int, *, stand_in: bool) -> Peak:
    """Run on so many articles of so many words.

    Raises:
        RunError: the run failed.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = folder / "articles.jsonl"
        made = made_articles(articles, words)
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in made), "utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MARSAD_"))}
        environment = kept | {
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PYTHONPATH": str(ROOT),
            "MARSAD_WAREHOUSE": str(folder / "warehouse.duckdb"),
        }
        command = [sys.executable, "-c", _STAND_IN + _RUN if stand_in else _RUN, "run", str(path), "--json"]
        began = time.perf_counter()
        with (folder / "errors").open("w+") as errors:
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
            highest = 0
            try:
                while process.poll() is None:
                    highest = max(highest, sum(map(resident, tree(process.pid))))
                    time.sleep(_PAUSE)
            finally:
                process.kill()  # nothing, unless this was interrupted
            errors.seek(0)
            if process.returncode not in (0, 1):
                raise RunError(errors.read().strip()[-1_000:])
        return Peak(articles, highest // 1_000_000, round(time.perf_counter() - began, 1))


def tree(root: int) -> list[int]:
    """The process `root` and all below it."""
    children = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                # The name, in brackets, may hold anything.
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has ended
                continue
            children[parent].append(int(folder.name))
    found, new = [], [root]
    while new:
        found += new
        new = [child for parent in new for child in children[parent]]
    return found


def resident(process: int) -> int:
    """Bytes of memory that a process has; 0 once it has ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs=2, default=[1_000, 20_000], help="few and many")
    parser.add_argument("--words", type=int, default=60, help="of each article (default: 60, some ten minutes in all)")
    parser.add_argument("--stand-in", action="store_true", help="in place of the model, which finds nothing")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")
    arguments = parser.parse_args()
    if not Path("/proc/self/statm").exists():
        sys.exit("skipped: memory of other processes is looked up in /proc, which this system does not have")
    try:
        peaks = [peak_of(count, arguments.words, stand_in=arguments.stand_in) for count in arguments.articles]
    except RunError as error:
        sys.exit(f"the run failed: {error}")
    ratio = round(peaks[1].megabytes / peaks[0].megabytes, 2)
    result: dict[str, Any] = {"peaks": [peak._asdict() for peak in peaks], "ratio": ratio, "ceiling": CEILING}
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    for peak in peaks:
        print(f"{peak.articles:>7,} articles: {peak.megabytes:>6,} MB at most, {peak.seconds:,.0f} s")
    print(f"ratio {ratio} (ceiling {CEILING})")


if __name__ == "__main__":
    main()
