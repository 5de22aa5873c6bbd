"""The `marsad` command: it parses words and calls; what is called stands elsewhere.

Nothing heavy is imported before a command needs it, so that `marsad --help` answers at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, cast

import typer

DONE, DONE_WITH_QUARANTINED, USAGE, FAILED = 0, 1, 2, 3

app = typer.Typer(
    help="Arabic news in, an event warehouse out: who did what to whom, where and when.",
    epilog="Exit codes: 0 done, 1 done with records in quarantine, 2 usage, 3 failed.  "
    "Settings: flags, then MARSAD_* variables, then marsad.toml.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Warehouse = Annotated[
    Path | None, typer.Option("--warehouse", "-w", help="The DuckDB file.  [default: data/marsad.duckdb]")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


@app.command(epilog="Example: marsad run articles/ 'archive/2026-*.jsonl.gz' --source 'وكالة الأنباء'")
def run(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, patterns, or - for standard input.")],
    warehouse: Warehouse = None,
    source: Annotated[str | None, typer.Option(help="Publisher of records that do not name theirs.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Records a batch.  [default: 256]")] = None,
    threads: Annotated[int | None, typer.Option(help="Cores the model may use.  [default: all]")] = None,
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's log.")] = False,
) -> None:
    """Bring articles into the warehouse: text, JSON, JSON lines, CSV, Parquet, each also gzipped or in a zip.

    Run it again whenever you like: what is unchanged is passed over, and a run that was killed goes on where it was.
    """
    _quieten_prefect(verbose)
    with _faults():
        from flows import session, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        settings = load_settings(
            {
                "warehouse": warehouse,
                "threads": threads,
                "ingest": {"source": source, "batch_size": batch_size},
            }
        )
        report = session.run_ingest(paths, settings)
        if as_json:
            typer.echo(report.model_dump_json(indent=2))
        else:
            terminal.show_report(report)
    raise typer.Exit(DONE_WITH_QUARANTINED if report.counts.quarantined else DONE)


@app.command(epilog='Example: marsad sql "SELECT event_type, count(*) FROM events GROUP BY ALL"')
def sql(
    query: Annotated[str, typer.Argument(help="A query, a file ending in .sql, or - for standard input.")],
    warehouse: Warehouse = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Ask the warehouse's snapshot, which can be read at any time, also while a run is writing."""
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    with _faults():
        from flows import session, terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        rows = session.ask(query, load_settings({"warehouse": warehouse}))
        terminal.show_rows(rows, "json" if as_json else "csv" if as_csv else "table")


@app.command(epilog="Example: marsad status --json")
def status(warehouse: Warehouse = None, as_json: AsJson = False) -> None:
    """Say what the warehouse holds, what the last runs did, and what is unfinished."""
    with _faults():
        from flows import terminal  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415
        from flows.status import look  # noqa: PLC0415

        found = look(load_settings({"warehouse": warehouse}))
        if as_json:
            typer.echo(found.model_dump_json(indent=2))
        else:
            terminal.show_status(found)


@app.command(epilog="Example: marsad doctor")
def doctor(warehouse: Warehouse = None, as_json: AsJson = False) -> None:
    """Check this machine: versions, the model, the warehouse, the Prefect server, disk."""
    _quieten_prefect(verbose=False)
    with _faults():
        from flows import terminal  # noqa: PLC0415
        from flows.doctor import examine  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        findings = list(examine(load_settings({"warehouse": warehouse})))
        if as_json:
            typer.echo(json.dumps([finding.model_dump() for finding in findings], ensure_ascii=False, indent=2))
        else:
            terminal.show_findings(findings)
    raise typer.Exit(FAILED if any(finding.state == "failed" for finding in findings) else DONE)


