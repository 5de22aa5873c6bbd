"""Commands about what was extracted and how well: `explain`, `evaluate`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, cast

import typer

from flows.commands.common import AsJson, Warehouse, faults

app = typer.Typer()


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
    with faults():
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
    with faults():
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
