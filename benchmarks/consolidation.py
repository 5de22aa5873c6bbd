"""Seconds, memory and outcome of consolidation, beside two named alternatives, in one run on one machine.

    python benchmarks/consolidation.py
    python benchmarks/consolidation.py --mentions 5000

Made-up mentions of planted events, in a real warehouse file: each event is told by four reports on average, which leave
out an actor, a place or a day in a way of their own. Measured are

* Marsad: `tasks.load.consolidate.rebuild`, and what the news of one day more cost (`consolidate`), both with the
  telling of the events;
* one exact key (`rivals/exact_key.sql`), Marsad's own way before: the least that it can cost to give mentions events;
* all pairs (`rivals/all_pairs.sql`), on samples, because it is quadratic.

Every line runs in a process of its own on two threads, so that its peak memory is its own. B-cubed F1 against the
planted events says what the seconds buy; it is a figure of this made-up set, not of news (`marsad evaluate`).
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from tasks.identity import stable_id
from tasks.load.consolidate import consolidate, rebuild, touch
from warehouse.connection import writer
from warehouse.transaction import transaction

RIVALS = Path(__file__).parent / "rivals"
TYPES = ("ASSAULT", "CONSULT", "ACCUSE", "PROTEST", "SUPPORT", "REQUEST", "COERCE", "SANCTION", "AGREE", "THREATEN")
STATUSES = ("actual", "actual", "actual", "planned")
COUNTRIES = ("IRQ", "SYR", "LBN", "ISR", "PSE", "EGY", "YEM", "SAU", "IRN", "TUR", "USA", "RUS", "LBY", "SDN", "DZA")
MENTIONS_A_DAY = 1_000
REPORTS_AN_EVENT = 4
TOWNS_A_COUNTRY = 12
LETTERS = "ابتجحدرسشصطعفقكلمنهوي"
FLOOR_SECONDS = 60
"""For 100,000 mentions."""


def made(mentions: int) -> tuple[dict[str, pl.DataFrame], dict[int, int]]:
    """Rows of the warehouse's tables, and the planted event of each mention; the same on every machine."""
    draw = random.Random(7)
    vocabulary = ["".join(draw.choices(LETTERS, k=draw.randint(3, 7))) for _ in range(4_000)]
    towns = {
        code: [(stable_id(code, n), draw.uniform(12, 42), draw.uniform(-10, 60)) for n in range(TOWNS_A_COUNTRY)]
        for code in COUNTRIES
    }
    days = max(1, mentions // MENTIONS_A_DAY)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for code, known in towns.items():
        for entity_id, latitude, longitude in known:
            rows["entities"].append(
                {
                    "entity_id": entity_id,
                    "entity_type": "LOC",
                    "country_code": code,
                    "latitude": latitude,
                    "longitude": longitude,
                }
            )
    planted: dict[int, int] = {}
    event = 0
    while len(planted) < mentions:
        event += 1
        actor, recipient, where = draw.choice(COUNTRIES), draw.choice(COUNTRIES), draw.choice(COUNTRIES)
        town, _, _ = draw.choice(towns[where])
        day = date(2026, 1, 1) + timedelta(draw.randrange(days))
        kind = {"event_type": draw.choice(TYPES), "status": draw.choice(STATUSES)}
        own = draw.sample(vocabulary, 8)
        for _ in range(min(1 + int(draw.expovariate(1 / REPORTS_AN_EVENT)), mentions - len(planted))):
            number = len(planted)
            late = draw.random() < 0.15
            words = draw.sample(own, 5) + draw.choices(vocabulary, k=7)
            told = day + timedelta(late)
            mention = stable_id("mention", number)
            planted[mention] = event
            rows["articles"].append(
                {
                    "article_id": number,
                    "source": f"s{draw.randrange(40)}",
                    "origin": "made",
                    "published_at": datetime(told.year, told.month, told.day, draw.randrange(24), tzinfo=UTC),
                    "text": "",
                    "content_hash": number,
                    "revision": 1,
                    "load_id": 1,
                }
            )
            rows["event_mentions"].append(
                {
                    "event_mention_id": mention,
                    "article_id": number,
                    "part": "text",
                    "sentence_index": 0,
                    **kind,
                    "trigger_text": own[0],
                    "trigger_start": 0,
                    "trigger_end": 1,
                    "event_date": told,
                    "event_date_basis": "publication" if late or draw.random() < 0.3 else "relative",
                    "evidence": " ".join(words),
                }
            )
            for role, share, code, entity_id in (
                ("actor", 0.8, actor, None),
                ("recipient", 0.7, recipient, None),
                ("location", 0.6, where, town),
            ):
                if draw.random() < share:
                    rows["event_participants"].append(
                        {
                            "event_mention_id": mention,
                            "role": role,
                            "position": 0,
                            "char_start": 0,
                            "char_end": 1,
                            "text": "-",
                            "entity_id": entity_id,
                            "country_code": code,
                        }
                    )
    ids = dict.fromkeys(("article_id", "event_mention_id", "entity_id", "content_hash", "load_id"), pl.UInt64)
    return {name: pl.DataFrame(listed, schema_overrides=ids) for name, listed in rows.items()}, planted


def fill(con: duckdb.DuckDBPyConnection, tables: dict[str, pl.DataFrame]) -> None:
    """Write the rows, without any step before."""
    for name, frame in tables.items():
        con.register("frame", frame)
        con.execute(f"INSERT INTO {name} BY NAME FROM frame")
        con.unregister("frame")


def ours(con: duckdb.DuckDBPyConnection) -> Any:
    """Every mention, from nothing."""
    with transaction(con):
        rebuild(con)


def batch(con: duckdb.DuckDBPyConnection) -> Any:
    """The mentions of the last day, as if they had come just now."""
    with transaction(con):
        rebuild(con)
        con.execute(
            "UPDATE event_mentions SET event_id = NULL WHERE event_date = (SELECT max(event_date) FROM event_mentions)"
        )
    began, busy = time.perf_counter(), time.process_time()
    with transaction(con):
        touch(con)
        consolidate(con)
    return time.perf_counter() - began, time.process_time() - busy


def exact_key(con: duckdb.DuckDBPyConnection) -> Any:
    """The alternative that is fast."""
    with transaction(con):
        key = (RIVALS / "exact_key.sql").read_text("utf-8")
        con.execute(
            f"UPDATE event_mentions SET event_id = keyed.event_id FROM ({key}) AS keyed"
            " WHERE event_mentions.event_mention_id = keyed.event_mention_id"
        )


def all_pairs(con: duckdb.DuckDBPyConnection) -> Any:
    """The alternative that looks at everything."""
    con.execute(f"CREATE TEMP TABLE pairs AS {(RIVALS / 'all_pairs.sql').read_text('utf-8')}")


LINES: dict[str, Callable[[duckdb.DuckDBPyConnection], Any]] = {
    "ours": ours,
    "batch": batch,
    "exact_key": exact_key,
    "all_pairs": all_pairs,
}


def run(line: str, mentions: int) -> dict[str, Any]:
    """One line in this process: seconds, peak memory over what making the rows took, and B-cubed F1.

    Seconds are by the clock, and of a core, which a busy neighbour leaves as they are.
    """
    with tempfile.TemporaryDirectory() as folder, writer(Path(folder) / "marsad.duckdb") as con:
        con.execute("SET threads = 2")
        con.execute("SET enable_progress_bar = false")
        tables, planted = made(mentions)
        fill(con, tables)
        del tables
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began, busy = time.perf_counter(), time.process_time()
        answer = LINES[line](con)
        seconds, cpu = time.perf_counter() - began, time.process_time() - busy
        if answer is not None:
            seconds, cpu = answer
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        result: dict[str, Any] = {
            "line": line,
            "mentions": mentions,
            "seconds": round(seconds, 2),
            "cpu_seconds": round(cpu, 2),
        }
        result["more_memory_mb"] = round((peak - before) / 1024)
        if line in ("ours", "exact_key"):
            found = dict(con.execute("SELECT event_mention_id, event_id FROM event_mentions").fetchall())
            result["b_cubed_f1"] = round(b_cubed_f1(found, planted), 3)
        return result


def b_cubed_f1(found: dict[int, int], planted: dict[int, int]) -> float:
    """Harmonic mean of B-cubed precision and recall (Bagga and Baldwin, 1998)."""
    together = Counter((found[mention], planted[mention]) for mention in planted)
    of_found, of_planted = Counter(found[mention] for mention in planted), Counter(planted.values())
    precision = sum(n * n / of_found[event] for (event, _), n in together.items()) / len(planted)
    recall = sum(n * n / of_planted[event] for (_, event), n in together.items()) / len(planted)
    return 2 * precision * recall / (precision + recall)


def measure(mentions: int, sample: int) -> dict[str, Any]:
    """Run all lines, each in a process of its own.

    Returns:
        `lines` as `run` gives them; `ratios`: how many times faster than all pairs on the sample, how many times the
        seconds of the exact key; `growth`: the power of the number of mentions that seconds grow with.
    """
    plan = [("ours", mentions // 4), ("ours", mentions), ("batch", mentions), ("exact_key", mentions)]
    plan += [("ours", sample), ("all_pairs", sample // 2), ("all_pairs", sample)]
    context = multiprocessing.get_context("spawn")
    lines = []
    for one in plan:
        with ProcessPoolExecutor(1, context) as pool:
            lines.append(pool.submit(run, *one).result())
    quarter, whole, _, key, ours_sample, half_pairs, pairs = lines
    return {
        "lines": lines,
        "ratios": {
            "all pairs / ours, on the sample": ratio(pairs, ours_sample),
            "all pairs / ours, if continued to all": round(
                pairs["cpu_seconds"] * (mentions / sample) ** 2 / max(whole["cpu_seconds"], 0.01), 1
            ),
            "ours / exact key": ratio(whole, key),
        },
        "growth": {"ours": power(quarter, whole), "all pairs": power(half_pairs, pairs)},
    }


def ratio(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Seconds of a core that one line takes for each of another's."""
    return round(float(one["cpu_seconds"]) / max(float(other["cpu_seconds"]), 0.01), 1)


def power(smaller: dict[str, Any], larger: dict[str, Any]) -> float:
    """1 is linear, 2 quadratic."""
    times = max(float(larger["cpu_seconds"]), 0.01) / max(float(smaller["cpu_seconds"]), 0.01)
    return round(math.log(times) / math.log(larger["mentions"] / smaller["mentions"]), 2)


def show(result: dict[str, Any], console: Console) -> None:
    """Print a row a line, then the ratios."""
    table = Table(title="Consolidation, two threads", title_justify="left")
    for column in ("line", "mentions", "seconds", "of a core", "more memory, MB", "B-cubed F1"):
        table.add_column(column, justify="left" if column == "line" else "right")
    for one in result["lines"]:
        shown: Iterable[Any] = (one["seconds"], one["cpu_seconds"], one["more_memory_mb"], one.get("b_cubed_f1", ""))
        table.add_row(one["line"], f"{one['mentions']:,}", *map(str, shown))
    console.print(table)
    for name, value in result["ratios"].items():
        console.print(f"{name}: {value}")
    console.print(
        f"seconds grow with the power {result['growth']['ours']} (all pairs: {result['growth']['all pairs']})"
    )


def main() -> int:
    """Run and print; exit code 1 if 100,000 mentions or more took longer than the floor allows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=8_000, help="mentions for the line of all pairs")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    result = measure(chosen.mentions, min(chosen.sample, chosen.mentions))
    if chosen.json:
        print(json.dumps(result, indent=2))
    else:
        show(result, Console())
    seconds = result["lines"][1]["seconds"]
    return int(seconds > FLOOR_SECONDS * max(1.0, chosen.mentions / 100_000))


if __name__ == "__main__":
    sys.exit(main())
