"""The nightly flow, reprocessing and backfill, on a warehouse filled by the real flow with the reader of words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from newsroom import WordReader, article, write_lines

from flows.settings import Settings
from warehouse.connection import writer
from warehouse.query import query

pytestmark = pytest.mark.usefixtures("harness", "reader")

BASE: dict[str, Any] = {"warehouse": "w.duckdb", "ingest": {"batch_size": 4}}


def settings(**more: Any) -> Settings:
    return Settings.model_validate(BASE | more)


def ingest_news(*articles: dict[str, Any]) -> Any:
    from flows.ingest import ingest

    news = write_lines(Path("news.jsonl"), articles)
    return asyncio.run(ingest([str(news)], settings()))


def rows(sql: str) -> list[tuple[Any, ...]]:
    return query("w.duckdb", sql).rows()


def run_named(flow_run_id: str) -> str:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.read_flow_run(flow_run_id).name  # type: ignore[arg-type]


def artifacts(prefix: str) -> Iterator[Any]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return (one for one in client.read_artifacts() if one.key and one.key.startswith(prefix))


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What the flows emit."""
    from flows import alarms, assets

    emitted: list[tuple[str, dict[str, Any]]] = []

    def note(event: str, resource: dict[str, str], payload: dict[str, Any], related: Any = None) -> None:
        emitted.append((event, resource | payload | {"related": related}))

    monkeypatch.setattr(alarms, "emit_event", note)
    monkeypatch.setattr(assets, "emit_event", note)
    return emitted


def test_a_night(events: list[tuple[str, dict[str, Any]]]) -> None:
    from flows.maintain import ChecksFailedError, maintain

    today = datetime.now(UTC).date()
    days = [today - timedelta(1 + 7 * week) for week in range(5) for _ in range(2 if week == 0 else 6)]
    ingest_news(*(article(number, date=day.isoformat()) for number, day in enumerate(days)))
    events.clear()
    with writer("w.duckdb") as con:  # as a load that was killed would leave them
        con.execute("UPDATE event_mentions SET event_id = NULL; DELETE FROM events")
    done = asyncio.run(maintain(settings()))
    assert done.consolidated_mentions == len(days)
    assert done.low_sources == ["وكالة المثال"]
    [(event, low)] = events
    assert event == "marsad.volume-low"
    assert low["prefect.resource.id"].startswith("marsad.source.%D9")
    assert (low["articles"], low["expected"], low["day"]) == (2, 6.0, (today - timedelta(1)).isoformat())
    assert "وكالة المثال brought 2 articles" in low["message"]
    assert done.failed("error") == []
    assert done.failed("warning") == ["sources_deliver"]
    assert rows("SELECT count(*) FROM events") > [(0,)]
    assert rows("SELECT violations FROM check_results WHERE check_name = 'sources_deliver'") == [(1,)]
    pages = {one.key: one.data for one in artifacts("maintain")}
    assert "brought less than half" in pages["maintain-report"]
    assert "sources_deliver" in pages["maintain-checks"]

    with writer("w.duckdb") as con:
        con.execute("UPDATE events SET mention_count = 9")
    with pytest.raises(ChecksFailedError, match="event_counts"):
        asyncio.run(maintain(settings(retention={"text_days": 10})))
    assert rows("SELECT count(*) FROM articles WHERE text <> ''") == [(8,)]


