"""What fuzzing found, each at its smallest (docs/reliability.md tells of them)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from tasks.ingest.page_pool import _Worker
from tasks.ingest.read import ReadSettings, read_batches
from tasks.ingest.records import Page

TEXT = "وصلت قافلة من عشر شاحنات إلى القرى المتضررة من السيول، وعليها خيام وأغذية للأسر التي لم تغادر بعد بيوتها. "


def reasons(path: Path, settings: ReadSettings | None = None) -> list[str]:
    return [reason for batch in read_batches([str(path)], settings) for reason in batch.quarantine["reason"]]


def messages(path: Path) -> list[str]:
    return [message for batch in read_batches([str(path)]) for message in batch.quarantine["message"]]


def test_a_zip_whose_directory_points_before_its_beginning(tmp_path: Path) -> None:
    """zipfile raised ValueError (negative seek), which ended the run."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", TEXT)
    path = tmp_path / "a.zip"
    path.write_bytes(out.getvalue()[20:])
    assert reasons(path) == ["broken_archive"]


def test_a_message_is_one_sentence_whatever_a_library_says(tmp_path: Path) -> None:
    """Arrow ends what it says of a damaged footer with a line break, which stood in the middle of the message."""
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + b"\xff" * 40 + (40).to_bytes(4, "little") + b"PAR1")
    (message,) = messages(path)
    assert "\n" not in message


def test_a_table_whose_lines_end_in_an_unknown_way_is_not_all_header(tmp_path: Path) -> None:
    """With U+0085 for line ends the whole table was its first row, and nothing was read and nothing told."""
    path = tmp_path / "a.csv"
    path.write_text("title,text\x85" + f'عنوان,"{TEXT}"\x85' * 5)
    assert reasons(path) == ["broken_csv"]


def test_a_line_with_a_carriage_return_in_it_is_no_list_of_addresses(tmp_path: Path) -> None:
    """The csv module raised an error while it was asked whose format the file is, which ended the run."""
    path = tmp_path / "a"
    path.write_bytes(b'title,url\r"a\rb",c\n' + b"\x01\r," * 30)
    assert len(reasons(path)) == 1


def test_a_file_of_commas_is_told(tmp_path: Path) -> None:
    """Commas between documents are passed over, so that a file of nothing else left nothing and nothing was told."""
    path = tmp_path / "a.json"
    path.write_bytes(b",")
    assert reasons(path) == ["empty_file"]


def test_a_warc_file_with_blank_lines_in_its_headers_is_told(tmp_path: Path) -> None:
    """fastwarc gave one record of no kind and no length and stopped, and nothing was told."""
    path = tmp_path / "a.wet"
    header = (
        "WARC/1.1\r\n\r\nWARC-Type: conversion\r\n\r\nContent-Type: text/plain\r\n\r\nContent-Length: 9\r\n\r\n\r\n\r\n"
    )
    path.write_text(header + TEXT)
    assert reasons(path)[:1] == ["broken_warc"]


def test_a_reader_of_pages_is_not_replaced_for_the_size_of_what_started_it() -> None:
    """Linux lets ru_maxrss begin at the parent's size: in a run with a model, every page had a process of its own."""
    size = b"x" * 450_000_000
    worker = _Worker(60)
    try:
        worker.ask(Page(1, f"<html><body><article><p>{TEXT * 5}</p></article></body></html>".encode(), b""))
        assert worker.lives
    finally:
        worker.end()
    assert len(size) == 450_000_000
