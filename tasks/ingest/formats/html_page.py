"""Saved web pages: one article a file, as a browser or a crawler wrote it, or in a MIME archive (.mht, .mhtml)."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from typing import Final

from tasks.ingest.records import Page, Problem, ReadError, Reason
from tasks.ingest.settings import ReadSettings

_MARKUP: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_MIME: Final = re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?content-type:\s*multipart/related", re.I)
_HEAD: Final = 8192
# Browsers write where a page is from into a comment of the page that they save.
_SAVED_FROM: Final = re.compile(
    rb"<!--\s*(?:saved from url=(?:\(\d+\))?|page saved with SingleFile\s+url:)\s*(https?://[^\s>]+)", re.I
)


class HtmlPage:
    """A web page."""

    name = "HTML"
    suffixes = (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml")
    is_text = True
    unit = ""
    priority = 60
    needs: tuple[str, ...] = ("trafilatura", "htmldate", "lxml")

    def sniff(self, head: bytes) -> bool:
        """It begins with the tags of a page, or as a message of several parts that belong together."""
        return bool(_MARKUP.match(head) or _MIME.match(head))

    def read(self, stream: io.BufferedReader, settings: ReadSettings) -> Iterator[Page | Problem]:
        """One page."""
        data = stream.read(settings.max_record_bytes + 1)
        if len(data) > settings.max_record_bytes:
            raise ReadError(Reason.TOO_LARGE, f"it is larger than {settings.max_record_bytes:,} bytes", data)
        if _MIME.match(data[:_HEAD]):
            yield _of_archive(data)
        else:
            saved = _SAVED_FROM.search(data[:_HEAD])
            yield Page(1, data, data, url=saved[1].decode("ascii", "replace") if saved else None, whole=True)


def _of_archive(data: bytes) -> Page:
    """The page of a MIME archive, which holds its pictures and styles as well.

    Raises:
        ReadError: (`no_article`) there is no page among its parts.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            html = part.get_payload(decode=True)
            url = part.get("Content-Location") or message.get("Snapshot-Content-Location")
            if isinstance(html, bytes):
                return Page(1, html, data, str(url) if url else None, part.get_content_charset(), whole=True)
    raise ReadError(Reason.NO_ARTICLE, "there is no page among its parts", data)
