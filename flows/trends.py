"""How the news went, week by week: for `marsad report`, and for the page that the weekly flow leaves in Prefect.

Weeks are those of seven days that end with the last day of news, so the last is always whole. What rises or falls is
compared with the week before.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from warehouse.query import query

_QUERIES = Path(__file__).parent / "queries"

Format = Literal["markdown", "html", "json"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Week(_Frozen):
    """Seven days of news."""

    first_day: date
    last_day: date
    articles: int
    sources: int
    events: int
    cooperation: int
    conflict: int
    quarantined: int


class Change(_Frozen):
    """How often something was told in the last week, and in the one before."""

    name: str
    now: int
    before: int


class Trends(_Frozen):
    """Everything that the report says; newest week last."""

    warehouse: str
    weeks: list[Week]
    event_types: list[Change]
    actors: list[Change]
    places: list[Change]
    pairs: list[Change]
    sources: list[Change]


def look_back(warehouse: Path, weeks: int) -> Trends:
    """Ask the snapshot how the last `weeks` weeks of news went.

    Raises:
        WarehouseError: there is none, or it cannot be read.
    """

    def changes(name: str) -> list[Change]:
        return [Change(**row) for row in _rows(warehouse, f"trend_{name}")]

    return Trends(
        warehouse=str(warehouse),
        weeks=[Week(**row) for row in _rows(warehouse, "trend_weeks", weeks=weeks)],
        event_types=changes("event_types"),
        actors=changes("actors"),
        places=changes("places"),
        pairs=changes("pairs"),
        sources=changes("sources"),
    )


def rendered(trends: Trends, to: Format) -> str:
    """The report as text."""
    match to:
        case "json":
            return trends.model_dump_json(indent=2)
        case "markdown":
            return "\n\n".join(_markdown(trends))
        case "html":
            return _page(trends)


def _sections(trends: Trends) -> Iterable[tuple[str, Sequence[str], list[tuple[object, ...]]]]:
    columns = ["week", "articles", "sources", "events", "cooperation", "conflict", "quarantined"]
    rows: list[tuple[object, ...]] = [
        (f"{week.first_day} – {week.last_day}", *list(week.model_dump().values())[2:]) for week in trends.weeks
    ]
    yield "Weeks", columns, rows
    for title, found in (
        ("Event types", trends.event_types),
        ("Actors", trends.actors),
        ("Places", trends.places),
        ("Who on whom", trends.pairs),
        ("Sources", trends.sources),
    ):
        if found:
            yield title, ["name", "last week", "week before", "change"], [_changed(one) for one in found]


def _changed(one: Change) -> tuple[object, ...]:
    return one.name, one.now, one.before, f"{(one.now - one.before) / one.before:+.0%}" if one.before else "new"


def _title(trends: Trends) -> str:
    if not trends.weeks:
        return "No dated news yet"
    return f"News of {trends.weeks[0].first_day} to {trends.weeks[-1].last_day}"


def _markdown(trends: Trends) -> Iterable[str]:
    yield f"# {_title(trends)}"
    for title, columns, rows in _sections(trends):
        lines = [columns, ["---"] * len(columns), *rows]
        yield f"## {title}\n\n" + "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|").replace("\n", " ")


def _page(trends: Trends) -> str:
    """One file that needs nothing else; names stand in the direction of their own script."""
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{html.escape(_title(trends))}</title><style>',
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;width:100%}td,th{padding:.2rem .6rem;border-bottom:1px solid #ccc;"
        "text-align:start}td+td{text-align:end;font-variant-numeric:tabular-nums}th+th{text-align:end}",
        f"</style></head><body><h1>{html.escape(_title(trends))}</h1>",
    ]
    for title, columns, rows in _sections(trends):
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        body = "".join(
            "<tr>" + "".join(f'<td dir="auto">{html.escape(_number(value))}</td>' for value in row) + "</tr>"
            for row in rows
        )
        parts.append(f"<h2>{html.escape(title)}</h2><table><tr>{head}</tr>{body}</table>")
    return "\n".join([*parts, "</body></html>"])


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _rows(warehouse: Path, name: str, **parameters: object) -> Iterable[dict[str, Any]]:
    return query(warehouse, (_QUERIES / f"{name}.sql").read_text("utf-8"), parameters).iter_rows(named=True)
