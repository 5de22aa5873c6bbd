"""Feeds: every dialect gives the same items, and what feeds get wrong does no harm."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from ingest_samples import read, reasons, write

from tasks.ingest.feed_item import FeedItem
from tasks.ingest.formats.feed import feed_items
from tasks.ingest.markup import one_line, plain_text
from tasks.ingest.read import ReadSettings
from tasks.ingest.records import ReadError, Reason

TITLE = "وزير النقل: «الجسر» يُفتح & يُغلق الأحد"
TEXT = "أعلن وزير النقل فتح الجسر الجديد أمام السيارات.\n\nوقال إن الشاحنات تعبر ليلا\nلا نهارا."
HTML = TEXT.replace("\n\n", "</p>\n<p>").replace("\n", "<br/>")
BODY = f"<p>{HTML}</p>"
LINK = "https://alwaha.example/news/17"
WHEN = datetime(2021, 3, 4, 7, tzinfo=UTC)
XHTML = BODY.replace("<br/>", "<x:br/>").replace("<p>", "<x:p>").replace("</p>", "</x:p>")
XML_TITLE = TITLE.replace("&", "&amp;")
ESCAPED = BODY.replace("<", "&lt;").replace(">", "&gt;")

RSS_2 = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>بريد الواحة</title><atom:link rel="self" href="https://alwaha.example/feed"/>
<link>https://alwaha.example/</link><language>ar</language>
<item><title>{XML_TITLE}</title><media:title>صورة الجسر</media:title><atom:link rel="self" href="https://alwaha.example/x"/>
<link>{LINK}</link><guid isPermaLink="false">n17</guid><pubDate>Thu, 04 Mar 2021 10:00:00 +0300</pubDate>
<dc:creator>ليلى الساعدي</dc:creator><description>موجز الخبر</description>
<content:encoded><![CDATA[{BODY}]]></content:encoded><media:description>وصف الصورة</media:description></item>
</channel></rss>"""
RSS_1 = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel rdf:about="https://alwaha.example/"><title>بريد الواحة</title><link>https://alwaha.example/</link>
<dc:language>ar</dc:language><items><rdf:Seq><rdf:li resource="{LINK}"/></rdf:Seq></items></channel>
<item rdf:about="{LINK}"><title>{XML_TITLE}</title><link>{LINK}</link><dc:identifier>n17</dc:identifier>
<dc:date>2021-03-04T10:00:00+03:00</dc:date><dc:creator>ليلى الساعدي</dc:creator><description>موجز الخبر</description>
<content:encoded>{ESCAPED}</content:encoded></item></rdf:RDF>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar" xml:base="https://alwaha.example/news/">
<title>بريد الواحة</title><id>urn:feed</id><link rel="self" href="feed"/><updated>2021-03-05T00:00:00Z</updated>
<entry><title>{XML_TITLE}</title><link rel="enclosure" type="image/png" href="a.png"/><link href="17"/><id>n17</id>
<published>2021-03-04T07:00:00Z</published><updated>2021-03-05T00:00:00Z</updated>
<author><name>ليلى الساعدي</name><email>l@alwaha.example</email></author><summary>موجز الخبر</summary>
<content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml">{XHTML}</x:div></content>
</entry></feed>"""
ATOM_03 = f"""<a:feed version="0.3" xmlns:a="http://purl.org/atom/ns#" xml:lang="ar"><a:title>بريد الواحة</a:title>
<a:entry><a:title>{XML_TITLE}</a:title><a:link rel="alternate" type="text/html" href="{LINK}"/><a:id>n17</a:id>
<a:issued>2021-03-04T10:00:00+03:00</a:issued><a:modified>2021-03-05T00:00:00Z</a:modified>
<a:author><a:name>ليلى الساعدي</a:name></a:author><a:summary>موجز الخبر</a:summary>
<a:content type="text/html" mode="escaped">{ESCAPED}</a:content></a:entry></a:feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "بريد الواحة",
        "items": [
            {
                "id": "n17",
                "url": LINK,
                "title": TITLE,
                "content_html": BODY,
                "summary": "موجز الخبر",
                "date_published": "2021-03-04T10:00:00+03:00",
                "authors": [{"name": "ليلى الساعدي", "url": "https://alwaha.example/layla"}],
                "language": "ar",
            }
        ],
    },
    ensure_ascii=False,
)
DIALECTS = {"rss 2": RSS_2, "rss 1": RSS_1, "atom 1": ATOM, "atom 0.3": ATOM_03, "json feed": JSON_FEED}
XML_DIALECTS = sorted(set(DIALECTS) - {"json feed"})


