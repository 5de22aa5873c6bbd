"""Articles a second of reading, by format, beside a named alternative in the same run.

    python benchmarks/ingest.py
    python benchmarks/ingest.py --articles 5000

Reading is `tasks.ingest.read.read_batches`: decoding, fields, dates of publication, identity, quarantine, frames; no
extraction. "And normalised" adds `normalize_articles`: language, dateline, sentences, search form. The alternatives do
less, and are there for scale:

* JSON Lines and CSV: polars' `read_ndjson` and `read_csv`, which know nothing of articles and fail on a bad one;
* web pages: trafilatura's `bare_extraction` with metadata, in one process; Marsad runs it in a pool of processes.

The text is made from `examples/articles` by exchanging one word in eight, so that no article comes twice. Lines take
turns, so that a busy neighbour meets all of them. The floor is for JSON Lines on two cores with nothing else to do; the
rate by processor time is what a busy machine still shows. About a minute.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from tasks.extract.batches import available_cores
from tasks.ingest.read import read_batches
from tasks.normalize.normalize import normalize_articles

ROOT = Path(__file__).parent.parent
FLOOR = 2_000
"""Articles a second from JSON Lines, on two cores."""
PAGES = 200
"""Web pages take some hundred times as long as a line of JSON."""
ROUNDS = 2

_ARABIC_WORD = re.compile(r"[\u0621-\u064A]{2,}")


@dataclass
class Rate:
    """Articles, and the seconds that they took, over all rounds."""

    articles: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0

    @property
    def a_second(self) -> float:
        """Articles a second of the clock."""
        return self.articles / self.seconds

    @property
    def a_processor_second(self) -> float:
        """Articles a second of this process's time on all cores."""
        return self.articles / self.processor_seconds


def made_articles(number: int, words: int | None = None) -> list[dict[str, str]]:
    """Articles unlike each other, of `words` words if that is given; the same on every machine."""
    draw = random.Random(7)
    bundled = pl.concat([batch.articles for batch in read_batches([str(ROOT / "examples" / "articles")])])
    vocabulary = _ARABIC_WORD.findall(" ".join(bundled["text"]))

    def another(match: re.Match[str]) -> str:
        return draw.choice(vocabulary) if draw.random() < 1 / 8 else match.group()

    made = []
    for copy in range(number):
        row = bundled.row(copy % bundled.height, named=True)
        title, text = (_ARABIC_WORD.sub(another, row[part] or "خبر") for part in ("title", "text"))
        made.append(
            {
                "url": f"https://news.example/{1 + copy % 12}/{copy}-{'-'.join(title.split()[:4])}",
                "source": f"صحيفة {copy % 9}",
                "title": title,
                "date": f"2026-{1 + copy % 12:02}-{1 + copy % 28:02}T{copy % 24:02}:00:00+03:00",
                "text": text if words is None else " ".join((text.split() * 20)[:words]),
            }
        )
    return made


def as_page(article: Mapping[str, str]) -> str:
    """A web page with the article on it."""
    data = {"@type": "NewsArticle", "headline": article["title"], "datePublished": article["date"]}
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in article["text"].split("\n") if part.strip())
    links = "".join(f'<li><a href="/{n}">قسم {n}</a></li>' for n in range(40))
    return (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{html.escape(article["title"])}'
        f'</title><link rel="canonical" href="{html.escape(article["url"])}">'
        f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script></head>'
        f"<body><nav><ul>{links}</ul></nav><article><h1>{html.escape(article['title'])}</h1>{paragraphs}</article>"
        f"<footer><ul>{links}</ul></footer></body></html>"
    )


