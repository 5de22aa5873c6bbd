"""Whom the automations tell: one Prefect notification block for each channel in `[notify]`, kept on the server.

The server itself sends, so that somebody is told also when no worker is left. It can therefore send only by blocks
that Prefect brings along; nothing of ours is installed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.notifications import CustomWebhookNotificationBlock, SlackWebhook
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.types import SecretDict
from pydantic import SecretStr

from flows.settings import NotifySettings

CHANNELS = ("webhook", "slack", "email")


def notification_blocks(settings: NotifySettings) -> dict[str, NotificationBlock]:
    """Make the block of each channel that is configured, by name."""
    return {f"marsad-{channel}": block for channel, block in _configured(settings)}


def _configured(settings: NotifySettings) -> Iterator[tuple[str, NotificationBlock]]:
    if settings.webhook:
        # The address often is the secret, and only `secrets` are stored encrypted.
        yield (
            "webhook",
            CustomWebhookNotificationBlock(
                name="marsad",
                url="{{address}}",
                json_data={"subject": "{{subject}}", "text": "{{body}}"},
                headers=None,
                cookies=None,
                secrets=SecretDict({"address": settings.webhook.get_secret_value()}),
            ),
        )
    if settings.slack:
        yield "slack", SlackWebhook(url=settings.slack)
    if settings.email:
        # Prefect has no block for mail, but this one hands any address that is not Slack's to Apprise, which has.
        yield "email", SlackWebhook(url=SecretStr(settings.email.get_secret_value()))


async def install_blocks(settings: NotifySettings, client: PrefectClient) -> list[UUID]:
    """Save the blocks of the channels that are configured, and remove those of channels that no longer are.

    Returns:
        The ids of the saved blocks.
    """
    wanted = notification_blocks(settings)
    for name in {f"marsad-{channel}" for channel in CHANNELS} - wanted.keys():
        await _remove(name, client)
    return [await block.asave(name, overwrite=True) for name, block in wanted.items()]


async def _remove(name: str, client: PrefectClient) -> None:
    for kind in (CustomWebhookNotificationBlock, SlackWebhook):
        try:
            document = await client.read_block_document_by_name(name, kind.get_block_type_slug())
        except ObjectNotFound:
            continue
        await client.delete_block_document(document.id)
