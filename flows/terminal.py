"""What a person sees: tables, the progress bar, errors. Results go to standard output, everything else to error.

Arabic is left in logical order, for the terminal to shape. A cell that holds some is wrapped in directional isolates,
so that a terminal with bidi support orders each cell by itself and not the whole line.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from flows import progress
from flows.bidi import isolate
from flows.doctor import Finding
from flows.quarantine import Held, Reason
from flows.report import Counts, Report
from flows.settings import load_settings
from flows.status import Status

if TYPE_CHECKING:
    from flows.backfill import Backfilled
    from flows.deploy import Deployed, Registered
    from flows.maintain import Upkeep
    from flows.replay import Replayed
    from flows.reprocess import Reprocessed
    from flows.up import Standing

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
    return escape(isolate(text) if out.is_terminal else text)


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
    outcomes = report.outcomes
    if outcomes.revised or outcomes.near_copies:
        told = f"{outcomes.new:,} new, {outcomes.revised:,} revised, {outcomes.near_copies:,} near-copies of another"
        out.print(f"Articles: {told}\n")
    if report.events_by_type:
        rows = [(row.event_type, row.events, row.mentions, row.actual) for row in report.events_by_type]
        out.print(table(["event type", "events", "mentions", "told as having happened"], rows))
    if report.rejections:
        rejections = [(row.records, row.reason, row.example) for row in report.rejections]
        out.print(table(["quarantined", "reason", "for example"], rejections))
    out.print("Try next:")
    for line in next_commands(report):
        out.print(f"  {escape(line)}", style="cyan", soft_wrap=True)


def show_watched(rows: Sequence[Mapping[str, object]], counts: Counts, waiting: int, title: str) -> None:
    """Print how feeds and folders stand, and what came of them."""
    out.print()
    out.print(table(list(rows[0]), [list(row.values()) for row in rows], title=title))
    numbers = ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in counts.model_dump().items())
    out.print(numbers + (f"; {waiting:,} items wait for a later run" if waiting else ""))


def complain(message: str) -> None:
    """Say what went wrong and does not end the command."""
    err.print(f"marsad: {escape(message)}", style="red", soft_wrap=True)


def show_reasons(reasons: Sequence[Reason], warehouse: Path) -> None:
    """Print why records wait in quarantine."""
    if not reasons:
        out.print("Nothing is in quarantine.")
        return
    rows = [(one.records, one.reason, one.stage, one.origins, one.last_seen_at, one.example) for one in reasons]
    out.print(table(["records", "reason", "stage", "origins", "last met", "for example"], rows))
    out.print("Try next:")
    for line in (f"show {reasons[0].example_id}", f"replay --reason {reasons[0].reason}", "list --all"):
        out.print(f"  marsad quarantine {escape(line + _there(warehouse))}", style="cyan", soft_wrap=True)


def show_held(held: Held) -> None:
    """Print one quarantined record."""
    out.print(f"[bold]{escape(held.reason)}[/] ({escape(held.stage)}): {cell(held.message)}", soft_wrap=True)
    size = "?" if held.payload_size is None else f"{held.payload_size:,}"
    facts = {
        "origin": held.origin,
        "record": held.record_number,
        "byte offset": held.byte_offset,
        "format": held.format,
        "context": held.context,
        "kept": f"{held.kept_bytes:,} of {size} bytes" + ("" if held.payload_complete else ", not all of it"),
        "first met": f"{held.first_seen_at:%Y-%m-%d %H:%M} UTC in {held.flow_run_name}",
        "tried again": held.replayed_at,
        "resolved": "yes" if held.resolved else None,
        "dropped": held.dropped_at,
    }
    for name, value in facts.items():
        if value is not None:
            out.print(f"{name:>12}  {cell(value)}", soft_wrap=True)
    if held.kept_bytes:
        out.print(f"\n{cell(held.text)}\n", soft_wrap=True)
        for line in held.hex:
            out.print(escape(line), style="dim", soft_wrap=True)


def show_replayed(done: Replayed) -> None:
    """Print what trying quarantined records again has brought."""
    if done.report is None:
        out.print("Nothing of that kind is in quarantine.")
        return
    show_report(done.report)
    out.print(f"{done.resolved:,} of {done.tried:,} quarantined records are resolved.")


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
    others = ["marsad status"]
    if report.counts.quarantined:
        others.append("marsad quarantine list")
    there = _there(Path(report.warehouse))
    return [*(f'marsad sql "{query}"{there}' for query in queries), *(f"{other}{there}" for other in others)]


def _there(warehouse: Path) -> str:
    """The option that names the warehouse, if it is not the usual one."""
    return "" if warehouse == load_settings().warehouse else f" --warehouse {shlex.quote(str(warehouse))}"


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
        out.print(f"unfinished since {run.started_at}: [cyan]{escape(run.words)}", soft_wrap=True)


def show_findings(findings: Iterable[Finding]) -> None:
    """Print each finding as it comes."""
    marks = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "failed": "[red]failed[/]"}
    for one in findings:
        out.print(f"{marks[one.state]:>20}  [bold]{one.check}[/]  {escape(one.detail)}", soft_wrap=True)
        if one.advice:
            out.print(f"{'':10}{escape(one.advice)}", style="dim", soft_wrap=True)


def show_registered(registered: Registered) -> None:
    """Print what is on the server."""
    out.print(f"Registered on {registered.api}")
    _show_deployments(registered.deployments, registered.automations)


def show_standing(standing: Standing) -> None:
    """Print what is up, and what comes next."""
    out.print(f"Marsad {'is up' if standing.started else 'was up already'}: [cyan]{standing.ui}", soft_wrap=True)
    _show_deployments(standing.deployments, standing.automations)
    out.print(f"Runs work in {escape(standing.folder)}; the log is {escape(standing.log)}", soft_wrap=True)


def _show_deployments(deployments: Sequence[Deployed], automations: Sequence[str]) -> None:
    rows = [(one.name, one.schedule or "when asked for", one.next_run) for one in deployments]
    out.print(table(["deployment", "schedule", "next run, UTC"], rows))
    for name in automations:
        out.print(f"  {escape(name)}", style="dim", soft_wrap=True)


def show_checks(found: pl.DataFrame) -> None:
    """Print what each check found: what is wrong first, with a row of it."""
    for row in found.sort("violations", "severity", descending=[True, False]).iter_rows(named=True):
        bad = "[red]error" if row["severity"] == "error" else "[yellow]warning"
        mark = bad if row["violations"] else "[green]ok"
        rows = f" ({row['violations']:,} rows)" if row["violations"] else ""
        out.print(f"{mark:>17}[/]  [bold]{row['check']}[/]{rows}  {escape(row['title'])}", soft_wrap=True)
        if row["violations"]:
            out.print(f"{'':10}{escape(row['example'])}", style="dim", soft_wrap=True)


def show_upkeep(upkeep: Upkeep) -> None:
    """Print what upkeep did, and what it found."""
    out.print(f"{escape(upkeep.warehouse)}: {upkeep.consolidated_mentions:,} mentions consolidated,", end=" ")
    out.print(f"{upkeep.bytes_given_back / 1e6:,.1f} MB given back,", end=" ")
    out.print(f"{sum(upkeep.let_go.values()):,} rows let go of")
    if upkeep.low_sources:
        out.print(f"brought less than half of the usual: {escape('، '.join(upkeep.low_sources))}", soft_wrap=True)
    show_checks(pl.DataFrame([check.model_dump() for check in upkeep.checks]))


def show_reprocessed(done: Reprocessed) -> None:
    """Print how far articles were read again."""
    if done.waiting:
        out.print(f"{done.read:,} articles read, {done.waiting:,} wait; give the same command again to go on")
    else:
        counts = done.counts.model_dump()
        out.print(table(["read again by", *counts], [(done.model_version, *counts.values())]))


def show_backfilled(done: Backfilled) -> None:
    """Print what each day brought."""
    rows = [(day.day, day.files, *day.counts.model_dump().values()) for day in done.days]
    out.print(table(["day", "files", *Counts.model_fields], rows))
    if done.done_before:
        out.print(f"{done.done_before:,} days were done before", style="dim")
    for file in done.undated:
        out.print(f"no date in its name: {escape(file)}", style="yellow", soft_wrap=True)


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
