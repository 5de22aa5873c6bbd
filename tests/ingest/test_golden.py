"""Golden fixtures: `golden/<format>/<name>.<ext>` as it might be delivered, `<name>.expected.json` what is made of it.

pytest tests/ingest/test_golden.py --renew -k json_lines     # writes what is made now; look at the difference
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from ingest_samples import read

from tasks.ingest import formats

GOLDEN = Path(__file__).parent / "golden"
INPUTS = sorted(
    path.relative_to(GOLDEN).as_posix()
    for path in GOLDEN.glob("*/*")
    if not path.name.endswith(".expected.json") and not path.name.startswith(".")
)
OF_QUARANTINE = ("origin", "record_number", "stage", "reason", "message", "payload")
LONGEST_PAYLOAD = 200
Rows = dict[str, list[dict[str, Any]]]


def expected_of(name: str) -> Path:
    path = GOLDEN / name
    return path.with_name(path.name.partition(".")[0] + ".expected.json")


@pytest.fixture(scope="module")
def made() -> dict[str, Rows]:
    """What is made of each input, as JSON: nothing that is null, and of a payload its beginning as text."""
    with contextlib.chdir(GOLDEN):  # origins are relative to it
        articles, quarantine = read(*INPUTS)
    found: dict[str, Rows] = {name: {"articles": [], "quarantine": []} for name in INPUTS}
    for table, frame in (("articles", articles), ("quarantine", quarantine)):
        for row in frame.to_dicts():
            if table == "quarantine":
                row = {column: row[column] for column in OF_QUARANTINE}  # noqa: PLW2901
                row["payload"] = row["payload"][:LONGEST_PAYLOAD].decode("utf-8", "backslashreplace")
            kept = {column: plain(value) for column, value in row.items() if value is not None}
            found[row["origin"].partition("!")[0]][table].append(kept)
    return found


def plain(value: object) -> object:
    return value if isinstance(value, (str, int)) else str(value)


@pytest.mark.parametrize("name", INPUTS)
def test_input_beside_expected_rows(name: str, made: dict[str, Rows], request: pytest.FixtureRequest) -> None:
    found = made[name]
    path = expected_of(name)
    if request.config.getoption("--renew"):
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    renew = f"pytest tests/ingest/test_golden.py --renew -k '{name}'"
    assert path.is_file(), f"{path.name} is missing; this command writes it: {renew}"
    assert found == json.loads(path.read_text(encoding="utf-8")), (
        f"what is made of {name} is not what {path.name} says. If it is what it should be, this command renews it "
        f"(look at the difference before you commit it): {renew}"
    )


def test_every_input_has_an_expectation_of_its_own() -> None:
    assert len({expected_of(name) for name in INPUTS}) == len(INPUTS)
    orphans = set(GOLDEN.glob("*/*.expected.json")) - {expected_of(name) for name in INPUTS}
    assert not orphans


def test_every_format_has_golden_fixtures() -> None:
    modules = {
        one.entry.partition(":")[0].rpartition(".")[2] for one in formats.registered() if one.package == "marsad"
    }
    assert {name.partition("/")[0] for name in INPUTS} == modules
