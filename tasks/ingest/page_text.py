"""The text of a web page out of its bytes, where any of three places may name its encoding and be wrong."""

from __future__ import annotations

import codecs
import re
from typing import Final

from tasks.ingest.decode import Decoder, wide_encoding
from tasks.ingest.records import ReadError

_HEAD: Final = 4096
_DECLARED: Final = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-zA-Z0-9_.:-]+)""", re.IGNORECASE)
_ONE_BYTE: Final[dict[str, str]] = {
    **dict.fromkeys(("cp720", "dos-720", "ibm720"), "cp720"),
    **dict.fromkeys(("mac-arabic", "macarabic", "x-mac-arabic"), "mac_arabic"),
    # As browsers do: pages that say Latin-1 mean Windows-1252.
    **dict.fromkeys(("windows-1252", "cp1252", "iso-8859-1", "latin1", "us-ascii", "iso-8859-15"), "cp1252"),
}
"""Encodings that are believed when they are declared. Windows-1256 and ISO-8859-6 are not here: pages that declare the
one are often in the other, and which it is shows."""
_ARABIC_OLD: Final = ("cp720", "mac_arabic")
_STRAY: Final = 0.01  # of a UTF-8 page's letters, that ads and cut comments leave broken


def decode_page(data: bytes, charset: str | None = None) -> str:
    """The text of the page `data`, of which its server said `charset`.

    In order: a byte-order mark; UTF-8 if it is UTF-8, or nearly; an old Arabic encoding that is declared; Windows-1256
    or ISO-8859-6, by their letters; another one-byte encoding that is declared.

    Raises:
        ReadError: (`wrong_encoding`) it is in none of these.
    """
    if wide := wide_encoding(data[:_HEAD]):
        return data.decode(wide, "replace").removeprefix("\ufeff")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    letters = sum(char > "\x7f" for char in text)
    if text.count("\ufffd") <= _STRAY * letters:
        return text
    named = [charset or "", *(name.decode("ascii") for name in _DECLARED.findall(data[:_HEAD]))]
    declared = [codec for name in named if (codec := _ONE_BYTE.get(name.strip("\"' ").lower().replace("_", "-")))]
    if declared and declared[0] in _ARABIC_OLD:
        return data.decode(declared[0], "replace")
    try:
        return Decoder().decode(data)
    except ReadError:
        if declared:
            return data.decode(declared[0], "replace")
        raise
