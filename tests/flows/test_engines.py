"""The engine that finds entities is chosen in the settings, and what one engine read is not taken for another's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from newsroom import WordReader, article, write_lines
from typer.testing import CliRunner

from flows.cli import app
from flows.settings import Settings, SettingsError, load_settings
from tasks.extract import camel
from tasks.extract.reader import EntitySpan, SentenceReading
from warehouse.query import query

ENGINE = "MARSAD_EXTRACTION__ENTITIES"


class OtherEngine:
    """In place of camel-tools' recogniser: every sentence begins with a person."""

    model_version = "words-1+other"

    def __init__(self, events: WordReader) -> None:
        self._events = events

    def read(self, sentences: Sequence[str]) -> list[SentenceReading]:
        person = (EntitySpan(0, 3, "PER", 0.9),)
        return [reading._replace(entities=person) for reading in self._events.read(sentences)]


@pytest.fixture
def other_engine(reader: WordReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camel, "camel_reader", lambda shipped, threads=0: OtherEngine(shipped))


def test_the_engine_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().extraction.entities == "marsad"
    Path("marsad.toml").write_text('[extraction]\nentities = "camel"\n', encoding="utf-8")
    assert load_settings().extraction.entities == "camel"
    monkeypatch.setenv(ENGINE, "marsad")
    assert load_settings().extraction.entities == "marsad"
    monkeypatch.setenv(ENGINE, "stanza")
    with pytest.raises(SettingsError, match=rf"{ENGINE}: extraction\.entities: .*'marsad' or 'camel' \(got 'stanza'\)"):
        load_settings()


@pytest.mark.usefixtures("harness", "other_engine")
def test_a_killed_run_is_not_taken_up_by_another_engine(reader: WordReader) -> None:
    from flows.ingest import ingest
    from flows.steps import StepError

    def run(engine: str) -> tuple[int, int]:
        chosen = {"warehouse": "w.duckdb", "ingest": {"batch_size": 2}, "extraction": {"entities": engine}}
        report = asyncio.run(ingest([str(news)], Settings.model_validate(chosen)))
        return report.resumed_batches, report.counts.loaded

    news = write_lines(Path("news.jsonl"), map(article, range(6)))
    reader.failing_on = "الملف رقم 3"
    with pytest.raises(StepError):
        run("marsad")
    reader.failing_on = None
    assert run("camel") == (0, 4)

    read_by = "SELECT DISTINCT model_version, entity_type FROM articles JOIN entity_mentions USING (article_id)"
    found = query("w.duckdb", read_by).rows()
    assert sorted(found) == [("words-1", "LOC"), ("words-1+other", "PER")]


@pytest.mark.usefixtures("harness", "reader")
def test_a_missing_engine_is_told_with_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camel, "find_spec", lambda name: None)
    monkeypatch.setenv(ENGINE, "camel")
    news = write_lines(Path("news.jsonl"), [article(1)])
    result = CliRunner().invoke(app, ["run", str(news)])
    assert result.exit_code == 3
    assert "pip install 'marsad[camel]' && camel_data -i ner-arabert" in result.stderr
    assert "Traceback" not in result.output
    assert not Path("data/marsad.duckdb").exists()

    result = CliRunner().invoke(app, ["doctor", "--json"])
    [finding] = [one for one in json.loads(result.stdout) if one["check"] == "model"]
    assert finding["state"] == "failed"
    assert finding["advice"] == "pip install 'marsad[camel]' && camel_data -i ner-arabert"
    assert result.exit_code == 3
