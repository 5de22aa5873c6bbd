"""What a format gives: records and problems; and the reasons for which a record goes to quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Reason(StrEnum):
    """Why a record could not be used, as it stands in `quarantine.reason`."""

    MISSING_FILE = "missing_file"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not_a_file"
    UNSAFE_NAME = "unsafe_name"
    EMPTY_FILE = "empty_file"
    UNKNOWN_FORMAT = "unknown_format"
    BINARY = "binary"
    BROKEN_ARCHIVE = "broken_archive"
    ARCHIVE_LIMIT = "archive_limit"
    WRONG_ENCODING = "wrong_encoding"
    BROKEN_JSON = "broken_json"
    BROKEN_CSV = "broken_csv"
    BROKEN_PARQUET = "broken_parquet"
    NOT_AN_OBJECT = "not_an_object"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    FILE_LIMIT = "file_limit"
    LINK_LIMIT = "link_limit"
    BROKEN_XML = "broken_xml"
    UNSAFE_XML = "unsafe_xml"
    BROKEN_SGML = "broken_sgml"
    BROKEN_WARC = "broken_warc"
    NOT_FETCHED = "not_fetched"
    FETCH_FAILED = "fetch_failed"
    NO_ADDRESS = "no_address"
    NO_ARTICLE = "no_article"
    PAGE_TIMEOUT = "page_timeout"
    PAGE_FAILED = "page_failed"
    NO_TEXT_FIELD = "no_text_field"
    EMPTY_TEXT = "empty_text"


ADVICE: Mapping[Reason, str] = {
    Reason.MISSING_FILE: "check the path or pattern",
    Reason.UNREADABLE: "check its type and permissions",
    Reason.NOT_A_FILE: "give the path of what it stands for, if you want it",
    Reason.UNSAFE_NAME: "if you trust it, unpack it yourself and give the folder",
    Reason.EMPTY_FILE: "fetch it again or leave it out",
    Reason.UNKNOWN_FORMAT: "convert it to text, JSON, CSV or Parquet, or leave it out",
    Reason.BINARY: "convert it to text or leave it out",
    Reason.BROKEN_ARCHIVE: "fetch it again or unpack it yourself",
    Reason.ARCHIVE_LIMIT: "if you trust it, raise the limit, or unpack it yourself and give the folder",
    Reason.WRONG_ENCODING: "save it as UTF-8",
    Reason.BROKEN_JSON: "mend it at its origin and run again",
    Reason.BROKEN_CSV: "mend it at its origin and run again",
    Reason.BROKEN_PARQUET: "write the file again",
    Reason.NOT_AN_OBJECT: "give one JSON object with named fields for each article",
    Reason.TOO_DEEP: "flatten it or raise ingest.max_depth",
    Reason.TOO_LARGE: "split it or raise ingest.max_record_bytes",
    Reason.FILE_LIMIT: "split it or raise ingest.max_file_bytes",
    Reason.LINK_LIMIT: "split it or raise ingest.max_links",
    Reason.BROKEN_XML: "mend it at its origin and run again",
    Reason.UNSAFE_XML: "if you trust it, take the declarations out of it and run again",
    Reason.BROKEN_SGML: "mend it at its origin and run again",
    Reason.BROKEN_WARC: "fetch it again or leave it out",
    Reason.NOT_FETCHED: "allow it with ingest.fetch = true, or have feeds and sitemaps followed by `marsad watch`",
    Reason.NO_ADDRESS: "give its address in full, from https:// on, or leave it out",
    Reason.FETCH_FAILED: "run again later, or leave it out",
    Reason.NO_ARTICLE: "leave it out, or save the page as it is shown, with its text",
    Reason.PAGE_TIMEOUT: "leave it out or raise ingest.page_seconds",
    Reason.PAGE_FAILED: "leave it out, and please report it",
    Reason.NO_TEXT_FIELD: "name the field that holds the text under [ingest.fields] in marsad.toml",
    Reason.EMPTY_TEXT: "nothing to do unless its origin has the text",
}
"""What a person can do about it: the last clause of every message."""


class Record(NamedTuple):
    """One record as its format gives it, before any field is mapped."""

    number: int  # from 1 within its document
    fields: Mapping[str, object]
    size: int  # bytes or characters it took up: a measure for batches, not an exact count
    payload: bytes | None = None  # as delivered; None where the format has only the fields
    whole: bool = False  # it is all that its document holds, so the document's name identifies it
    preamble: bytes = b""  # what makes the payload a document of its format again: a table's row of names
    offset: int | None = None  # bytes of the document before it, if the format counts them


class Link(NamedTuple):
    """A record that names a page and does not hold its text: an item of a feed, a line of a list.

    It becomes an article if the page may be fetched, or if `fields` have a text of their own (a feed's summary).
    """

    number: int  # from 1 within its document
    url: str
    fields: Mapping[str, object]  # what is said of the page
    payload: bytes  # as delivered


class Page(NamedTuple):
    """A record that is a web page, still to be read (`tasks.ingest.page_pool`)."""

    number: int  # from 1 within its document
    html: bytes  # the page itself, in whatever encoding
    payload: bytes  # the record as delivered: the page, or what it came in
    url: str | None = None  # where it is from
    charset: str | None = None  # what its server said of its encoding
    known: Mapping[str, object] = MappingProxyType({})  # fields that are taken whatever the page says
    fallback: Mapping[str, object] = MappingProxyType({})  # fields that are taken where the page says nothing
    whole: bool = False  # as of `Record`
    offset: int | None = None  # as of `Record`

    @property
    def size(self) -> int:
        """As of `Record`."""
        return len(self.html) + len(self.payload)

    def record(self, found: Mapping[str, object]) -> Record:
        """The record that it is, when `found` was read in it."""
        fields = {**self.fallback, **{name: value for name, value in found.items() if value}, **self.known}
        return Record(self.number, fields, self.size, self.payload, whole=self.whole, offset=self.offset)

    def problem(self, error: ReadError) -> Problem:
        """What is to be told of it where it could not be read."""
        return error.at(self.number, self.payload)._replace(offset=self.offset)


class Problem(NamedTuple):
    """A record, or a whole document (`number` None), that could not be read."""

    number: int | None
    reason: Reason
    detail: str  # what is wrong, without the document's name and without advice
    payload: bytes = b""
    complete: bool = True  # the payload is the whole record
    size: int | None = None  # bytes of the whole record, if it is not and they were counted
    preamble: bytes = b""  # as of `Record`
    offset: int | None = None


class ReadError(Exception):
    """Something that cannot be read: the rest of a document, or the record at hand."""

    def __init__(self, reason: Reason, detail: str, payload: bytes = b"") -> None:
        """Keep what a row of the quarantine frame needs."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.payload = payload

    def at(self, number: int | None, payload: bytes | None = None) -> Problem:
        """This error as the problem of record `number`."""
        return Problem(number, self.reason, self.detail, self.payload if payload is None else payload)
