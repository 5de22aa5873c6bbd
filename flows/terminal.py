"""What a person sees: tables, the progress bar, errors. Results go to standard output, everything else to error.

Arabic is left in logical order, for the terminal to shape. A cell that holds some is wrapped in directional isolates,
so that a terminal with bidi support orders each cell by itself and not the whole line.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from flows import progress
from flows.doctor import Finding
from flows.report import Counts, Report
from flows.settings import load_settings
from flows.status import Status

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SECONDS_BETWEEN_LINES = 5.0
_ROWS_IN_A_TABLE = 200
# In a file a row stays on its line, unless COLUMNS says otherwise.
_WIDTH_OF_A_FILE = 2_000

out = Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH_OF_A_FILE)
err = Console(highlight=False, stderr=True)


def cell(value: object) -> str:
    """Write a value into a table: nothing for None, markup escaped, Arabic isolated on a terminal."""
    if value is None:
        return ""
    match value:
        case float():
            text = f"{value:.3f}".rstrip("0").rstrip(".")
        case datetime():
            text = f"{value:%Y-%m-%d %H:%M:%S}"
        case _:
            text = str(value)
    if out.is_terminal and _RIGHT_TO_LEFT.search(text):
        text = f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return escape(text)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> Table:
    """Lay out rows. Numbers stand to the right, and neither they nor times are broken over lines."""
    rows = list(rows)
    made = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, title_style="bold")
    for name, *values in zip(columns, *rows, strict=True):
        given = [value for value in values if value is not None]
        number = bool(given) and all(isinstance(value, int | float | Decimal) for value in given)
        whole = number or (bool(given) and all(isinstance(value, date) for value in given))
        made.add_column(escape(name), justify="right" if number else "left", no_wrap=whole, overflow="fold")
    for row in rows:
        made.add_row(*map(cell, row))
    return made


def show_report(report: Report) -> None:
    """Print what a run did, and what to try next."""
    counts = report.counts
    resumed = f", {report.resumed_batches} batches of them before it was interrupted" if report.resumed_batches else ""
    out.print()
    out.print(
        table(
            ["seen", "loaded", "unchanged", "duplicates", "quarantined", "words", "entities", "events"],
            [
                [
                    *(f"{value:,}" for value in counts.model_dump().values()),
                    *(f"{value:,}" for value in (report.found.words, report.found.entities, report.found.events)),
                ]
            ],
            title=f"{report.flow_run_name}: {report.seconds:,.1f} s{resumed}",
        )
    )
    if report.events_by_type:
        rows = [(row.event_type, row.events, row.mentions, row.actual) for row in report.events_by_type]
        out.print(table(["event type", "events", "mentions", "told as having happened"], rows))
    if report.rejections:
        rejections = [(row.records, row.reason, row.example) for row in report.rejections]
        out.print(table(["quarantined", "reason", "for example"], rejections))
    out.print("Try next:")
    for line in next_commands(report):
        out.print(f"  {escape(line)}", style="cyan", soft_wrap=True)


def show_rows(rows: pl.DataFrame, form: Literal["table", "json", "csv"]) -> None:
    """Print the answer to a query."""
    if form == "table":
        shown = rows.head(_ROWS_IN_A_TABLE)
        out.print(table(shown.columns, shown.rows()))
        if rows.height > shown.height:
            err.print(f"{rows.height - shown.height:,} more rows; --csv and --json give all")
        return
    rows = rows.with_columns(pl.col(pl.Binary).bin.encode("base64"))
    if form == "json":
        out.file.write(rows.write_json() + "\n")
    else:
        nested = [name for name, dtype in rows.schema.items() if dtype.is_nested()]
        rows.with_columns(pl.Series(name, map(_flat, rows[name]), pl.String) for name in nested).write_csv(out.file)


def _flat(value: object) -> str | None:
    """A list or struct as a cell of CSV."""
    value = value.to_list() if isinstance(value, pl.Series) else value
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)


def next_commands(report: Report) -> list[str]:
    """Commands that show what the run brought."""
    queries = ["FROM daily_events", "FROM dyads", "SELECT evidence FROM event_mentions LIMIT 5"]
    if report.counts.quarantined:
        queries.append("SELECT origin, record_number, reason, message FROM quarantine")
    usual = Path(report.warehouse) == load_settings().warehouse
    there = "" if usual else f" --warehouse {shlex.quote(report.warehouse)}"
    return [*(f'marsad sql "{query}"{there}' for query in queries), f"marsad status{there}"]


def show_status(status: Status) -> None:
    """Print how things stand."""
    out.print(f"{status.warehouse}: {status.megabytes:,.1f} MB, published {status.published_at:%Y-%m-%d %H:%M} UTC")
    out.print(table(["table", "rows"], [(name, f"{rows:,}") for name, rows in status.rows.items()]))
    columns = ("started_at", "flow_run_name", "state", *Counts.model_fields)
    loads = [[getattr(load, name) for name in columns] for load in status.last_loads]
    out.print(
        table(["started", "last runs", "state", *columns[3:]], [(f"{at:%Y-%m-%d %H:%M}", *rest) for at, *rest in loads])
    )
    for run in status.unfinished:
        out.print(
            f"unfinished since {run.started_at}: [cyan]marsad run {escape(shlex.join(run.paths))}", soft_wrap=True
        )


def show_findings(findings: Iterable[Finding]) -> None:
    """Print each finding as it comes."""
    marks = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "failed": "[red]failed[/]"}
    for one in findings:
        out.print(f"{marks[one.state]:>20}  [bold]{one.check}[/]  {escape(one.detail)}", soft_wrap=True)
        if one.advice:
            out.print(f"{'':10}{escape(one.advice)}", style="dim", soft_wrap=True)


@contextmanager
def watching() -> Iterator[None]:
    """Show how far the flow run inside the block is: a bar on a terminal, else a line now and then."""
    with _bar() if err.is_terminal else _lines() as watch:
        token = progress.watcher.set(watch)
        try:
            yield
        finally:
            progress.watcher.reset(token)


@contextmanager
def _bar() -> Iterator[Any]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[numbers]}"),
        TimeRemainingColumn(compact=True),
    )
    started = None
    with Progress(*columns, console=err, transient=True) as bar:
        shown = bar.add_task("starting", total=None, numbers="")

        def watch(now: progress.Progress) -> None:
            nonlocal started
            started = started or time.monotonic()
            bar.update(
                shown,
                description=now.step,
                total=now.total_bytes,
                completed=now.bytes_done,
                numbers=_numbers(now, started),
            )

        yield watch


@contextmanager
def _lines() -> Iterator[Any]:
    started = None
    last = time.monotonic()

    def watch(now: progress.Progress) -> None:
        nonlocal started, last
        started = started or time.monotonic()  # what comes before is Prefect's, not the articles'
        if now.records and time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            share = f", {now.bytes_done / now.total_bytes:.0%} read" if now.total_bytes else ""
            err.print(f"{now.step}: {_numbers(now, started)}{share}")

    yield watch


def _numbers(now: progress.Progress, started: float) -> str:
    if not now.records:
        return ""
    speed = f", {now.words / max(time.monotonic() - started, 0.001):,.0f} words/s" if now.words else ""
    return f"{now.records:,} articles{speed}"
