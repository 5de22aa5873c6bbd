"""A run that is killed without warning, with the server that it started for itself."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import start_marsad, surroundings
from newsroom import article, write_lines

from warehouse.query import query

ARTICLES, BATCH = 24, 4


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def servers() -> set[str]:
    """Process ids of private servers."""
    found = subprocess.run(["pgrep", "-f", "flows[.]server"], capture_output=True, text=True, check=False)
    return set(found.stdout.split())


@pytest.mark.timeout(300)
def test_a_killed_run_goes_on_where_it_was(prefect_home: Path) -> None:
    news = write_lines(Path("news.jsonl"), [*map(article, range(ARTICLES)), "{broken"])
    environment = surroundings(prefect_home)
    words = ("run", str(news), "--json", "--batch-size", str(BATCH))
    before = servers()

    killed = start_marsad(*words, environment=environment, seconds_a_call=0.5)
    wait_until(lambda: len(list(Path("data").glob("staging/*/*/load"))) >= 2, "two batches loaded")
    killed.kill()
    killed.communicate()
    [folder] = Path("data/staging").iterdir()
    done = len(list(folder.glob("*/load")))
    assert 2 <= done < ARTICLES / BATCH

    started = time.monotonic()
    again = start_marsad(*words, environment=environment)
    out, err = again.communicate(timeout=200)
    assert again.returncode == 1, err
    report = json.loads(out)
    assert report["resumed_batches"] == done
    assert report["counts"] == {
        "records_seen": ARTICLES + 1,
        "loaded": ARTICLES,
        "unchanged": 0,
        "duplicates": 0,
        "quarantined": 1,
    }
    assert not folder.exists()
    warehouse = "data/marsad.duckdb"
    loads = query(warehouse, "SELECT state, records_seen, loaded, quarantined FROM loads").rows()
    assert loads == [("completed", ARTICLES + 1, ARTICLES, 1)]
    stored = query(warehouse, "SELECT count(*), count(DISTINCT article_id) FROM articles").rows()
    assert stored == [(ARTICLES, ARTICLES)]
    assert "Traceback" not in err

    # No server outlives the command that started it by more than it needs to write what it was told.
    wait_until(lambda: servers() <= before, f"servers end, {time.monotonic() - started:.0f} s after", seconds=30)
