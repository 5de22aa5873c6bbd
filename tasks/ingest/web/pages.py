"""Pages of articles: fetched as they are, and for callers that cannot wait for anything, as fields of a record."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from email.message import Message
from typing import Final

from tasks.ingest.pages import page_fields
from tasks.ingest.records import ReadError, Reason
from tasks.ingest.web.client import Fetched, Web
from tasks.ingest.web.errors import Fault, FetchError
from tasks.ingest.web.manners import Manners

_PAGES: Final = ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", "")


async def get_page(web: Web, url: str) -> Fetched:
    """The page at `url`.

    Raises:
        FetchError: it could not be fetched, or (`not_a_page`) what is there is an image, a film, a PDF.
    """
    page = await web.get(url)
    kind = (page.content_type or "").partition(";")[0].strip().lower()
    if kind not in _PAGES or not page.content.strip():
        raise FetchError(Fault.NOT_A_PAGE, f"what is there is {kind if page.content.strip() else 'empty'}, not a page")
    return page


def charset_of(page: Fetched) -> str | None:
    """What the server says of the encoding of `page`."""
    header = Message()
    header["Content-Type"] = page.content_type or "text/html"
    return header.get_content_charset()


class PageFetcher:
    """Fetches pages one by one for synchronous code, such as a reader of lists of links.

    Its requests are made in a thread of its own, so that turns are kept and connections reused between calls,
    whichever threads these come from.
    """

    def __init__(self, manners: Manners) -> None:
        """Behave as `manners` say."""
        self._web = Web(manners)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="page-fetcher", daemon=True).start()

    def __call__(self, url: str) -> Mapping[str, object]:
        """The fields of the article at `url`.

        Raises:
            ReadError: (`fetch_failed`) it could not be fetched; or the page holds no article.
        """
        try:
            page = asyncio.run_coroutine_threadsafe(get_page(self._web, url), self._loop).result()
        except FetchError as error:
            raise ReadError(Reason.FETCH_FAILED, error.detail) from error
        return page_fields(page.content, page.url, charset_of(page))
