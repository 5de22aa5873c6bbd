"""Any texts in any format: what is sound comes out as it went in, whatever stands beside it."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.read import read_batches

from .check import shared_pages

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"))
WORDS = st.text(LETTERS, min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=20).map(lambda words: "خبر " + " ".join(words))
ARTICLES = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6)
RUINS = st.one_of(
    # No control characters: with enough of them the file as a whole is none of text.
    st.lists(st.integers(32, 255), max_size=60).map(lambda data: b"{" + bytes(data) + b"{"),
    st.sampled_from([b"{", b"[]", b"null", b'{"title": "x"}', b"[" * 5_000, b'{"text": ' + b"9" * 5_000 + b"}"]),
)


Article = tuple[str, str]


def as_lines(articles: Sequence[Article]) -> bytes:
    rows = (json.dumps({"title": title, "text": text}, ensure_ascii=False) for title, text in articles)
    return "".join(f"{row}\n" for row in rows).encode()


def as_list(articles: Sequence[Article]) -> bytes:
    return json.dumps([{"title": title, "text": text} for title, text in articles]).encode()


def as_table(articles: Sequence[Article]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([("title", "text"), *articles])
    return out.getvalue().encode()


def as_feed(articles: Sequence[Article]) -> bytes:
    # Titles and descriptions are markup within markup: escaped once, `<A>` would be a tag.
    items = (
        f"<item><title>{escape(escape(title))}</title><guid>{number}</guid>"
        f"<description>{escape(escape(text))}</description></item>"
        for number, (title, text) in enumerate(articles)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()


def as_atom(articles: Sequence[Article]) -> bytes:
    items = (
        f"<entry><id>urn:{number}</id><title type='html'>{escape(escape(title))}</title>"
        f"<content type='html'>{escape(escape(text))}</content></entry>"
        for number, (title, text) in enumerate(articles)
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{''.join(items)}</feed>".encode()


def as_json_feed(articles: Sequence[Article]) -> bytes:
    items = [
        {"id": str(number), "title": escape(title), "content_text": text}
        for number, (title, text) in enumerate(articles)
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "أخبار", "items": items}).encode()


def as_corpus(articles: Sequence[Article]) -> bytes:
    return "".join(
        f'<DOC id="N{number}">\n<HEADLINE>\n{escape(title)}\n</HEADLINE>\n<TEXT>\n{escape(text)}\n</TEXT>\n</DOC>\n'
        for number, (title, text) in enumerate(articles)
    ).encode()


def as_parquet(articles: Sequence[Article]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(articles, schema=["title", "text"], orient="row").write_parquet(out)
    return out.getvalue()


def as_zip(articles: Sequence[Article]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("أخبار.jsonl", as_lines(articles))
    return out.getvalue()


def as_tar(articles: Sequence[Article]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("أخبار.jsonl")
        member.size = len(data := as_lines(articles))
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


FORMATS: dict[str, Callable[[Sequence[Article]], bytes]] = {
    "a.jsonl": as_lines,
    "a.json": as_list,
    "a.csv": as_table,
    "a.rss": as_feed,
    "a.atom": as_atom,
    "feed.json": as_json_feed,
    "a.sgm": as_corpus,
    "a.parquet": as_parquet,
    "a.zip": as_zip,
    "a.tar.gz": as_tar,
}


@pytest.fixture(scope="module", autouse=True)
def _pages() -> Iterator[None]:
    with shared_pages():
        yield


def read(name: str, data: bytes) -> tuple[list[Article], int]:
    """The articles in a file, and how many rows of quarantine it gives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        batches = list(read_batches([str(path)]))
    articles = [row for batch in batches for row in batch.articles.select("title", "text").iter_rows()]
    return articles, sum(batch.quarantine.height for batch in batches)


@pytest.mark.parametrize("name", FORMATS)
@given(articles=ARTICLES)
def test_what_goes_in_comes_out(name: str, articles: list[Article]) -> None:
    assert read(name, FORMATS[name](articles)) == (articles, 0)


@given(rows=st.lists(st.one_of(st.tuples(TEXTS, TEXTS), RUINS), min_size=1, max_size=8))
def test_a_ruined_line_costs_itself(rows: list[Article | bytes]) -> None:
    data = b"".join(row + b"\n" if isinstance(row, bytes) else as_lines([row]) for row in rows)
    sound = [row for row in rows if not isinstance(row, bytes)]
    assert read("a.jsonl", data) == (sound, len(rows) - len(sound))


@pytest.mark.parametrize("name", [*FORMATS, "a.html", "a.warc", "a.tar", "a.xml", "a"])
@given(data=st.binary(max_size=300))
def test_anything_is_read_or_told(name: str, data: bytes) -> None:
    """Bytes of no format at all; only a list and a table may be empty without a word."""
    articles, quarantined = read(name, data)
    assert articles or quarantined or b"[" in data or name == "a.csv"
