"""Words a second of extraction, beside camel-tools' recogniser, in one run on one machine.

    python benchmarks/extraction.py --camel-python ~/camel/bin/python

Marsad's side is the shipped model: everything that is read from a sentence (entities, events, statuses, modes,
participants), and the whole step with the rules and frames around it. The other side is the class `NERecognizer`,
entities alone, on a BERT-base of random weights: as it is, padding every sentence to 256 pieces, and, to be fair, the
same model on batches of like length (the engine `extraction.entities = "camel"`). It runs in a process of the
interpreter that has torch. Lines take turns, so that a busy neighbour meets all of them; ratios are of lines on the
same number of threads.

The text is made from `examples/articles` by exchanging one word in eight, so that no sentence comes twice and the run
needs nothing but this repository. Words are what stands between white space, on both sides. About two minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from rich.console import Console
from rich.table import Table

from tasks.extract.batches import available_cores
from tasks.extract.extract import extract_articles
from tasks.extract.model import OnnxReader
from tasks.extract.words import split_words
from tasks.identity import stable_id
from tasks.ingest.read import read_batches
from tasks.normalize.normalize import normalize_articles

ROOT = Path(__file__).parent.parent
RIVAL = Path(__file__).parent / "rivals" / "camel_ner.py"
ARTICLES_A_CALL = 48
ENOUGH = 75
"""Seconds after which no further round is begun, on a slow or busy machine."""

OURS = {
    "read": "Marsad: OnnxReader.read, everything",
    "extract": "Marsad: extract_articles, with rules and frames",
}
THEIRS = {
    "class": "camel-tools: NERecognizer, padded to 256",
    "fair": "camel-tools: its model on batches of like length",
}
FLOORS = {"class": 30, "fair": 8}
"""How many times faster than each of their lines the whole of reading has to be."""

_ARABIC_WORD = re.compile(r"[\u0621-\u064A]{2,}")


class RivalError(RuntimeError):
    """camel-tools' side ended before it should; the message has its last words."""


@dataclass
class Rate:
    """Words read, and the seconds that it took, over all rounds."""

    words: int = 0
    seconds: float = 0.0

    def add(self, words: int, seconds: float) -> None:
        """One turn more."""
        self.words += words
        self.seconds += seconds

    @property
    def words_per_second(self) -> float:
        """Zero if nothing was read."""
        return self.words / self.seconds if self.words else 0.0


class Call(NamedTuple):
    """What one call of Marsad's reads."""

    articles: pl.DataFrame
    sentences: pl.DataFrame
    texts: list[str]  # the different sentences, as `extract_articles` gives them to a reader

    @property
    def words(self) -> int:
        """How many there are in `texts`."""
        return sum(len(text.split()) for text in self.texts)


def made_calls(number: int) -> Iterator[Call]:
    """Articles for so many calls: the examples again and again, with one word in eight another's.

    The same on every machine.
    """
    draw = random.Random(7)
    bundled = pl.concat([batch.articles for batch in read_batches([str(ROOT / "examples" / "articles")])])
    words = _ARABIC_WORD.findall(" ".join(bundled["text"]))

    def another(match: re.Match[str]) -> str:
        return draw.choice(words) if draw.random() < 1 / 8 else match.group()

    for start in range(0, number * ARTICLES_A_CALL, ARTICLES_A_CALL):
        rows = [bundled.row(copy % bundled.height, named=True) for copy in range(start, start + ARTICLES_A_CALL)]
        for copy, row in enumerate(rows, start):
            row["article_id"] = stable_id("benchmark", copy)
            for part in ("title", "text"):
                row[part] = row[part] and _ARABIC_WORD.sub(another, row[part])
        articles, sentences, _ = normalize_articles(pl.DataFrame(rows, bundled.schema, orient="row"))
        whole = {row["article_id"]: row for row in articles.iter_rows(named=True)}
        texts = (
            whole[row["article_id"]][row["part"]][row["char_start"] : row["char_end"]]
            for row in sentences.iter_rows(named=True)
        )
        yield Call(articles, sentences, list(dict.fromkeys(texts)))


def tokens_of(sentence: str) -> list[str]:
    """What camel-tools is given: the words of a sentence as Marsad cuts them, punctuation apart."""
    return [sentence[word.start : word.end] for word in split_words(sentence)]


class Rival:
    """camel-tools' side, in a process of its own that waits to be asked."""

    def __init__(self, process: subprocess.Popen[str], errors: Path) -> None:
        self._process, self._errors = process, errors

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and wait for what comes back.

        Raises:
            RivalError: nothing comes back.
        """
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        assert pipe_in is not None  # noqa: S101  both were asked for
        assert pipe_out is not None  # noqa: S101
        try:
            pipe_in.write(json.dumps(request) + "\n")
            pipe_in.flush()
            answer = pipe_out.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise RivalError(self._errors.read_text(errors="replace").strip()[-500:] or "no word of why")
        result: dict[str, Any] = json.loads(answer)
        return result


def lacking(python: str) -> str | None:
    """Why the interpreter `python` cannot run camel-tools' side; None if it can."""
    packages = ("torch", "transformers", "camel_tools")
    probe = f"from importlib.util import find_spec as f; print(*(name for name in {packages} if not f(name)))"
    try:
        missing = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{python} does not run: {error}"
    if not missing:
        return None
    return (
        f"{python} has no {', '.join(missing)}. Name an interpreter that has them by --camel-python; "
        "to make one: python3 -m venv camel && camel/bin/pip install torch transformers camel-tools"
    )


