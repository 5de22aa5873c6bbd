"""Watching feeds of a real server, and folders: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from newsroom import WordReader, article, write_lines
from typer.testing import CliRunner
from unruly_server import UnrulyServer, one_after_another, page, status, unless_known, unruly_server

from flows.cli import app
from flows.settings import Settings, SettingsError
from warehouse.query import query

pytestmark = pytest.mark.usefixtures("harness", "reader")

BODY = (
    "أعلنت وزارة الصحة في العاصمة يوم الاثنين أن حملة التطعيم رقم {0} ستبدأ الأسبوع المقبل في جميع المحافظات، وأن فرقا "
    "طبية ستزور المدارس والقرى البعيدة لتصل إلى كل طفل.",
    "وقال المتحدث باسم الوزارة إن الحملة {0} تأتي بعد أن التقى الوزير ممثلي المنظمات الصحية، وإن اللقاحات وصلت إلى "
    "المستودعات الرئيسية قبل أيام على متن طائرتين، وستنقل منها بالشاحنات.",
    "وأضاف أن الأهالي في المناطق الجبلية سيبلغون بالمواعيد {0} عبر الإذاعة المحلية ورسائل الهاتف، ودعا الجميع إلى "
    "اصطحاب بطاقات التطعيم القديمة معهم عند زيارة المراكز.",
)


def body(number: int) -> list[str]:
    return [paragraph.format(number) for paragraph in BODY]


def news_page(number: int) -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body(number))
    return (
        f'<html lang="ar"><head><title>حملة التطعيم {number}</title><meta property="og:type" content="article"></head>'
        f"<body><nav>الرئيسية</nav><article><h1>حملة التطعيم {number}</h1>{paragraphs}</article></body></html>"
    )


def item(server: UnrulyServer, number: int, content: str = "", title: str | None = None) -> str:
    whole = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    return (
        f"<item><title>{title or f'حملة التطعيم {number}'}</title><link>{server.url(f'/news/{number}')}</link>"
        f"<guid>{number}</guid><pubDate>Mon, 16 Nov 2026 08:0{number}:00 GMT</pubDate>"
        f"<description>تبدأ الحملة الأسبوع المقبل</description>{whole}</item>"
    )


def rss(*items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>وكالة المثال</title>{''.join(items)}</channel></rss>"
    )


@pytest.fixture
def server() -> Iterator[UnrulyServer]:
    with unruly_server() as running:
        yield running


def settings(*feeds: dict[str, Any], folders: tuple[dict[str, Any], ...] = (), **more: Any) -> Settings:
    return Settings.model_validate(
        {
            "warehouse": "w.duckdb",
            "fetch": {
                "contact": "desk@example.org",
                "delay_seconds": 0,
                "backoff_seconds": 0.01,
                "retries": 1,
                "total_seconds": 10,
                "private_hosts": ["127.0.0.1", "localhost"],
            },
            "watch": {"feeds": [{"every": "1s"} | feed for feed in feeds], "folders": folders, "settle_seconds": 0}
            | more,
        }
    )


def look(chosen: Settings) -> Any:
    from flows.watch import watch

    return asyncio.run(watch(chosen))


def again(chosen: Settings) -> Any:
    """Look once more, when every feed is due."""
    time.sleep(1)
    return look(chosen)


def rows(sql: str) -> list[tuple[Any, ...]]:
    return query("w.duckdb", sql).rows()


def test_articles_come_from_the_pages_of_a_feed_of_summaries(server: UnrulyServer) -> None:
    server.answers |= {"/feed": page(rss(item(server, 1), item(server, 2)), "application/rss+xml")}
    server.answers |= {f"/news/{number}": page(news_page(number)) for number in (1, 2)}
    report = look(settings({"url": server.url("/feed"), "source": "وكالة المثال"}))

    assert report.counts.model_dump() == {
        "records_seen": 2,
        "loaded": 2,
        "unchanged": 0,
        "duplicates": 0,
        "quarantined": 0,
    }
    [(title, source, url, published, text)] = rows(
        "SELECT title, source, url, published_at, text FROM articles WHERE title LIKE '%1'"
    )
    assert (title, source, url) == ("حملة التطعيم 1", "وكالة المثال", server.url("/news/1"))
    assert f"{published:%Y-%m-%d %H:%M}" == "2026-11-16 08:01"
    assert [line for line in text.split("\n") if line] == body(1)
    assert report.flow_run_name == "watch 1 feed"
    [feed] = report.feeds
    assert (feed.state, feed.new_items) == ("new", 2)


def test_nothing_is_fetched_or_ingested_twice(server: UnrulyServer) -> None:
    server.answers |= {"/feed": page(rss(item(server, 1)), "application/rss+xml"), "/news/1": page(news_page(1))}
    chosen = settings({"url": server.url("/feed")})
    look(chosen)
    server.answers["/feed"] = page(rss(item(server, 2), item(server, 1)), "application/rss+xml")
    server.answers["/news/2"] = page(news_page(2))
    second, third = again(chosen), again(chosen)
    assert (second.counts.loaded, second.counts.records_seen) == (1, 1)
    assert (third.counts.records_seen, third.ingests, third.feeds[0].state) == (0, [], "unchanged")
    assert server.asked == {"/feed": 3, "/news/1": 1, "/news/2": 1}


def test_what_has_not_changed_is_not_sent(server: UnrulyServer) -> None:
    feed = page(rss(item(server, 1)), "application/rss+xml", ETag='"7"', Last_Modified="Mon, 16 Nov 2026 08:00:00 GMT")
    server.answers |= {"/feed": unless_known('"7"', feed), "/news/1": page(news_page(1))}
    chosen = settings({"url": server.url("/feed")})
    look(chosen)
    again(chosen)
    assert server.requests[-1].headers["If-Modified-Since"] == "Mon, 16 Nov 2026 08:00:00 GMT"
    assert rows("SELECT etag, last_status, failures, message FROM watch_feeds") == [('"7"', 304, 0, None)]


def test_a_feed_is_asked_when_it_is_due(server: UnrulyServer) -> None:
    server.answers["/feed"] = page(rss(item(server, 1, content="".join(news_page(1)))), "application/rss+xml")
    chosen = settings({"url": server.url("/feed"), "every": "1h"})
    look(chosen)
    assert look(chosen).feeds[0].state == "not due"
    assert server.asked == {"/feed": 1}


def test_full_text_is_taken_from_where_it_is(server: UnrulyServer) -> None:
    whole = "".join(f"<p>{paragraph}</p>" for paragraph in body(1))
    server.answers |= {
        "/whole": page(rss(item(server, 1, whole)), "application/rss+xml"),
        "/short": page(rss(item(server, 2)), "application/rss+xml"),
        "/always": page(rss(item(server, 3, whole)), "application/rss+xml"),
        "/news/3": page(news_page(3)),
    }
    feeds = {"/whole": "auto", "/short": "never", "/always": "always"}
    report = look(settings(*({"url": server.url(path), "full_text": how} for path, how in feeds.items())))
    assert report.counts.loaded == 3
    assert server.asked == {"/whole": 1, "/short": 1, "/always": 1, "/news/3": 1}
    texts = dict(rows("SELECT title, text FROM articles"))
    assert texts["حملة التطعيم 2"] == "تبدأ الحملة الأسبوع المقبل"
    assert body(3)[0] in texts["حملة التطعيم 3"]


def test_two_feeds_with_one_item_fetch_it_once(server: UnrulyServer) -> None:
    server.answers |= {
        "/a": page(rss(item(server, 1)), "application/rss+xml"),
        "/b": page(rss(item(server, 1, title="عاجل: حملة التطعيم 1")), "application/rss+xml"),
        "/news/1": page(news_page(1)),
    }
    chosen = settings({"url": server.url("/a")}, {"url": server.url("/b")})
    assert look(chosen).counts.records_seen == 1
    assert again(chosen).counts.records_seen == 0
    assert server.asked["/news/1"] == 1


def test_a_revised_item_is_read_anew(server: UnrulyServer) -> None:
    server.answers |= {"/feed": page(rss(item(server, 1)), "application/rss+xml"), "/news/1": page(news_page(1))}
    chosen = settings({"url": server.url("/feed")})
    look(chosen)
    server.answers["/feed"] = page(rss(item(server, 1, title="تصحيح: حملة التطعيم 1")), "application/rss+xml")
    server.answers["/news/1"] = page(news_page(1).replace("طائرتين", "ثلاث طائرات"))
    assert again(chosen).counts.loaded == 1
    assert rows("SELECT revision, title FROM articles") == [(2, "تصحيح: حملة التطعيم 1")]


def test_a_feed_that_fails_stops_no_other(server: UnrulyServer) -> None:
    bomb = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item>&b;</item></channel></rss>'
    server.answers |= {
        "/gone": status(410),
        "/down": status(503, Retry_After="1000"),
        "/malformed": page("<rss><channel><item></rss", "application/rss+xml"),
        "/bomb": page(bomb, "application/rss+xml"),
        "/html": page('<html><link rel="alternate" type="application/rss+xml" href="/good"></html>'),
        "/good": page(rss(item(server, 1)), "application/rss+xml"),
        "/news/1": page(news_page(1)),
    }
    down = f"http://localhost:{server.port}/down"  # what one host asks for is no concern of another
    paths = ("/gone", "/malformed", "/bomb", "/html", "/good")
    report = look(settings({"url": down}, *({"url": server.url(path)} for path in paths)))
    states = {feed.url.rpartition("/")[2]: feed for feed in report.feeds}
    assert states["good"].state == "new"
    assert {name: states[name].state for name in ("gone", "down", "bomb", "html")} == dict.fromkeys(
        ("gone", "down", "bomb", "html"), "failed"
    )
    assert (states["malformed"].new_items, bool(states["malformed"].message)) == (0, True)
    assert "410" in states["gone"].message
    assert server.url("/good") in states["html"].message
    assert report.counts.loaded == 1
    [(seconds,)] = rows("SELECT epoch(next_due - last_fetched_at) FROM watch_feeds WHERE url LIKE '%/down'")
    assert seconds >= 900


def test_failures_make_pauses_longer(server: UnrulyServer) -> None:
    server.answers["/feed"] = status(404)
    chosen = settings({"url": server.url("/feed")})
    look(chosen)
    assert look(chosen).feeds[0].state == "not due"
    time.sleep(2)
    assert look(chosen).feeds[0].failures == 2
    server.answers["/feed"] = page(rss(item(server, 1)), "application/rss+xml")
    server.answers["/news/1"] = page(news_page(1))
    time.sleep(4)
    [feed] = look(chosen).feeds
    assert (feed.failures, feed.message, feed.state) == (0, None, "new")


def test_a_page_that_cannot_be_had_waits_even_if_the_feed_drops_it(
    server: UnrulyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.ingest import watch

    monkeypatch.setattr(watch, "_FIRST_PAUSE", watch.timedelta(0))
    server.answers |= {
        "/feed": one_after_another(
            page(rss(item(server, 1)), "application/rss+xml"), page(rss(), "application/rss+xml")
        ),
        "/news/1": one_after_another(status(500), status(500), page(news_page(1))),
    }
    chosen = settings({"url": server.url("/feed"), "source": "وكالة المثال"})
    first = look(chosen)
    assert (first.counts.records_seen, first.waiting) == (0, 1)
    assert rows("SELECT state, tries, message FROM watch_items") == [("waiting", 1, "the server answered 500")]
    assert look(chosen).counts.loaded == 1
    assert rows("SELECT state, tries FROM watch_items") == [("done", 2)]
    assert rows("SELECT title, source FROM articles") == [("حملة التطعيم 1", "وكالة المثال")]


def test_a_page_that_is_not_to_be_had_goes_to_quarantine(server: UnrulyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.ingest import watch

    monkeypatch.setattr(watch, "_FIRST_PAUSE", watch.timedelta(0))
    server.answers |= {
        "/robots.txt": page("User-agent: *\nDisallow: /news/3"),
        "/feed": page(rss(*(item(server, number) for number in (1, 2, 3, 4))), "application/rss+xml"),
        "/news/1": status(404),
        "/news/2": status(500),
        "/news/4": page(b"\x89PNG", "image/png"),
    }
    chosen = settings({"url": server.url("/feed")})
    reports = [look(chosen) for _ in range(6)]
    assert sum(report.counts.quarantined for report in reports) == 4
    assert reports[-1].counts.records_seen == 0
    messages = " ".join(message for (message,) in rows("SELECT message FROM quarantine WHERE reason = 'fetch_failed'"))
    for what in ("the server answered 404", "the server answered 500", "robots.txt", "image/png"):
        assert what in messages
    assert (server.asked["/news/1"], server.asked["/news/2"], server.asked["/news/3"]) == (1, 10, 0)


def test_wrong_encodings_in_headers(server: UnrulyServer) -> None:
    declared = news_page(1).replace("<head>", '<head><meta charset="windows-1256">')
    server.answers |= {
        "/feed": page(rss(item(server, 1), item(server, 2)).encode(), "application/rss+xml; charset=iso-8859-1"),
        "/news/1": page(declared.encode("cp1256"), "text/html; charset=utf-8"),
        "/news/2": page(news_page(2).encode(), "text/html; charset=windows-1256"),
    }
    assert look(settings({"url": server.url("/feed")})).counts.loaded == 2
    for number, text in rows("SELECT title[-1:]::INTEGER, text FROM articles"):
        assert body(number)[0] in text


def test_sitemaps_are_feeds_too(server: UnrulyServer) -> None:
    links = "".join(
        f"<url><loc>{server.url(f'/news/{number}')}</loc><lastmod>2026-11-1{number}</lastmod></url>"
        for number in (1, 2, 3)
    )
    xmlns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    server.answers |= {
        "/sitemap.xml": page(
            f"<sitemapindex {xmlns}><sitemap><loc>{server.url('/news.xml.gz')}</loc></sitemap></sitemapindex>"
        ),
        "/news.xml.gz": page(gzip.compress(f"<urlset {xmlns}>{links}</urlset>".encode()), "application/gzip"),
    } | {f"/news/{number}": page(news_page(number)) for number in (1, 2, 3)}
    chosen = settings({"url": server.url("/sitemap.xml")}, pages_per_feed=2)
    first = look(chosen)
    assert (first.counts.loaded, first.waiting) == (2, 1)
    assert server.asked["/news/1"] == 0, "the oldest waits"
    assert again(chosen).counts.loaded == 1
    assert rows("SELECT count(*) FROM articles") == [(3,)]


def test_drop_folders(server: UnrulyServer) -> None:
    inbox = Path("inbox")
    (inbox / "deep").mkdir(parents=True)
    write_lines(inbox / "a.jsonl", [article(1, source=None, url=None)])
    write_lines(inbox / "deep" / "b.jsonl", [article(2)])
    for name in ("c.jsonl.part", ".hidden.jsonl", "d.tmp"):
        write_lines(inbox / name, [article(3)])
    chosen = settings(folders=({"path": "inbox", "source": "مراسلنا"},))
    first = look(chosen)
    assert (first.counts.loaded, first.folders[0].new_files) == (2, 2)
    assert rows("SELECT source FROM articles WHERE origin = 'inbox/a.jsonl'") == [("مراسلنا",)]
    assert look(chosen).ingests == []

    (inbox / "c.jsonl.part").rename(inbox / "c.jsonl")
    write_lines(inbox / "a.jsonl", [article(1, source=None, url=None), article(4)])
    third = look(chosen)
    assert (third.folders[0].new_files, third.counts.loaded, third.counts.unchanged) == (2, 2, 1)


def test_a_file_that_is_being_written_is_left_alone() -> None:
    inbox = Path("inbox")
    inbox.mkdir()
    write_lines(inbox / "a.jsonl", [article(1)])
    os.utime(inbox / "a.jsonl", (0, 0))  # as copying tools do, long before they are done
    chosen = settings(folders=({"path": "inbox"},), settle_seconds=3600)
    assert look(chosen).folders[0].new_files == 0


def test_a_missing_folder_is_told_and_stops_nobody() -> None:
    Path("there").mkdir()
    write_lines(Path("there/a.jsonl"), [article(1)])
    report = look(settings(folders=({"path": "nowhere"}, {"path": "there"})))
    assert [folder.message for folder in report.folders] == ["there is no folder nowhere", None]
    assert report.counts.loaded == 1


def test_a_run_that_fails_between_fetching_and_loading_loses_and_doubles_nothing(
    server: UnrulyServer, reader: WordReader
) -> None:
    from flows.watch import WatchError

    server.answers |= {"/feed": page(rss(item(server, 1)), "application/rss+xml", ETag='"1"')}
    server.answers |= {"/news/1": page(news_page(1))}
    chosen = settings({"url": server.url("/feed")})
    reader.failing_on = "حملة"
    with pytest.raises(WatchError, match="the model choked"):
        look(chosen)
    assert rows("SELECT count(*) FROM watch_items") == rows("SELECT count(*) FROM watch_feeds") == [(0,)]
    reader.failing_on = None
    report = look(chosen)
    assert report.counts.loaded == 1
    assert report.ingests[0].found.words > 0
    assert server.asked["/news/1"] == 1, "it is fetched once"
    assert rows("SELECT state, count(*) FROM watch_items GROUP BY ALL") == [("done", 1)]
    assert list(Path("watch/waiting").iterdir()) == []


def test_what_is_fetched_is_kept_as_it_came(server: UnrulyServer) -> None:
    from flows.ingest import ingest

    server.answers |= {"/feed": page(rss(item(server, 1)), "application/rss+xml"), "/news/1": page(news_page(1))}
    chosen = settings({"url": server.url("/feed")})
    look(chosen)
    [(origin,)] = rows("SELECT origin FROM articles")
    with gzip.open(origin, "rt", encoding="utf-8") as file:
        [line] = map(json.loads, file)
    assert (line["feed"], line["item"]["title"]) == (server.url("/feed"), "حملة التطعيم 1")
    assert asyncio.run(ingest([origin], chosen)).counts.unchanged == 1


def test_two_watches_do_not_work_at_once() -> None:
    from filelock import FileLock

    from flows.runs import AlreadyRunningError

    Path("watch").mkdir()
    with FileLock("watch/lock"), pytest.raises(AlreadyRunningError, match="Another process is watching"):
        look(settings(folders=({"path": "inbox"},)))


def test_nothing_to_watch_and_nobody_to_reach(server: UnrulyServer) -> None:
    report = look(settings())
    assert (report.feeds, report.folders, report.counts.records_seen) == ([], [], 0)
    with pytest.raises(SettingsError, match=r"fetch\.contact is not set"):
        look(Settings.model_validate({"warehouse": "w.duckdb", "watch": {"feeds": [{"url": server.url("/feed")}]}}))
    assert server.requests == []


def test_the_command(server: UnrulyServer) -> None:
    server.answers |= {"/feed": page(rss(item(server, 1)), "application/rss+xml"), "/news/1": page(news_page(1))}
    Path("marsad.toml").write_text(
        '[fetch]\ncontact = "desk@example.org"\ndelay_seconds = 0\nprivate_hosts = ["127.0.0.1"]\n\n'
        f'[[watch.feeds]]\nurl = "{server.url("/feed")}"\nevery = "1s"\n\n'
        f'[[watch.feeds]]\nurl = "{server.url("/none")}"\n'
    )
    result = CliRunner().invoke(app, ["watch", "--once", "--json"])
    assert result.exit_code == 1, result.output
    report = json.loads(result.stdout)
    assert report["counts"]["loaded"] == 1
    assert [feed["state"] for feed in report["feeds"]] == ["new", "failed"]

    shown = CliRunner().invoke(app, ["watch", "--once"])
    assert shown.exit_code == 0, shown.output
    assert "watch 2 feeds" in shown.stdout
    assert "not due" in shown.stdout


def test_the_command_without_settings() -> None:
    result = CliRunner().invoke(app, ["watch", "--once"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is nothing to watch" in result.stderr
