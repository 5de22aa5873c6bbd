"""What a user may decide about reading: names of fields, the default source, and the limits that keep memory flat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tasks.ingest.fields import FieldMap


@dataclass(frozen=True)
class ReadSettings:
    """Settings of `tasks.ingest.read.read_batches`; sizes in bytes."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """More names of input fields for a column (`tasks.ingest.fields.DEFAULT_FIELDS`), tried before the usual ones."""
    source: str | None = None
    """Publisher of records that name none and have no URL."""
    max_record_bytes: int = 10_000_000
    """Largest record, line or text file that is read."""
    max_expanded_bytes: int = 50_000_000_000
    """How much one compressed file or archive may unpack to."""
    max_members: int = 100_000
    """Files in one archive."""
    max_buffered_bytes: int = 500_000_000
    """Largest input held in memory because its format needs to jump about in it and its container cannot."""
    max_depth: int = 32
    """Nesting of objects and arrays in a JSON record."""
    max_batch_bytes: int = 64_000_000
    """A batch is closed early when its records reach this size, so that many large records do not add up."""
    payload_bytes: int = 65_536
    """How much of a quarantined record is kept."""

    @cached_property
    def field_map(self) -> FieldMap:
        """The mapping of field names, the user's before the usual ones."""
        return FieldMap(self.fields)
