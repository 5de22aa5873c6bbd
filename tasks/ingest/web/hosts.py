"""Taking turns: how many requests a host gets at a time, and how far apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tasks.ingest.web.errors import Fault, FetchError
from tasks.ingest.web.manners import Manners


@dataclass
class _Gate:
    places: asyncio.Semaphore
    free_at: float = 0.0  # on the loop's clock


class Hosts:
    """The gates of all hosts that were asked."""

    def __init__(self, manners: Manners) -> None:
        """Open no gate yet."""
        self._manners = manners
        self._gates: dict[str, _Gate] = {}
        self._places = asyncio.Semaphore(manners.concurrency)

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """Wait for the block's turn at `host`; the next one comes no sooner than `delay` seconds after it.

        Raises:
            FetchError: (`busy`) the turn is further away than `longest_wait_seconds`.
        """
        gate = self._gate(host)
        async with gate.places:
            now = asyncio.get_running_loop().time()
            wait = max(0.0, gate.free_at - now)
            if wait > self._manners.longest_wait_seconds:
                detail = f"{host} asked for patience: {wait:,.0f} seconds from now"
                raise FetchError(Fault.BUSY, detail, temporary=True, retry_after=wait)
            gate.free_at = now + wait + delay
            await asyncio.sleep(wait)
            async with self._places:
                yield

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody through to `host` for so long."""
        gate = self._gate(host)
        gate.free_at = max(gate.free_at, asyncio.get_running_loop().time() + seconds)

    def _gate(self, host: str) -> _Gate:
        return self._gates.setdefault(host, _Gate(asyncio.Semaphore(self._manners.per_host)))
