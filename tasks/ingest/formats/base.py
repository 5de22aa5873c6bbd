"""What a format is, and how a package of your own adds one.

    # my_formats.py
    class Telex:
        name, suffixes, is_text, unit, priority, needs = "telex", (".tlx",), True, "message", 50, ()

        def sniff(self, head): return head.startswith(b"ZCZC")
        def read(self, stream, settings): yield Record(1, {"title": …, "text": …}, size=…)

    # pyproject.toml of that package
    [project.entry-points."marsad.formats"]
    telex = "my_formats:Telex"

Once the package is installed, `marsad formats` lists it and `marsad run` reads such files.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from tasks.ingest.records import Link, Page, Problem, Record
from tasks.ingest.settings import ReadSettings


@runtime_checkable
class Format(Protocol):
    """One way to write records into a file. The class is called without arguments."""

    @property
    def name(self) -> str:
        """For people: "JSON Lines"."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Of file names, in lower case with the dot; several formats may share one, and then `sniff` decides."""

    @property
    def is_text(self) -> bool:
        """Whether `read` is to be given UTF-8 (or a one-byte encoding, for `decode.Decoder`) and never binary data."""

    @property
    def unit(self) -> str:
        """What `Record.number` counts, for messages: "line", "record"; "" where there is only one."""

    @property
    def priority(self) -> int:
        """Its place among the formats that are asked whose a document is: low for a mark that no other format has
        (Parquet 10), high for what claims whatever is left (plain text 100)."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Modules that it imports when it is first used, beside those that Marsad always loads."""

    def sniff(self, head: bytes) -> bool:
        """Whether a document that begins with `head` (UTF-8 if it is text) is of this format."""

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Page | Link | Problem]:
        """Records in order, one in memory at a time; a record that cannot be read gives a problem and costs no other.

        Raises:
            ReadError: the rest of the document cannot be read.
        """
