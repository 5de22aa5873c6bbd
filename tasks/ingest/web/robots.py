"""What a site wants of robots: its robots.txt, asked for once by each client, and once a day by one that lives long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import httpx
from protego import Protego

from tasks.ingest.web.errors import Fault, FetchError

_KEPT: Final = 24 * 3600.0
_KEPT_AFTER_A_FAULT: Final = 600.0
_MAX_BYTES: Final = 512_000  # the standard asks for 500 KiB; what stands behind is not read


class _Rules(NamedTuple):
    """What one site says, or why that is not known."""

    parsed: Protego | None  # None: everything is allowed
    fault: FetchError | None
    until: float


class Robots:
    """The rules of all sites that were asked, for a robot of one name."""

    def __init__(self, name: str, fetch: Callable[[httpx.URL], Awaitable[bytes]]) -> None:
        """Look for rules on `name` in what `fetch` brings."""
        self._name = name
        self._fetch = fetch
        self._rules: dict[str, _Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def delay(self, address: httpx.URL) -> float:
        """Seconds that the site wants between two requests, 0 if it does not say.

        Raises:
            FetchError: (`robots`) `address` is not for robots, or nobody knows because the server is out of order;
                (`unreachable`, `timeout` …) the site does not answer at all.
        """
        rules = await self._of(address)
        if rules.fault is not None:
            raise rules.fault
        if rules.parsed is None:
            return 0.0
        if not rules.parsed.can_fetch(str(address), self._name):
            raise FetchError(Fault.ROBOTS, f"the robots.txt of {address.host} does not allow it")
        return float(rules.parsed.crawl_delay(self._name) or 0.0)

    async def _of(self, address: httpx.URL) -> _Rules:
        site = f"{address.scheme}://{address.netloc.decode('ascii')}"
        async with self._locks.setdefault(site, asyncio.Lock()):
            rules = self._rules.get(site)
            if rules is None or rules.until < asyncio.get_running_loop().time():
                rules = self._rules[site] = await self._ask(address)
            return rules

    async def _ask(self, address: httpx.URL) -> _Rules:
        now = asyncio.get_running_loop().time()
        try:
            data = await self._fetch(address.copy_with(raw_path=b"/robots.txt"))
        except FetchError as error:
            if error.fault is Fault.STATUS and not error.temporary:  # there is none
                return _Rules(None, None, now + _KEPT)
            if error.fault is Fault.STATUS:
                error = FetchError(
                    Fault.ROBOTS,
                    f"the robots.txt of {address.host} cannot be had now ({error.detail}), so nothing is allowed",
                    temporary=True,
                    status=error.status,
                    retry_after=error.retry_after,
                )
            return _Rules(None, error, now + _KEPT_AFTER_A_FAULT)
        return _Rules(Protego.parse(data[:_MAX_BYTES].decode("utf-8", "replace")), None, now + _KEPT)
