"""Why something could not be fetched."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What kept an answer from coming, for code that has to decide what to do about it."""

    BAD_ADDRESS = "bad_address"
    PRIVATE_ADDRESS = "private_address"
    ROBOTS = "robots"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    STATUS = "status"
    REDIRECTS = "redirects"
    TOO_LARGE = "too_large"
    BROKEN_BODY = "broken_body"
    NOT_A_PAGE = "not_a_page"
    NOT_A_FEED = "not_a_feed"
    BUSY = "busy"


class FetchError(Exception):
    """Something that could not be fetched; the message is a clause for a person, without the address."""

    def __init__(
        self,
        fault: Fault,
        detail: str,
        *,
        temporary: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Keep what decides on trying again: `temporary`, and the seconds that the server asked for."""
        super().__init__(detail)
        self.fault = fault
        self.detail = detail
        self.temporary = temporary
        self.status = status
        self.retry_after = retry_after
