"""The formats that are read, one small module each.

A new one is a class with the members of `base.Format`, put in `FORMATS`: nothing else has to know it.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from tasks.ingest.formats.base import Format
from tasks.ingest.formats.csv_table import CsvTable
from tasks.ingest.formats.json_document import JsonDocument
from tasks.ingest.formats.json_lines import JsonLines
from tasks.ingest.formats.parquet import Parquet
from tasks.ingest.formats.plain_text import PlainText

FORMATS: Final[tuple[Format, ...]] = (Parquet(), JsonLines(), JsonDocument(), CsvTable(), PlainText())
"""In the order in which they are asked whether a document of unknown name is theirs."""

_BY_SUFFIX: Final = {suffix: one for one in FORMATS for suffix in one.suffixes}


def by_name(name: str) -> Format | None:
    """The format of a file so named."""
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def by_content(head: bytes) -> Format | None:
    """The format of a document that begins with `head` (UTF-8 if it is text)."""
    return next((one for one in FORMATS if one.sniff(head)), None)


__all__ = ["FORMATS", "Format", "by_content", "by_name"]
