"""Whatever interrupts a run, the next one ends with the tables of an undisturbed run: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from newsroom import WordReader, article, write_lines
from victim import STAGES, Moment, run_ingest

from flows.settings import Settings
from warehouse.backup import back_up, restore
from warehouse.check import run_checks
from warehouse.connection import writer
from warehouse.publish import publish
from warehouse.query import query

BATCH = 4
CHAINS = 5  # of one kill in each stage: 25 kills
TABLES = {  # without what differs from run to run: ids of loads, and times
    "articles": "* EXCLUDE (load_id)",
    "article_revisions": "* EXCLUDE (load_id)",
    "sentences": "*",
    "entity_mentions": "*",
    "entities": "*",
    "event_mentions": "*",
    "event_participants": "*",
    "events": "*",
    "article_signatures": "*",
    "quarantine": "* EXCLUDE (load_id, first_seen_at)",
    "loads": "state, records_seen, loaded, unchanged, duplicates, quarantined",
    "load_batches": "* EXCLUDE (load_id, loaded_at)",
    "touched": "*",
    "stale": "*",
}


def the_news() -> list[Any]:
    """Articles, another text for one of them, a copy of another, a near-copy, and records that are of no use."""
    changed = article(2, text="التقى وزير الداخلية نظيره السوري في بيروت يوم الثلاثاء.")
    copy = article(3, url="https://example.org/copy", source="وكالة أخرى")
    near = article(4, url="https://example.org/near", title="عنوان آخر", source="وكالة أخرى")
    return [
        *map(article, range(20)),
        "{broken",
        changed,
        copy,
        near,
        article(77, text=" "),
        *map(article, range(20, 28)),
    ]


def tables(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, each in an order of its own; from the snapshot, which has to be that of the warehouse."""
    with writer(warehouse) as con:
        assert run_checks(con, "error")["violations"].sum() == 0
        found = {
            name: sorted(con.execute(f"SELECT {columns} FROM {name}").fetchall(), key=repr)
            for name, columns in TABLES.items()
        }
    published = {name: sorted(query(warehouse, f"SELECT {columns} FROM {name}").rows(), key=repr) for name, columns in
                 (("events", "*"), ("articles", "article_id"))}  # fmt: skip
    assert len(published["events"]) == len(found["events"])
    assert len(published["articles"]) == len(found["articles"])
    return found


def news_of(found: dict[str, Any]) -> dict[str, Any]:
    """All tables but those that tell of the loads themselves."""
    return {name: rows for name, rows in found.items() if name not in ("loads", "load_batches")}


def run(news: str | Path = "news.jsonl", warehouse: str | Path = "w.duckdb") -> Any:
    from flows.ingest import ingest

    settings = Settings.model_validate({"warehouse": str(warehouse), "ingest": {"batch_size": BATCH}})
    return asyncio.run(ingest([str(news)], settings))


@pytest.fixture
def undisturbed(harness: None, reader: WordReader, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The tables of a run of the news (news.jsonl, left in this folder) that nothing interrupts."""
    news = write_lines(Path("news.jsonl"), the_news())
    elsewhere = tmp_path_factory.mktemp("undisturbed") / "w.duckdb"
    run(news, elsewhere)
    return tables(elsewhere)


def in_a_process(folder: Path, api_url: str, moment: Moment | None = None) -> int | None:
    """Run ingest in a process that costs no start-up; give its exit code."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.ingest", "newsroom", "victim"])
    process = context.Process(target=run_ingest, args=(str(folder), api_url, BATCH, moment))
    process.start()
    process.join(120)
    if process.exitcode is None:
        process.kill()
        process.join()
    return process.exitcode


@pytest.mark.timeout(900)
def test_killed_at_25_moments(harness: None, tmp_path: Path) -> None:
    from prefect.settings import get_current_settings

    api_url = str(get_current_settings().api.url)
    reference = tmp_path / "reference"
    reference.mkdir()
    write_lines(reference / "news.jsonl", the_news())
    assert in_a_process(reference, api_url) == 0
    expected = tables(reference / "w.duckdb")
    durations = json.loads((reference / "told.json").read_text())["durations"]
    assert all(durations[stage] for stage in STAGES)

    for chain in range(CHAINS):
        chance = random.Random(chain)
        folder = tmp_path / f"chain{chain}"
        folder.mkdir()
        shutil.copy2(reference / "news.jsonl", folder)  # with its time, which the run is known by
        for stage in STAGES:
            occurrence = chance.choice((1, 2)) if len(durations[stage]) > 1 else 1
            moment = Moment(stage, occurrence, chance.uniform(0, max(durations[stage])))
            assert in_a_process(folder, api_url, moment) == -9, moment
        assert in_a_process(folder, api_url) == 0
        assert "error" not in json.loads((folder / "told.json").read_text())
        assert tables(folder / "w.duckdb") == expected, f"chain {chain}"
        assert list((folder / "staging").iterdir()) == []


