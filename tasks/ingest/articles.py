"""From a record's fields to an article's columns."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from tasks.ingest.dates import date_in_name, read_published
from tasks.ingest.decode import Decoder
from tasks.ingest.identity import article_id, content_hash, url_host
from tasks.ingest.records import ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings

# Where services put the value proper of a field that is an object: names of publishers, WordPress's rendered text,
# MongoDB's dates and identifiers.
_INNER_NAMES: Final = ("name", "rendered", "text", "value", "#text", "$date", "$oid", "url")
# How scrapers that keep an article's structure (fundus) order its parts.
_PARTS: Final = ("summary", "headline", "paragraphs", "sections")
# Where they put what was asked for and what answered, in a field of the page itself.
_PAGE_ADDRESSES: Final = ("responded_url", "requested_url")
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\ufeff"
_PARAGRAPHS: Final = "\n\n"
_LIST: Final = "، "
_SAME_DAY: Final = timedelta(days=1)  # fields of one article differ by a zone
_MAX_NOTES: Final = 3


class Article(NamedTuple):
    """One row of the raw-article frame (`tasks.frames.RAW_ARTICLES`), in its order."""

    origin: str
    record_number: int
    source: str | None
    url: str | None
    title: str | None
    author: str | None
    published_at: datetime | None
    published_at_basis: str | None
    published_at_note: str | None
    text: str
    content_hash: int
    article_id: int


def to_article(record: Record, origin: str, settings: ReadSettings, latest: datetime) -> Article:
    """The article that `record` of `origin` is; a date after `latest` is none.

    Raises:
        ReadError: (`no_text_field`, `empty_text`, `wrong_encoding`) it is none.
    """
    fields = record.fields
    columns = settings.field_map.columns(tuple(map(str, fields)))

    def first(column: str, joint: str = _LIST) -> str | None:
        return next((text for name in columns[column] if (text := _text(fields[name], joint))), None)

    text = first("text", _PARAGRAPHS)
    if text is None:
        raise _without_text(fields, columns["text"])
    title = _stripped(first("title"))
    url = _stripped(first("url") or _page_address(fields.get("html")))
    source = _stripped(first("source"))
    source = (url_host(source) if source and "://" in source else source) or url_host(url) or settings.source
    author = _stripped(html.unescape(first("author") or ""))
    published_at, basis, note = _published(record, columns["published_at"], origin, latest)
    content = content_hash(title, text)
    return Article(
        origin=origin,
        record_number=record.number,
        source=source,
        url=url,
        title=title,
        author=author,
        published_at=published_at,
        published_at_basis=basis,
        published_at_note=note,
        text=text,
        content_hash=content,
        article_id=article_id(
            url=url,
            record_id=_stripped(first("record_id")),
            source=source,
            origin=origin,
            whole=record.whole,
            title=title,
            published_at=published_at,
            content=content,
        ),
    )


def _page_address(page: object) -> str | None:
    """The address of the article in a field that holds its page as it was fetched."""
    if not isinstance(page, dict):
        return None
    return next((address for name in _PAGE_ADDRESSES if isinstance(address := page.get(name), str) and address), None)


def _without_text(fields: Mapping[str, object], text_names: Sequence[str]) -> ReadError:
    if text_names:
        return ReadError(Reason.EMPTY_TEXT, f"its text (field {text_names[0]!r}) is empty")
    found = ", ".join(map(str, fields))[:200] or "none"
    return ReadError(Reason.NO_TEXT_FIELD, f"no field holds the text of an article (its fields: {found})")


def _published(
    record: Record, names: Sequence[str], origin: str, latest: datetime
) -> tuple[datetime | None, str | None, str | None]:
    """The date of publication, where it is from, and what was written beside it and not taken, with the reason."""
    taken: tuple[datetime, str] | None = None
    notes: list[str] = []
    for name in names:
        for value in _scalars(record.fields[name]):
            moment, refused = read_published(value, latest)
            if refused:
                notes.append(f"{name}: {refused}")
            elif moment and taken is None:
                taken = (moment, name)
            elif moment and taken and abs(moment - taken[0]) > _SAME_DAY:
                notes.append(f"{name}: '{moment:%Y-%m-%d}' is not what {taken[1]} says, the better field")
    note = "; ".join(notes[:_MAX_NOTES]) or None
    if taken:
        return taken[0], "metadata", note
    # Only a file that is one article is named for its date; and a date that is there but broken is not replaced.
    if record.whole and not notes:
        file, *folders = reversed(PurePosixPath(origin.replace("!", "/")).parts)
        for name in (file, *folders[:1]):
            if moment := date_in_name(name, latest):
                return moment, "file", None
    return None, None, note


def _scalars(value: object) -> Iterator[object]:
    """The values proper that `value` holds: itself, those of a list, that of an object."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _scalars(item)
    elif isinstance(value, dict):
        yield from (inner for name in _INNER_NAMES if isinstance(inner := value.get(name), (str, int, float)))
    else:
        yield value


def _text(value: object, joint: str) -> str | None:
    """`value` as text, or None if a reader would see nothing; the parts of a list are joined by `joint`."""
    if isinstance(value, str):
        return _well_formed(value) if _is_visible(value) else None
    if isinstance(value, bytes):
        return _text(Decoder().decode(value), joint)
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, (list, tuple)):
        return joint.join(filter(None, (_text(item, joint) for item in value))) or None
    if isinstance(value, dict):
        return _text_of_object(value, joint)
    return str(value)


def _text_of_object(value: Mapping[str, object], joint: str) -> str | None:
    if "sections" in value or "paragraphs" in value:
        return _text([value.get(part) for part in _PARTS], joint)
    return next((text for name in _INNER_NAMES if (text := _text(value.get(name), joint))), None)


def _is_visible(text: str) -> bool:
    return bool(text) and not text.isspace() and bool(text.strip().strip(_INVISIBLE))


def _well_formed(text: str) -> str:
    """`text`, with a replacement character for halves of surrogate pairs, which are no characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _stripped(text: str | None) -> str | None:
    return (text.strip() or None) if text else None
