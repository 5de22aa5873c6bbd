"""The measured parts of the model card and of the README, from the figures in `model.json`.

`python -m tasks.extract.card docs/model-card.md README.md` writes them anew. All else is written by hand; what stands
between two marks is this module's, and a test checks that it is still what the shipped model says of itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tasks.extract.evaluate import Estimate, Measure, Scorecard, Share
from tasks.extract.model import FOLDER
from tasks.extract.record import records, weights_hash

_HEAD = "| | precision | recall | F1 | 95 % of F1 | annotated |\n|---|---|---|---|---|---|"


def measured(folder: Path = FOLDER) -> str:
    """Markdown: version, size and hash of the model in `folder`, and the tables of all that was measured on it.

    Raises:
        OSError: a file of the model is missing.
    """
    found = records(folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    lines: list[str] = []
    for one in found:
        if not lines:
            version = one.scorecard.model_version
            lines = [f"Version {version}, {size / 1e6:.1f} MB, SHA-256 `{weights_hash(folder)}`."]
        lines += ["", f"### {one.measured_on[:1].upper()}{one.measured_on[1:]}", "", *_tables(one.scorecard)]
    return "\n".join(lines)


def summary(folder: Path = FOLDER) -> str:
    """Markdown: one table of what was measured first, the annotated news.

    Raises:
        OSError: a file of the model is missing.
    """
    cards = [one.scorecard for one in records(folder) if one.scorecard.events]
    if not cards or not (events := cards[0].events):
        return ""
    rows = {
        "entities, type and both edges": cards[0].entities,
        "events, type and overlapping trigger": events.all,
        "events, whatever the type": events.identified,
        **{f"{role} of events found": one for role, one in events.roles.items()},
    }
    shares = {"status of events found": events.status, "mode of events found": events.mode}
    lines = [_HEAD, *(_row(name, one) for name, one in rows.items())]
    for name, one in shares.items():
        lines.append(f"| {name} | | | {_percent(one.share)} % right | {_interval(one.share)} | {one.total:,} |")
    return "\n".join(lines)


SECTIONS = {"scores": measured, "summary": summary}
"""Name in the marks → what stands between them."""


def renewed(page: str, folder: Path = FOLDER) -> str:
    """`page` with what stands between each pair of marks written anew.

    Raises:
        ValueError: an opening mark is never closed, or there is none.
        OSError: a file of the model is missing.
    """
    found = False
    for name, section in SECTIONS.items():
        begin, end = f"<!-- {name}: written by tasks.extract.card -->", f"<!-- end of {name} -->"
        if begin in page:
            found = True
            before, _, rest = page.partition(begin)
            _, closed, after = rest.partition(end)
            if not closed:
                raise ValueError(f"{end} is missing")
            page = f"{before}{begin}\n{section(folder)}\n{end}{after}"
    if not found:
        raise ValueError("the page has no mark of tasks.extract.card")
    return page


def _tables(card: Scorecard) -> Iterator[str]:
    yield f"{card.sentences:,} sentences; intervals by bootstrap over {card.units:,} {card.unit}s."
    yield from _table("Entities: type and both edges", [("all", card.entities), *card.entities_by_type.items()])
    if card.events is None:
        return
    events = card.events
    rows = [("all", events.all), ("whatever the type", events.identified), *events.by_type.items()]
    yield from _table("Events: type and overlapping trigger", rows)
    yield from ("", f"Mean F1 of the types: **{_percent(events.macro_f1)}** ({_interval(events.macro_f1)}).")
    rows = [*events.roles.items(), *events.numbers.items()]
    yield from _table("Of events found: participants that overlap, numbers that agree", rows)
    shares = {"status": events.status, "mode": events.mode, "all three numbers": events.casualties}
    yield from ("", "Of events found: " + "; ".join(f"{name} {_share(one)}" for name, one in shares.items()) + ".")


def _table(title: str, rows: Iterable[tuple[str, Measure]]) -> Iterator[str]:
    yield from ("", title, "", _HEAD)
    yield from (_row(name, one) for name, one in rows)


def _row(name: str, one: Measure) -> str:
    scores = f"{_percent(one.precision)} | {_percent(one.recall)} | **{_percent(one.f1)}** | {_interval(one.f1)}"
    return f"| {name} | {scores} | {one.expected:,} |"


def _share(share: Share) -> str:
    return f"right in **{_percent(share.share)} %** of {share.total:,} ({_interval(share.share)})"


def _percent(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.1f}"


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{100 * estimate.low:.1f}–{100 * estimate.high:.1f}"


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
