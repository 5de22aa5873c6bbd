"""WARC and WET: pages and texts are found among all else, unpacked, and a damaged stretch costs only itself."""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import brotli
import pytest
from ingest_samples import read, reasons, write

from tasks.ingest.formats.warc import Warc
from tasks.ingest.records import Page, Problem, ReadError, Record
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import Count, metered

PARAGRAPH = "أعلنت وزارة الري، الثلاثاء، فتح بوابات السد بعد أن بلغ منسوب المياه حده الأعلى منذ عشر سنوات."
HTML = (
    "<!doctype html><html lang='ar'><head><title>فتح بوابات السد</title>"
    "<meta property='article:published_time' content='2021-03-04T08:00:00Z'></head>"
    f"<body><article><h1>فتح بوابات السد</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></article></body></html>"
)
PAGE = HTML.encode()
URL = "https://alwaha.example/dam"


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{named}\r\n".encode() + body


def record(kind: str, block: bytes, content: str = "application/http; msgtype=response", url: str = URL) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2022-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: {content}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


GOOD = record("response", answer(PAGE, Content_Type="text/html; charset=utf-8"))
INFO = record("warcinfo", b"software: test\r\n", "application/warc-fields")


def contents(data: bytes, **limits: int) -> list[Record | Page | Problem]:
    return list(Warc().read(metered(io.BytesIO(data), Count(), forward_only=True), ReadSettings(**limits)))  # type: ignore[arg-type]


def chunked(data: bytes, size: int = 100) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (PAGE, {}),
        (gzip.compress(PAGE), {"Content_Encoding": "gzip"}),
        (gzip.compress(PAGE), {"Content_Encoding": "x-gzip"}),
        (zlib.compress(PAGE), {"Content_Encoding": "deflate"}),
        (zlib.compress(PAGE)[2:-4], {"Content_Encoding": "deflate"}),
        (brotli.compress(PAGE), {"Content_Encoding": "br"}),
        (gzip.compress(brotli.compress(PAGE)), {"Content_Encoding": "br, gzip"}),
        (chunked(PAGE), {"Transfer_Encoding": "chunked"}),
        (chunked(gzip.compress(PAGE)), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        # Unpacked by the crawler, which kept the headers.
        (PAGE, {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        (PAGE, {"Content_Encoding": "identity"}),
    ],
)
def test_pages_are_unpacked(body: bytes, headers: dict[str, str]) -> None:
    data = record("response", answer(body, Content_Type="text/html; charset=windows-1256", **headers))
    (page,) = contents(INFO + data)[:1]
    assert isinstance(page, Page)
    assert (page.number, page.html, page.url, page.charset) == (2, PAGE, URL, "windows-1256")
    assert [one.html for one in contents(page.payload)] == [PAGE]  # type: ignore[union-attr]


def test_what_holds_no_article_is_passed_over() -> None:
    others = [
        INFO,
        record("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
        record("metadata", b"fetchTimeMs: 3\r\n", "application/warc-fields"),
        record("revisit", answer(b"", Content_Type="text/html")),
        record("response", b"20220101000000\nalwaha.example 60 IN A 192.0.2.1", "text/dns", "dns:alwaha.example"),
        record("response", answer(b"", "301 Moved", Location="/x")),
        record("response", answer(PAGE, "404 Not Found", Content_Type="text/html")),
        record("response", answer(b"\x89PNG", Content_Type="image/png")),
        record("response", answer(b"{}", Content_Type="application/json")),
        record("response", answer(b"\x00\x01binary")),
        record("response", b""),
        record("resource", b"\x89PNG", "image/png"),
    ]
    found = contents(b"".join([*others, GOOD]))
    assert [(type(one), one.number) for one in found] == [(Page, len(others) + 1)]
    assert contents(b"".join(others)) == []


def test_pages_without_a_type_and_resources() -> None:
    found = contents(record("response", answer(b"\n" + PAGE)) + record("resource", PAGE, "text/html; charset=utf-8"))
    assert [one.html.strip() for one in found] == [PAGE, PAGE]  # type: ignore[union-attr]


def test_texts_of_a_wet_file(tmp_path: Path) -> None:
    first = f"فتح بوابات السد\n{PARAGRAPH}\n{PARAGRAPH}\n".encode()
    second = record("conversion", first.replace("السد".encode(), "المدينة".encode()), "text/plain", f"{URL}/2")
    whole = INFO + record("conversion", first, "text/plain") + second
    # As Common Crawl has them: each record compressed by itself.
    path = write(
        tmp_path,
        "a.warc.wet.gz",
        b"".join(map(gzip.compress, (INFO, record("conversion", first, "text/plain"), second))),
    )
    articles, quarantine = read(path, write(tmp_path, "b.wet", whole))
    assert quarantine.is_empty()
    assert articles["title"].to_list() == ["فتح بوابات السد", "فتح بوابات المدينة"] * 2
    assert articles["url"].to_list() == [URL, f"{URL}/2"] * 2
    assert articles["record_number"].to_list() == [2, 3] * 2
    assert articles["published_at"].null_count() == 4  # when it was fetched is not when it was published


def test_a_warc_file_to_the_end(tmp_path: Path) -> None:
    path = write(tmp_path, "a.warc.gz", gzip.compress(INFO) + gzip.compress(GOOD))
    articles, quarantine = read(path, "-", stdin=GOOD.replace(b"/dam", b"/tower"))
    assert quarantine.is_empty()
    assert articles["title"].to_list() == ["فتح بوابات السد"] * 2
    assert articles["url"].to_list() == [URL, "https://alwaha.example/tower"]
    assert {str(one) for one in articles["published_at"]} == {"2021-03-04 08:00:00+00:00"}
    assert PARAGRAPH in articles["text"][0]


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"x" * 3000, {}, "too_large"),
        (gzip.compress(b"x" * 3000), {"Content_Encoding": "gzip"}, "too_large"),
        (brotli.compress(b"x" * 300_000), {"Content_Encoding": "br"}, "too_large"),
        (gzip.compress(PAGE)[:-20], {"Content_Encoding": "gzip"}, "broken_warc"),
        (brotli.compress(PAGE)[:-20], {"Content_Encoding": "br"}, "broken_warc"),
        (b"no gzip", {"Content_Encoding": "gzip"}, "broken_warc"),
        (b"no brotli", {"Content_Encoding": "br"}, "broken_warc"),
    ],
)
def test_a_page_that_cannot_be_unpacked_costs_itself(body: bytes, headers: dict[str, str], reason: str) -> None:
    data = record("response", answer(body, Content_Type="text/html", **headers))
    first, second = contents(data + GOOD, max_record_bytes=2000)
    assert isinstance(first, Problem)
    assert (first.number, first.reason.value) == (1, reason)
    assert isinstance(second, Page)


