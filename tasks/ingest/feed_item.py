"""One item of a feed, whatever dialect it came in, and what it becomes when a feed is read as a file."""

from __future__ import annotations

from typing import NamedTuple

from tasks.ingest.records import Link, Problem, Reason, Record


class FeedItem(NamedTuple):
    """An item of a feed; texts are plain, with paragraphs a blank line apart; dates are as the feed writes them."""

    title: str | None = None
    link: str | None = None  # absolute http(s) URL of its page
    id: str | None = None
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    content: str | None = None  # the whole text, where the feed gives it
    summary: str | None = None
    language: str | None = None  # of the item, else of the feed
    source: str | None = None  # name or URL of the publisher, where it is another than the feed's

    def fields(self) -> dict[str, object]:
        """The fields of its record, by their usual names."""
        named = {
            "title": self.title,
            "text": self.content or self.summary,
            "url": self.link,
            "id": self.id,
            "published_at": self.published or self.updated,
            "author": self.author,
            "source": self.source,
        }
        return {name: value for name, value in named.items() if value}


def as_record(number: int, item: FeedItem, payload: bytes) -> Record | Link | Problem:
    """`item` as the record `number` of a file: an article if its whole text is there, else a link to it."""
    if item.content or (item.summary and not item.link):
        return Record(number, item.fields(), len(payload), payload)
    if item.link:
        return Link(number, item.link, item.fields(), payload)
    return Problem(number, Reason.EMPTY_TEXT, "it has neither a text nor a link", payload)
