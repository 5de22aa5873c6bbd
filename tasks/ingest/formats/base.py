"""What a format is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Protocol

from tasks.ingest.records import Problem, Record
from tasks.ingest.settings import ReadSettings


class Format(Protocol):
    """One way to write records into a file."""

    @property
    def name(self) -> str:
        """For people: "JSON Lines"."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Of file names, in lower case with the dot."""

    @property
    def is_text(self) -> bool:
        """Whether `read` is to be given UTF-8 (or a one-byte encoding, for `decode.Decoder`) and never binary data."""

    @property
    def unit(self) -> str:
        """What `Record.number` counts, for messages: "line", "record"; "" where there is only one."""

    def sniff(self, head: bytes) -> bool:
        """Whether a document whose name says nothing, and which begins with `head`, is of this format."""

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Problem]:
        """Records in order, one in memory at a time; a record that cannot be read gives a problem and costs no other.

        Raises:
            ReadError: the rest of the document cannot be read.
        """
