"""Files of every format, damaged in 2,400 ways that are the same every time, and a few of them into a warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from .check import check, settings_of, shared_pages
from .seeds import PACKINGS, case, seeds
from .warehouse import check_warehouse

SEED = 5
CASES = 2_400
A_TEST = 100


@pytest.fixture(scope="module", autouse=True)
def _pages() -> Iterator[None]:
    with shared_pages():
        yield


@pytest.mark.parametrize("first", range(0, CASES, A_TEST))
def test_damage_costs_no_more_than_what_is_damaged(first: int, tmp_path: Path) -> None:
    failed = []
    for number in range(first, first + A_TEST):
        one = case(SEED, number)
        path = tmp_path / one.name
        path.write_bytes(one.data)
        try:
            check(path, settings_of(number), Random(number))
        except Exception as error:
            failed.append(f"python -m tests.fuzz --seed {SEED} --case {number}  # {type(error).__name__}: {error}")
        path.unlink()
    assert not failed, "\n".join(["to see more:", *failed])


def test_sound_files_of_all_formats_are_damaged() -> None:
    """The fixtures of a new format are found without a word here."""
    suffixes = {suffix for seed in seeds() for suffix in Path(seed.name).suffixes}
    assert {".txt", ".json", ".jsonl", ".csv", ".parquet", ".zip", ".gz"} <= suffixes
    assert all(pack("a.txt", b"a", [b"b"]) for pack in PACKINGS.values())


def test_a_case_is_the_same_every_time() -> None:
    assert case(SEED, 77) == case(SEED, 77)
    assert case(SEED, 77).data != case(SEED + 1, 77).data


def test_every_record_is_accounted_for_in_the_warehouse(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(120):
        one = case(SEED, number)
        (files / f"{number}-{one.name}").write_bytes(one.data)
    counts = check_warehouse(files, tmp_path)
    assert counts["loaded"] > 20
    assert counts["quarantined"] > 20
