"""What a format gives: records and problems; and the reasons for which a record goes to quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a record could not be used, as it stands in `quarantine.reason`."""

    MISSING_FILE = "missing_file"
    UNREADABLE = "unreadable"
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
    NO_TEXT_FIELD = "no_text_field"
    EMPTY_TEXT = "empty_text"


ADVICE: Mapping[Reason, str] = {
    Reason.MISSING_FILE: "check the path or pattern",
    Reason.UNREADABLE: "check its type and permissions",
    Reason.EMPTY_FILE: "fetch it again or leave it out",
    Reason.UNKNOWN_FORMAT: "convert it to text, JSON, CSV or Parquet, or leave it out",
    Reason.BINARY: "convert it to text or leave it out",
    Reason.BROKEN_ARCHIVE: "fetch it again or unpack it yourself",
    Reason.ARCHIVE_LIMIT: "if you trust it, unpack it yourself and give the folder",
    Reason.WRONG_ENCODING: "save it as UTF-8",
    Reason.BROKEN_JSON: "mend it at its origin and run again",
    Reason.BROKEN_CSV: "mend it at its origin and run again",
    Reason.BROKEN_PARQUET: "write the file again",
    Reason.NOT_AN_OBJECT: "give one JSON object with named fields for each article",
    Reason.TOO_DEEP: "flatten it or raise ingest.max_depth",
    Reason.TOO_LARGE: "split it or raise ingest.max_record_bytes",
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


class Problem(NamedTuple):
    """A record, or a whole document (`number` None), that could not be read."""

    number: int | None
    reason: Reason
    detail: str  # what is wrong, without the document's name and without advice
    payload: bytes = b""


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
