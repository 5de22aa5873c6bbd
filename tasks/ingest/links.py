"""What becomes of a record that is only a link: the article on its page if that may be fetched, else what it says."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.ingest.records import Link, Page, Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings


def follow_links(
    contents: Iterator[Record | Page | Link | Problem], settings: ReadSettings
) -> Iterator[Record | Page | Problem]:
    """`contents` of one document, with each link followed or refused, and no more of them than may be.

    Raises:
        ReadError: (`link_limit`) there are more.
    """
    count = 0
    for content in contents:
        if not isinstance(content, Link):
            yield content
            continue
        count += 1
        if count > settings.max_links:
            raise ReadError(Reason.LINK_LIMIT, f"it has more than {settings.max_links:,} links")
        yield _follow(content, settings)


def _follow(link: Link, settings: ReadSettings) -> Record | Problem:
    """The article that `link` leads to: what its page says, and where it is silent what the link came with.

    A page that is not to be had leaves the text of the link, if it has one.
    """
    own = Record(link.number, link.fields, len(link.payload), link.payload)
    if settings.fetch is None:
        return own if link.fields.get("text") else _refused(link)
    try:
        page = settings.fetch(link.url)
    except ReadError as error:
        return own if link.fields.get("text") else error.at(link.number, link.payload)
    found = {name: value for name, value in page.items() if value}
    filled = settings.field_map.columns(tuple(found))
    listed = settings.field_map.columns(tuple(link.fields))
    said = {name: link.fields[name] for column, names in listed.items() if not filled[column] for name in names}
    return Record(link.number, {**said, **found}, len(link.payload), link.payload)


def _refused(link: Link) -> Problem:
    return Problem(link.number, Reason.NOT_FETCHED, f"it is only a link, {link.url}", link.payload)
