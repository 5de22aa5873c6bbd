"""Files all the way into a warehouse, by the `marsad` command with the quick reader of `tests/flows/newsroom.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tasks.ingest.read import read_batches

from .check import BrokenError

_REPOSITORY: Final = Path(__file__).parent.parent.parent
_FLOWS: Final = _REPOSITORY / "tests" / "flows"
_BECAME: Final = ("loaded", "unchanged", "duplicates", "quarantined")


def check_warehouse(files: Path, home: Path) -> Mapping[str, int]:
    """Run `marsad run` twice over the folder `files`; `home` is a folder for all else.

    Returns:
        The counts of the first run.

    Raises:
        BrokenError: a run failed, a record is not accounted for, or the second run found something new.
    """
    given = sum(batch.articles.height + batch.quarantine.height for batch in read_batches([str(files)]))
    first = _run(files, home)
    _account(first, given)
    again = _run(files, home)
    _account(again, given)
    if again["loaded"] or again["duplicates"]:
        raise BrokenError(f"a second run over the same files found something new: {again}")
    return first


def _account(counts: Mapping[str, int], given: int) -> None:
    if counts["records_seen"] != sum(counts[name] for name in _BECAME):
        raise BrokenError(f"the counts do not add up: {counts}")
    if counts["records_seen"] != given:
        raise BrokenError(f"{given} records were read, and {counts['records_seen']} are accounted for")


def _run(files: Path, home: Path) -> dict[str, int]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MARSAD_"))}
    environment = kept | {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(_REPOSITORY),
        "MARSAD_WAREHOUSE": str(home / "fuzz.duckdb"),
        "MARSAD_QUARANTINE__FAIL_ABOVE": "1",  # most of it is meant to go there
    }
    words = [str(_FLOWS / "marsad_with_word_reader.py"), "0", "run", str(files), "--json"]
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise BrokenError(f"marsad run ended with {done.returncode}: {done.stderr.strip()[-2_000:]}")
    counts: dict[str, int] = json.loads(done.stdout)["counts"]
    return counts
