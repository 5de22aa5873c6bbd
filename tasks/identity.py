"""Identifiers: 64-bit hashes of what identifies a row, equal on every machine and in every run.

BLAKE2b from the standard library rather than polars' or DuckDB's `hash`, which promise no stability between versions.
"""

from __future__ import annotations

import hashlib

_SEPARATOR = b"\x1f"


def stable_id(*parts: object) -> int:
    """Hash `parts` into an unsigned 64-bit integer.

    Parts are told apart ("ab", "c" is not "a", "bc") and None is not the empty string. Bytes are hashed as they are,
    everything else by its `str`.
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        if part is None:
            digest.update(b"\x00")
        else:
            digest.update(part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass"))
        digest.update(_SEPARATOR)
    return int.from_bytes(digest.digest(), "big")
