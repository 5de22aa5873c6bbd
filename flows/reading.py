"""How the input of a run is read: the settings of `[ingest]`, and a fetcher of pages if that is allowed."""

from __future__ import annotations

from pathlib import Path

from flows.settings import Settings
from tasks.ingest.settings import ReadSettings
from warehouse.connection import snapshot_path


def read_settings(settings: Settings) -> ReadSettings:
    """What `settings` say of reading.

    Raises:
        SettingsError: pages may be fetched, but nobody is named whom a publisher could complain to.
    """
    fetch = None
    if settings.ingest.fetch:
        from tasks.ingest.web.pages import PageFetcher  # noqa: PLC0415  # with it comes a client, seldom needed

        fetch = PageFetcher(settings.fetch.manners())
    chosen = settings.ingest.model_dump(exclude={"batch_size", "fetch"})
    return ReadSettings(
        **chosen, fetch=fetch, payload_bytes=settings.quarantine.payload_bytes, leave_out=own_files(settings)
    )


def own_files(settings: Settings) -> tuple[Path, ...]:
    """Files and folders of ours, which are no news: they may lie in the folder that is read."""
    written = [settings.warehouse, snapshot_path(settings.warehouse)]
    beside = [path.with_name(f"{path.name}.{suffix}") for path in written for suffix in ("wal", "tmp")]
    return (*written, *beside, settings.staging_folder, settings.watch_folder)
