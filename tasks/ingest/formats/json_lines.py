"""JSON Lines: one object a line. A line that is broken costs that line."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator

from tasks.ingest.decode import Decoder
from tasks.ingest.formats.json_value import parse_object
from tasks.ingest.records import Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import lines


class JsonLines:
    """Newline-delimited JSON; `Record.number` is the line's number, blank lines counted."""

    name = "JSON Lines"
    suffixes = (".jsonl", ".ndjson", ".jsonlines")
    is_text = True
    unit = "line"
    priority = 30
    needs: tuple[str, ...] = ()

    def sniff(self, head: bytes) -> bool:
        """Its first line is a whole object, and another begins after it (one alone is a JSON document)."""
        first, newline, rest = head.lstrip().partition(b"\n")
        if not (newline and first.startswith(b"{") and rest.lstrip().startswith(b"{")):
            return False
        try:
            json.loads(first)
        except (ValueError, RecursionError):
            return False
        return True

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Problem]:
        """One record or problem for each line that is not blank."""
        decoder = Decoder()
        blank = True
        for line in lines(stream, settings.max_record_bytes):
            data = line.data.removeprefix(codecs.BOM_UTF8).strip()
            if not data:
                continue
            blank = False
            if not line.complete:
                detail = f"it is longer than {settings.max_record_bytes:,} bytes"
                yield Problem(line.number, Reason.TOO_LARGE, detail, data, complete=False, offset=line.offset)
                continue
            try:
                fields = parse_object(decoder.decode(data), settings.max_depth)
            except ReadError as error:
                yield error.at(line.number, data)._replace(offset=line.offset)
            else:
                yield Record(line.number, fields, len(data), data, offset=line.offset)
        if blank:
            raise ReadError(Reason.EMPTY_FILE, "it holds nothing but blank lines")
