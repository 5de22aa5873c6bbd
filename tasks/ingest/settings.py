"""What a user may decide about reading: names of fields, the default source, and the limits that keep memory flat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from tasks.ingest.fields import FieldMap

Fetch: TypeAlias = Callable[[str], Mapping[str, object]]
"""Gets the page at a URL and gives the fields of its article; raises ReadError where it gets none."""


@dataclass(frozen=True)
class ReadSettings:
    """Settings of `tasks.ingest.read.read_batches`; sizes in bytes."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """More names of input fields for a column (`tasks.ingest.fields.DEFAULT_FIELDS`), tried before the usual ones."""
    source: str | None = None
    """Publisher of records that name none and have no URL."""
    max_record_bytes: int = 10_000_000
    """Largest record, line or text file that is read."""
    max_file_bytes: int = 100_000_000_000
    """Largest file that is read, as it is on disk."""
    max_expanded_bytes: int = 50_000_000_000
    """How much one compressed file or archive may unpack to, with all that is packed in it."""
    max_ratio: int = 250
    """How many times its own size a compressed file may unpack to, once that is more than `streams.RATIO_FLOOR`."""
    max_members: int = 100_000
    """Files in one archive, with those of the archives in it."""
    max_nesting: int = 4
    """Wrappings around a file, one within the other: archives and compression each count one."""
    max_buffered_bytes: int = 500_000_000
    """Largest input held in memory because its format needs to jump about in it and its container cannot."""
    max_depth: int = 32
    """Nesting of objects and arrays in a JSON record."""
    max_links: int = 50_000
    """Links that are taken from one feed, sitemap or list."""
    page_seconds: float = 30
    """How long reading one web page may take."""
    max_batch_bytes: int = 64_000_000
    """A batch is closed early when its records reach this size, so that many large records do not add up."""
    payload_bytes: int = 1_000_000
    """How much of a quarantined record is kept."""
    leave_out: tuple[Path, ...] = ()
    """Files and folders that are passed over in the folders and patterns that are read."""
    fetch: Fetch | None = None
    """Gets the page of a link and gives its fields; None if pages may not be fetched."""

    @cached_property
    def field_map(self) -> FieldMap:
        """The mapping of field names, the user's before the usual ones."""
        return FieldMap(self.fields)
