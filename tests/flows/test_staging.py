from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.runs import AlreadyRunningError, begin, claim, run_key, unfinished
from flows.settings import Settings
from tasks.staging import Staging

FRAME = pl.DataFrame({"نص": ["أ", None], "number": [1, 2]})


def test_a_step_is_there_wholly_or_not_at_all(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    with pytest.raises(RuntimeError):
        staging.write(1, "read", Breaking({"first": FRAME, "second": FRAME}))
    assert not staging.has(1, "read")
    assert staging.batches("read") == []

    staging.write(1, "read", {"first": FRAME}, records=2)
    assert staging.has(1, "read")
    assert staging.facts(1, "read") == {"records": 2}
    assert_frame_equal(staging.frame(1, "read", "first"), FRAME)


class Breaking(dict[str, pl.DataFrame]):
    """Frames of which only the first can be had."""

    def items(self):  # type: ignore[no-untyped-def, override]
        yield next(iter(super().items()))
        raise RuntimeError("no room left")


def test_writing_again_replaces(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    staging.write(1, "read", {"old": FRAME})
    staging.write(1, "read", {"new": FRAME})
    with pytest.raises(FileNotFoundError):
        staging.frame(1, "read", "old")
    assert_frame_equal(staging.frame(1, "read", "new"), FRAME)


def test_batches_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    for batch in (10, 9, 1_000_000, 1):
        staging.write(batch, "read", {})
    staging.write(2, "load", {})
    assert staging.batches("read") == [1, 9, 10, 1_000_000]
    staging.drop(9, "read", "never done")
    assert staging.batches("read") == [1, 10, 1_000_000]


def test_a_run_that_ended_badly_is_taken_up_and_one_that_ended_well_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "staging" / "key"
    first = begin("run-1", "ingest أخبار.txt", ["أخبار.txt"], Settings())
    with pytest.raises(RuntimeError), claim(folder, first) as (staging, run):
        assert run == first
        staging.write(1, "load", {})
        raise RuntimeError("killed")
    assert unfinished(tmp_path / "staging") == [first]

    with claim(folder, begin("run-2", "again", ["أخبار.txt"], Settings())) as (staging, run):
        assert run == first
        assert staging.batches("load") == [1]
    assert not folder.exists()
    assert unfinished(tmp_path / "staging") == []


def test_a_description_cut_short_by_a_kill_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"flow_run_id": "ru')
    fresh = begin("run-2", "fresh", ["-"], Settings())
    with claim(tmp_path, fresh) as (_, run):
        assert run == fresh


def test_two_processes_cannot_do_the_same_run(tmp_path: Path) -> None:
    run = begin("run", "run", ["-"], Settings())
    with claim(tmp_path / "key", run), pytest.raises(AlreadyRunningError, match="going on"):  # noqa: SIM117
        with claim(tmp_path / "key", run):
            pass


def test_what_decides_about_the_result_decides_about_the_run() -> None:
    settings = Settings()
    same = run_key(1, settings, "model", "0.1")
    assert same == run_key(1, Settings(threads=2), "model", "0.1")
    smaller = Settings.model_validate({"ingest": {"batch_size": 2}})
    elsewhere = Settings(warehouse=Path("else.duckdb"))
    others = [
        run_key(2, settings, "model", "0.1"),
        run_key(1, smaller, "model", "0.1"),
        run_key(1, elsewhere, "model", "0.1"),
        run_key(1, settings, "model-2", "0.1"),
        run_key(1, settings, "model", "0.2"),
    ]
    assert len({same, *others}) == 6
