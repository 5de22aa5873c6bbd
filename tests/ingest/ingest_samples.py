"""Articles of our own and the files they are written to in tests of ingest."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.ingest.read import RawBatch, ReadSettings, read_batches

Fields = Mapping[str, object]

ARTICLES: list[dict[str, object]] = [
    {
        "title": "وزيرا الزراعة يبحثان مكافحة الجراد",
        "text": "بحث وزير الزراعة مع نظيره، أمس، سبل مكافحة الجراد على جانبي الحدود.\n\nواتفقا على لجنة فنية.",
        "date": "2021-03-04T10:00:00+03:00",
        "source": "بريد الواحة",
        "author": "ليلى الساعدي",
        "url": "https://alwaha.example/news/11",
    },
    {
        "title": "محتجون يغلقون الطريق الساحلي",
        "text": "أغلق محتجون «غاضبون» الطريق الساحلي، مطالبين بفتح المستشفى؛ هل يُفتح قريبا؟",
        "date": "05/03/2021",
        "source": "بريد الواحة",
        "author": "",
        "url": "https://alwaha.example/news/12",
    },
    {
        "title": "قافلة مساعدات تصل إلى القرى المتضررة",
        "text": "وصلت قافلة من عشر شاحنات إلى القرى المتضررة من السيول، وعليها خيام وأغذية.",
        "date": "٦ مارس ٢٠٢١",
        "source": "صوت الجبل",
        "author": "",
        "url": "https://jabal.example/a?id=13",
    },
]

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256", "iso8859_6")

# « and » are in no ISO-8859-6 text.
PLAIN = [{name: str(value).replace("«", '"').replace("»", '"') for name, value in one.items()} for one in ARTICLES]


def as_json(rows: Sequence[Fields], encoding: str = "utf-8") -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1).encode(encoding)


def as_json_lines(rows: Sequence[Fields], encoding: str = "utf-8") -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(encoding)


def as_csv(rows: Sequence[Fields], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_parquet(rows: Sequence[Fields]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), out, row_group_size=2)
    return out.getvalue()


TEXT_FORMATS: dict[str, Callable[[Sequence[Fields], str], bytes]] = {
    ".json": as_json,
    ".jsonl": as_json_lines,
    ".csv": as_csv,
}


def wrap(name: str, data: bytes, wrapping: str, folder: Path) -> Path:
    """Write `data` as file `name`, plain, gzipped, or inside a zip archive."""
    if wrapping == "plain":
        path = folder / name
        path.write_bytes(data)
    elif wrapping == "gz":
        path = folder / f"{name}.gz"
        path.write_bytes(gzip.compress(data))
    else:
        path = folder / "archive.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"inner/{name}", data)
    return path


def read(
    *paths: Path | str, settings: ReadSettings | None = None, batch_size: int = 256, stdin: bytes = b""
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All articles and the whole quarantine of `paths`."""
    batches = read_all(*paths, settings=settings, batch_size=batch_size, stdin=stdin)
    if not batches:
        return pl.DataFrame(), pl.DataFrame()
    return pl.concat([b.articles for b in batches]), pl.concat([b.quarantine for b in batches])


def read_all(
    *paths: Path | str,
    settings: ReadSettings | None = None,
    batch_size: int = 256,
    skip: int = 0,
    stdin: bytes = b"",
) -> list[RawBatch]:
    names = [str(path) for path in paths]
    return list(read_batches(names, settings, batch_size=batch_size, skip=skip, stdin=io.BytesIO(stdin)))


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def reasons(quarantine: pl.DataFrame) -> list[str]:
    return quarantine["reason"].to_list()
