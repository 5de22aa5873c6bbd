"""How we behave towards other people's servers, and what we put up with from them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Manners:
    """Settings of `tasks.ingest.web.client.Web`; times in seconds, sizes in bytes."""

    user_agent: str
    """What we call ourselves; its first word, up to the slash, is the name that robots.txt is searched for."""
    delay_seconds: float = 1.0
    """Between the beginnings of two requests to one host; robots.txt may ask for more."""
    per_host: int = 1
    """Requests to one host at a time."""
    concurrency: int = 8
    """Requests at a time."""
    connect_seconds: float = 10.0
    read_seconds: float = 20.0
    """The longest silence."""
    total_seconds: float = 60.0
    """The longest that one request may take, however steadily it drips."""
    retries: int = 2
    """After faults that may pass: of the network, 5xx, 429."""
    backoff_seconds: float = 1.0
    """Longest pause before the first retry; it doubles with each, and a random part of it is waited."""
    longest_wait_seconds: float = 60.0
    """A server that asks for more patience than this (Retry-After, Crawl-delay) is asked again in another run."""
    max_bytes: int = 10_000_000
    """Largest answer, before and after it is unpacked."""
    max_redirects: int = 5
    private_hosts: tuple[str, ...] = ()
    """Hosts that may have private addresses."""

    @property
    def robot_name(self) -> str:
        """Our name in robots.txt."""
        return self.user_agent.partition("/")[0]