DAMAGE = {
    "a stretch of something else": b"something else\r\n" * 9000,
    "a short stretch": b"?\r\n\r\n",
    "a length that is too small": GOOD.replace(b"Content-Length: ", b"Content-Length: 1\r\nX: "),
    "no length": GOOD.replace(b"Content-Length", b"X-Length"),
    "an endless header": b"WARC/1.1\r\n" + b"x: y\r\n" * 50_000,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_stretch_costs_itself(damage: str) -> None:
    found = contents(INFO + GOOD + DAMAGE[damage] + GOOD + DAMAGE[damage] + GOOD)
    pages = [one for one in found if isinstance(one, Page) and one.html == PAGE]
    assert len(pages) == 3
    assert {one.reason.value for one in found if isinstance(one, Problem)} == {"broken_warc"}
    numbers = [one.number for one in found]
    assert numbers == sorted(set(numbers))


def test_a_file_that_is_cut_off_says_so(tmp_path: Path) -> None:
    first, second = contents(GOOD + GOOD[:-60])
    assert isinstance(first, Page)
    assert isinstance(second, Problem)
    assert (second.number, second.detail) == (2, "it is cut off")
    whole = gzip.compress(GOOD * 2)
    assert "broken_archive" in reasons(read(write(tmp_path, "a.warc.gz", whole[: len(whole) * 2 // 3]))[1])


@pytest.mark.parametrize("data", [b"", b"no WARC at all", b"WARC/1.1\r\n", b"\x00" * 1000])
def test_what_is_no_warc(data: bytes) -> None:
    try:
        assert all(isinstance(one, Problem) for one in contents(data))
    except ReadError as error:
        assert error.reason == "broken_warc"


def test_memory_is_flat() -> None:
    class Endless(io.RawIOBase):
        def __init__(self, count: int) -> None:
            self.parts: Iterable[bytes] = iter([GOOD * 50] * count)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            part: bytes = next(self.parts, b"")  # type: ignore[call-overload]
            memoryview(buffer)[: len(part)] = part  # type: ignore[arg-type]
            return len(part)

    def peak(count: int) -> int:
        tracemalloc.start()
        stream = io.BufferedReader(Endless(count), len(GOOD) * 50)
        assert sum(1 for _ in Warc().read(stream, ReadSettings())) == 50 * count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)
    assert peak(80) < 1.3 * peak(8)


def test_no_damage_whatever_stops_the_reading() -> None:
    whole = INFO + GOOD + record("response", answer(chunked(gzip.compress(PAGE)), Content_Type="text/html"))
    for data in damaged(whole, random.Random(1), 300):
        try:
            for one in contents(data, max_record_bytes=50_000):
                assert isinstance(one, (Page, Record, Problem))
        except ReadError as error:
            assert error.reason == "broken_warc"


def damaged(whole: bytes, chance: random.Random, cases: int) -> Iterator[bytes]:
    for _ in range(cases):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            at, other = chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)
            data[at : at + chance.randint(0, 30)] = chance.choice((b"", chance.randbytes(9), data[other : other + 200]))
        yield bytes(data)