def item(inner: str, channel: str = "<link>https://alwaha.example/</link>") -> FeedItem:
    return feed_items(f"<rss><channel>{channel}<item>{inner}</item></channel></rss>".encode())[0]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_gives_the_same_item(dialect: str) -> None:
    (found,) = feed_items(DIALECTS[dialect].encode(), url="https://alwaha.example/feeds/all")
    assert (found.title, found.link, found.id, found.author) == (TITLE, LINK, "n17", "ليلى الساعدي")
    assert (found.content, found.summary, found.language) == (TEXT, "موجز الخبر", "ar")


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        *((dialect, name) for dialect in XML_DIALECTS for name in ("a", "a.xml", "a.rss", "a.atom.gz")),
        *(("json feed", name) for name in ("a", "a.json", "a.json.gz")),
    ],
)
def test_a_feed_as_a_file(dialect: str, name: str, tmp_path: Path) -> None:
    data = DIALECTS[dialect].encode()
    articles, quarantine = read(write(tmp_path, name, gzip.compress(data) if name.endswith(".gz") else data))
    assert quarantine.is_empty()
    row = articles.row(0, named=True)
    assert (row["title"], row["text"], row["url"], row["author"]) == (TITLE, TEXT, LINK, "ليلى الساعدي")
    assert (row["published_at"], row["source"], row["record_number"]) == (WHEN, "alwaha.example", 1)


@pytest.mark.parametrize("dialect", XML_DIALECTS)
def test_feedparser_reads_the_same(dialect: str) -> None:
    (ours,) = feed_items(DIALECTS[dialect].encode())
    theirs = feedparser.parse(DIALECTS[dialect].encode()).entries[0]
    assert (ours.title, ours.link, ours.author) == (one_line(theirs.title), theirs.link, theirs.author_detail.name)
    assert ours.content == plain_text(theirs.content[0].value)


@pytest.mark.parametrize("dialect", XML_DIALECTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("before", ["", "\n \n"])
def test_encodings(dialect: str, encoding: str, before: str) -> None:
    data = before + DIALECTS[dialect].replace('encoding="utf-8"', 'encoding="iso-8859-1"')
    (found,) = feed_items(data.encode(encoding), url="https://alwaha.example/")
    assert (found.title, found.content) == (TITLE, TEXT)


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<title>أ &amp;amp; ب &lt;b>ج&lt;/b></title>", {"title": "أ & ب ج"}),
        ("<title><![CDATA[ سطر\n آخر ]]></title>", {"title": "سطر آخر"}),
        ("<title>AT&T <b>ب</b></title>", {"title": "AT&T ب"}),
        ("<link>/a?x=1&y=2</link>", {"link": "https://alwaha.example/a?x=1&y=2"}),
        ("<link>javascript:alert(1)</link>", {"link": None}),
        ("<link>http://[::1</link><guid>https://a.example/1</guid>", {"link": "https://a.example/1"}),
        ("<guid>https://a.example/1</guid>", {"link": "https://a.example/1", "id": "https://a.example/1"}),
        ("<guid isPermaLink='false'>https://a.example/1</guid>", {"link": None, "id": "https://a.example/1"}),
        ("<guid>17</guid>", {"link": None, "id": "17"}),
        (
            "<link>https://feeds.example/~r/1</link><feedburner:origLink>https://a.example/1</feedburner:origLink>",
            {"link": "https://a.example/1"},
        ),
        ("<author>layla@a.example (ليلى)</author>", {"author": "ليلى"}),
        ("<author>ليلى &lt;layla@a.example></author>", {"author": "ليلى"}),
        ("<author>layla@a.example</author>", {"author": None}),
        (
            "<dc:creator>ليلى</dc:creator><dc:creator>علي</dc:creator><dc:creator>ليلى</dc:creator>",
            {"author": "ليلى، علي"},
        ),
        ("<source url='https://b.example/feed'>جريدة الجبل</source>", {"source": "جريدة الجبل"}),
        ("<source url='https://b.example/feed'/>", {"source": "https://b.example/feed"}),
        ("<dc:date>2021-03-04</dc:date>", {"published": "2021-03-04"}),
        ("<pubDate/><dc:date>2021-03-04</dc:date>", {"published": "2021-03-04"}),
        ("<a10:updated>2021-03-04</a10:updated>", {"published": None, "updated": "2021-03-04"}),
        ("<description>نص &lt;script>x&lt;/script>&lt;p>آخر&lt;/p></description>", {"summary": "نص\n\nآخر"}),
        ("<description>سطر\n\nوسطر</description>", {"summary": "سطر\n\nوسطر"}),
        ("<description><p>وسوم <b>بلا</b> ترميز<br></p></description>", {"summary": "وسوم بلا ترميز"}),
        ("<content:encoded/><description>م</description>", {"content": None, "summary": "م"}),
        ("<media:content url='a'><media:description>ص</media:description></media:content>", {"content": None}),
        ("<content type='image/png'>iVBORw0KGgo=</content>", {"content": None}),
    ],
)
def test_what_feeds_say_in_many_ways(inner: str, expected: Mapping[str, object]) -> None:
    assert {name: getattr(item(inner), name) for name in expected} == expected


