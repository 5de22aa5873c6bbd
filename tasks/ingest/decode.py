"""Bytes into text: UTF-8 and UTF-16 by their form, Windows-1256 and ISO-8859-6 by which of them gives likelier Arabic.

Strict UTF-8 is decisive, since Arabic in a one-byte encoding is never valid UTF-8. Between the two one-byte encodings
validity says little (ISO-8859-6 text is nearly always valid Windows-1256 too), so letters are weighed by their
frequency. charset-normalizer, even with its choice cut to these two, errs many times as often and takes longer; it
stays as the one that names what a text is when it is neither.
"""

from __future__ import annotations

import codecs
import io
from collections import Counter
from typing import Final

from charset_normalizer import from_bytes

from tasks.ingest.records import ReadError, Reason

CANDIDATES: Final = ("cp1256", "iso8859_6")

# Natural logarithms of letter frequencies in 10,161 Arabic news articles (ANT corpus), rounded.
_LOG_FREQUENCY: Final = {
    **{"ا": -1.9, "ل": -2.2, "ي": -2.6, "م": -2.7, "و": -2.9, "ن": -3.0, "ت": -3.1, "ر": -3.1, "ة": -3.3, "ب": -3.3},
    **{"ع": -3.5, "د": -3.5, "س": -3.6, "ف": -3.7, "ق": -3.8, "ه": -3.8, "ح": -4.0, "أ": -4.0, "ج": -4.2, "ك": -4.2},
    **{"ص": -4.6, "ط": -4.6, "ش": -4.7, "إ": -4.8, "ى": -4.8, "خ": -4.9, "ض": -4.9, "ز": -5.0, "ذ": -5.2, "ث": -5.3},
    **{"ئ": -5.4, "غ": -5.6, "ء": -5.7, "ظ": -6.2, "ؤ": -6.6, "آ": -7.4},
}
_MARK: Final = -5.8  # diacritics, quotation marks, dashes, no-break space, direction marks
_OTHER_ARABIC: Final = -6.5  # Persian and Urdu letters, tatweel
_FOREIGN: Final = -11.5  # accented Latin letters, control characters, bytes without a character
_LEAST_LIKELY: Final = -6.5  # mean per byte; Arabic is near -3.2, damaged UTF-8 or Cyrillic below -7
_MEMORY: Final = 12.0  # how far the records before may outweigh a record's own letters

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHUNK: Final = 1 << 16


def _weights(codec: str) -> tuple[float, ...]:
    """Log-likelihood of each of the 256 bytes in Arabic news written in `codec`; ASCII tells nothing."""

    def weight(byte: int) -> float:
        char = bytes([byte]).decode(codec, "replace")
        if byte < 0x80:
            return 0.0
        if char in _LOG_FREQUENCY:
            return _LOG_FREQUENCY[char]
        if "\u064b" <= char <= "\u0652" or char in "،؛؟«»–—“”‘’…•\u00a0\u200c\u200d\u200e\u200f":
            return _MARK
        return _OTHER_ARABIC if "\u0600" <= char <= "\u06ff" else _FOREIGN

    return tuple(weight(byte) for byte in range(256))


_WEIGHTS: Final = {codec: _weights(codec) for codec in CANDIDATES}


