"""Pages for synchronous code."""

from __future__ import annotations

import pytest
from test_fetching import manners
from unruly_server import UnrulyServer, page, status

from tasks.ingest.records import ReadError, Reason
from tasks.ingest.web.pages import PageFetcher

TEXT = (
    "أعلنت وزارة الصحة في العاصمة يوم الاثنين أن حملة التطعيم ستبدأ الأسبوع المقبل في جميع المحافظات، وأن فرقا طبية "
    "ستزور المدارس والقرى البعيدة لتصل إلى كل طفل، ودعت الأهالي إلى اصطحاب بطاقات التطعيم القديمة معهم."
)


def test_the_fields_of_the_article_on_a_page(server: UnrulyServer) -> None:
    html = f"<html><head><title>حملة التطعيم</title></head><body><article><h1>حملة التطعيم</h1><p>{TEXT}</p></article>"
    server.answers["/1"] = page(html.encode("cp1256"), "text/html; charset=windows-1256")
    fields = PageFetcher(manners())(server.url("/1"))
    assert (fields["title"], fields["text"], fields["url"]) == ("حملة التطعيم", TEXT, server.url("/1"))


def test_what_is_no_page_and_what_is_not_there(server: UnrulyServer) -> None:
    server.answers |= {"/film": page(b"\x00\x00", "video/mp4"), "/empty": page(" "), "/gone": status(410)}
    fetch = PageFetcher(manners())
    for path, what in (("/film", "video/mp4"), ("/empty", "empty"), ("/gone", "410"), ("/robots", "404")):
        with pytest.raises(ReadError, match=what) as caught:
            fetch(server.url(path))
        assert caught.value.reason is Reason.FETCH_FAILED
