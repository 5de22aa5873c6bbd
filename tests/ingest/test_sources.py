"""Discovery: which files a path means, and by what name they are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_samples import write

from tasks.ingest.sources import discover


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.txt", "a.txt", "sub/c.json", "sub/deep/d.csv", ".hidden.txt", "sub/.git/e.txt", "[1].txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path, name, b"x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "origins"),
    [
        (["b.txt", "a.txt"], ["b.txt", "a.txt"]),
        (["."], ["[1].txt", "a.txt", "b.txt", "sub/c.json", "sub/deep/d.csv"]),
        (["sub/", "./sub"], ["sub/c.json", "sub/deep/d.csv"]),
        (["*.txt"], ["[1].txt", "a.txt", "b.txt"]),
        (["**/*.csv"], ["sub/deep/d.csv"]),
        (["s*"], ["sub/c.json", "sub/deep/d.csv"]),
        (["[1].txt"], ["[1].txt"]),
        ([".hidden.txt", "a.txt", "./a.txt", "sub/../a.txt"], [".hidden.txt", "a.txt"]),
        (["-", "-"], ["-"]),
    ],
)
def test_paths(here: Path, paths: list[str], origins: list[str]) -> None:
    found = list(discover(paths))
    assert [one.origin for one in found] == origins
    assert all(one.problem is None for one in found)
    absolute = [str(here / path) if path != "-" else path for path in paths]
    assert [one.origin for one in discover(absolute)] == origins


def test_outside_the_working_directory_names_are_absolute(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here / "sub")
    assert [one.origin for one in discover(["../a.txt", "c.json"])] == [(here / "a.txt").as_posix(), "c.json"]


def test_links_in_a_folder_lead_neither_out_of_it_nor_round_in_it(here: Path) -> None:
    inside, outside = here / "sub", here / "a.txt"
    (inside / "again.json").symlink_to(inside / "c.json")
    (inside / "out.txt").symlink_to(outside)
    (inside / "up").symlink_to(here)
    (inside / "round").symlink_to(inside)
    (inside / "deep" / "itself.txt").symlink_to("itself.txt")
    found = {one.origin: one.problem and one.problem.reason.value for one in discover(["sub"])}
    assert found == {
        "sub/again.json": None,
        "sub/c.json": None,
        "sub/out.txt": "not_a_file",
        "sub/up": "not_a_file",
        "sub/deep/d.csv": None,
        "sub/deep/itself.txt": "unreadable",
    }
    # A link that is named is meant.
    assert [one.problem for one in discover(["sub/out.txt"])] == [None]
    (here / "named").symlink_to(inside)
    assert "named/c.json" in [one.origin for one in discover(["named"])]
