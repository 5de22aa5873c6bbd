"""`<DOC>` corpora: no XML, and read to the end whatever is wrong with them."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_samples import read, reasons, write

from tasks.ingest.formats import choose
from tasks.ingest.formats.doc_corpus import DocCorpus
from tasks.ingest.read import ReadSettings
from tasks.ingest.records import Problem, ReadError
from tasks.ingest.streams import Count, metered

TEXT = "وصلت قافلة من عشر شاحنات إلى القرى المتضررة من السيول، وعليها خيام وأغذية."


def doc(number: int = 1, text: str = f"<P>\n{TEXT}\n</P>") -> str:
    return f'<DOC id="XIN_ARB_20080703.{number:04}" type="story">\n<TEXT>\n{text}\n</TEXT>\n</DOC>\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256", "iso8859_6"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, "a.sgm", (doc(1) + doc(2)).encode(encoding)))
    assert articles["text"].to_list() == [TEXT, TEXT]
    assert quarantine.is_empty()


@pytest.mark.parametrize(
    "before", ["", "\n", "<?xml version='1.0'?>\n<!DOCTYPE DOCS>\n<DOCS>\n", "<!-- أرشيف -->", "<file>"]
)
def test_its_content_tells_it_whatever_its_name(before: str, tmp_path: Path) -> None:
    data = (before + doc()).encode()
    for name in ("xin_arb_200807", "a.txt", "a.xml", "a.sgml", "a.dat"):
        assert read(write(tmp_path, name, data))[0]["text"].to_list() == [TEXT]
    (tmp_path / "xin_arb_200807.gz").write_bytes(gzip.compress(data))
    assert read(tmp_path / "xin_arb_200807.gz")[0]["text"].to_list() == [TEXT]


@pytest.mark.parametrize(
    "head", [b"<DOCNO>1</DOCNO>", "خبر <DOC>".encode(), b"<html><body>", b"<rss><channel>", b"<DOCS>"]
)
def test_what_is_none(head: bytes) -> None:
    assert not DocCorpus().sniff(head)
    assert not isinstance(choose("a.txt", head), DocCorpus)


def test_all_on_one_line_and_tags_in_any_case(tmp_path: Path) -> None:
    line = "".join(f"<doc><docno>{n}</docno><Title>عنوان {n}</Title><text>{TEXT}</text></doc>" for n in range(1, 5))
    articles, quarantine = read(write(tmp_path, "a.trec", line))
    assert articles["title"].to_list() == [f"عنوان {n}" for n in range(1, 5)]
    assert quarantine.is_empty()


def test_wrapped_lines_are_paragraphs_and_short_lines_end_them(tmp_path: Path) -> None:
    wrapped = (
        "وصلت قافلة من عشر شاحنات إلى القرى\nالمتضررة من السيول، وعليها خيام وأغذية\nكثيرة.\n"
        "وقال المحافظ إنها تكفي شهرا كاملا من"
    )
    assert read(write(tmp_path, "a.sgm", doc(text=wrapped)))[0]["text"][0].split("\n") == [
        "وصلت قافلة من عشر شاحنات إلى القرى المتضررة من السيول، وعليها خيام وأغذية كثيرة.",
        "وقال المحافظ إنها تكفي شهرا كاملا من",
    ]
    long = "\n".join([f"{TEXT} {TEXT} {TEXT}"] * 3)  # never wrapped: each line is a paragraph
    assert read(write(tmp_path, "a.sgm", doc(text=long)))[0]["text"][0] == long


def test_a_bare_ampersand_is_one_and_entities_are_characters(tmp_path: Path) -> None:
    text = read(write(tmp_path, "a.sgm", doc(text="<P>شركة R&D و&amp;quot; &lt;نعم&gt; &copy &#1575;</P>")))[0]["text"][
        0
    ]
    assert text == "شركة R&D و&quot; <نعم> &copy ا"


def test_identity_is_the_document_s_own(tmp_path: Path) -> None:
    first = read(write(tmp_path, "a.sgm", doc(7)))[0]["article_id"][0]
    again = read(write(tmp_path, "b.sgm", doc(6) + doc(7)))[0]["article_id"].to_list()
    assert again[1] == first != again[0]


def test_names_of_the_user_s_own_tags(tmp_path: Path) -> None:
    settings = ReadSettings(fields={"text": ("matn",), "title": ("unwan",)})
    data = f"<DOC><DOCNO>1</DOCNO><UNWAN>عنوان</UNWAN><MATN>{TEXT}</MATN></DOC>"
    articles, _ = read(write(tmp_path, "a.sgm", data), settings=settings)
    assert articles.select("title", "text").row(0) == ("عنوان", TEXT)


def test_limits(tmp_path: Path) -> None:
    settings = ReadSettings(max_record_bytes=2000)
    long = doc(2, text="\n".join([TEXT] * 50))
    one_line = doc(3, text=TEXT * 50).replace("\n", "")
    articles, quarantine = read(write(tmp_path, "a.sgm", doc(1) + long + one_line + "\n" + doc(4)), settings=settings)
    assert articles["record_number"].to_list() == [1, 4]
    assert reasons(quarantine) == ["too_large", "too_large"]


def test_a_hundred_thousand_tags_are_no_hang(tmp_path: Path) -> None:
    tags = "".join(f"<T{n % 977}>" for n in range(100_000))
    articles, quarantine = read(write(tmp_path, "a.sgm", f"<DOC><TEXT>{tags}</DOC>" + "<DOC>" * 20_000 + doc()))
    assert articles.height == 1
    assert quarantine.height == 20_001


@given(
    st.lists(st.sampled_from(["<DOC>", "</DOC>", "<TEXT>", "</TEXT>", "<P>", "<", ">", "&", TEXT, "\n", "<DATE>", " "]))
)
def test_whatever_is_delivered_is_a_record_or_a_problem(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    try:
        found = list(DocCorpus().read(metered(io.BytesIO(data), Count()), ReadSettings()))
    except ReadError:
        assert b"<doc" not in data.lower()
        return
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    outside = [one for one in found if isinstance(one, Problem) and "outside" in one.detail]
    assert len(found) - len(outside) == data.count(b"<DOC>")
