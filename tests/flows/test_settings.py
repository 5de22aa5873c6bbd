from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings, SettingsError, load_settings


def write(text: str) -> None:
    Path("marsad.toml").write_text(text, encoding="utf-8")


def test_defaults() -> None:
    settings = load_settings()
    assert settings.warehouse == Path("data/marsad.duckdb")
    assert settings.ingest.batch_size == 256
    assert settings.staging_folder == Path("data/staging")


def test_flags_before_environment_before_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write('warehouse = "file.duckdb"\nthreads = 1\n[ingest]\nbatch_size = 1\nsource = "ملف"\n')
    monkeypatch.setenv("MARSAD_WAREHOUSE", "variable.duckdb")
    monkeypatch.setenv("MARSAD_INGEST__BATCH_SIZE", "2")
    settings = load_settings({"warehouse": Path("flag.duckdb"), "ingest": {"batch_size": None, "source": None}})
    assert settings.warehouse == Path("flag.duckdb")
    assert settings.ingest.batch_size == 2
    assert settings.ingest.source == "ملف"
    assert settings.threads == 1


def test_a_deployments_partial_settings_are_flags_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARSAD_WAREHOUSE", "worker.duckdb")
    settings = Settings.model_validate({"ingest": {"batch_size": 3}})
    assert (settings.warehouse, settings.ingest.batch_size) == (Path("worker.duckdb"), 3)


def test_fields_of_the_file() -> None:
    write('[ingest.fields]\ntitle = ["عنوان_الخبر"]\n')
    assert load_settings().ingest.fields == {"title": ("عنوان_الخبر",)}


def test_another_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("threads = 7")
    monkeypatch.setenv("MARSAD_CONFIG", "other.toml")
    assert load_settings().threads == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[ingest]\nbatchsize = 3", "marsad.toml: unknown key ingest.batchsize; did you mean ingest.batch_size?"),
        ('[ingest]\nbatch_size = "many"', "marsad.toml: ingest.batch_size"),
        ("[ingest]\nbatch_size = 0", "greater than or equal to 1"),
        ('[ingest.fields]\nheadline = ["x"]', "no column headline"),
        ("warehouse =", "marsad.toml is not valid TOML"),
    ],
)
def test_a_fault_in_the_file_is_named(text: str, message: str) -> None:
    write(text)
    with pytest.raises(SettingsError, match=r"marsad\.toml") as raised:
        load_settings()
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("MARSAD_WAREHOSE", "x", "unknown environment variable MARSAD_WAREHOSE; did you mean MARSAD_WAREHOUSE?"),
        ("MARSAD_INGEST__BATCH_SIZE", "0", "MARSAD_INGEST__BATCH_SIZE: ingest.batch_size"),
        ("MARSAD_INGEST__FIELDS", "{", "written as JSON"),
        ("MARSAD_CONFIG", "nowhere.toml", "nowhere.toml"),
    ],
)
def test_a_fault_in_the_environment_is_named(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert message in str(raised.value)


def test_a_fault_on_the_command_line_is_named() -> None:
    with pytest.raises(SettingsError, match=r"command line: ingest\.batch_size"):
        load_settings({"ingest": {"batch_size": -1}})
