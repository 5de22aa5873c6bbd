"""One request to the web, with all that can go wrong with it.

On httpcore, the layer below httpx, because the two things that matter here cannot be told to httpx: to which address
to connect, and how much of a packed body to unpack.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, NamedTuple, Self

import httpcore
import httpx

from tasks.ingest.web.addresses import CheckedNetwork, web_address
from tasks.ingest.web.body import ACCEPTED, Body
from tasks.ingest.web.errors import Fault, FetchError
from tasks.ingest.web.hosts import Hosts
from tasks.ingest.web.manners import Manners
from tasks.ingest.web.robots import Robots

_ACCEPT: Final = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.8"
)
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_FOR_GOOD: Final = (301, 308)
_NOT_MODIFIED: Final = 304
_MAY_PASS: Final = (408, 425, 429)
# Faults after which the same page is tried without encryption: the host may not offer any.
_NO_HTTPS: Final = (Fault.UNREACHABLE, Fault.TIMEOUT, Fault.STATUS)


class Fetched(NamedTuple):
    """An answer that was received whole."""

    url: str  # where it was found, after redirects
    status: int  # 2xx, or 304
    content: bytes  # unpacked; empty if the status is 304
    content_type: str | None
    etag: str | None
    last_modified: str | None
    moved_to: str | None = None  # where the server says it stands from now on

    @property
    def not_modified(self) -> bool:
        """Whether nothing has changed since the answer whose `etag` or `last_modified` was sent along."""
        return self.status == _NOT_MODIFIED


class _Answer(NamedTuple):
    status: int
    headers: httpx.Headers
    content: bytes


class Web:
    """A client of well-behaved habits; use it as an asynchronous context, within one event loop."""

    def __init__(self, manners: Manners, network: httpcore.AsyncNetworkBackend | None = None) -> None:
        """Behave as `manners` say, over `network`, which is `CheckedNetwork` unless given."""
        self._manners = manners
        self._hosts = Hosts(manners)
        self._robots = Robots(manners.robot_name, self._robots_file)
        self._encrypts: dict[str, bool] = {}
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=manners.concurrency,
            network_backend=network or CheckedNetwork(manners.private_hosts),
        )

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetch `url`, by https wherever the host offers it.

        Args:
            url: absolute, http or https.
            etag, last_modified: of the answer that is here already; if nothing has changed, no other is sent.

        Raises:
            FetchError: it could not be fetched, or may not be.
        """
        address = web_address(url)
        headers = {
            "User-Agent": self._manners.user_agent,
            "Accept": _ACCEPT,
            "Accept-Language": "ar, *;q=0.5",
            "Accept-Encoding": ACCEPTED,
        }
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        if address.scheme == "http" and address.port is None and self._encrypts.get(address.host, True):
            secure = address.copy_with(scheme="https")
            if address.host in self._encrypts:
                return await self._patiently(secure, headers)
            try:
                fetched = await self._follow(secure, headers)
            except FetchError as error:
                if error.fault not in _NO_HTTPS:
                    raise
                self._encrypts[address.host] = False
            else:
                self._encrypts[address.host] = True
                return fetched
        return await self._patiently(address, headers)

    async def _patiently(self, address: httpx.URL, headers: Mapping[str, str], *, robots: bool = True) -> Fetched:
        """Try again after faults that may pass."""
        for attempt in range(self._manners.retries + 1):
            try:
                return await self._follow(address, headers, robots=robots)
            except FetchError as error:
                if not error.temporary or attempt == self._manners.retries:
                    raise
                # All of the pause is drawn, so that many clients that failed at once do not come back at once.
                pause = random.uniform(0, self._manners.backoff_seconds * 2**attempt)
                if error.retry_after is not None:
                    pause += error.retry_after
                if pause > self._manners.longest_wait_seconds:
                    raise
            await asyncio.sleep(pause)
        raise AssertionError("the last attempt either answers or raises")

    async def _follow(self, address: httpx.URL, headers: Mapping[str, str], *, robots: bool = True) -> Fetched:
        """Go where the redirects lead; every stop is looked at like the first."""
        seen = []
        moved_to = None
        for_good = True
        while True:
            seen.append(address)
            answer = await self._ask(address, headers, robots=robots)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                break
            try:
                address = web_address(address.join(target))
            except (httpx.InvalidURL, ValueError) as error:
                raise FetchError(Fault.REDIRECTS, f"it is redirected to no address ({error})") from error
            if address in seen:
                raise FetchError(Fault.REDIRECTS, "its redirects go in a circle")
            if len(seen) > self._manners.max_redirects:
                detail = f"it is redirected more than {self._manners.max_redirects} times (fetch.max_redirects)"
                raise FetchError(Fault.REDIRECTS, detail)
            for_good = for_good and answer.status in _FOR_GOOD
            moved_to = str(address) if for_good else moved_to
        return Fetched(
            url=str(address),
            status=answer.status,
            content=answer.content,
            content_type=answer.headers.get("content-type"),
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            moved_to=moved_to,
        )

    async def _robots_file(self, address: httpx.URL) -> bytes:
        headers = {"User-Agent": self._manners.user_agent, "Accept-Encoding": ACCEPTED}
        return (await self._patiently(address, headers, robots=False)).content

    async def _ask(self, address: httpx.URL, headers: Mapping[str, str], *, robots: bool) -> _Answer:
        """Ask once, when it is our turn."""
        wanted = await self._robots.delay(address) if robots else 0.0
        limit = self._manners.total_seconds
        async with self._hosts.turn(address.host, max(wanted, self._manners.delay_seconds)):
            try:
                async with asyncio.timeout(limit):
                    return await self._exchange(address, headers)
            except FetchError as error:
                if error.retry_after is not None:
                    self._hosts.hold(address.host, error.retry_after)
                raise
            except (TimeoutError, httpcore.TimeoutException) as error:
                within = str(error) or f"the whole of it took more than {limit:g} seconds (fetch.total_seconds)"
                raise FetchError(Fault.TIMEOUT, f"it is too slow: {within}", temporary=True) from error
            except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
                detail = f"there is no sound connection to {address.host} ({error or type(error).__name__})"
                raise FetchError(Fault.UNREACHABLE, detail, temporary=True) from error

    async def _exchange(self, address: httpx.URL, headers: Mapping[str, str]) -> _Answer:
        manners = self._manners
        timeouts = {
            "connect": manners.connect_seconds,
            "read": manners.read_seconds,
            "write": manners.read_seconds,
            "pool": manners.total_seconds,
        }
        request = httpcore.URL(
            scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path
        )
        sent = [
            (b"Host", address.netloc),
            *((name.encode(), value.encode("latin-1", "ignore")) for name, value in headers.items()),
        ]
        async with self._pool.stream("GET", request, headers=sent, extensions={"timeout": timeouts}) as answer:
            received = httpx.Headers(answer.headers)
            status = answer.status
            if status == _NOT_MODIFIED or status in _REDIRECTS:
                return _Answer(status, received, b"")
            if not 200 <= status < 300:
                raise FetchError(
                    Fault.STATUS,
                    f"the server answered {status}",
                    temporary=status >= 500 or status in _MAY_PASS,
                    status=status,
                    retry_after=_seconds(received.get("retry-after")),
                )
            body = Body(received.get("content-encoding", ""), manners.max_bytes)
            async for piece in answer.aiter_stream():
                body.add(piece)
            return _Answer(status, received, body.whole())


def _seconds(retry_after: str | None) -> float | None:
    """Seconds from now that the header Retry-After asks to wait: a number, or a date."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
