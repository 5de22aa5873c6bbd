"""What people see in the UI of the real server, in a real browser: reports, tables, forms, and Arabic that reads right.

Needs Chromium (apt-get install chromium); skipped where there is none. The pictures in the documentation are taken by

    SCREENS=docs/screens .venv/bin/pytest tests/flows/test_ui.py
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import REPOSITORY
from operating import Marsad

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LARGEST = 300_000  # bytes of a picture
PATIENCE = 120_000  # milliseconds, on a machine that has other things to do

Look = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        # No sandbox within a sandbox: containers and root have none to give.
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def look(browser: Any, marsad: Marsad, tmp_path: Path) -> Iterator[Look]:
    """Open a page of the UI, wait for a text, and take a picture; gives the page."""
    folder = REPOSITORY / os.environ["SCREENS"] if "SCREENS" in os.environ else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    elsewhere = re.compile(rf"^(?!http://127\.0\.0\.1:{marsad.port}/|data:|blob:)")
    page.route(elsewhere, lambda route: route.abort())

    def open_page(
        path: str, text: str, picture: str, width: int = 1200, height: int = 800, column: str | None = None
    ) -> Any:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"http://127.0.0.1:{marsad.port}{path}")
        page.get_by_text(text).first.wait_for()
        page.wait_for_timeout(3_000)  # what moves comes to rest
        if column:  # a wide table is scrolled to it
            page.get_by_text(column, exact=True).last.evaluate("cell => cell.scrollIntoView({inline: 'start'})")
        file = folder / f"{picture}.png"
        page.screenshot(path=file)
        assert file.stat().st_size < LARGEST
        assert faults == []
        return page

    yield open_page
    page.close()


@pytest.fixture(scope="module")
def ingested(marsad: Marsad) -> dict[str, Any]:
    """A run of the deployment `ingest` over the bundled week of articles: the run, with its artifacts by key."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    run = marsad.start("ingest", paths=[str(REPOSITORY / "examples" / "articles")])
    marsad.wait_for(run, "Completed", seconds=600)
    found = marsad.post("/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}})
    return marsad.flow_run(run) | {"artifacts": {one["key"]: one["id"] for one in found}}


def test_the_page_of_a_run(look: Look, ingested: dict[str, Any]) -> None:
    assert re.fullmatch(r"ingest \d+ articles · \d+ sources.*", ingested["name"])
    page = look(f"/runs/flow-run/{ingested['id']}", ingested["name"], "run")
    assert page.get_by_text("Completed").first.is_visible()


def test_the_report(look: Look, ingested: dict[str, Any]) -> None:
    page = look(
        f"/artifacts/artifact/{ingested['artifacts']['ingest-report']}",
        "told as having happened",
        "report",
        height=2000,
    )
    assert page.get_by_text("ASSAULT").first.is_visible()
    assert page.locator("table").count() >= 3
    _reads_right(page)


def test_the_table_of_events(look: Look, ingested: dict[str, Any]) -> None:
    page = f"/artifacts/artifact/{ingested['artifacts']['ingest-events']}"
    _reads_right(look(page, "ASSAULT", "events"))
    _reads_right(look(page, "ASSAULT", "evidence", column="evidence"))


def test_the_form_of_a_run(look: Look, marsad: Marsad) -> None:
    page = look(f"/deployments/deployment/{marsad.deployment('ingest')['id']}/run", "batch_size", "form")
    for field in ("paths", "engine", "settings"):
        assert page.get_by_text(field).first.is_visible()


def test_what_is_scheduled(look: Look, marsad: Marsad) -> None:
    page = look("/deployments", "inbox", "deployments")
    for name in ("watch", "maintain", "reprocess", "backfill"):
        assert page.get_by_text(name).first.is_visible()


def _reads_right(page: Any) -> None:
    """Arabic words are drawn from right to left: the first letter of each stands to the right of its last."""
    words = page.evaluate(
        """() => {
            const found = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                for (const word of node.data.matchAll(/[\u0621-\u064a]{4,}/g)) {
                    const [first, last] = [word.index, word.index + word[0].length - 1].map(position => {
                        const range = document.createRange();
                        range.setStart(node, position);
                        range.setEnd(node, position + 1);
                        return range.getBoundingClientRect().left;
                    });
                    found.push({word: word[0], first, last});
                }
            }
            return found;
        }"""
    )
    assert len(words) > 10
    assert [one["word"] for one in words if one["first"] <= one["last"]] == []