class Decoder:
    """Decodes the records of one document, one by one.

    It remembers which one-byte encoding the records before were in, so that a record of two words is read like its
    neighbours; a record with more letters than that speaks for itself.
    """

    def __init__(self) -> None:
        """Start without a leaning."""
        self._lean = 0.0  # above 0 towards the first candidate

    def decode(self, data: bytes) -> str:
        """The text of `data`.

        Raises:
            ReadError: (`wrong_encoding`) it is in none of the encodings that are read.
        """
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            return self._decode_one_byte(data, error)

    def _decode_one_byte(self, data: bytes, not_utf8: UnicodeDecodeError) -> str:
        counts = Counter(data)
        first, second = (sum(_WEIGHTS[codec][byte] * n for byte, n in counts.items()) for codec in CANDIDATES)
        favour = first - second + self._lean
        codec, likelihood = (CANDIDATES[0], first) if favour >= 0 else (CANDIDATES[1], second)
        high_bytes = sum(n for byte, n in counts.items() if byte >= 0x80)
        try:
            if likelihood / high_bytes >= _LEAST_LIKELY:
                text = data.decode(codec)
                self._lean = max(-_MEMORY, min(_MEMORY, self._lean + first - second))
                return text
        except UnicodeDecodeError:
            pass
        raise ReadError(
            Reason.WRONG_ENCODING,
            f"byte {not_utf8.start} (0x{data[not_utf8.start]:02X}) is not UTF-8, and the whole is not Arabic in "
            f"Windows-1256 or ISO-8859-6{_name_of(data)}",
            data,
        )

    def mend(self, text: str) -> str:
        """`text`, decoded as UTF-8 with "surrogateescape", with the bytes that were not UTF-8 decoded properly.

        Raises:
            ReadError: as `decode`.
        """
        return self.decode(text.encode("utf-8", "surrogateescape"))


def _name_of(data: bytes) -> str:
    """A clause that names what `data` looks like, if anything."""
    best = from_bytes(data[:_CHUNK]).best()
    return "" if best is None or best.encoding in (*CANDIDATES, "utf_8") else f" (it looks like {best.encoding})"


def wide_encoding(head: bytes) -> str | None:
    """The UTF-16 or UTF-32 encoding of a document that begins with `head`, by its mark or by its regular zeros."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return None if name == "utf-8" else name
    pairs = len(head) // 2
    if not pairs:
        return None
    # The upper half of a code unit is 0x00 (ASCII) or 0x06 (Arabic) nearly everywhere; in UTF-8 neither occurs.
    even, odd = (sum(half.count(byte) for byte in (0, 6)) / pairs for half in (head[0::2], head[1::2]))
    if odd > 0.7 and even < 0.3:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.3 else None


def as_utf8(stream: io.BufferedReader) -> io.BufferedReader:
    """`stream` without its byte-order mark; if it is UTF-16 or UTF-32, recoded to UTF-8 on the way."""
    head = stream.peek(4096)[:4096]
    encoding = wide_encoding(head)
    if encoding is None:
        if head.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        return stream
    mark = "\ufeff".encode(encoding)
    if head.startswith(mark):
        stream.read(len(mark))
    return io.BufferedReader(_Recoded(stream, encoding), _CHUNK)


class _Recoded(io.RawIOBase):
    """A stream in `encoding`, read as UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer)  # type: ignore[arg-type]
        while not self._ready:
            data = self._stream.read(_CHUNK)
            text = self._decoder.decode(data, final=not data)
            # A lone half of a pair is the one thing that these encodings can say and UTF-8 cannot.
            self._ready = memoryview(text.encode("utf-8", "replace"))
            if not data:
                break
        count = min(len(target), len(self._ready))
        target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


_CONTROL: Final = bytes(range(32)).translate(None, b"\t\n\r\x0b\x0c\x1b")
_MAGIC: Final = (
    *((b"%PDF-", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"\x7fELF", "a program")),
    *((b"\xd0\xcf\x11\xe0", "an Office document"), (b"PK\x03\x04", "a zip archive or Office document")),
    *(
        (b"Rar!", "RAR"),
        (b"7z\xbc\xaf", "7-Zip"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
    ),
    *((b"SQLite format 3\x00", "SQLite"), (b"PAR1", "Parquet"), (b"\x1f\x8b", "gzip")),
)


def binary_kind(head: bytes) -> str | None:
    """What a document beginning with `head` is if it is not text: "a PNG …", "binary"; None if it may be text.

    A run of zeros counts once: files torn by a crash are padded with them, and the rest is still text.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[257:262] == b"ustar":
        return "a tar archive"
    if not head or wide_encoding(head):
        return None
    while b"\x00\x00" in head:
        head = head.replace(b"\x00\x00", b"\x00")
    control = len(head) - len(head.translate(None, _CONTROL))
    return "binary data" if control > 0.05 * len(head) else None