@contextmanager
def rival(python: str) -> Iterator[tuple[Rival | None, str | None]]:
    """Start camel-tools' side in the interpreter `python`, or say why it is skipped."""
    if reason := lacking(python):
        yield None, reason
        return
    with tempfile.TemporaryDirectory() as folder:
        errors = Path(folder) / "errors"
        with errors.open("w") as sink:
            process = subprocess.Popen(
                [python, str(RIVAL)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                text=True,
                encoding="utf-8",
                env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            )
        try:
            yield Rival(process, errors), None
        finally:
            process.kill()
            process.wait()


def measure(threads: Sequence[int], rounds: int, seconds: float, python: str) -> dict[str, Any]:
    """Run all lines in turn, `rounds` times on each number of threads.

    Returns:
        `machine`, `text` made, `rates` (words a second by line and threads), `ratios` (ours to theirs), and `skipped`:
        why camel-tools' side did not run, or None.

    Raises:
        RivalError: it began to run, and ended.
    """
    warm_up, *calls = made_calls(len(OURS) * rounds * len(threads) + 1)
    by_length = sorted((text for call in calls for text in call.texts), key=len)
    readers = {count: OnnxReader(threads=count) for count in threads}
    for reader in readers.values():
        extract_articles(warm_up.articles, warm_up.sentences, reader)
    rates = {(line, count): Rate() for line in (*OURS, *THEIRS) for count in threads}
    began = time.perf_counter()
    with rival(python) as (other, skipped):
        versions = {}
        if other:
            text = {"sentences": list(map(tokens_of, by_length)), "words": [len(one.split()) for one in by_length]}
            versions = other.ask(text)
        for turn in range(rounds):
            if turn and time.perf_counter() - began > ENOUGH:
                break
            for count, reader in readers.items():
                for line in OURS:
                    call = calls.pop()
                    rates[line, count].add(call.words, time_of(line, reader, call))
                if other:
                    for line in THEIRS:
                        request = {"line": line, "threads": count, "turn": turn, "seconds": seconds}
                        rates[line, count].add(**other.ask(request))
    found = {key: rate.words_per_second for key, rate in rates.items() if rate.words}
    return {
        "machine": {
            "processor": processor(),
            "cores": available_cores(),
            "python": platform.python_version(),
            "marsad": version("marsad"),
            "model": reader.model_version,
            "onnxruntime": version("onnxruntime"),
            **versions,
        },
        "text": {"sentences": len(by_length), "words": sum(len(one.split()) for one in by_length)},
        "rates": [
            {"line": line, "threads": count, "words_per_second": round(rate, 1)}
            for (line, count), rate in found.items()
        ],
        "ratios": [
            {"line": line, "to": to, "threads": count, "ratio": round(found[line, count] / found[to, count], 1)}
            for line in OURS
            for to in THEIRS
            for count in threads
            if (to, count) in found
        ],
        "skipped": skipped,
    }


def time_of(line: str, reader: OnnxReader, call: Call) -> float:
    """Seconds that one of our lines takes for a call."""
    began = time.perf_counter()
    if line == "read":
        reader.read(call.texts)
    else:
        extract_articles(call.articles, call.sentences, reader)
    return time.perf_counter() - began


def processor() -> str:
    """The name of this machine's processor, as far as it can be learnt."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def show(result: dict[str, Any], console: Console) -> None:
    """Print a row a line: words a second on each number of threads, then how many times that is of each of theirs."""
    counts = sorted({rate["threads"] for rate in result["rates"]})
    rates = {(rate["line"], rate["threads"]): rate["words_per_second"] for rate in result["rates"]}
    ratios = {(one["line"], one["to"], one["threads"]): one["ratio"] for one in result["ratios"]}
    compared = list(THEIRS) if ratios else []
    each = " / ".join(map(str, counts))
    table = Table(title=f"Words a second, threads: {each}", title_justify="left")
    table.add_column("line", overflow="fold")
    table.add_column("words/s", justify="right")
    for to in compared:
        table.add_column(f"× {to}\n(floor {FLOORS[to]})", justify="right")
    for line, name in (OURS | THEIRS).items():
        if all((line, count) in rates for count in counts):
            shown = [" / ".join(f"{rates[line, count]:,.0f}" for count in counts)]
            shown += [
                " / ".join(f"{ratios[line, to, count]:,.1f}" for count in counts) if line in OURS else ""
                for to in compared
            ]
            table.add_row(name, *shown)
    console.print(table)
    console.print(", ".join(f"{name} {value}" for name, value in result["machine"].items()), style="dim")
    console.print("{words:,} words in {sentences:,} sentences".format(**result["text"]), style="dim")
    if result["skipped"]:
        console.print(f"camel-tools' side is skipped: {result['skipped']}", style="yellow", soft_wrap=True)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--camel-python",
        default=os.environ.get("CAMEL_PYTHON", sys.executable),
        help="interpreter with torch, transformers and camel-tools (default: $CAMEL_PYTHON, or this one)",
    )
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="numbers of threads (default: 1 2)")
    parser.add_argument("--rounds", type=int, default=2, help="turns that every line takes at most (default: 2)")
    parser.add_argument("--seconds", type=float, default=3, help="least time of a turn of camel-tools' (default: 3)")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")
    arguments = parser.parse_args()
    try:
        result = measure(arguments.threads, arguments.rounds, arguments.seconds, arguments.camel_python)
    except RivalError as error:
        sys.exit(f"camel-tools' side failed: {error}")
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        show(result, Console())


if __name__ == "__main__":
    main()
