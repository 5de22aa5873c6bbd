"""What `evaluate` and `explain` print: a scorecard, and a sentence with what was read in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from flows.explain import Alternative, Event, Explanation, Mention
from flows.terminal import cell, err, out, table
from tasks.extract.errors import counted
from tasks.extract.evaluate import Estimate, EventScores, Measure, Scorecard, Share
from tasks.extract.evaluate_resolution import Answered
from tasks.extract.record import Record
from tasks.load.evaluate_consolidation import ConsolidationCard

if TYPE_CHECKING:  # at run time it would bring the model and the load into `explain`
    from flows.evaluate import Measurement
    from flows.facts import FactsCard, FactsMeasurement, FactsRecord

_TRIGGER = "bold reverse"
_ROLES = {"actor": "green", "recipient": "red", "location": "blue", "date": "yellow", "speaker": "magenta"}
_MEASURE = ("precision", "recall", "F1", "95 % of F1", "found", "annotated", "right")


@contextmanager
def counting(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; what is yielded is told how many of `total` sentences are read."""
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("sentences"))
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def show_records(records: Sequence[Record], facts: Sequence[FactsRecord] = ()) -> None:
    """Print what was measured at release: on sentences, and on whole articles."""
    for one in records:
        out.print(f"Measured at release on {escape(one.measured_on)}. The annotated sentences are not shipped.\n")
        show_scorecard(one.scorecard)
    for other in facts:
        out.print(f"Measured at release on {escape(other.measured_on)}.")
        show_facts_card(other.facts)
    out.print("Score it on sentences or articles of your own: ", end="")
    out.print("marsad evaluate --gold FILE, marsad evaluate --facts FOLDER", style="cyan")


def show_scorecard(card: Scorecard) -> None:
    """Print scores in per cent."""
    out.print(f"Model {escape(card.model_version)} on {_so_many(card.sentences, 'sentence')}, in per cent.")
    if card.units > 1:
        out.print(f"Intervals: bootstrap over {_so_many(card.units, card.unit)}.\n")
    else:
        out.print('No intervals: the ids, up to their last ":", name one article only.\n')
    rows = [("all", card.entities), *card.entities_by_type.items()]
    _show_measures("entities: type and both edges", rows)
    if card.events:
        _show_events(card.events)


def show_errors(errors: pl.DataFrame) -> None:
    """Print how many errors there are of each kind, a frame of `tasks.extract.errors.ERRORS`."""
    rows = counted(errors).with_columns(pl.col("share") * 100).rows()
    shown = ((about, error, number, f"{share:5.1f}") for about, error, number, share in rows)
    out.print(table(["about", "error", "number", "% of those"], shown))


def show_measured(measured: Measurement | FactsMeasurement, *, counted: bool) -> None:
    """Print scores, and how many errors there are of each kind if they are to be counted and are of sentences."""
    if isinstance(measured.card, Scorecard):
        show_scorecard(measured.card)
        if counted and measured.errors is not None:
            show_errors(measured.errors)
    else:
        show_facts_card(measured.card)


def show_facts_card(card: FactsCard) -> None:
    """Print what is made of mentions, in per cent."""
    out.print(f"Model {escape(card.model_version)} and its resources, in per cent.\n")
    if card.resolution:
        out.print(f"Who, where and when, on {_so_many(card.resolution.articles, 'article')}.")
        for title, answered in (("question", card.resolution.questions), ("what is hard", card.resolution.cases)):
            if answered:
                _show_answers(title, answered)
    if card.consolidation:
        _show_consolidation(card.consolidation)


def _show_answers(title: str, answered: Mapping[str, Answered]) -> None:
    columns = [title, "right", "95 %", "right", "of found", "of annotated", "right where edges agree", "of"]
    rows = (
        (name, *_share(one.right), one.found.total, _percent(one.same_edges.share), one.same_edges.total)
        for name, one in answered.items()
    )
    out.print(table(columns, rows))


