"""Plain text: one article a file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Final

from tasks.ingest.decode import Decoder
from tasks.ingest.records import Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.titles import split_title

_MARKUP: Final = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|rss|feed|svg)\b", re.IGNORECASE)


class PlainText:
    """A file of words and nothing else."""

    name = "plain text"
    suffixes = (".txt", ".text")
    is_text = True
    unit = ""
    priority = 100
    needs: tuple[str, ...] = ()

    def sniff(self, head: bytes) -> bool:
        """Any text that is not markup, and has no better claim."""
        return bool(head) and not _MARKUP.match(head)

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Problem]:
        """One record with `title` and `text`, or one problem."""
        data = stream.read(settings.max_record_bytes + 1)
        if len(data) > settings.max_record_bytes:
            raise ReadError(Reason.TOO_LARGE, f"it is larger than {settings.max_record_bytes:,} bytes", data)
        try:
            title, text = split_title(Decoder().decode(data))
        except ReadError as error:
            yield error.at(1)
            return
        yield Record(1, {"title": title, "text": text}, len(data), data, whole=True)
