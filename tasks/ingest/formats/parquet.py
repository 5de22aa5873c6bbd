"""Parquet: read row group by row group, and of its columns only those that can become an article's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from tasks.ingest.records import Problem, ReadError, Reason, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.sources import seekable

_ROWS: Final = 256


class Parquet:
    """A Parquet file; `Record.number` counts rows."""

    name = "Parquet"
    suffixes = (".parquet", ".pq")
    is_text = False
    unit = "row"
    priority = 10
    needs = ("pyarrow",)

    def sniff(self, head: bytes) -> bool:
        """It begins with Parquet's mark."""
        return head.startswith(b"PAR1")

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Record | Problem]:
        """One record for each row."""
        import pyarrow as pa  # noqa: PLC0415  # slow to import, and needed for this format only
        import pyarrow.parquet as pq  # noqa: PLC0415

        try:
            with pq.ParquetFile(seekable(stream, settings)) as table:
                names = table.schema_arrow.names
                if not settings.field_map.has_text(names):
                    found = ", ".join(names)[:200]
                    detail = f"no column holds the text of an article (there are: {found})"
                    raise ReadError(Reason.NO_TEXT_FIELD, detail)
                columns = settings.field_map.columns(tuple(names))
                # There is a text, so pages that stand beside it are not needed, and they are what is largest.
                useful = (some for column, some in columns.items() if column != "html")
                wanted = sorted({name for some in useful for name in some}, key=names.index)
                number = 0
                for batch in table.iter_batches(_ROWS, columns=wanted):
                    for row in batch.to_pylist():
                        number += 1
                        yield Record(number, row, sum(len(v) for v in row.values() if isinstance(v, (str, bytes))))
        except (pa.ArrowException, OSError) as error:
            raise ReadError(Reason.BROKEN_PARQUET, f"it is not a sound Parquet file ({error})") from error
