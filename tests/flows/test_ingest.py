from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from newsroom import WordReader, article, write_lines

from flows.progress import Progress, watcher
from flows.report import Report
from flows.settings import Settings
from warehouse.query import query

pytestmark = pytest.mark.usefixtures("harness", "reader")


def settings(batch_size: int = 4) -> Settings:
    return Settings.model_validate({"warehouse": "w.duckdb", "ingest": {"batch_size": batch_size}})


def run(*paths: str | Path, batch_size: int = 4) -> Report:
    from flows.ingest import ingest

    return asyncio.run(ingest([str(path) for path in paths], settings(batch_size)))


def rows(sql: str) -> list[tuple[Any, ...]]:
    return query("w.duckdb", sql).rows()


def artifacts(report: Report) -> Iterator[Any]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

    mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[report.flow_run_id]))
    with get_client(sync_client=True) as client:
        return iter(client.read_artifacts(artifact_filter=mine))


def test_every_record_is_accounted_for() -> None:
    same_text = article(3, url="https://example.org/copy", source="وكالة أخرى")
    news = write_lines(
        Path("news.jsonl"), [*map(article, range(1, 8)), "{broken", same_text, article(2), article(9, text="  ")]
    )
    report = run(news, "nowhere.txt")

    assert report.counts.model_dump() == {
        "records_seen": 12,
        "loaded": 7,
        "unchanged": 0,
        "duplicates": 2,
        "quarantined": 3,
    }
    rejected = ("broken_json", "empty_text", "missing_file")
    assert {one.reason: one.records for one in report.rejections} == dict.fromkeys(rejected, 1)
    assert report.flow_run_name == "ingest 7 articles · 2 sources · 3 in quarantine"
    assert [one.event_type for one in report.events_by_type] == ["CONSULT"]
    assert report.found.event_mentions == len(rows("FROM event_mentions")) == 7
    assert report.actors
    assert rows("SELECT state, records_seen, loaded, duplicates, quarantined, model_version FROM loads") == [
        ("completed", 12, 7, 2, 3, "words-1")
    ]
    assert rows("SELECT reason FROM quarantine ORDER BY reason") == [
        ("broken_json",),
        ("empty_text",),
        ("missing_file",),
    ]
    assert list(Path("staging").iterdir()) == []

    found = {one.key: one for one in artifacts(report)}
    assert found.keys() == {"ingest-report", "ingest-events", "ingest-quarantine-reasons", "ingest-quarantine"}
    reasons = json.loads(found["ingest-quarantine-reasons"].data)
    assert {(one["reason"], one["records"]) for one in reasons} == {(name, 1) for name in rejected}
    assert "| CONSULT |" in found["ingest-report"].data
    assert "broken_json" in found["ingest-report"].data
    assert "التقى وزير الخارجية" in json.loads(found["ingest-events"].data)[0]["evidence"]
    assert {"news.jsonl", "nowhere.txt"} == {one["origin"] for one in json.loads(found["ingest-quarantine"].data)}


def test_a_second_run_changes_nothing_and_reads_nothing(reader: WordReader) -> None:
    news = write_lines(Path("news.jsonl"), map(article, range(10)))
    first = run(news)
    calls, before = reader.calls, rows("FROM articles ORDER BY ALL")
    second = run(news)
    assert (first.counts.loaded, second.counts.loaded, second.counts.unchanged) == (10, 0, 10)
    assert reader.calls == calls
    assert rows("FROM articles ORDER BY ALL") == before
    assert second.load_id != first.load_id


def test_a_changed_article_is_read_anew(reader: WordReader) -> None:
    news = write_lines(Path("news.jsonl"), map(article, range(3)))
    run(news)
    write_lines(news, [article(0), article(1, text="هاجم مسلحون مجهولون قرية قرب بغداد يوم الثلاثاء."), article(2)])
    report = run(news)
    assert (report.counts.loaded, report.counts.unchanged) == (1, 2)
    assert (report.outcomes.new, report.outcomes.revised) == (0, 1)
    assert rows("SELECT changed, text_kept < 0.5 FROM articles WHERE revision = 2") == [(["text"], True)]
    assert [(one.event_type, one.mentions) for one in report.events_by_type] == [("ASSAULT", 1)]
    assert rows("SELECT revision FROM articles ORDER BY revision DESC LIMIT 1") == [(2,)]


def test_what_failed_is_named_and_what_was_loaded_stays(reader: WordReader) -> None:
    from flows.steps import StepError

    news = write_lines(Path("news.jsonl"), map(article, range(10)))
    reader.failing_on = "الملف رقم 5."
    with pytest.raises(StepError, match="extracting batch 2 failed: RuntimeError: the model choked"):
        run(news)
    assert rows("SELECT count(*) FROM articles") == [(4,)]
    assert rows("SELECT state, records_seen FROM loads") == [("failed", 4)]

    reader.failing_on = None
    report = run(news)
    assert (report.counts.records_seen, report.counts.loaded, report.resumed_batches) == (10, 10, 1)
    assert rows("SELECT state, records_seen, loaded FROM loads") == [("completed", 10, 10)]
    assert rows("SELECT count(*) FROM articles") == [(10,)]


def test_a_step_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.ingest import ingest
    from flows.steps import StepError
    from tasks.extract import tasks

    news = write_lines(Path("news.jsonl"), map(article, range(3)))
    let_go = threading.Event()
    with monkeypatch.context() as hanging:
        hanging.setattr(tasks, "extract_articles", lambda *_: let_go.wait(60))
        impatient = settings().model_copy(update={"step_seconds": 0.5})
        with pytest.raises(StepError, match=r"extracting batch 1 was given up after \d+ s; a higher step_seconds"):
            asyncio.run(ingest([str(news)], impatient))
        # The interpreter ends without it.
        [stuck] = [thread for thread in threading.enumerate() if thread.name == "_extract"]
        assert stuck.daemon
        let_go.set()
        stuck.join(60)
    assert rows("SELECT state FROM loads") == [("failed",)]
    assert run(news).counts.loaded == 3
    assert rows("SELECT state, loaded FROM loads") == [("completed", 3)]


def test_other_input_is_another_run(reader: WordReader) -> None:
    from flows.steps import StepError

    news = write_lines(Path("news.jsonl"), map(article, range(6)))
    reader.failing_on = "الملف رقم 5."
    with pytest.raises(StepError):
        run(news)
    reader.failing_on = None
    write_lines(news, map(article, range(5)))
    report = run(news)
    assert (report.counts.unchanged, report.counts.loaded, report.resumed_batches) == (4, 1, 0)


def test_the_way_input_is_cut_into_batches_makes_no_difference() -> None:
    news = write_lines(Path("news.jsonl"), [article(number % 4, author=str(number)) for number in range(7)])
    counts = {run(news, batch_size=7).counts}
    for batch_size in (1, 3):
        Path("w.duckdb").unlink()
        counts.add(run(news, batch_size=batch_size).counts)
    assert len(counts) == 1


def test_nothing_to_read() -> None:
    Path("empty").mkdir()
    report = run("empty")
    assert report.counts.records_seen == report.counts.quarantined


def test_progress_is_told_to_whoever_watches() -> None:
    news = write_lines(Path("news.jsonl"), map(article, range(10)))
    told: list[Progress] = []
    token = watcher.set(told.append)
    run(news)
    watcher.reset(token)
    last = told[-1]
    assert (last.records, last.bytes_done, last.total_bytes) == (10, news.stat().st_size, news.stat().st_size)
    assert last.words > 0
    assert [one.records for one in told] == sorted(one.records for one in told)
