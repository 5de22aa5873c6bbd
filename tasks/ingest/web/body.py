"""The body of an answer as it comes in: unpacked on the way, and never more of it than is wanted."""

from __future__ import annotations

import zlib
from typing import Final

from tasks.ingest.web.errors import Fault, FetchError

ACCEPTED: Final = "gzip, deflate"
"""What `Body` unpacks, as Accept-Encoding."""

_PLAIN: Final = ("", "identity")
_PACKED: Final = ("gzip", "x-gzip", "deflate")
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_BARE_DEFLATE: Final = -zlib.MAX_WBITS


class Body:
    """Takes pieces of a body and gives the whole."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        """Unpack what is packed as the header Content-Encoding says; at most `max_bytes` in either form.

        Raises:
            FetchError: (`broken_body`) nobody asked for this encoding.
        """
        encoding = encoding.strip().lower()
        if encoding not in (*_PLAIN, *_PACKED):
            raise FetchError(Fault.BROKEN_BODY, f"it is packed as {encoding!r}, which was not asked for")
        self._encoding = encoding
        self._unpacker = None if encoding in _PLAIN else zlib.decompressobj(_GZIP_OR_ZLIB)
        self._max_bytes = max_bytes
        self._arrived = 0
        self._unpacked = bytearray()

    def add(self, piece: bytes) -> None:
        """Take the next piece.

        Raises:
            FetchError: (`too_large`, `broken_body`) it is too much, or is not packed as it says.
        """
        self._arrived += len(piece)
        if self._arrived > self._max_bytes:
            raise self._too_large()
        try:
            self._unpack(piece)
        except zlib.error as error:
            raise FetchError(Fault.BROKEN_BODY, f"it is not the {self._encoding} that it says it is") from error
        if len(self._unpacked) > self._max_bytes:
            raise self._too_large()

    def whole(self) -> bytes:
        """What came, unpacked.

        Raises:
            FetchError: (`broken_body`) the end is missing.
        """
        if self._unpacker is not None and self._arrived and not self._unpacker.eof:
            raise FetchError(Fault.BROKEN_BODY, f"its {self._encoding} data is cut off", temporary=True)
        return bytes(self._unpacked)

    def _unpack(self, piece: bytes) -> None:
        if self._unpacker is None:
            self._unpacked += piece
            return
        first = self._arrived == len(piece)
        while piece:
            # A bomb is met here: one byte more than is allowed is unpacked, and no more.
            room = self._max_bytes - len(self._unpacked) + 1
            if room <= 0:
                return
            try:
                self._unpacked += self._unpacker.decompress(piece, room)
            except zlib.error:
                if not first or self._encoding != "deflate":
                    raise
                self._unpacker = zlib.decompressobj(_BARE_DEFLATE)  # as some servers understand "deflate"
                first = False
                continue
            piece = b""
            if self._unpacker.eof and self._unpacker.unused_data.startswith(b"\x1f\x8b"):
                piece = self._unpacker.unused_data
                self._unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)

    def _too_large(self) -> FetchError:
        return FetchError(Fault.TOO_LARGE, f"it is larger than {self._max_bytes:,} bytes (fetch.max_bytes)")


def gunzipped(data: bytes, max_bytes: int) -> bytes:
    """`data`, unpacked if it is a gzip file (`sitemap.xml.gz` comes as one, whatever the headers say).

    Raises:
        FetchError: (`too_large`, `broken_body`) it unpacks to more than `max_bytes`, or is damaged.
    """
    if not data.startswith(b"\x1f\x8b"):
        return data
    body = Body("gzip", max_bytes)
    body.add(data)
    return body.whole()