def write_formats(articles: Sequence[Mapping[str, str]], folder: Path) -> dict[str, Path]:
    """The articles in every format that is measured, each in a file or a folder of `folder`."""
    frame = pl.DataFrame(list(articles))
    paths = {name: folder / f"articles{name}" for name in (".jsonl", ".json", ".csv", ".parquet")}
    paths[".jsonl"].write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in articles), "utf-8")
    paths[".json"].write_text(json.dumps(list(articles), ensure_ascii=False), "utf-8")
    frame.write_csv(paths[".csv"])
    frame.write_parquet(paths[".parquet"])
    for name, write in ((".txt", lambda one: f"{one['title']}\n\n{one['text']}"), (".html", as_page)):
        paths[name] = folder / name[1:]
        paths[name].mkdir()
        for number, one in enumerate(articles[:PAGES] if name == ".html" else articles):
            (paths[name] / f"{number:06}{name}").write_text(write(one), "utf-8")
    return paths


def lines_of(paths: Mapping[str, Path]) -> dict[str, Callable[[], int]]:
    """What is measured: each reads its input and says how many articles there were."""

    def read(path: Path) -> int:
        return sum(batch.articles.height for batch in read_batches([str(path)]))

    def normalised(path: Path) -> int:
        return sum(normalize_articles(batch.articles).articles.height for batch in read_batches([str(path)]))

    def trafilatura_alone(path: Path) -> int:
        from trafilatura import bare_extraction  # noqa: PLC0415

        pages = [page.read_bytes() for page in sorted(path.iterdir())]
        return sum(bare_extraction(page, with_metadata=True) is not None for page in pages)

    ours = {f"Marsad {name}": lambda path=path: read(path) for name, path in paths.items()}
    return {
        **ours,
        "Marsad .jsonl, and normalised": lambda: normalised(paths[".jsonl"]),
        "polars read_ndjson": lambda: pl.read_ndjson(paths[".jsonl"]).height,
        "polars read_csv": lambda: pl.read_csv(paths[".csv"]).height,
        "trafilatura, one process": lambda: trafilatura_alone(paths[".html"]),
    }


RIVALS = {
    "Marsad .jsonl": "polars read_ndjson",
    "Marsad .csv": "polars read_csv",
    "Marsad .html": "trafilatura, one process",
}


def measure(articles: int) -> dict[str, Any]:
    """Read `articles` articles in every way, in turns.

    Returns:
        `cores`, `articles`, and `rates`: for each line articles a second, by the clock and by processor time, and how
        many times that of its alternative it is by the clock.
    """
    with tempfile.TemporaryDirectory() as folder:
        lines = lines_of(write_formats(made_articles(articles), Path(folder)))
        rates = {name: Rate() for name in lines}
        for line in lines.values():
            line()  # what is loaded once is loaded
        for _ in range(ROUNDS):
            for name, line in lines.items():
                began, busy = time.perf_counter(), time.process_time()
                rates[name].articles += line()
                rates[name].seconds += time.perf_counter() - began
                rates[name].processor_seconds += time.process_time() - busy
    return {
        "cores": available_cores(),
        "articles": articles,
        "rates": [
            {
                "line": name,
                "a_second": round(rate.a_second),
                # Pages are read by other processes, whose time is not this one's.
                "a_processor_second": None if name == "Marsad .html" else round(rate.a_processor_second),
                "to": (rival := RIVALS.get(name)),
                "ratio": round(rate.a_second / rates[rival].a_second, 3) if rival else None,
            }
            for name, rate in rates.items()
        ],
    }


def show(result: Mapping[str, Any], console: Console) -> None:
    """Print a row a line."""
    table = Table(title=f"Articles a second, {result['cores']} cores", title_justify="left")
    for name in ("line", "by the clock", "by processor time", "× its alternative"):
        table.add_column(name, justify="left" if name == "line" else "right")
    for rate in result["rates"]:
        ratio = f"{rate['ratio']:.2f} × {rate['to']}" if rate["ratio"] else ""
        processor = f"{rate['a_processor_second']:,}" if rate["a_processor_second"] else ""
        table.add_row(rate["line"], f"{rate['a_second']:,}", processor, ratio)
    console.print(table)
    console.print(f"floor: {FLOOR:,} a second from JSON Lines", style="dim")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000, help="how many (default: 2,000; web pages: 200)")
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")
    arguments = parser.parse_args()
    result = measure(arguments.articles)
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        show(result, Console())


if __name__ == "__main__":
    main()
