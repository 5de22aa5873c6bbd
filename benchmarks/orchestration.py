"""What it costs that Prefect runs the pipeline: a run of `marsad run`'s flow beside its own steps called plainly.

    python benchmarks/orchestration.py                # 5,000 articles, some ten minutes on two cores
    python benchmarks/orchestration.py --articles 500

Three lines for the same articles: extraction alone (the frames of each batch, nothing else); all steps of a run
without Prefect (read, select, normalise, extract, load, consolidate, publish); and the run as a flow that reports to a
server of its own. Orchestration is the third less the second, over the first: the cost of Prefect beside the work
that nobody can spare. Then the wall time of the command `marsad run` on one article, with a warm home and with a server
up. Articles are those of `examples/articles`, made unlike each other by exchanging one word in eight.
"""

# ruff: noqa: PLC0415  (Prefect reads its environment when it is imported)

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ |= {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}

ROOT = Path(__file__).parent.parent
MOST = 0.2
"""Orchestration may cost so much of bare extraction."""


def make_articles(number: int, file: Path) -> None:
    """Write `number` articles as JSON lines."""
    from tasks.ingest.read import read_batches

    [batch] = read_batches([str(ROOT / "examples" / "articles")], batch_size=10_000)
    texts = [text for text in batch.articles["text"] if len(text) > 200]
    words = sorted({word for text in texts for word in text.split()})
    chance = random.Random(1)
    with file.open("w", encoding="utf-8") as lines:
        for index in range(number):
            changed = [
                chance.choice(words) if chance.random() < 0.125 else word for word in texts[index % len(texts)].split()
            ]
            day = f"2026-{1 + index % 12:02d}-{1 + index % 28:02d}"
            record = {"url": f"https://example.org/{index}", "date": day, "text": " ".join(changed)}
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")


def plainly(news: Path, folder: Path) -> tuple[float, float]:
    """Seconds of extraction alone, and of all steps without Prefect."""
    from flows.settings import Settings
    from tasks.extract.reader import load_reader
    from tasks.extract.tasks import _extract
    from tasks.ingest.read import read_batches
    from tasks.ingest.tasks import _read
    from tasks.load.tasks import _begin, _finish, _load, _select
    from tasks.normalize.tasks import _normalize
    from tasks.staging import Staging

    settings = Settings(warehouse=folder / "plain.duckdb")
    staging = Staging(folder / "staging")
    load_id = _begin(settings.warehouse, "plain", "plain", "1", load_reader().model_version)
    batches = read_batches([str(news)], batch_size=settings.ingest.batch_size)
    started, extraction, batch = time.monotonic(), 0.0, 1
    while _read(batches, staging, batch):
        _select(staging, batch, settings.warehouse, load_id)
        _normalize(staging, batch)
        before = time.monotonic()
        _extract(staging, batch, 0, "marsad")
        extraction += time.monotonic() - before
        _load(staging, batch, settings.warehouse, load_id, settings.quarantine.payload_bytes)
        batch += 1
    _finish(settings.warehouse, load_id, "completed")
    return extraction, time.monotonic() - started


def as_a_flow(news: Path, folder: Path) -> float:
    """Seconds of the flow, its server being up."""
    from flows.ingest import ingest
    from flows.settings import Settings

    started = time.monotonic()
    asyncio.run(ingest([str(news)], Settings(warehouse=folder / "flow.duckdb")))
    return time.monotonic() - started


@contextmanager
def a_server(home: Path) -> Iterator[str]:
    """A Prefect server; its address."""
    import httpx

    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        server = subprocess.Popen(
            [sys.executable, "-m", "flows.server", str(listening.fileno())],
            env=os.environ | {"PREFECT_HOME": str(home)},
            pass_fds=[listening.fileno()],
            stdin=subprocess.PIPE,
        )
    try:
        httpx.get(f"{url}/health", timeout=120).raise_for_status()
        yield url
    finally:
        server.kill()
        server.wait()


def one_article(folder: Path, home: Path, url: str | None) -> float:
    """Seconds of `marsad run` on one new article."""
    news = folder / f"one-{time.monotonic_ns()}.jsonl"
    make_articles(1, news)
    environment = os.environ | {"PREFECT_HOME": str(home)} | ({"PREFECT_API_URL": url} if url else {})
    started = time.monotonic()
    command = [str(Path(sys.executable).with_name("marsad")), "run", str(news), "--json"]
    subprocess.run(
        command, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.monotonic() - started


def main() -> None:
    """Measure, print, and fail if orchestration costs more than `MOST`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=5_000)
    number = parser.parse_args().articles
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from tasks.extract.reader import load_reader

    load_reader().read(["زار الوزير بغداد."])  # loaded, and warm
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name), Path(name) / "prefect"
        news = folder / "news.jsonl"
        make_articles(number, news)
        extraction, steps = plainly(news, folder)
        with a_server(home) as url, temporary_settings({PREFECT_API_URL: url}):
            flow = as_a_flow(news, folder)
            up = min(one_article(folder, home, url) for _ in range(2))
        warm = min(one_article(folder, home, None) for _ in range(2))
    share = (flow - steps) / extraction
    print(f"{number:,} articles")
    print(f"  extraction alone             {extraction:8.1f} s")
    print(f"  all steps, without Prefect   {steps:8.1f} s   {steps / extraction - 1:+.0%} of extraction")
    print(f"  as a flow                    {flow:8.1f} s   {flow / extraction - 1:+.0%} of extraction")
    print(f"  orchestration                {flow - steps:8.1f} s   {share:+.1%} of extraction (at most {MOST:.0%})")
    print("marsad run of one article")
    print(f"  with a warm home             {warm:8.1f} s   (at most 10)")
    print(f"  with a server up             {up:8.1f} s   (at most 4)")
    sys.exit(share > MOST)


if __name__ == "__main__":
    main()
