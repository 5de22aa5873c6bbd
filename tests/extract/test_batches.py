"""What a sentence yields hangs on nothing but the sentence: not on its company, the size of batches or the cores."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract import batches
from tasks.extract.batches import TILE, cut_windows, padded, rounded_up, word_shares
from tasks.extract.model import OnnxReader, shipped_reader

TEXT = (
    "قُتل ثلاثة جنود وأصيب ٧ آخرون في هجوم شنّه مسلحون على نقطة تفتيش شمالي بغداد، فيما أدانت الحكومة العراقية "
    "الهجوم وطالبت الأمم المتحدة بالتحقيق. والتقى وزير الخارجية الأردني نظيره المصري في عمان الثلاثاء لبحث وقف إطلاق "
    "النار، ولم توقّع الخرطوم الاتفاق، بينما تظاهر المئات في بيروت احتجاجا على القرار."
)
WORDS = TEXT.split()


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Of every length from one word to 40: no two lengths in pieces leave the same rows over."""
    draw = random.Random(3)
    return [" ".join(draw.choices(WORDS, k=5)) + " " + " ".join(WORDS[start : start + start]) for start in range(40)]


@given(st.lists(st.lists(st.integers(1, 6), max_size=30), max_size=8), st.integers(7, 20))
def test_windows_hold_every_word_once_and_in_order(lengths: list[list[int]], longest: int) -> None:
    """A word is as many pieces as its letters; its first piece says which word it is."""
    words = [[chr(ord("a") + at) * length for at, length in enumerate(row)] for row in lengths]
    cut = [
        window
        for number, row in enumerate(words)
        for window in cut_windows(number, row, lambda word: [ord(word[0])] * len(word), (1, 2), longest)
    ]
    seen: list[tuple[int, int]] = []
    for window in cut:
        assert len(window.pieces) <= longest + 1
        assert (window.pieces[0], window.pieces[-1]) == (1, 2)
        for at, first in enumerate(window.first):
            assert window.pieces[first] == ord(words[window.sentence][window.offset + at][0])
            seen.append((window.sentence, window.offset + at))
    assert seen == [(number, at) for number, row in enumerate(words) for at in range(len(row))]

    together = [window for batch in batches.batches(cut) for window in batch]
    assert sorted(together) == sorted(cut)
    sizes = [(rounded_up(len(window.first) + 2), len(window.pieces)) for window in together]
    assert sizes == sorted(sizes)


@given(st.lists(st.lists(st.integers(1, 9), max_size=30), min_size=1))
def test_tables_are_whole_tiles(rows: list[list[int]]) -> None:
    table = padded(rows, 0)
    assert table.shape[1] % TILE == 0
    assert [[number for number in row if number] for row in table.tolist()] == rows


def test_a_word_is_the_mean_of_its_pieces_and_both_edges_are_words() -> None:
    """Of three words, of one, two and one piece, and of one word of three."""
    shares = word_shares([[1, 2, 4], [1]], [6, 5])
    assert shares.shape == (2, TILE, TILE)
    vectors = np.arange(1.0, 1 + TILE)[None, :, None]
    assert np.allclose((shares @ vectors)[..., 0], [[2, 3.5, 5, 1, 6, 0, 0, 0], [3, 1, 5, 0, 0, 0, 0, 0]])


@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=12), min_size=1, max_size=4))
def test_every_piece_has_one_share(lengths: list[list[int]]) -> None:
    """Weighed by the length of its word, it is whole; padding has none."""
    starts = [list(accumulate(row, initial=1))[:-1] for row in lengths]
    shares = word_shares(starts, [sum(row) + 2 for row in lengths])
    for row, share in zip(lengths, shares, strict=True):
        weights = np.array([*row, 1, 1])
        whole = weights @ share[: len(weights)]
        assert np.allclose(whole[: sum(row) + 2], 1)
        assert not whole[sum(row) + 2 :].any() and not share[len(weights) :].any()


def test_same_reading_to_the_bit_at_any_batch_size(sentences: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    reader = shipped_reader(1)
    expected = reader.read(sentences)
    assert sum(len(reading.events) for reading in expected) > 40
    shuffled = list(range(len(sentences)))
    random.Random(8).shuffle(shuffled)
    for size in (1, 3, 16):
        monkeypatch.setattr(batches, "SENTENCES_PER_PASS", size)
        readings = reader.read([sentences[number] for number in shuffled])
        assert readings == [expected[number] for number in shuffled]


@pytest.mark.parametrize("threads", [2, 3])
def test_same_reading_on_any_number_of_cores(sentences: list[str], threads: int) -> None:
    assert OnnxReader(threads=threads).read(sentences[::3]) == shipped_reader(1).read(sentences[::3])


class _Watch:
    """Notes how many calls are inside of some sessions at once."""

    def __init__(self) -> None:
        self.inside, self.most = 0, 0
        self._noting = threading.Lock()

    @contextmanager
    def call(self) -> Iterator[None]:
        with self._noting:
            self.inside += 1
            self.most = max(self.most, self.inside)
        yield
        with self._noting:
            self.inside -= 1


class _WatchedSession:
    def __init__(self, session: Any, watch: _Watch) -> None:
        self._session, self._watch = session, watch

    def run(self, *arguments: Any) -> Any:
        with self._watch.call():
            return self._session.run(*arguments)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_reader_keeps_to_its_cores_whoever_calls(sentences: list[str], threads: int) -> None:
    reader, watch = OnnxReader(threads=threads), _Watch()
    for session in (reader._sentence, reader._event):
        assert session.get_session_options().intra_op_num_threads == 1
    reader._sentence = _WatchedSession(reader._sentence, watch)
    reader._event = _WatchedSession(reader._event, watch)
    parts = [sentences[start::4] for start in range(4)]
    with ThreadPoolExecutor(4) as pool:
        readings = list(pool.map(reader.read, parts))
    assert readings == [shipped_reader(1).read(part) for part in parts]
    assert watch.most == threads