def test_the_language_of_the_item_goes_before_the_feed() -> None:
    assert item("<title>x</title>", "<language>ar-EG</language>").language == "ar-EG"
    assert item("<dc:language>fa</dc:language>", "<language>ar</language>").language == "fa"


def test_items_without_a_text_are_links(tmp_path: Path) -> None:
    data = (
        "<rss><channel><link>https://a.example/</link>"
        "<item><title>رابط فقط</title><link>/1</link></item>"
        "<item><title>موجز</title><link>/2</link><description>فتح الجسر اليوم.</description></item>"
        "<item><title>لا شيء</title></item></channel></rss>"
    )
    path = write(tmp_path, "a.rss", data)
    articles, quarantine = read(path)
    assert articles["text"].to_list() == ["فتح الجسر اليوم."]
    assert reasons(quarantine) == ["not_fetched", "empty_text"]
    message = quarantine["message"][0]
    assert "item 1" in message
    assert "https://a.example/1" in message
    assert "ingest.fetch" in message
    assert "marsad watch" in message

    def fetch(url: str) -> Mapping[str, object]:
        if url.endswith("/1"):
            raise ReadError(Reason.FETCH_FAILED, "it answered 404")
        return {"title": "عنوان الصفحة", "text": "نص الصفحة كله.", "author": "علي"}

    articles, quarantine = read(path, settings=ReadSettings(fetch=fetch))
    assert articles.select("title", "text", "author").rows() == [("عنوان الصفحة", "نص الصفحة كله.", "علي")]
    assert reasons(quarantine) == ["fetch_failed", "empty_text"]


def test_a_summary_stands_in_for_a_page_that_is_not_to_be_had(tmp_path: Path) -> None:
    def fetch(url: str) -> Mapping[str, object]:
        raise ReadError(Reason.FETCH_FAILED, "it answered 500")

    data = "<rss><item><link>https://a.example/1</link><description>فتح الجسر.</description></item></rss>"
    articles, quarantine = read(write(tmp_path, "a.rss", data), settings=ReadSettings(fetch=fetch))
    assert articles["text"].to_list() == ["فتح الجسر."]
    assert quarantine.is_empty()


