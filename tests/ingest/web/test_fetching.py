"""Fetching from a server that misbehaves on purpose."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from unruly_server import (
    Answer,
    UnrulyServer,
    dripping,
    dripping_headers,
    endless,
    one_after_another,
    page,
    silent,
    status,
    unless_known,
)

from tasks.ingest.web import Fetched, FetchError, Manners, Web

GZIP = {"Content_Encoding": "gzip"}


def manners(**chosen: Any) -> Manners:
    usual: dict[str, Any] = {
        "user_agent": "Marsad/0.1 (+mailto:desk@example.org)",
        "delay_seconds": 0.0,
        "backoff_seconds": 0.01,
        "read_seconds": 5.0,
        "total_seconds": 10.0,
        "max_bytes": 100_000,
        "private_hosts": ("127.0.0.1",),
    }
    return Manners(**(usual | chosen))


def get(*urls: str, etag: str | None = None, last_modified: str | None = None, **chosen: Any) -> Fetched:
    """Fetch all, one after the other, and give the last."""

    async def run() -> Fetched:
        async with Web(manners(**chosen)) as web:
            for url in urls:
                fetched = await web.get(url, etag=etag, last_modified=last_modified)
            return fetched

    return asyncio.run(run())


def fault(*urls: str, **chosen: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(*urls, **chosen)
    return caught.value


def test_an_answer_comes_with_what_is_needed_to_ask_again(server: UnrulyServer) -> None:
    server.answers["/feed"] = page(
        "أخبار", "application/rss+xml", ETag='"1"', Last_Modified="Mon, 16 Nov 2026 08:00:00 GMT"
    )
    fetched = get(server.url("/feed#top"))
    assert fetched == Fetched(
        url=server.url("/feed"),
        status=200,
        content="أخبار".encode(),
        content_type="application/rss+xml",
        etag='"1"',
        last_modified="Mon, 16 Nov 2026 08:00:00 GMT",
    )
    [request] = [one for one in server.requests if one.path == "/feed"]
    assert request.headers["User-Agent"] == "Marsad/0.1 (+mailto:desk@example.org)"
    assert request.headers["Host"] == f"127.0.0.1:{server.port}"


def test_what_is_known_is_not_sent_again(server: UnrulyServer) -> None:
    server.answers["/feed"] = unless_known('"1"', page("new", ETag='"2"'))
    same = get(server.url("/feed"), etag='"1"', last_modified="Mon, 16 Nov 2026 08:00:00 GMT")
    assert (same.not_modified, same.content) == (True, b"")
    assert server.requests[-1].headers["If-Modified-Since"] == "Mon, 16 Nov 2026 08:00:00 GMT"
    assert get(server.url("/feed"), etag='"0"').content == b"new"


@pytest.mark.parametrize("passing", [status(500), status(503), status(408), status(429)])
def test_faults_that_may_pass_are_tried_again(server: UnrulyServer, passing: Answer) -> None:
    server.answers["/"] = one_after_another(passing, page("here"))
    assert get(server.url("/")).content == b"here"
    assert server.asked["/"] == 2


def test_faults_that_last_are_told_after_some_tries(server: UnrulyServer) -> None:
    server.answers["/"] = status(502)
    error = fault(server.url("/"), retries=2)
    assert (error.fault, error.status, error.temporary) == ("status", 502, True)
    assert server.asked["/"] == 3


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 451])
def test_what_is_refused_is_not_asked_for_again(server: UnrulyServer, code: int) -> None:
    server.answers["/"] = status(code)
    error = fault(server.url("/"))
    assert (error.fault, error.status, error.temporary) == ("status", code, False)
    assert server.asked["/"] == 1


def test_the_pause_that_a_server_asks_for_is_kept(server: UnrulyServer) -> None:
    server.answers["/"] = one_after_another(status(429, Retry_After="1"), page("here"))
    assert get(server.url("/")).content == b"here"
    first, second = server.requests[-2:]
    assert second.at - first.at >= 1


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_pause_that_is_too_long_is_for_another_run(server: UnrulyServer, form: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=900), usegmt=True)
    server.answers["/"] = status(503, Retry_After="900" if form == "seconds" else date)
    server.answers["/other"] = page("here")
    error = fault(server.url("/"))
    assert error.temporary
    assert error.retry_after == pytest.approx(900, abs=60)
    assert server.asked["/"] == 1

    async def after_that() -> FetchError:
        async with Web(manners()) as web:
            for path in ("/", "/other"):
                with pytest.raises(FetchError) as caught:
                    await web.get(server.url(path))
        return caught.value

    assert asyncio.run(after_that()).fault == "busy"
    assert server.asked["/other"] == 0


def test_a_pause_that_makes_no_sense_is_not_kept(server: UnrulyServer) -> None:
    server.answers["/"] = one_after_another(status(503, Retry_After="soon"), page("here"))
    assert get(server.url("/")).content == b"here"


def test_slow_bytes_have_an_end(server: UnrulyServer) -> None:
    server.answers["/"] = dripping()
    error = fault(server.url("/"), total_seconds=0.5, retries=0)
    assert (error.fault, error.temporary) == ("timeout", True)


def test_slow_headers_have_an_end(server: UnrulyServer) -> None:
    server.answers["/"] = dripping_headers()
    error = fault(server.url("/"), total_seconds=0.5, retries=0)
    assert error.fault == "timeout"


def test_silence_has_an_end(server: UnrulyServer) -> None:
    server.answers["/"] = silent()
    assert fault(server.url("/"), read_seconds=0.3, retries=0).fault == "timeout"


def test_a_connection_that_is_cut_is_tried_again(server: UnrulyServer) -> None:
    def cut(request: Any) -> None:
        request.close_connection = True
        request.send(200, b"half", {"Content-Length": "1000"})

    server.answers["/"] = one_after_another(cut, page("whole"))
    assert get(server.url("/")).content == b"whole"


def test_nobody_there() -> None:
    error = fault("http://127.0.0.1:9/", retries=0)
    assert (error.fault, error.temporary) == ("unreachable", True)


def test_an_endless_body_has_an_end(server: UnrulyServer) -> None:
    server.answers["/"] = endless()
    error = fault(server.url("/"))
    assert (error.fault, error.temporary) == ("too_large", False)
    assert "100,000 bytes (fetch.max_bytes)" in error.detail


def test_a_bomb_is_not_unpacked(server: UnrulyServer) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    server.answers["/"] = page(bomb, **GZIP)
    assert fault(server.url("/")).fault == "too_large"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"news"), "gzip"),
        (gzip.compress(b"ne") + gzip.compress(b"ws"), "gzip"),
        (gzip.compress(b"news") + b"\0\0\0", "x-gzip"),
        (zlib.compress(b"news"), "deflate"),
        (zlib.compress(b"news")[2:-4], "deflate"),
        (b"news", "identity"),
    ],
)
def test_packed_bodies_are_unpacked(server: UnrulyServer, body: bytes, encoding: str) -> None:
    server.answers["/"] = page(body, Content_Encoding=encoding)
    assert get(server.url("/")).content == b"news"


def test_an_empty_body_is_one_however_it_is_said_to_be_packed(server: UnrulyServer) -> None:
    server.answers["/"] = page(b"", **GZIP)
    assert get(server.url("/")).content == b""


def test_truncated_gzip_is_tried_again_and_told(server: UnrulyServer) -> None:
    whole = gzip.compress(b"news" * 1000)
    server.answers["/"] = page(whole[:-10], **GZIP)
    error = fault(server.url("/"), retries=1)
    assert (error.fault, error.detail) == ("broken_body", "its gzip data is cut off")
    assert server.asked["/"] == 2
    server.answers["/"] = one_after_another(page(whole[:20], **GZIP), page(whole, **GZIP))
    assert get(server.url("/")).content == b"news" * 1000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_bodies_that_are_not_packed_as_they_say(server: UnrulyServer, encoding: str) -> None:
    server.answers["/"] = page(b"<html>", Content_Encoding=encoding)
    error = fault(server.url("/"))
    assert (error.fault, error.temporary) == ("broken_body", False)


def test_redirects_are_followed(server: UnrulyServer) -> None:
    server.answers["/a"] = status(301, Location="/b")
    server.answers["/b"] = status(308, Location=server.url("/c"))
    server.answers["/c"] = status(302, Location="d")
    server.answers["/d"] = page("here")
    fetched = get(server.url("/a"))
    assert (fetched.url, fetched.content, fetched.moved_to) == (server.url("/d"), b"here", server.url("/c"))


def test_redirects_in_a_circle(server: UnrulyServer) -> None:
    server.answers["/a"] = status(302, Location="/b")
    server.answers["/b"] = status(302, Location="/a")
    assert fault(server.url("/a")).detail == "its redirects go in a circle"


def test_redirects_without_end(server: UnrulyServer) -> None:
    for number in range(20):
        server.answers[f"/{number}"] = status(302, Location=f"/{number + 1}")
    error = fault(server.url("/0"), max_redirects=3)
    assert (error.fault, len(server.asked)) == ("redirects", 4)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://user:word@127.0.0.1/"])
def test_redirects_to_what_is_not_fetched(server: UnrulyServer, target: str) -> None:
    server.answers["/a"] = status(302, Location=target)
    assert fault(server.url("/a")).fault == "bad_address"


def test_a_redirect_into_the_private_network_is_refused(server: UnrulyServer) -> None:
    server.answers["/a"] = status(302, Location=f"http://localhost:{server.port}/secret")
    server.answers["/secret"] = page("secret")
    assert fault(server.url("/a")).fault == "private_address"
    assert server.asked["/secret"] == 0


@pytest.mark.parametrize(
    "url", ["", "news", "//example.org/a", "ftp://example.org/a", "http://", "http://a:b@example.org/", "http://[::1"]
)
def test_addresses_that_are_none(url: str) -> None:
    assert fault(url).fault == "bad_address"


def test_robots_that_are_not_wanted_stay_out(server: UnrulyServer) -> None:
    server.answers["/robots.txt"] = page(
        "User-agent: *\nAllow: /\n\nUser-agent: marsad\nDisallow: /private/", "text/plain"
    )
    server.answers["/private/a"] = server.answers["/public"] = page("here")
    error = fault(server.url("/public"), server.url("/private/a"))
    assert (error.fault, error.temporary) == ("robots", False)
    assert server.asked == {"/public": 1}
    assert [one.path for one in server.requests].count("/robots.txt") == 1


def test_a_redirect_does_not_lead_round_the_robots_file(server: UnrulyServer) -> None:
    server.answers["/robots.txt"] = page("User-agent: *\nDisallow: /private/", "text/plain")
    server.answers["/open"] = status(302, Location="/private/a")
    assert fault(server.url("/open")).fault == "robots"


@pytest.mark.parametrize("code", [401, 404, 410])
def test_no_robots_file_allows_everything(server: UnrulyServer, code: int) -> None:
    server.answers |= {"/robots.txt": status(code), "/": page("here")}
    assert get(server.url("/")).content == b"here"


def test_a_robots_file_that_cannot_be_had_allows_nothing_for_now(server: UnrulyServer) -> None:
    server.answers |= {"/robots.txt": status(503), "/": page("here")}
    error = fault(server.url("/"), retries=1)
    assert (error.fault, error.temporary) == ("robots", True)
    assert server.asked["/"] == 0


def test_robots_files_may_be_anything(server: UnrulyServer) -> None:
    server.answers |= {"/robots.txt": page(b"\xff\xfe<html>\x00" * 500), "/": page("here")}
    assert get(server.url("/")).content == b"here"


def test_requests_to_one_host_keep_their_distance(server: UnrulyServer) -> None:
    paths = [f"/{number}" for number in range(4)]
    server.answers |= dict.fromkeys(paths, page("here"))

    async def all_at_once() -> None:
        async with Web(manners(delay_seconds=0.2)) as web:
            await asyncio.gather(*(web.get(server.url(path)) for path in paths))

    asyncio.run(all_at_once())
    assert server.most_at_once == 1
    assert server.requests[-1].at - server.requests[0].at > 0.5  # four pauses of 0.2 s, robots.txt included


def test_the_distance_that_a_site_asks_for(server: UnrulyServer) -> None:
    server.answers |= {"/robots.txt": page("User-agent: *\nCrawl-delay: 600"), "/a": page("a"), "/b": page("b")}
    error = fault(server.url("/a"), server.url("/b"))
    assert (error.fault, error.temporary) == ("busy", True)
    assert server.asked == {"/a": 1}


def test_hosts_do_not_wait_for_each_other(server: UnrulyServer) -> None:
    server.answers |= {"/slow": silent(1.0), "/": page("here")}

    async def run() -> list[str]:
        done: list[str] = []
        async with Web(manners(private_hosts=("127.0.0.1", "localhost"), retries=0)) as web:

            async def ask(url: str) -> None:
                try:
                    await web.get(url)
                except FetchError:
                    done.append("slow")
                else:
                    done.append("quick")

            await asyncio.gather(ask(server.url("/slow")), ask(f"http://localhost:{server.port}/"))
        return done

    assert asyncio.run(run()) == ["quick", "slow"]