@pytest.mark.timeout(300)
def test_the_server_goes_down_in_the_middle(undisturbed: dict[str, Any], tmp_path: Path) -> None:
    from prefect.settings import get_current_settings

    with private_server() as (pid, url):
        httpx.get(f"{url}/health", timeout=120).raise_for_status()
        assert in_a_process(tmp_path, url, Moment("extract", 3, 0.0, pid)) == 3
    assert "ConnectError" in json.loads(Path("told.json").read_text())["error"]
    assert in_a_process(tmp_path, str(get_current_settings().api.url)) == 0
    # Tasks do without the server: all was loaded, and only the telling of it failed.
    assert news_of(tables(Path("w.duckdb"))) == news_of(undisturbed)


@contextmanager
def private_server() -> Iterator[tuple[int, str]]:
    """A Prefect server that can be killed; its process id and address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        command = [sys.executable, "-m", "flows.server", str(listening.fileno())]
        server = subprocess.Popen(command, pass_fds=[listening.fileno()], stdin=subprocess.PIPE)
    try:
        yield server.pid, f"http://127.0.0.1:{port}/api"
    finally:
        server.kill()
        server.wait()


def broken_off(reader: WordReader) -> Path:
    """A run that two batches are loaded of, and more are prepared; its staging folder."""
    from flows.steps import StepError

    reader.failing_on = "الملف رقم 9."
    with pytest.raises(StepError):
        run()
    reader.failing_on = None
    [folder] = Path("staging").iterdir()
    assert len(list(folder.glob("*/load"))) == 2
    return folder


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


@pytest.mark.parametrize(
    "file",
    ["000003/select/decisions.parquet", "000003/normalize/sentences.parquet", "000001/load/facts.json",
     "000002/load/quarantine.parquet"],
)  # fmt: skip
def test_a_damaged_staging_file(undisturbed: dict[str, Any], reader: WordReader, file: str) -> None:
    from flows.steps import StepError

    cut(broken_off(reader) / file)
    with pytest.raises(StepError, match=r"is damaged; the same command, given again, puts it right"):
        run()
    run()
    assert tables(Path("w.duckdb")) == undisturbed


def test_a_damaged_note_of_the_run(undisturbed: dict[str, Any], reader: WordReader) -> None:
    cut(broken_off(reader) / "run.json")
    run()
    # It cannot be known any more that it is the same load, so there are two: one that broke off, and one for all.
    assert news_of(tables(Path("w.duckdb"))) == news_of(undisturbed)


@pytest.mark.parametrize("back", ["nothing", "a backup"])
def test_the_warehouse_is_lost_in_the_middle(
    undisturbed: dict[str, Any], reader: WordReader, tmp_path: Path, back: str
) -> None:
    with writer("w.duckdb"):
        pass
    publish("w.duckdb")
    backup = back_up("w.duckdb", tmp_path / "backups")
    broken_off(reader)
    if back == "nothing":
        Path("w.duckdb").unlink()
    else:
        restore(backup.path, "w.duckdb", replace=True)
    run()
    assert tables(Path("w.duckdb")) == undisturbed


def test_the_warehouse_is_locked_for_a_while(undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute of patience at each try and three tries more, here on a scale of one to a hundred."""
    from tasks.load import tasks

    patient = partial(writer, wait=0.6)
    monkeypatch.setattr(tasks, "writer", patient)
    for task in (tasks.begin_load, tasks.load_batch, tasks.finish_load):
        monkeypatch.setattr(task, "retry_delay_seconds", [1.0, 1.0, 1.0])
    code = (
        "import time; from warehouse.connection import writer\n"
        "with writer('w.duckdb'): print(flush=True); time.sleep(2.5)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    started = time.monotonic()
    run()
    assert holder.wait(60) == 0
    assert time.monotonic() - started > 1
    assert tables(Path("w.duckdb")) == undisturbed


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A small disk; gives what mounts it again with other options. Needs to be root of a machine that lets one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can mount a small disk")

    def again(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)

    try:
        yield again
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("size=4m", "size=100m", "(?i)no space|full|could not be written|cannot be written"),
        ("ro", "rw", "(?i)read-only"),
    ],
)
def test_the_disk_is_full_or_read_only(
    undisturbed: dict[str, Any], tmp_path: Path, before: str, after: str, message: str
) -> None:
    from flows.steps import StepError
    from warehouse.errors import WarehouseError

    disk = tmp_path / "disk"
    with mounted(disk, "100m" if before == "ro" else "4m") as again:
        if before == "size=4m":
            (disk / "ballast").write_bytes(bytes((4 << 20) - (1 << 19)))
        again(before)
        with pytest.raises((StepError, WarehouseError, OSError), match=message):
            run(warehouse=disk / "w.duckdb")
        again(after)
        run(warehouse=disk / "w.duckdb")
        assert tables(disk / "w.duckdb") == undisturbed
