"""A page as fields: what its publisher says of it goes before what can be read off it."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.page_text import decode_page
from tasks.ingest.pages import page_fields
from tasks.ingest.records import ReadError, Reason

TITLE = "وزير الري يعلن خطة لتوسيع سد النخيل"
BODY = [
    "أعلن وزير الري، اليوم الأربعاء، خطة لتوسيع سد النخيل على ثلاث مراحل تنفذها شركة المياه الوطنية.",
    "وقال الوزير في مؤتمر صحفي عقده في مدينة الواحة إن العمل يبدأ في الربيع المقبل على مراحل ثلاث.",
    "ورحب رئيس اتحاد المزارعين بالخطة، لكنه دعا إلى نشر دراسة الأثر البيئي كاملة قبل بدء الأعمال.",
]
URL = "https://alwaha.example/news/11"


def html(head: str = "", body: str | None = None, attributes: str = "") -> bytes:
    body = "".join(f"<p>{one}</p>" for one in BODY) if body is None else body
    return (
        f"<!DOCTYPE html><html {attributes}><head>{head}</head><body><article>{body}</article></body></html>".encode()
    )


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def reason_of(page: bytes, url: str | None = None) -> tuple[Reason, str]:
    with pytest.raises(ReadError) as caught:
        page_fields(page, url)
    return caught.value.reason, caught.value.detail


def test_paragraphs_are_lines_and_the_title_is_none_of_them() -> None:
    found = page_fields(html(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>" + "".join(f"<p>{p}</p>" for p in BODY)))
    assert found["title"] == TITLE
    assert found["text"] == "\n".join(BODY)


def test_json_ld_goes_before_opengraph_and_both_before_the_page() -> None:
    opengraph = (
        '<meta property="og:title" content="عنوان الشبكات"><meta property="og:site_name" content="موقع الشبكات">'
        '<meta property="article:published_time" content="2021-03-04T09:00:00Z">'
        '<meta name="author" content="محرر الشبكات"><meta property="og:url" content="/og">'
    )
    own = {
        "@type": "NewsArticle",
        "headline": "عنوان &quot;المحركات&quot;",
        "datePublished": "2021-03-04T08:00:00Z",
        "author": [{"@type": "Person", "name": "ليلى الساعدي"}, "نزار الكرمي"],
        "publisher": {"name": "بريد الواحة"},
        "inLanguage": "ar-EG",
        "url": "https://alwaha.example/ld",
    }
    found = page_fields(html(opengraph + ld(own) + "<title>عنوان الصفحة</title>"), URL)
    assert found["title"] == 'عنوان "المحركات"'
    assert found["author"] == ["ليلى الساعدي", "نزار الكرمي"]
    assert found["date_published"] == ["2021-03-04T08:00:00Z", "2021-03-04T09:00:00Z"]
    assert (found["site_name"], found["language"]) == ("بريد الواحة", "ar")
    without = page_fields(html(opengraph + "<title>عنوان الصفحة</title>", attributes='lang="ar"'), URL)
    assert (without["title"], without["author"]) == ("عنوان الشبكات", ["محرر الشبكات"])
    assert (without["site_name"], without["url"]) == ("موقع الشبكات", "https://alwaha.example/og")
    bare = page_fields(html("<title>عنوان الصفحة</title>"), URL)
    assert (bare["title"], bare["author"], bare["url"], bare["site_name"]) == ("عنوان الصفحة", [], URL, None)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda article: [{"@type": "WebSite"}, article],
        lambda article: {"@graph": [{"@type": "BreadcrumbList"}, article]},
        lambda article: {"@type": "WebPage", "mainEntity": article},
        lambda article: [[article]],
        lambda article: [
            {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "آخر"}]},
            article,
        ],
        lambda article: [{"@type": "NewsArticle", "headline": "آخر", "url": "https://alwaha.example/news/9"}, article],
    ],
)
@pytest.mark.parametrize("kind", ["NewsArticle", "https://schema.org/NewsArticle", ["Thing", "BlogPosting"]])
def test_the_article_is_found_however_it_is_wrapped(wrap: object, kind: object) -> None:
    article = {"@type": kind, "headline": TITLE, "url": URL}
    assert page_fields(html(ld(wrap(article))), URL)["title"] == TITLE  # type: ignore[operator]


@pytest.mark.parametrize(
    "script", ["{", "null", "[1, []]", '{"@graph": {"@graph": {}}}', "[" * 5000, '{"@type": 3}', ""]
)
def test_broken_json_ld_is_passed_over(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script><title>{TITLE}</title>'
    assert page_fields(html(head))["title"] == TITLE


def test_nodes_that_name_each_other_in_a_circle() -> None:
    graph = [
        {"@type": "NewsArticle", "headline": TITLE, "author": {"@id": "#a"}},
        {"@id": "#a", "name": {"@id": "#b"}},
        {"@id": "#b", "name": {"@id": "#a"}},
    ]
    assert page_fields(html(ld({"@graph": graph})))["author"] == []


@pytest.mark.parametrize(
    ("head", "url", "expected"),
    [
        (
            f'<link rel="canonical" href="{URL}"><meta property="og:url" content="/x">',
            "https://m.alwaha.example/a",
            URL,
        ),
        ('<link rel="canonical" href="/news/11">', "https://alwaha.example/news/11?utm_source=x", URL),
        ('<link rel="canonical" href="https://alwaha.example/">', URL, URL),  # every page's, by a careless template
        ('<link rel="canonical" href="javascript:void(0)">', URL, URL),
        ('<link rel="canonical" href="https://[broken">', URL, URL),
        ("", None, None),
    ],
)
def test_canonical_address(head: str, url: str | None, expected: str | None) -> None:
    assert page_fields(html(head), url)["url"] == expected


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{TITLE} | صوت الجبل</title>", f"<h1>{TITLE}</h1>"),
        (f'<title>صوت الجبل - {TITLE}</title><meta property="og:site_name" content="صوت الجبل">', ""),
        (f'<meta property="og:title" content="{TITLE} » صوت الجبل"><meta name="publisher" content="صوت الجبل">', ""),
        ("", f"<h1>\n {TITLE}\n</h1>"),
    ],
)
def test_the_title_is_without_its_site(head: str, body: str) -> None:
    assert page_fields(html(head, body + "".join(f"<p>{one}</p>" for one in BODY)))["title"] == TITLE


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ('<meta itemprop="datePublished" content="2021-03-04T10:00:00Z">', "", ["2021-03-04T10:00:00Z"]),
        ('<meta name="DC.date.issued" content="2021-03-04">', "", ["2021-03-04"]),
        ("", '<time datetime="2021-03-04T10:00">أمس</time>', "2021-03-04T10:00"),
        ("", "<footer>© 2019</footer>", None),  # the year of a copyright is no date
    ],
)
def test_date(head: str, body: str, date: object) -> None:
    assert page_fields(html(head, body + "".join(f"<p>{one}</p>" for one in BODY)))["date_published"] == date


@pytest.mark.parametrize("declared", ["windows-1256", "utf-8", "iso-8859-1", "nonsense", None])
@pytest.mark.parametrize("said", [None, "utf-8", "ISO-8859-1", "windows-1256"])
@pytest.mark.parametrize("encoding", ["cp1256", "iso8859_6", "utf-8", "utf-8-sig", "utf-16"])
def test_the_bytes_decide_where_labels_lie(encoding: str, declared: str | None, said: str | None) -> None:
    label = f'<meta charset="{declared}">' if declared else ""
    text = html(f"{label}<title>{TITLE}</title>").decode()
    assert page_fields(text.encode(encoding), charset=said)["text"] == "\n".join(BODY)


@pytest.mark.parametrize(("label", "codec"), [("x-mac-arabic", "mac_arabic"), ("DOS-720", "cp720")])
def test_old_encodings_are_read_where_they_are_declared(label: str, codec: str) -> None:
    sentence = BODY[0].replace("،", ",")
    assert sentence in decode_page(f'<meta charset="{label}">'.encode() + sentence.encode(codec)).replace("\xa0", " ")


def test_a_stray_byte_costs_itself_and_not_the_page() -> None:
    page = html(f"<title>{TITLE}</title>").replace("الواحة".encode(), "الوا".encode() + b"\xd8" + "حة".encode())
    text = str(page_fields(page)["text"])
    assert "الوا\ufffdحة" in text
    assert text.startswith(BODY[0])


def test_what_is_no_text_is_told() -> None:
    noise = random.Random(1).randbytes(5000).replace(b"\x00", b"\x81")
    assert reason_of(b"<html><body><p>" + noise)[0] == Reason.WRONG_ENCODING


@pytest.mark.parametrize("nothing", [b"", b" \n", b"<!-- -->", b"<html></html>", b"\xef\xbb\xbf"])
def test_nothing(nothing: bytes) -> None:
    assert reason_of(nothing)[0] in (Reason.EMPTY_FILE, Reason.NO_ARTICLE)


def test_a_list_of_articles_is_none_but_an_article_with_a_list_beside_it_is() -> None:
    teasers = "".join(f'<h3><a href="/{n}">خبر آخر رقم {n} من المدينة</a></h3><p>{BODY[0]}</p>' for n in range(9))
    assert reason_of(html("<title>بريد الواحة</title>", teasers))[0] == Reason.NO_ARTICLE
    assert "9 headlines" in reason_of(html("<title>بريد الواحة</title>", teasers), "https://alwaha.example/")[1]
    own = "".join(f"<p>{one}</p>" for one in BODY)
    described = html(ld({"@type": "NewsArticle", "headline": TITLE}), f"{own}<aside>{teasers}</aside>")
    assert page_fields(described)["title"] == TITLE


def test_a_page_that_a_script_fills_and_a_paywall_are_told_apart() -> None:
    script = html('<script src="/app.js"></script>', '<div id="root"></div>')
    assert "a script puts it there" in reason_of(script)[1]
    closed = {"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": False}
    assert "paywall" in reason_of(html(ld(closed), "<p>للمشتركين فقط</p>"))[1]


def test_the_text_that_json_ld_holds_is_taken_where_the_page_has_none() -> None:
    article = {
        "@type": "NewsArticle",
        "headline": TITLE,
        "articleBody": f"{BODY[0]}<br/>{BODY[1]}\r\n\r\n{BODY[2]} &amp; غيره",
    }
    found = page_fields(html(ld(article), '<div id="root"></div>'))
    assert found["text"] == "\n".join([*BODY[:2], f"{BODY[2]} & غيره"])


def test_the_menu_above_an_old_page_is_cut_off() -> None:
    page = (
        f"<html><title>صوت الجبل : {TITLE}</title><body><table><tr><td><a href=1>الأولى</a><br><a href=2>رياضة</a></td>"
        f"<td><b>{TITLE}</b><br><br>{'<br><br>'.join(BODY)}</td></tr></table></body></html>"
    )
    found = page_fields(page.encode("cp1256"))
    assert (found["title"], found["text"]) == (TITLE, "\n".join(BODY))


@given(st.binary(max_size=300), st.integers(0, 900))
def test_no_bytes_whatever_are_a_crash(noise: bytes, at: int) -> None:
    page = html(ld({"@type": "NewsArticle", "headline": TITLE}) + f"<title>{TITLE}</title>")
    try:
        found = page_fields(page[:at] + noise + page[at:], URL)
    except ReadError:
        return
    assert found["text"]