def _show_consolidation(card: ConsolidationCard) -> None:
    out.print(
        f"Which event, on {_so_many(card.articles, 'article')}: of {_so_many(card.mentions, 'annotated mention')}"
        f" {card.found:,} were found, of {_so_many(card.events, 'event')}, and put into {card.events_read:,}."
    )
    rows = [("as consolidated", card.b_cubed), ("each mention by itself", card.never)]
    shown = [(name, *(f"{100 * value:5.1f}" for value in (one.precision, one.recall, one.f1))) for name, one in rows]
    out.print(table(["B-cubed over mentions found", "precision", "recall", "F1"], shown))


def _show_events(events: EventScores) -> None:
    rows = [("all", events.all), ("whatever the type", events.identified), *events.by_type.items()]
    _show_measures("events: type and overlapping trigger", rows)
    interval = _interval(events.macro_f1)
    out.print(f"  mean F1 of the types: {_percent(events.macro_f1)}{f' ({interval})' if interval else ''}\n")
    rows = [*events.roles.items(), *events.numbers.items()]
    _show_measures("of events found: participants that overlap, numbers that agree", rows)
    shares = [("status", events.status), ("mode", events.mode), ("numbers, all three", events.casualties)]
    out.print(
        table(["of events found", "right", "95 %", "right", "of"], [(name, *_share(one)) for name, one in shares])
    )
    confusion = events.status_confusion
    out.print(
        table(
            ["status annotated ↓ read →", *confusion],
            [(status, *(row[other] or None for other in confusion)) for status, row in confusion.items()],
        )
    )


def _show_measures(title: str, rows: Iterable[tuple[str, Measure]]) -> None:
    out.print(table([title, *_MEASURE], [(name, *_cells(measure)) for name, measure in rows]))


def _cells(measure: Measure) -> tuple[object, ...]:
    scores = (_percent(measure.precision), _percent(measure.recall), _percent(measure.f1), _interval(measure.f1))
    return (*scores, measure.found, measure.expected, measure.right)


def _share(share: Share) -> tuple[object, ...]:
    return _percent(share.share), _interval(share.share), share.right, share.total


def _percent(estimate: Estimate) -> str:
    return f"{100 * estimate.value:5.1f}"


def _interval(estimate: Estimate) -> str | None:
    if estimate.low is None or estimate.high is None:
        return None
    return f"{100 * estimate.low:5.1f} to {100 * estimate.high:5.1f}"


def show_explanation(explanation: Explanation) -> None:
    """Print an event and the sentences that tell it, or one of those sentences."""
    event = explanation.event
    if event:
        what = _line(event.event_type, event.event_mode, event.status, event.event_date)
        who = _line(*(name for name in (event.actor_name, event.recipient_name, event.place_name) if name))
        out.print(f"[bold]event {event.event_id}[/]  {what}  {who}", soft_wrap=True)
        told = _line(*(_so_many(number, what) for number, what in _counts(event)))
        days = {f"{at:%Y-%m-%d}" for at in (event.first_published_at, event.last_published_at) if at}
        out.print(_line(told, " to ".join(sorted(days)) or None))
        if explanation.asked == "event_mention" and event.mention_count > 1:
            out.print(f"all of them: [cyan]marsad explain {event.event_id}")
    for mention in explanation.mentions:
        out.print()
        _show_mention(mention)
    if explanation.mentions_left_out:
        err.print(f"{_so_many(explanation.mentions_left_out, 'more mention')}; --limit 0 shows all")


