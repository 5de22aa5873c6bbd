"""What watching decides, without the web and without the warehouse: what is new, and how it is handed to ingest.

What was fetched is kept in a file of its own form, one JSON object a line (`.fetched.gz`, read by
`tasks.ingest.formats.fetched`): the item as the feed has it, and the page as it came. So a page can be read again by
better code, and what could not be fetched goes the way of every record that could not be used.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final, Literal, NamedTuple

from tasks.identity import stable_id
from tasks.ingest.feed_item import FeedItem
from tasks.ingest.identity import canonical_url
from tasks.ingest.sources import origin_of
from tasks.ingest.web import Fetched
from tasks.load.watched import Feed, File, Item

FullText = Literal["auto", "always", "never"]

SUFFIX: Final = ".fetched"
MOST_TRIES: Final = 5
"""How often a page is asked for, in runs that lie further and further apart, before its item goes to quarantine."""

_FIRST_PAUSE: Final = timedelta(minutes=5)  # four times as long after each try: five tries take seven hours
_LONGEST_PAUSE: Final = timedelta(days=1)
_WORDS_OF_AN_ARTICLE: Final = 80
_CUT_OFF: Final = re.compile(
    r"(?:…|\.\.\.|\[&#8230;\]|المزيد|القراءة|read more|continue reading|appeared first on .*)[\s\])»>.]*$",
    re.IGNORECASE,
)
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")


@dataclass(frozen=True)
class WatchedFeed:
    """A feed as the user named it."""

    url: str
    source: str | None = None
    every: timedelta = timedelta(minutes=15)
    full_text: FullText = "auto"


class Job(NamedTuple):
    """One item of a feed to bring in; `versions` are all that feeds say of it now, the first of which is `item`."""

    feed: WatchedFeed
    item: FeedItem
    item_id: int
    versions: tuple[int, ...]
    tries: int = 0

    @property
    def wants_page(self) -> bool:
        """Whether its page is to be fetched."""
        return wants_page(self.item, self.feed.full_text)

    def noted(self, state: str, tries: int, due: datetime | None = None, message: str | None = None) -> list[Item]:
        """What the warehouse is to know of it."""
        entry = json.dumps(_given(self.item), ensure_ascii=False) if state == "waiting" else None
        return [
            Item(self.item_id, version, self.feed.url, self.item.link, state, tries, due, message, entry)
            for version in self.versions
        ]


def job_of(feed: WatchedFeed, item: FeedItem) -> Job:
    """The job that `item` of `feed` is, if it is new."""
    return Job(feed, item, item_id(item, feed.url), (version(item, feed.full_text),))


def taken_up(waiting: Item, feed: WatchedFeed) -> Job:
    """The job of an item that waits."""
    return Job(feed, FeedItem(**json.loads(waiting.entry or "{}")), waiting.item_id, (waiting.version,), waiting.tries)


def merged(jobs: Iterable[Job]) -> list[Job]:
    """One job for each item, however many feeds have it."""
    by_item: dict[int, Job] = {}
    for job in jobs:
        first = by_item.setdefault(job.item_id, job)
        more = tuple(version for version in job.versions if version not in first.versions)
        by_item[job.item_id] = first._replace(versions=first.versions + more)
    return list(by_item.values())


def wants_page(item: FeedItem, full_text: FullText) -> bool:
    """Whether the page of an item is to be fetched."""
    if item.link is None or full_text == "never":
        return False
    return full_text == "always" or not is_whole(item.content or item.summary)


def is_whole(text: str | None) -> bool:
    """Whether `text`, which a feed gives, is an article and not its beginning or summary."""
    return text is not None and len(text.split()) >= _WORDS_OF_AN_ARTICLE and not _CUT_OFF.search(text.rstrip())


def item_id(item: FeedItem, feed_url: str) -> int:
    """What identifies an item, unsigned 64 bits: its page; without one, the feed's own identifier, or its title."""
    if page := canonical_url(item.link):
        return stable_id("url", page)
    return stable_id("item", feed_url, item.id or item.link or item.title)


def version(item: FeedItem, full_text: FullText) -> int:
    """Hash of what a feed says of an item, unsigned 64 bits; a summary is no part of it, as feeds differ in those."""
    text = None if wants_page(item, full_text) else item.content or item.summary
    return stable_id(item.title, item.updated or item.published, text)


def next_try(now: datetime, tries: int, retry_after: float | None) -> datetime:
    """When a page is asked for again after `tries`, no sooner than its server wants."""
    return now + max(min(_FIRST_PAUSE * int(4 ** max(tries - 1, 0)), _LONGEST_PAUSE), _asked_for(retry_after))


def next_poll(now: datetime, every: timedelta, failures: int, retry_after: float | None) -> datetime:
    """When a feed is asked again: after `every`, twice as long for each failure in a row, a day at most."""
    longer = min(every * int(2 ** min(failures, 10)), _LONGEST_PAUSE)
    return now + max(every, longer, _asked_for(retry_after))


def _asked_for(retry_after: float | None) -> timedelta:
    """The pause that a server asks for, as long as it makes sense."""
    return min(timedelta(seconds=min(retry_after or 0.0, 1e6)), _LONGEST_PAUSE)


def is_due(feed: WatchedFeed, state: Feed | None, now: datetime) -> bool:
    """Whether it is time to ask `feed`: a schedule that comes as often as the feed, and a little early, counts."""
    return state is None or state.next_due <= now + min(feed.every / 10, timedelta(minutes=1))


class Parcel:
    """The file that what is fetched is put into, one line an item."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write into `file`."""
        self._file = file
        self.lines = 0

    def add(self, job: Job, at: datetime, page: Fetched | None = None, failure: str | None = None) -> None:
        """Put in an item: with its page, or with what kept it from being fetched, or as its feed has it."""
        line: dict[str, object] = {
            "feed": job.feed.url,
            "fetched_at": at.isoformat(timespec="seconds"),
            "source": job.feed.source,
            "item": _given(job.item),
        }
        if page is not None:
            line["page"] = {
                "url": page.url,
                "content_type": page.content_type,
                "content": base64.b64encode(page.content).decode("ascii"),
            }
        if failure is not None:
            line["failure"] = failure
        self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        self.lines += 1


def _given(item: FeedItem) -> dict[str, str]:
    return {name: value for name, value in item._asdict().items() if value is not None}


@contextmanager
def parcel(path: Path) -> Iterator[Parcel]:
    """A new parcel, which stands at `path` when the block has ended well, and never in part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with gzip.open(unfinished, "wb", compresslevel=6) as file:
            yield Parcel(file)  # type: ignore[arg-type]  # gzip's files are written to like any other
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def complete_files(folder: Path, pattern: str, settle_seconds: float, now: float) -> list[File]:
    """The files of a drop folder that nobody is writing any more, in the order of their names.

    Args:
        folder: the drop folder; hidden files and links that lead out of it are passed over.
        pattern: as of `Path.glob`.
        settle_seconds: how long a file must have been left alone. Its time of change is looked at, not that of
            modification: copying tools set the latter to what they like.
        now: seconds since 1970.

    Raises:
        OSError: the folder cannot be read.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    within = folder.resolve()
    found = []
    for path in sorted(folder.glob(pattern)):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts) or path.name.lower().endswith(_UNFINISHED):
            continue
        try:
            if not path.is_file() or not path.resolve().is_relative_to(within):
                continue
            status = path.stat()
        except OSError:  # gone meanwhile
            continue
        if now - status.st_ctime >= settle_seconds:
            found.append(File(origin_of(str(path)), status.st_size, status.st_mtime_ns))
    return found
