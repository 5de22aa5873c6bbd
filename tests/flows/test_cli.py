from __future__ import annotations

import asyncio
import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from newsroom import WordReader, article, write_lines
from typer.testing import CliRunner, Result

from flows.cli import app

COMMANDS = ("run", "watch", "quarantine", "sql", "status", "doctor", "explain", "evaluate", "formats")
COMMANDS += ("check", "maintain", "reprocess", "backfill", "backup", "restore", "report", "export")
COMMANDS += ("up", "down", "serve", "deploy")


def marsad(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, words, input=typed)


@pytest.fixture
def loaded(harness: None, reader: WordReader) -> Path:
    """A warehouse with three articles and a broken line, where every command looks for it."""
    from flows.ingest import ingest

    news = write_lines(Path("news.jsonl"), [*map(article, range(3)), "{broken"])
    asyncio.run(ingest([str(news)]))
    return Path("data/marsad.duckdb")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = marsad(command, "--help")
    assert result.exit_code == 0
    assert f"Example: marsad {command}" in " ".join(result.output.split())


def test_help_answers_at_once() -> None:
    heavy = "prefect", "polars", "duckdb", "pydantic"
    code = f"import sys, flows.cli; sys.exit(bool(set({heavy!r}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("words", [["run"], ["sql"], ["fly"], ["sql", "SELECT 1", "--json", "--csv"]])
def test_wrong_words_are_a_matter_of_usage(words: list[str]) -> None:
    assert marsad(*words).exit_code == 2


def test_wrong_settings_are_a_matter_of_usage() -> None:
    Path("marsad.toml").write_text("warehose = 1")
    result = marsad("status")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean warehouse?" in result.stderr


@pytest.mark.parametrize("words", [["status"], ["sql", "SELECT 1"]])
def test_no_warehouse(words: list[str]) -> None:
    result = marsad(*words)
    assert result.exit_code == 3
    assert "marsad run PATH" in result.stderr
    assert "Traceback" not in result.output


def test_run_tells_what_it_did(harness: None, reader: WordReader) -> None:
    news = write_lines(Path("news.jsonl"), map(article, range(3)))
    result = marsad("run", str(news))
    assert result.exit_code == 0
    assert "CONSULT" in result.stdout
    assert 'marsad sql "FROM daily_events"' in result.stdout

    write_lines(news, [*map(article, range(3)), "{broken"])
    result = marsad("run", str(news), "--json", "--batch-size", "2", "--warehouse", "data/marsad.duckdb")
    assert result.exit_code == 1
    counts = json.loads(result.stdout)["counts"]
    assert counts == {"records_seen": 4, "loaded": 0, "unchanged": 3, "duplicates": 0, "quarantined": 1}


def test_run_reads_standard_input(harness: None, reader: WordReader) -> None:
    typed = "".join(json.dumps(article(number)) + "\n" for number in range(3))
    result = marsad("run", "-", "--json", "--source", "وكالة", typed=typed)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["counts"]["loaded"] == 3


def test_run_fails_in_one_line(harness: None, reader: WordReader) -> None:
    news = write_lines(Path("news.jsonl"), map(article, range(3)))
    reader.failing_on = "الملف"
    result = marsad("run", str(news))
    assert result.exit_code == 3
    assert "extracting batch 1 failed" in result.stderr
    assert "Traceback" not in result.output

    result = marsad("run", str(news), "-w", str(news))
    assert result.exit_code == 3
    assert "not a DuckDB file" in result.stderr


def test_sql_in_every_form(loaded: Path) -> None:
    query = "SELECT title, published_at, word_count > 5 AS long FROM articles ORDER BY title"
    shown = marsad("sql", query)
    assert shown.exit_code == 0
    assert "الوزير يبحث" in shown.stdout

    records = json.loads(marsad("sql", query, "--json").stdout)
    table = list(csv.DictReader(io.StringIO(marsad("sql", query, "--csv").stdout)))
    assert [one["title"] for one in records] == [one["title"] for one in table]
    assert records[0]["long"] is True
    assert records[0]["published_at"].startswith("2026-11-16")

    Path("q.sql").write_text(query, encoding="utf-8")
    assert json.loads(marsad("sql", "q.sql", "--json").stdout) == records
    assert json.loads(marsad("sql", "-", "--json", typed=query).stdout) == records


def test_sql_shows_any_type(loaded: Path) -> None:
    query = "SELECT '\\xD9\\x0A'::BLOB AS bytes, [1, 2] AS list, {'a': DATE '2026-01-02'} AS struct, NULL AS nothing"
    for form in ("--json", "--csv"):
        assert marsad("sql", query, form).exit_code == 0
    assert marsad("sql", query).exit_code == 0
    assert json.loads(marsad("sql", "SELECT 1 AS one WHERE false", "--json").stdout) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT nothing FROM articles", "nothing"),
        ("DELETE FROM articles", "Only queries"),
        ("SELECT 1; SELECT 2", "One statement"),
        ("missing.sql", "missing.sql cannot be read"),
    ],
)
def test_a_wrong_query_is_answered_in_words(loaded: Path, query: str, message: str) -> None:
    result = marsad("sql", query)
    assert (result.exit_code, result.stdout) == (3, "")
    assert message in result.stderr


def test_status(loaded: Path) -> None:
    found = json.loads(marsad("status", "--json").stdout)
    assert found["rows"]["articles"] == 3
    assert found["rows"]["quarantine"] == 1
    assert found["last_loads"][0]["loaded"] == 3
    assert found["unfinished"] == []
    shown = marsad("status")
    assert shown.exit_code == 0
    assert "ingest news.jsonl" in shown.stdout


def test_status_tells_how_to_finish_what_is_unfinished(harness: None, reader: WordReader) -> None:
    write_lines(Path("two words.jsonl"), map(article, range(3)))
    reader.failing_on = "الملف رقم 2."
    marsad("run", "two words.jsonl", "--batch-size", "1")
    assert "marsad run 'two words.jsonl'" in marsad("status").stdout


def test_doctor(loaded: Path) -> None:
    result = marsad("doctor", "--json")
    findings = {one["check"]: one for one in json.loads(result.stdout)}
    assert {"python", "prefect", "duckdb", "disk", "warehouse", "server", "model"} <= findings.keys()
    assert [one for one in findings.values() if one["state"] == "failed"] == []
    assert result.exit_code == 0
    assert "checks hold" in findings["warehouse"]["detail"]


def test_doctor_finds_what_is_wrong(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import doctor

    monkeypatch.setattr(doctor, "requires", lambda _: ["duckdb>=1,<1.1", "no-such-package>=2", "rich>=1"])
    loaded.with_name("marsad.read.duckdb").write_bytes(b"not a database")
    findings = {one.check: one for one in doctor.examine(doctor.Settings())}
    assert findings["duckdb"].state == "warning"
    assert "outside the known-good" in findings["duckdb"].detail
    assert findings["no-such-package"].state == "failed"
    assert findings["rich"].state == "ok"
    assert findings["warehouse"].state == "failed"