def _show_mention(mention: Mention) -> None:
    what = _line(mention.event_type, mention.event_mode, mention.status)
    out.print(f"[bold]mention {mention.event_mention_id}[/]  {what}")
    place = "headline" if mention.part == "title" else f"sentence {mention.sentence_index + 1}"
    where = _line(mention.source, mention.title, mention.published_at, mention.url or mention.origin, place)
    out.print(where, style="dim", soft_wrap=True)
    out.print()
    out.print(marked(mention, plain=not out.is_terminal), soft_wrap=not out.is_terminal)
    out.print()
    out.print(_participants(mention))
    out.print()
    out.print(_choices(mention))
    if mention.status_rule:
        out.print(_why_status(mention), soft_wrap=True)
    if mention.weighed and mention.weighed.model_version != mention.model_version:
        out.print(
            f"The article was read by model {escape(str(mention.model_version))}; "
            f"runners-up are those of {escape(mention.weighed.model_version)}."
        )
    intensity = "no intensity" if mention.intensity is None else f"intensity {mention.intensity:+g}"
    contexts = f", context {', '.join(mention.contexts)}" if mention.contexts else ""
    out.print(f"{mention.quad_class_name}, {intensity}, CAMEO {mention.cameo_root}{contexts}")
    if mention.event_date:
        until = f" to {mention.event_date_end}" if mention.event_date_end != mention.event_date else ""
        out.print(f"date {mention.event_date}{until}: {mention.event_date_basis}")
    numbers = {"killed": mention.killed, "injured": mention.injured, "arrested": mention.arrested}
    if any(number is not None for number in numbers.values()):
        out.print(", ".join(f"{name} {number:,}" for name, number in numbers.items() if number is not None))


def marked(mention: Mention, *, plain: bool) -> Text:
    """The sentence with its trigger and participants: in colours, or, if `plain`, in ⟦ ⟧ and [ ]."""
    sentence = mention.evidence
    spans = {(one.char_start, one.char_end) for one in mention.participants}
    if plain:
        opening = {mention.trigger_start: "⟦", **{start: "[" for start, _ in spans if start != mention.trigger_start}}
        closing = {mention.trigger_end: "⟧", **{end: "]" for _, end in spans if end != mention.trigger_end}}
        marks = (closing.get(at, "") + opening.get(at, "") + letter for at, letter in enumerate(f"{sentence} "))
        return Text("".join(marks).rstrip(" "))
    text = Text(sentence)
    for one in mention.participants:
        text.stylize(_ROLES[one.role], one.char_start, one.char_end)
    text.stylize(_TRIGGER, mention.trigger_start, mention.trigger_end)
    # The sentence is one isolate: what stands beside it keeps its own direction.
    return Text.assemble("\u2068", text, "\u2069")


def _participants(mention: Mention) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_row(Text("trigger", style=_TRIGGER), cell(mention.trigger_text))
    for one in mention.participants:
        resolved = (one.name if one.name != one.text else None, one.country_code, one.sector)
        grid.add_row(Text(one.role, style=_ROLES[one.role]), cell(one.text), _line(*resolved))
    return grid


def _choices(mention: Mention) -> Table:
    weighed = mention.weighed
    read = [("type", mention.event_type, weighed.event_types if weighed else [])]
    if weighed:
        read += [("mode", mention.event_mode or "none", weighed.modes), ("status", mention.status, weighed.statuses)]
    rows = []
    for name, own, choices in read:
        chance = next((one.probability for one in choices if (one.name or "none") == own), None)
        rows.append((name, own, mention.confidence if name == "type" else chance, _others(choices, own)))
    return table(["", "read", "probability", "runners-up"], rows)


def _others(choices: Sequence[Alternative], read: str) -> str | None:
    """The likeliest that was not read, and all that had a chance of one in a hundred."""
    others = [one for one in choices if (one.name or "none") != read]
    worth = [one for one in others if one.probability >= 0.01] or others[:1]
    return ", ".join(f"{one.name or 'none'} {one.probability:.2g}" for one in worth) or None


def _why_status(mention: Mention) -> str:
    rule = mention.status_rule
    alone = mention.weighed.statuses[0].name if mention.weighed else rule and rule.status
    if rule is None or alone == rule.status:
        return f"status: {cell(rule and rule.particle)} before the trigger says so too"
    return f"status: {cell(rule.particle)} before the trigger says {rule.status}; the model alone read {alone}"


def _counts(event: Event) -> tuple[tuple[int, str], ...]:
    return (event.mention_count, "mention"), (event.article_count, "article"), (event.source_count, "source")


def _so_many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _line(*parts: object) -> str:
    return " · ".join(cell(part) for part in parts if part is not None)
