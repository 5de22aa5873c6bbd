"""Damage to bytes, as discs, networks, editors and other people's programs do it; the same for the same seed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

LARGEST: Final = 400_000
"""Bytes; repeating and nesting stop here, so that a case takes milliseconds."""

_TELLING: Final = (
    *(
        b"\x00",
        b"\xff",
        b"\xfe\xff",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b"\x1a",
        b"\xd8",
        b"\xc2",
        b"\x1f\x8b",
    ),
    *(
        b'"',
        b"'",
        b"\\",
        b",",
        b";",
        b"\t",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<!--",
        b"<![CDATA[",
    ),
    *(b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"&a;", b"&#0;", b"&#x110000;", b"</", b"<DOC>", b"</DOC>", b"<script>"),
    *(b"\\u0000", b"\\ud800", b"\\udc00\\ud800", b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"9" * 400, b"-1"),
    *(
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"PAR1",
        b"WARC/1.0\r\n",
        b"Content-Length: 99999999999\r\n",
        b"\r\n\r\n",
        b"ustar",
    ),
    *(b"../", b"0000-00-00", b"9999-12-31T23:59:60+25:00", b"1500/13/45", "١٤٤٢".encode(), "\u202e".encode()),
)
"""What formats give a meaning to, or what their limits are made of."""
_BRACKETS: Final = (
    (b"[", b"]"),
    (b'{"a":', b"}"),
    (b"<div>", b"</div>"),
    (b'"', b'"'),
    (b"<DOC>", b"</DOC>"),
    (b"(", b")"),
)
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "iso8859_6", "utf-7")
_NUMBER: Final = re.compile(rb"\d+")
_NUMBERS: Final = (b"0", b"-1", b"4294967296", b"18446744073709551616", b"9" * 30, b"1e400", b"", b"0x7f", b"NaN")
_NAME: Final = re.compile(rb'["<][A-Za-z_:]{2,20}[">]')

Damage = Callable[[bytes, Random, Sequence[bytes]], bytes]


def mutated(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """`data` with one to five kinds of damage; `others` lend pieces."""
    for _ in range(min(5, 1 + int(draw.expovariate(0.8)))):
        data = draw.choice(DAMAGES)(data, draw, others)[:LARGEST]
    return data


def _place(data: bytes, draw: Random) -> int:
    return draw.randrange(len(data) + 1)


def _stretch(data: bytes, draw: Random) -> tuple[int, int]:
    """Where a piece begins and ends: mostly a short one."""
    start = _place(data, draw)
    return start, min(len(data), start + int(2 ** draw.uniform(0, 12)))


def flip(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Turn a few bits."""
    changed = bytearray(data)
    for _ in range(draw.randint(1, 8) if data else 0):
        changed[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def delete(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Lose a piece."""
    start, end = _stretch(data, draw)
    return data[:start] + data[end:]


def insert(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Put in something that a format gives a meaning to, or noise."""
    at = _place(data, draw)
    piece = draw.choice(_TELLING) if draw.random() < 0.8 else draw.randbytes(draw.randint(1, 64))
    return data[:at] + piece + data[at:]


def overwrite(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Write over a piece: zeros, as of a disc that lost a block, or something telling."""
    start, end = _stretch(data, draw)
    return data[:start] + (bytes(end - start) if draw.random() < 0.3 else draw.choice(_TELLING)) + data[end:]


def duplicate(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Say a piece twice."""
    start, end = _stretch(data, draw)
    return data[:end] + data[start:]


def repeat(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Say a short piece thousands of times."""
    start, end = _stretch(data, draw)
    piece = data[start : min(end, start + 40)]
    return data[:start] + piece * int(2 ** draw.uniform(1, 13)) + data[start:]


def truncate(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """End too early."""
    return data[: _place(data, draw)]


def behead(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Begin too late."""
    return data[_place(data, draw) :]


def splice(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Go on as another file."""
    other = draw.choice(others)
    return data[: _place(data, draw)] + other[_place(other, draw) :]


def graft(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Put in a piece of another file."""
    at = _place(data, draw)
    other = draw.choice(others)
    start, end = _stretch(other, draw)
    return data[:at] + other[start:end] + data[at:]


def exchange(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Let two pieces change places."""
    a, b, c = sorted(_place(data, draw) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def shuffle_lines(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Bring lines into another order."""
    rows = data.split(b"\n")
    draw.shuffle(rows)
    return b"\n".join(rows)


def line_ends(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """End lines as another system does, or not at all."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", draw.choice((b"\r\n", b"\r", b"\n\n", b" ", b"\xc2\x85")))


def recode(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Save in another encoding, while what the text says of its encoding stays."""
    return data.decode("utf-8", "replace").encode(draw.choice(_ENCODINGS), "replace")


def recode_part(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Save a piece in another encoding, as files do that were put together."""
    start, end = _stretch(data, draw)
    return data[:start] + recode(data[start:end], draw, others) + data[end:]


def garble(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Take the encoding for another and save what comes out."""
    return data.decode(draw.choice(("cp1252", "cp1256", "latin-1")), "replace").encode()


def nest(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Put all or a piece into brackets, ever deeper, and perhaps forget to close them."""
    start, end = (0, len(data)) if draw.random() < 0.5 else _stretch(data, draw)
    opening, closing = draw.choice(_BRACKETS)
    depth = int(2 ** draw.uniform(0, 14))
    return data[:start] + opening * depth + data[start:end] + closing * draw.choice((0, depth, depth)) + data[end:]


def renumber(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Give a number another, mostly impossible, value."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = draw.choice(found)
    return data[: match.start()] + draw.choice(_NUMBERS) + data[match.end() :]


def rename(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Give a field or an element the name of another."""
    found = list(_NAME.finditer(data))
    if not found:
        return data
    one, other = draw.choice(found), draw.choice(found)
    return data[: one.start()] + other.group() + data[one.end() :]


def compress(data: bytes, draw: Random, others: Sequence[bytes]) -> bytes:
    """Send it packed although nothing says so."""
    return gzip.compress(data, 1)


DAMAGES: Final[tuple[Damage, ...]] = (
    *(flip, delete, insert, insert, overwrite, duplicate, repeat, truncate, behead, splice, graft, exchange),
    *(shuffle_lines, line_ends, recode, recode_part, garble, nest, renumber, rename, compress),
)
