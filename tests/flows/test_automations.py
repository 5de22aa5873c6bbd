"""Who is told, and what the server is told to do by itself; `test_up.py` sees it happen on a server."""

from __future__ import annotations

import asyncio
import json
import socketserver
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from operating import webhook
from pydantic import SecretStr

from flows.alarms import QUARANTINE_RATE, VOLUME_LOW
from flows.automations import TAG, automations
from flows.notify import notification_blocks
from flows.settings import NotifySettings, load_settings

TEXT = "وكالة المثال brought 3 articles; 40 are usual."


def names(settings: NotifySettings, blocks: int) -> list[str]:
    return [one.name for one in automations(settings, [uuid4() for _ in range(blocks)])]


def test_without_a_channel_only_lost_runs_are_ended() -> None:
    [lost] = automations(NotifySettings(), [])
    assert [action.type for action in lost.actions] == ["change-flow-run-state"]


def test_every_alarm_goes_to_every_channel() -> None:
    blocks = [uuid4(), uuid4()]
    _, *alarms = automations(NotifySettings(silent_hours=26), blocks)
    expected = set.union(*(alarm.trigger.expect for alarm in alarms))
    assert {QUARANTINE_RATE, VOLUME_LOW, "prefect.flow-run.Failed", "prefect.flow-run.Crashed"} <= expected
    for alarm in alarms:
        assert [action.block_document_id for action in alarm.actions] == blocks
        assert alarm.tags == [TAG]
    assert len({one.name for one in alarms}) == len(alarms) == 4


def test_runs_of_others_are_left_alone() -> None:
    for automation in automations(NotifySettings(), [uuid4()]):
        if automation.trigger.expect.isdisjoint({QUARANTINE_RATE, VOLUME_LOW}):
            assert automation.trigger.match_related.root["prefect.resource.id"] == f"prefect.tag.{TAG}"


def test_channels_come_from_the_environment_and_are_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARSAD_NOTIFY__WEBHOOK", "https://example.org/t0ken")
    monkeypatch.setenv("MARSAD_NOTIFY__SLACK", "https://hooks.slack.com/services/A0/B0/c0c0c0c0c0c0c0c0c0c0c0c0")
    settings = load_settings()
    blocks = notification_blocks(settings.notify)
    assert blocks.keys() == {"marsad-webhook", "marsad-slack"}
    # Settings are parameters of runs, which the UI shows.
    assert "t0ken" not in settings.model_dump_json() + repr(settings)
    assert "t0ken" not in json.dumps(blocks["marsad-webhook"].model_dump(mode="json"))


def test_a_webhook_is_sent_json() -> None:
    with webhook() as receiver:
        [block] = notification_blocks(NotifySettings(webhook=SecretStr(receiver.url))).values()
        asyncio.run(block.anotify(TEXT, "Marsad: a source that brings little"))
    assert receiver.messages == [{"subject": "Marsad: a source that brings little", "text": TEXT}]


@pytest.fixture
def mail_server() -> Iterator[tuple[int, list[bytes]]]:
    """A mail server that takes anything: its port, and the lines that it was sent."""
    lines: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            in_message = False
            for line in self.rfile:
                lines.append(line)
                if in_message and line != b".\r\n":
                    continue
                in_message = line.upper().startswith(b"DATA")
                self.wfile.write(b"354 go on\r\n" if in_message else b"250 yes\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], lines
        server.shutdown()


def test_mail_is_sent(mail_server: tuple[int, list[bytes]]) -> None:
    port, lines = mail_server
    address = f"mailto://127.0.0.1:{port}?from=marsad@example.org&to=editor@example.org"
    [block] = notification_blocks(NotifySettings(email=SecretStr(address))).values()
    asyncio.run(block.anotify("3 of 40 articles", "Marsad: a source that brings little"))
    sent = b"".join(lines)
    assert b"rcpt to:<editor@example.org>" in sent.lower()
    assert b"Subject: Marsad: a source that brings little" in sent
