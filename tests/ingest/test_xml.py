"""XML of strangers: read leniently, never expanded, never fetched, one broken element costing only itself."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.ingest.records import Problem, ReadError
from tasks.ingest.settings import ReadSettings
from tasks.ingest.xml import Element, Elements, root_name

LOL = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = {
    "billion laughs": f'<!DOCTYPE rss [<!ENTITY lol0 "lol">{LOL}]><rss><item>&lol9;</item></rss>',
    "quadratic blow-up": f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]><rss><item>{"&a;" * 50_000}</item></rss>',
    "external entity": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item>&x;</item></rss>',
    "public entity": '<!DOCTYPE rss [<!ENTITY x PUBLIC "x" "http://127.0.0.1:9/">]><rss><item>&x;</item></rss>',
    "parameter entity": '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:9/e.dtd"> %x;]><rss><item>x</item></rss>',
    "an entity in a comment": '<!DOCTYPE rss [<!-- " --><!ENTITY a "b"><!-- " -->]><rss><item>&a;</item></rss>',
    "an entity named as HTML's": '<!DOCTYPE rss [<!ENTITY nbsp SYSTEM "file:///etc/passwd">]><rss><item>&nbsp;</item></rss>',
    "two document types": '<!DOCTYPE rss><!DOCTYPE rss [<!ENTITY a "b">]><rss><item>&a;</item></rss>',
}


def elements(data: str | bytes, **limits: int) -> Elements:
    raw = data if isinstance(data, bytes) else data.encode()
    return Elements(io.BufferedReader(io.BytesIO(raw)), ("item",), ReadSettings(**limits))  # type: ignore[arg-type]


def texts(data: str | bytes, **limits: int) -> list[str]:
    """What each element says, or the reason why it says nothing."""
    return [
        one.reason.value if isinstance(one, Problem) else "".join(one.tree.itertext())  # type: ignore[arg-type]
        for one in elements(data, **limits)
    ]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_entities_of_its_own_are_refused(attack: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("something is fetched")

    monkeypatch.setattr(socket, "socket", connect)
    with pytest.raises(ReadError) as refused:
        texts(ATTACKS[attack].encode(encoding))
    assert refused.value.reason == "unsafe_xml"


@pytest.mark.parametrize(
    "data",
    [
        '<rss><item><!DOCTYPE rss [<!ENTITY a "b">]>&a;</item></rss>',
        '<rss><channel/><!DOCTYPE rss [<!ENTITY a "b">]><item>&a;</item></rss>',
        '<rss><!ENTITY a "b"><item>&a;</item></rss>',
    ],
)
def test_what_is_declared_further_down_is_text(data: str) -> None:
    assert "b" not in texts(data)[0].replace('"b"', "")


def test_xinclude_and_stylesheets_are_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    data = (
        f'<?xml-stylesheet href="{secret.as_uri()}"?><rss xmlns:xi="http://www.w3.org/2001/XInclude"><item>'
        f'<xi:include href="{secret.as_uri()}" parse="text"/>x</item></rss>'
    )
    assert texts(data) == ["x"]


def test_a_document_type_without_entities_is_passed_over() -> None:
    for doctype in (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd">',
        "<!DOCTYPE rss [<!ELEMENT rss ANY> <!-- ]> <x> \" ' --> ]>",
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY copy "&#169;">]>',
    ):
        assert texts(f"<?xml version='1.0'?>{doctype}<rss><item>a&nbsp;b</item></rss>") == ["a\u00a0b"]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("a & b &c d &amp; &#38; &#x26;", "a & b &c d & & &"),
        ("a&nbsp;b&laquo;&rsquo;&nosuch;", "a\u00a0b«’&nosuch;"),
        ("a < b <= c <3 <b>d</b>", "a < b <= c <3 d"),
        ("a\x00b\x0bc&#1;&#0;d\ufffe", "abc\ufffdd"),
        ("<![CDATA[a & </item> <item> &amp; ]]>b", "a & </item> <item> &amp; b"),
        ("<!-- </item> & -->a<!-- <item> -->b", "ab"),
        ("<a>x</b>y</a>", "xy"),
        ("<u:a>x</u:a>", "x"),
        ("<?php echo 1 ?>x", "x"),
        ("😀ـٌ\u200f", "😀ـٌ\u200f"),
    ],
)
def test_ill_formed_elements(inner: str, text: str) -> None:
    assert texts(f"<rss><item>{inner}</item><item>next</item></rss>") == [text, "next"]


def test_the_way_to_the_root() -> None:
    for before in ("", " \n\t", "\ufeff", "<?xml version='1.0'?>\n<!-- <rss> & -->", "Warning: on line 3 <br\n"):
        assert texts(f"{before}<rss a='1'><item>x</item></rss>") == ["x"]
        assert root_name(f"{before}<p:rss a='1'>".encode()) == "rss"
    for data in (
        "",
        "text",
        "< >",
        "<!-- <rss>",
        "<!DOCTYPE rss [ <rss>",
        "<rss",
        "<" * 5000,
        "<!a" * 5000,
        '<a "' * 9999,
    ):
        with pytest.raises(ReadError) as refused:
            texts(data)
        assert refused.value.reason == "broken_xml"
        assert root_name(data.encode()) is None


def test_missing_ends() -> None:
    assert texts("<rss><item>x<item>y</item></rss>") == ["x", "y"]
    assert texts("<rss><item>x</item><item>y") == ["x", "broken_xml"]
    assert texts("<rss><item>x</item>") == ["x", "broken_xml"]
    assert texts("<rss><item>a<![CDATA[x</item><item>y</item></rss>") == ["broken_xml", "y"]
    assert texts("<rss><item>a<!-- x</item><item>y</item></rss>") == ["broken_xml", "y"]
    assert texts("<rss><item/></item><item>y</item></rss>") == ["", "y"]
    assert texts("<rss/>") == []


def test_depth_and_size() -> None:
    deep = "<a>" * 300 + "</a>" * 300
    assert texts(f"<rss><item>{deep}</item><item>y</item></rss>") == ["too_deep", "y"]
    assert texts(f"<rss>{deep}<item>y</item></rss>") == ["y"]
    for large in ("x" * 300_000, f"<![CDATA[{'x' * 300_000}]]>", "<a>x</a>" * 40_000):
        assert texts(f"<rss><item>{large}</item><item>y</item></rss>", max_record_bytes=100_000) == ["too_large", "y"]
    assert texts(f"<rss><item>{'x' * 10_000_001}</item><item>y</item></rss>", max_record_bytes=20_000_000) == [
        "too_large",
        "y",
    ]


@pytest.mark.parametrize("said", ["utf-8", "windows-1256", "iso-8859-1", "us-ascii", "nonsense"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256", "iso8859_6"])
def test_the_encoding_is_what_it_is_whatever_is_said(said: str, encoding: str) -> None:
    long = "بحث وزير الزراعة مع نظيره سبل مكافحة الجراد على جانبي الحدود"
    items = f"<item>{long}</item><item>خبر</item>"
    data = f'<?xml version="1.0" encoding="{said}"?><rss><channel>{long}</channel>{items}</rss>'
    assert texts(data.encode(encoding)) == [long, "خبر"]
    found = elements(data.encode(encoding))
    assert list(found)
    assert "".join(found.head().itertext()) == long  # type: ignore[arg-type]


def test_damaged_letters_cost_their_element() -> None:
    data = "<rss><item>خبر عاجل من بغداد</item><item>y</item></rss>".encode().replace("عاجل".encode(), b"\xd8")
    assert texts(data) == ["wrong_encoding", "y"]


def test_payloads_are_as_delivered_and_numbers_count() -> None:
    found = list(elements("<rss>\n<item a='1'>x &  y</item> <item>\u0000"))
    assert [one.number for one in found] == [1, 2]
    assert found[0].payload == b"<item a='1'>x &  y</item>"


PIECES = [
    "<rss>",
    "</rss>",
    "<item>",
    "</item>",
    "<item/>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE x [",
    "]>",
    "<a",
    ">",
]
PIECES += ["&", "&amp;", "&#x0;", "<?", "?>", '"', "'", "نص", "\x00", "\ud800", "<!ENTITY a 'b'>", " ", "x:y"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.integers(1, 7))
def test_whatever_comes_is_read_the_same_in_any_portions(pieces: list[str], portion: int) -> None:
    data = ("<rss>" + "".join(pieces)).encode("utf-8", "surrogatepass")

    class Portions(io.RawIOBase):
        def __init__(self) -> None:
            self.rest = data

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            part, self.rest = self.rest[:portion], self.rest[portion:]
            memoryview(buffer)[: len(part)] = part  # type: ignore[arg-type]
            return len(part)

    def outcome(stream: io.BufferedReader) -> list[object]:
        try:
            return [
                (one.number, one.payload, "".join(one.tree.itertext()) if isinstance(one, Element) else one.reason)  # type: ignore[arg-type]
                for one in Elements(stream, ("item",), ReadSettings(max_record_bytes=1000))
            ]
        except ReadError as error:
            return [error.reason]

    whole = outcome(io.BufferedReader(io.BytesIO(data)))  # type: ignore[arg-type]
    assert whole == outcome(io.BufferedReader(Portions(), 8))
