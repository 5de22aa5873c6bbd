"""Lists of addresses: one a line, tables that have addresses and no texts, and the files of GDELT.

Of GDELT's tables, which have no row of names, the addresses are taken and nothing else: its events are of its own
making. It names an article once for each event in it, so an address counts only where it comes first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tasks.identity import stable_id
from tasks.ingest.decode import Decoder
from tasks.ingest.fields import FieldMap
from tasks.ingest.identity import url_host
from tasks.ingest.records import Link, Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import Line, lines

_ADDRESS: Final = re.compile(rb"https?://[^\s<>\"']+", re.IGNORECASE)
_DATA_FILE: Final = re.compile(rb"\d+ [0-9a-f]{32} (https?://\S+)", re.IGNORECASE)  # a line of GDELT's masterfilelist
_GDELT: Final = {58: 57, 61: 60, 16: 5, 27: 4}
"""Columns of GDELT's events (1.0 and 2.0), mentions and knowledge graph, and which of them is the address."""
_ROWS: Final = {1: 0} | _GDELT
_MARKS: Final = "\ufeff".encode()
_LOOKED_AT: Final = 20  # lines
_USUAL: Final = FieldMap({})


class UrlList:
    """A list of addresses; `Record.number` counts lines."""

    name = "list of addresses"
    suffixes = (".urls", ".txt", ".csv", ".tsv")
    is_text = True
    unit = "line"
    priority = 60
    needs = ()

    def sniff(self, head: bytes) -> bool:
        """Each of its first lines is an address, or a row of a table that has addresses and no texts."""
        whole, _, rest = head.rpartition(b"\n")
        found = [line for line in (whole or rest).split(b"\n") if not _is_blank(line)][:_LOOKED_AT]
        if not found:
            return False
        if any(_row_address(line) for line in found):
            return all(map(_is_row, found)) and not _has_texts(found[0])
        return _Table.of(_text(found[0]), _USUAL) is not None

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Link | Problem]:
        """One link or problem for each address that is new."""
        decoder = Decoder()
        table: _Table | None = None
        first = True
        seen: set[int] = set()
        for line in lines(stream, settings.max_record_bytes):
            if _is_blank(line.data):
                continue
            if first:
                first = False
                table = None if _row_address(line.data) else _Table.of(_text(line.data), settings.field_map)
                if table is not None:
                    continue
            try:
                link = _link(line, table, decoder)
            except ReadError as error:
                yield error.at(line.number, line.data)
                continue
            key = stable_id(link.url)
            if key not in seen:
                seen.add(key)
                yield link
        if first:
            raise ReadError(Reason.EMPTY_FILE, "it holds nothing but blank lines")


class _Table(NamedTuple):
    """The names of a table's columns."""

    names: list[str]
    delimiter: str
    address: int

    @classmethod
    def of(cls, header: str, field_map: FieldMap) -> _Table | None:
        """The table that `header` is the first line of, if it has a column of addresses and none of texts."""
        delimiter = max(",;\t|", key=header.count)
        try:
            names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
        except csv.Error:
            return None
        columns = field_map.columns(tuple(names))
        if not columns["url"] or columns["text"]:
            return None
        return cls(names, delimiter, names.index(columns["url"][0]))

    def fields(self, line: str) -> dict[str, object]:
        """The fields of a row, by their names."""
        row = next(csv.reader([line], delimiter=self.delimiter), [])
        return {name: value for name, value in zip(self.names, row, strict=False) if value.strip()}


def _link(line: Line, table: _Table | None, decoder: Decoder) -> Link:
    """The link in `line`.

    Raises:
        ReadError: there is none, or none to an article.
    """
    if not line.complete:
        raise ReadError(Reason.TOO_LARGE, f"it is longer than {len(line.data) - 1:,} bytes")
    data = line.data.removeprefix(_MARKS).strip()
    if match := _DATA_FILE.fullmatch(data):
        address = match[1].decode("ascii", "replace")
        raise ReadError(Reason.NOT_FETCHED, f"it names a table of GDELT's, not an article: {address}")
    if table is None:
        address = decoder.decode(_row_address(data) or b"")
        fields: dict[str, object] = {}
    else:
        try:
            fields = table.fields(decoder.decode(data))
        except csv.Error as error:
            raise ReadError(Reason.BROKEN_CSV, f"it is no row of the table ({error})") from error
        address = str(fields.pop(table.names[table.address], "")).strip()
    if url_host(address) is None:
        raise ReadError(Reason.NO_ADDRESS, "it holds no address of a page")
    return Link(line.number, address, {**fields, "url": address}, line.data)


def _row_address(line: bytes) -> bytes | None:
    """The address that `line` is, or that stands in it as a row of GDELT's."""
    line = line.removeprefix(_MARKS).strip(b" \r\n")
    if _DATA_FILE.fullmatch(line):
        return line
    columns = line.split(b"\t")
    column = columns[_ROWS[len(columns)]] if len(columns) in _ROWS else b""
    return column if _ADDRESS.fullmatch(column) else None


def _is_row(line: bytes) -> bool:
    """Whether it is an address, or a row of GDELT's even without one."""
    return line.count(b"\t") + 1 in _GDELT or _row_address(line) is not None


def _has_texts(header: bytes) -> bool:
    return _USUAL.has_text([name.strip() for name in _text(header).split("\t")])


def _is_blank(line: bytes) -> bool:
    """Whether it says nothing: blank, or a remark."""
    return line.removeprefix(_MARKS).lstrip()[:1] in (b"", b"#")


def _text(line: bytes) -> str:
    return line.removeprefix(_MARKS).strip().decode("utf-8", "replace")
