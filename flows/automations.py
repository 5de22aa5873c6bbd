"""What the server does by itself: it ends runs whose host is lost, and tells somebody when something is wrong.

On SQLite a busy server may look at an event twice: a message can come twice, and a false alarm can ask to end a run
that has ended, which the server refuses as long as nobody forces it. Runs stuck in cancelling it ends by itself.

Each automation looks only at runs that carry the tag of the deployments, so that others' runs on a shared server are
left alone. `marsad.quarantine-rate` and `marsad.volume-low` are events that the flows emit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture

from flows.notify import install_blocks
from flows.settings import NotifySettings

TAG = "marsad"
"""Every deployment carries it, and every automation."""

SILENCE = timedelta(seconds=90)
"""A run that is not heard of for so long is lost. Three heartbeats: `prefect.yaml` asks for one every 30 seconds."""

_OURS: dict[str, str | list[str]] = {"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{TAG}"}
_RUNS: dict[str, str | list[str]] = {"prefect.resource.id": "prefect.flow-run.*"}


def automations(settings: NotifySettings, blocks: Sequence[UUID]) -> list[AutomationCore]:
    """All automations; without `blocks` to send by, the one that needs none."""
    lost = AutomationCore(
        name="Marsad: end runs whose host is lost",
        description="A run that is not heard of any more would hold its deployment's place for ever.",
        tags=[TAG],
        trigger=EventTrigger(
            posture=Posture.Proactive,
            match=_RUNS,
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            after={f"prefect.flow-run.{sign}" for sign in ("heartbeat", "Pending", "Running")},
            expect={"prefect.flow-run.*"},
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(
                name=None,
                state=StateType.CRASHED,
                force=False,
                message=f"Not heard of for {SILENCE.seconds} seconds: its host is lost.",
            )
        ],
    )
    if not blocks:
        return [lost]
    failed = AutomationCore(
        name="Marsad: tell of a run that failed",
        description="A run failed, crashed or took too long.",
        tags=[TAG],
        trigger=EventTrigger(
            match=_RUNS,
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            expect={f"prefect.flow-run.{end}" for end in ("Failed", "Crashed", "TimedOut")},
        ),
        actions=_tell(
            blocks,
            "Marsad: {{ flow_run.name }} {{ flow_run.state.name | lower }}",
            "{{ flow_run.state.message }}\n{{ flow_run | ui_url }}",
        ),
    )
    silent = AutomationCore(
        name="Marsad: tell that nothing runs",
        description=f"No run was completed in {settings.silent_hours:g} hours.",
        tags=[TAG],
        trigger=EventTrigger(
            posture=Posture.Proactive,
            match=_RUNS,
            match_related=_OURS,
            expect={"prefect.flow-run.Completed"},
            within=timedelta(hours=settings.silent_hours),
        ),
        actions=_tell(
            blocks,
            f"Marsad: no run was completed in {settings.silent_hours:g} hours",
            "Is the worker up? `marsad up` starts it, and `prefect work-pool inspect marsad` shows what waits.",
        ),
    )
    return [
        lost,
        failed,
        silent,
        _of_event(blocks, "marsad.quarantine-rate", "Marsad: tell of many records in quarantine"),
        _of_event(blocks, "marsad.volume-low", "Marsad: tell of a source that brings little"),
    ]


def _of_event(blocks: Sequence[UUID], event: str, name: str) -> AutomationCore:
    """Tell of an event of ours, in the words that it brings along."""
    return AutomationCore(
        name=name,
        description=f"A flow found it, and emitted {event}.",
        tags=[TAG],
        trigger=EventTrigger(expect={event}, for_each={"prefect.resource.id"}),
        actions=_tell(blocks, name.replace(": tell of", ":"), "{{ event.payload.message }}"),
    )


def _tell(blocks: Sequence[UUID], subject: str, body: str) -> list[ActionTypes]:
    return [SendNotification(block_document_id=block, subject=subject, body=body) for block in blocks]


async def install(settings: NotifySettings, client: PrefectClient) -> list[str]:
    """Make the server's automations those of `settings`. What is as it should be is not touched, nor switched on again.

    Returns:
        Their names.
    """
    wanted = automations(settings, await install_blocks(settings, client))
    there = {one.name: one for one in await client.read_automations() if TAG in one.tags}
    for automation in wanted:
        old = there.pop(automation.name, None)
        if old is None:
            await client.create_automation(automation)
        elif _core(old) != (new := automation.model_copy(update={"enabled": old.enabled})):
            await client.update_automation(old.id, new)
    for old in there.values():
        await client.delete_automation(old.id)
    return [automation.name for automation in wanted]


def _core(automation: Automation) -> AutomationCore:
    return AutomationCore.model_validate(automation.model_dump(exclude={"id", "created", "updated"}))
