"""The `marsad` command in a process of its own, with the reader of `newsroom` in place of the model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_HERE = Path(__file__).parent
REPOSITORY = _HERE.parent.parent


def surroundings(prefect_home: Path, **more: str) -> dict[str, str]:
    """Environment variables of a process that must not touch the user's Prefect."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MARSAD_"))}
    return kept | {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(_HERE)]),
        **more,
    }


def start_marsad(*words: str, environment: Mapping[str, str], seconds_a_call: float = 0.0) -> subprocess.Popen[str]:
    """Start `marsad WORDS…`; the reader takes its time for each call."""
    command = [sys.executable, str(_HERE / "marsad_with_word_reader.py"), str(seconds_a_call), *words]
    return subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
