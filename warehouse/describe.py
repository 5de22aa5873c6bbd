"""The warehouse's tables, views and macros as a page for people, made from the comments it carries.

`python -m warehouse.describe > docs/warehouse.md`; a test says so when the page is out of date.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from warehouse.connection import writer

_SQL = (Path(__file__).parent / "queries" / "describe.sql").read_text("utf-8")

_HEAD = """# The warehouse

<!-- Made by `python -m warehouse.describe > docs/warehouse.md` from the COMMENTs of schema, views and macros. -->

One DuckDB file. Runs write it and hold it for seconds; whoever reads uses the snapshot beside it
(`marsad.duckdb` → `marsad.read.duckdb`), which `marsad sql` does by itself and any DuckDB client can open.
Identifiers are unsigned 64-bit hashes, equal on every machine. Offsets are code points, half-open:
`text[char_start + 1 : char_end]` in DuckDB, `text[char_start:char_end]` in Python.
"""


def describe(con: duckdb.DuckDBPyConnection) -> str:
    """The page, in Markdown, for the warehouse that `con` has open."""
    parts = [_HEAD]
    kind_before = name_before = None
    for kind, name, comment, column, dtype, meaning in con.execute(_SQL).fetchall():
        if kind != kind_before:
            parts.append(f"\n## {kind}s\n")
            kind_before = kind
        if name != name_before:
            parts.append(f"\n### `{name}`\n\n{comment}\n")
            if column:
                parts.append("\n| column | type | what |\n|---|---|---|\n")
            name_before = name
        if column:
            parts.append(f"| `{column}` | {dtype} | {(meaning or '').replace('|', chr(92) + '|')} |\n")
    return "".join(parts)


def main() -> None:
    """Print the page for an empty warehouse of the present schema."""
    with tempfile.TemporaryDirectory() as folder, writer(Path(folder) / "marsad.duckdb") as con:
        print(describe(con), end="")


if __name__ == "__main__":
    main()