def test_a_run_tells_what_it_wrote_and_what_is_unusual(events: list[tuple[str, dict[str, Any]]]) -> None:
    report = ingest_news(*map(article, range(12)), *(article(n, text=" ") for n in range(90, 99)))
    assert report.flow_run_name == "ingest 12 articles · 1 source · 9 in quarantine"
    assert run_named(report.flow_run_id) == report.flow_run_name
    assert 0 < len(report.slowest) <= 5
    assert "Slowest steps" in next(
        one.data for one in artifacts("ingest-report") if str(one.flow_run_id) == report.flow_run_id
    )
    written = {one["prefect.resource.name"]: one for name, one in events if name.startswith("prefect.asset")}
    assert {name: one["rows"] for name, one in written.items() if name in ("articles", "event_mentions")} == {
        "articles": 12,
        "event_mentions": 12,
    }
    assert {one["prefect.resource.id"].rsplit("/")[-1] for one in written["events"]["related"]} == {
        "event_mentions",
        "event_participants",
        "articles",
    }
    [alarm] = [one for name, one in events if name == "marsad.quarantine-rate"]
    assert (alarm["quarantined"], alarm["records_seen"]) == (9, 21)
    assert "9 empty_text" in alarm["message"]


def test_reprocessing_takes_turns_and_shows_nothing_before_the_end(
    reader: WordReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.reprocess import reprocess
    from flows.runs import unfinished
    from tasks.extract import model

    ingest_news(*map(article, range(10)))
    before = rows("SELECT event_mention_id, event_id FROM event_mentions ORDER BY ALL")
    newer = WordReader()
    newer.model_version = "words-2"
    monkeypatch.setattr(model, "shipped_reader", lambda threads=0: newer)

    first = asyncio.run(reprocess(settings=settings(reprocess={"max_articles": 6})))
    assert (first.chosen, first.read, first.waiting) == (10, 6, 4)
    assert run_named(first.flow_run_id) == "reprocess 6 of 10 articles, to be continued"
    assert rows("SELECT DISTINCT model_version FROM articles") == [("words-1",)]
    [waiting] = unfinished(Path("staging"))
    assert (waiting.command, waiting.paths) == ("reprocess", [])
    calls = newer.calls

    second = asyncio.run(reprocess(settings=settings(reprocess={"max_articles": 6})))
    assert (second.read, second.waiting, second.counts.loaded) == (4, 0, 10)
    assert newer.calls == calls + 1
    assert rows("SELECT DISTINCT model_version FROM articles") == [("words-2",)]
    assert rows("SELECT event_mention_id, event_id FROM event_mentions ORDER BY ALL") == before
    assert not unfinished(Path("staging"))
    third = asyncio.run(reprocess(settings=settings()))
    assert third.chosen == 0
    assert rows("SELECT count(*) FROM loads") == [(2,)]


def test_reprocessing_a_part_is_refused_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.reprocess import reprocess
    from tasks.extract import model
    from tasks.load.reread import MixedModelsError

    ingest_news(*(article(n, date=f"2026-11-1{n}", source="أ" if n else "ب") for n in range(4)))
    newer = WordReader()
    newer.model_version = "words-2"
    monkeypatch.setattr(model, "shipped_reader", lambda threads=0: newer)
    day = date(2026, 11, 11)
    for choice in ({"since": day}, {"until": day}, {"source": "أ"}):
        with pytest.raises(MixedModelsError, match="of words-1"):
            asyncio.run(reprocess(**choice, settings=settings()))
    assert newer.calls == 0
    done = asyncio.run(reprocess(day, day, "أ", "words-1", allow_mixed=True, settings=settings()))
    assert done.counts.loaded == 1
    assert rows("SELECT model_version, count(*) FROM articles GROUP BY ALL ORDER BY ALL") == [
        ("words-1", 3),
        ("words-2", 1),
    ]
    asyncio.run(reprocess(model_version="words-1", settings=settings()))
    assert rows("SELECT DISTINCT model_version FROM articles") == [("words-2",)]


def test_a_folder_of_dated_files_day_by_day(reader: WordReader) -> None:
    from flows.backfill import NothingDatedError, backfill
    from flows.steps import StepError

    news = Path("archive")
    for path, number in (
        ("2026-11-14.jsonl", 1),
        ("b/20261115/wire.jsonl", 2),
        ("2026/11/16/x.jsonl", 3),
        ("y.jsonl", 4),
    ):
        (news / path).parent.mkdir(parents=True, exist_ok=True)
        write_lines(news / path, [article(number)])
    reader.failing_on = "الملف رقم 3."
    with pytest.raises(StepError):
        asyncio.run(backfill(str(news), settings=settings()))
    assert rows("SELECT count(*) FROM articles") == [(2,)]
    reader.failing_on = None
    write_lines(news / "2026-11-14.jsonl", [article(1), article(5)])  # has grown meanwhile
    done = asyncio.run(backfill(str(news), settings=settings()))
    assert [(day.day.day, day.counts.loaded) for day in done.days] == [(14, 1), (16, 1)]
    assert done.done_before == 1
    assert done.undated == [str(news / "y.jsonl")]
    assert run_named(done.flow_run_id) == "backfill 2 days · 2 articles"
    names = rows("SELECT flow_run_name FROM loads ORDER BY started_at")
    assert [name for (name,) in names] == [
        "backfill 2026-11-14",
        "backfill 2026-11-15",
        "backfill 2026-11-16",
        "backfill 2026-11-14",
    ]
    assert list(Path("staging").iterdir()) == []
    with pytest.raises(NothingDatedError, match="3 other days and 1 without"):
        asyncio.run(backfill(str(news), since=date(2027, 1, 1), settings=settings()))


def test_a_week_as_a_page() -> None:
    from flows.weekly import weekly

    ingest_news(*(article(n, date=f"2026-11-{8 + n:02d}") for n in range(10)))
    trends = asyncio.run(weekly(2, settings()))
    assert [(str(week.last_day), week.articles) for week in trends.weeks] == [("2026-11-10", 3), ("2026-11-17", 7)]
    assert [(one.name, one.now, one.before) for one in trends.sources] == [("وكالة المثال", 7, 3)]
    assert any("| CONSULT |" in one.data for one in artifacts("weekly-report"))


def test_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """The words of `flows.commands.keep`, without a server: look, keep, and the way back."""
    from typer.testing import CliRunner

    from flows.cli import app

    def marsad(*words: str) -> Any:
        return CliRunner().invoke(app, [*words, "--warehouse", "w.duckdb"])

    for words in (("check",), ("backup", "b"), ("export", "events"), ("report",)):
        missing = marsad(*words)
        assert (missing.exit_code, "marsad run PATH" in missing.stderr) == (3, True)
    ingest_news(*(article(n, date=f"2026-11-{10 + n}") for n in range(10)))
    checked = marsad("check", "--json")
    assert checked.exit_code == 0
    assert {one["violations"] for one in json.loads(checked.stdout)} == {0}
    assert rows("SELECT count(DISTINCT checked_at) FROM check_results") == [(1,)]
    assert "unique_ids" in marsad("check").stdout
    with writer("w.duckdb") as con:
        con.execute("UPDATE articles SET model_version = 'older' WHERE record_number = 1")
    from warehouse.publish import publish

    publish("w.duckdb")
    assert marsad("check").exit_code == 1
    made = json.loads(marsad("backup", "b", "--json").stdout)
    with writer("w.duckdb") as con:
        con.execute("UPDATE loads SET loaded = 3")
    publish("w.duckdb")
    broken = marsad("check")
    assert (broken.exit_code, "load_counts" in broken.stdout) == (3, True)
    assert marsad("restore", made["path"]).exit_code == 3
    assert marsad("restore", made["path"], "--replace").exit_code == 0
    assert marsad("check").exit_code == 1
    assert "10 rows" in marsad("export", "articles", "--to", "csv").stdout
    assert Path("articles.csv").exists()
    assert marsad("export", "nothing").exit_code == 3
    for to, sign in (
        ("markdown", "| CONSULT |"),
        ("html", '<td dir="auto">CONSULT</td>'),
        ("json", '"name": "CONSULT"'),
    ):
        told = marsad("report", "--weeks", "2", "--to", to)
        assert (told.exit_code, sign in told.stdout) == (0, True)