def test_a_broken_item_costs_itself(tmp_path: Path) -> None:
    good = "<item><link>https://a.example/{}</link><content:encoded>نص الخبر</content:encoded></item>"
    deep = f"<item><description>{'&lt;div>' * 300}x</description><link>https://a.example/3</link></item>"
    data = f"<rss><channel>{good.format(1)}<item>{'<b>' * 300}</item>{deep}{good.format(4)}"
    articles, quarantine = read(write(tmp_path, "a.rss", data))
    assert articles["record_number"].to_list() == [1, 4]
    assert list(zip(quarantine["record_number"], reasons(quarantine), strict=True)) == [
        (2, "too_deep"),
        (3, "too_deep"),
        (None, "broken_xml"),
    ]
    assert [one.link for one in feed_items(data.encode())] == ["https://a.example/1", "https://a.example/4"]


def test_a_payload_is_read_like_its_feed(tmp_path: Path) -> None:
    data = "<rss xmlns:c='urn:c'><item><title>x</title><c:encoded> </c:encoded></item></rss>"
    _, quarantine = read(write(tmp_path, "a.rss", data))
    (alone,) = feed_items(quarantine["payload"][0].replace(b"<c:encoded> ", "<c:encoded>نص".encode()))
    assert (alone.title, alone.content) == ("x", "نص")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.rss", "<rss><channel><title>x</title></channel></rss>", "empty_file"),
        ("a.xml", "<note><to>x</to></note>", "unknown_format"),
        ("a.rss", "no feed", "broken_xml"),
        ("a.xml", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><item>&a;</item></rss>", "unsafe_xml"),
    ],
)
def test_what_is_no_feed(name: str, data: str, reason: str, tmp_path: Path) -> None:
    articles, quarantine = read(write(tmp_path, name, data))
    assert articles.is_empty()
    assert reasons(quarantine) == [reason]


def test_the_number_of_links_is_limited(tmp_path: Path) -> None:
    data = "".join(f"<item><link>https://a.example/{n}</link></item>" for n in range(5))
    path = write(tmp_path, "a.rss", f"<rss>{data}</rss>")
    assert reasons(read(path, settings=ReadSettings(max_links=3))[1]) == ["not_fetched"] * 3 + ["link_limit"]
    with pytest.raises(ReadError) as refused:
        feed_items(path.read_bytes(), settings=ReadSettings(max_links=3))
    assert refused.value.reason == "link_limit"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"content_html": None, "content_text": "نص\nوسطر"}, {"content": "نص\nوسطر"}),
        ({"url": None, "external_url": "https://b.example/1"}, {"link": "https://b.example/1"}),
        ({"url": "/news/17"}, {"link": "https://alwaha.example/news/17"}),
        ({"url": None, "id": "https://alwaha.example/5"}, {"link": "https://alwaha.example/5"}),
        ({"id": 17}, {"id": "17"}),
        ({"authors": None, "author": {"name": "علي"}}, {"author": "علي"}),
        ({"authors": [{"name": 1}, "x", {}]}, {"author": None}),
        ({"authors": {"name": "علي"}}, {"author": None}),
        ({"title": ["x"], "content_html": {"a": 1}}, {"title": None, "content": None}),
    ],
)
def test_json_feeds_of_all_kinds(changed: dict[str, object], expected: Mapping[str, object]) -> None:
    feed = json.loads(JSON_FEED)
    feed["items"][0] |= changed
    (found,) = feed_items(json.dumps(feed).encode(), url="https://alwaha.example/feed.json")
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a &amp; b\n\nc", "a & b\n\nc"),
        ("<p>a\n b</p><p>c</p>", "a b\n\nc"),
        ("a<br>b<br/><br/>c<div>d<div>e</div>f</div>g", "a\nb\nc\n\nd\n\ne\n\nf\n\ng"),
        ("<ul><li>a<li>b</ul>c", "a\n\nb\n\nc"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<p>a<script>x</script> b<style>y</style><!-- c -->&nbsp;d</p>", "a b\u00a0d"),
        ("<figure><img><figcaption>x</figcaption></figure><p>a</p>", "a"),
        ("<p></p><p> </p>", ""),
        ("x < y > z", "x < y > z"),
        ("<p>\x00a\ud800</p>", "a"),
        ("<b>a</b>b<i>c</i>", "abc"),
    ],
)
def test_markup_as_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text
