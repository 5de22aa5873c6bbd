"""Formats come from entry points: Marsad's own, and those of any other package that is installed."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_samples import ARTICLES, as_json_lines, read, write
from typer.testing import CliRunner

from flows.cli import app
from tasks.ingest import formats

TELEX = """
from tasks.ingest.records import Record

class Telex:
    name, suffixes, is_text, unit, priority, needs = "telex", (".tlx",), True, "message", 20, ("json", "no_such_module")

    def sniff(self, head):
        return head.startswith(b"ZCZC")

    def read(self, stream, settings):
        for number, message in enumerate(stream.read().decode().split("NNNN"), 1):
            if message.strip():
                yield Record(number, {"text": message.removeprefix("ZCZC")}, len(message))

class Half:
    name = "half"

class Explodes:
    def __init__(self):
        raise OSError("its dictionary is missing\\nand more")
"""


@pytest.fixture
def other_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two packages as pip leaves them: one with a sound format, one with three that cannot be loaded."""
    site = tmp_path / "site"
    for package, entries in {
        "telex-for-marsad": "telex = telex_format:Telex",
        "broken-for-marsad": "a = no_such_format:Any\nb = telex_format:Half\nc = telex_format:Explodes",
    }.items():
        info = site / f"{package.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{formats.GROUP}]\n{entries}\n")
    (site / "telex_format.py").write_text(TELEX)
    monkeypatch.syspath_prepend(str(site))
    formats.forget()
    yield
    monkeypatch.undo()
    sys.modules.pop("telex_format", None)
    formats.forget()


@pytest.mark.usefixtures("other_packages")
def test_another_package_adds_a_format(tmp_path: Path) -> None:
    messages = "ZCZC وصل الوفد إلى بغداد.NNNN\nغادر الوفد بغداد.NNNN".encode()
    for name in ("wire.tlx", "wire"):
        articles, quarantine = read(write(tmp_path, name, messages))
        assert [text.strip() for text in articles["text"]] == ["وصل الوفد إلى بغداد.", "غادر الوفد بغداد."]
        assert quarantine.is_empty()


@pytest.mark.usefixtures("other_packages")
def test_a_broken_format_costs_a_line_and_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        articles, _ = read(write(tmp_path, "a.jsonl", as_json_lines(ARTICLES)))
        read(tmp_path / "a.jsonl")
    assert articles.height == len(ARTICLES)
    told = [record.getMessage() for record in caplog.records if record.name == "tasks.ingest.formats"]
    assert len(told) == 3  # each once, however often formats are asked for
    assert all("package broken-for-marsad is left out" in line and "\n" not in line for line in told)
    assert any("No module named 'no_such_format'" in line for line in told)
    assert any("it lacks is_text, needs, priority, read, sniff, suffixes, unit" in line for line in told)
    assert any("its dictionary is missing" in line for line in told)


@pytest.mark.usefixtures("other_packages")
def test_the_command_lists_formats_and_their_packages() -> None:
    rows = json.loads(CliRunner().invoke(app, ["formats", "--json"]).stdout)
    telex = next(row for row in rows if row["format"] == "telex")
    assert telex == {
        "format": "telex",
        "suffixes": [".tlx"],
        "unit": "message",
        "needs": ["json", "no_such_module (missing)"],
        "package": "telex-for-marsad",
        "entry_point": "telex_format:Telex",
        "fault": None,
    }
    assert {row["package"] for row in rows if row["fault"]} == {"broken-for-marsad"}
    shown = CliRunner().invoke(app, ["formats"])
    assert shown.exit_code == 0
    assert "JSON Lines" in shown.stdout
    assert "left out: no_such_format:Any of broken-for-marsad" in shown.stderr


def test_every_format_of_ours_is_found() -> None:
    own = [one for one in formats.registered() if one.package == "marsad"]
    modules = {path.stem for path in Path(formats.__file__).parent.glob("*.py")} - {"__init__", "base", "json_value"}
    assert {one.entry.partition(":")[0].rpartition(".")[2] for one in own} == modules
    assert [one.fault for one in own if one.fault] == []


def test_without_any_format_the_advice_is_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "entry_points", lambda group: [])
    formats.forget()
    with pytest.raises(RuntimeError, match="make install"):
        formats.registered()
    monkeypatch.undo()
    formats.forget()