@app.command(epilog="Example: marsad explain 7436105838293410236")
def explain(
    identifier: Annotated[
        int,
        typer.Argument(metavar="EVENT_ID", min=0, max=2**64 - 1, help="An event_id, or an event_mention_id."),
    ],
    warehouse: Warehouse = None,
    limit: Annotated[int, typer.Option(min=0, help="Mentions to show at most; 0 for all.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Show the sentences that tell an event: trigger and participants marked, scores, and what else it might be."""
    with _faults():
        from flows import cards, explain  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        found = explain.explain(identifier, load_settings({"warehouse": warehouse}), limit)
        if as_json:
            typer.echo(found.model_dump_json(indent=2))
        else:
            cards.show_explanation(found)


@app.command(epilog="Example: marsad evaluate --gold annotated.jsonl --out scores.json")
def evaluate(
    gold: Annotated[
        Path | None,
        typer.Option(help="Annotated sentences: JSON lines, or CoNLL's word and tag a line.  [default: none]"),
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(help="Folder of annotated articles (articles.jsonl, facts.jsonl): who, where, when, which event."),
    ] = None,
    convention: Annotated[str, typer.Option(help="Whose entities a CoNLL file has: news or anercorp.")] = "news",
    model: Annotated[Path | None, typer.Option(help="Folder of an exported model.  [default: the shipped one]")] = None,
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option(help="Write the JSON to this file, too.")] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Write each error with its sentence to this CSV file, and count the kinds.")
    ] = None,
    record: Annotated[
        str | None, typer.Option(hidden=True, help="Keep the figures with the model, as of this.")
    ] = None,
) -> None:
    """Score the model on annotated sentences or articles; without any, show what was measured when it was released.

    The annotation formats are described in tasks/extract/training/README.md and tests/gold/README.md.
    """
    with _faults():
        from flows import cards, evaluate  # noqa: PLC0415
        from flows import facts as facts_of  # noqa: PLC0415
        from flows.settings import load_settings  # noqa: PLC0415

        if gold is not None and facts is not None:
            raise typer.BadParameter("choose one of --gold and --facts")
        if gold is None and facts is None:
            if record is not None or errors is not None:
                raise typer.BadParameter("--record and --errors need --gold or --facts")
            found, of_facts = evaluate.released(model), [] if model else facts_of.recorded_facts()
            rows = [one.model_dump(mode="json") for one in (*found, *of_facts)]
            text = json.dumps(rows, ensure_ascii=False, indent=2)
            _give(text, lambda: cards.show_records(found, of_facts), out, as_json=as_json)
            return
        measured: evaluate.Measurement | facts_of.FactsMeasurement
        if facts is not None:
            measured = facts_of.measure_facts(facts, load_settings(), model=model)
        else:
            measured = evaluate.measure(cast(Path, gold), load_settings(), convention=convention, model=model)
        if errors is not None:
            if measured.errors is None:
                raise typer.BadParameter("--errors needs annotated sentences: CoNLL has tags")
            evaluate.write(measured.errors.write_csv(), errors)
        if record is not None:
            if isinstance(measured, evaluate.Measurement):
                evaluate.keep(measured.card, record, model)
            else:
                facts_of.keep_facts(measured.card, record)
        text = measured.card.model_dump_json(indent=2)
        _give(text, lambda: cards.show_measured(measured, counted=errors is not None), out, as_json=as_json)


def _give(text: str, show: Callable[[], None], out: Path | None, *, as_json: bool) -> None:
    """Give an answer as JSON, or `show` it; and write its JSON to the file `out` if one is named."""
    from flows.evaluate import write  # noqa: PLC0415

    if out is not None:
        write(text + "\n", out)
    if as_json:
        typer.echo(text)
    else:
        show()


def main() -> None:
    """Run the command."""
    app(prog_name="marsad")


def _quieten_prefect(verbose: bool) -> None:
    """Settle what Prefect reads from the environment when it is first imported."""
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    if not verbose:
        # The console alone: a server still gets every line.
        os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """Turn what can be foreseen to go wrong into one line and an exit code."""
    from flows.session import CommandError, UsageError  # noqa: PLC0415
    from flows.settings import SettingsError  # noqa: PLC0415
    from warehouse.errors import WarehouseError  # noqa: PLC0415

    try:
        yield
    except (SettingsError, UsageError) as error:
        _say(str(error))
        raise typer.Exit(USAGE) from None
    except (WarehouseError, CommandError, OSError) as error:
        _say(str(error))
        _let_go(error)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        _say("interrupted; give the same command again to go on")
        raise typer.Exit(FAILED) from None


def _let_go(error: BaseException | None) -> None:
    """Drop the local variables of failed calls: connections among them would make DuckDB complain at the very end."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _say(message: str) -> None:
    typer.secho(f"marsad: {message}", err=True, fg=typer.colors.RED)
