"""The shipped reader: an encoder with heads, quantised to 8 bits and run by onnxruntime.

One pass over a sentence gives word vectors and the scores of entity and trigger tags; a second, smaller graph takes up
the vectors from below the top layers and reads participants, status and mode of each trigger. Sentences go through in
batches of like length.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tasks.extract import plover
from tasks.extract.batches import SENTENCES_PER_PASS, Window, available_cores, batches, cut_windows, padded, word_shares
from tasks.extract.decode import best_tags, bio_spans, log_softmax, transitions
from tasks.extract.reader import EntitySpan, EventReading, Participant, SentenceReading, Weighing
from tasks.extract.words import BEGIN, END, PAD, Pieces, Word, split_words

FOLDER = Path(__file__).parent / "resources" / "model"
CONVENTIONS = {"news": "news", "anercorp": "anercorp"}
"""Annotation convention → output of the sentence graph that follows it."""

PIECES_PER_WINDOW = 448
"""The encoder knows 512 positions; a longer sentence is read in windows, cut between words."""

Scores = NDArray[np.float32]
Spans = list[tuple[str, int, int, float]]
"""Entities of a window: type, first word, last word, confidence."""
Trigger = tuple[int, str, int, int, float]
"""Window, type, first word, last word, confidence."""
Details = tuple[str | None, str, list[tuple[str, int, int]]]
"""Mode, status, and participants: role, first word, last word."""


class OnnxReader:
    """Reads entities and events from sentences; see `tasks.extract.reader.Reader`."""

    def __init__(self, folder: Path = FOLDER, threads: int = 0) -> None:
        """Load the model in `folder`; `threads` is the number of cores it may use, 0 for all that the process has.

        Any number of threads may call the reader: those cores are shared, batches take turns on them.
        """
        description: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.model_version: str = description["model_version"]
        self._outside: dict[str, float] = description["outside"]
        self._labels: dict[str, list[str]] = description["labels"]
        self._pieces = Pieces.load(folder / "vocabulary.json")
        self._entity_moves = transitions(self._labels["entity_tags"])
        self._trigger_moves = transitions(self._labels["trigger_tags"])
        self._role_moves = transitions(self._labels["role_tags"])
        self._modes_of = {kind: self._mode_bias(kind) for kind in self._labels["event_types"]}
        options = onnxruntime.SessionOptions()
        # A pass is too small to be worth sharing out: it stays on one core, and passes go side by side.
        options.intra_op_num_threads = 1
        # It keeps a plan of memory for every shape of batch that ever came, and no batch is like another.
        options.enable_mem_pattern = False
        self._sentence, self._event = (
            onnxruntime.InferenceSession(
                folder / name,
                options,
                providers=["CPUExecutionProvider"],
                # The fused kernel takes ten times as long as the two that it replaces.
                disabled_optimizers=["SkipLayerNormFusion"],
            )
            for name in ("sentence.onnx", "event.onnx")
        )
        self._cores = ThreadPoolExecutor(threads or available_cores(), thread_name_prefix="reader")

    def read(self, sentences: Sequence[str]) -> list[SentenceReading]:
        """Read `sentences`; one reading each, in their order. Offsets are code points into the sentence."""
        words = [split_words(sentence) for sentence in sentences]
        texts = [
            [sentence[word.start : word.end] for word in row] for sentence, row in zip(sentences, words, strict=True)
        ]
        entities: list[list[EntitySpan]] = [[] for _ in sentences]
        events: list[list[EventReading]] = [[] for _ in sentences]
        for windows, spans_of, found, details in self._cores.map(self._pass, self._batches(texts)):
            for window, spans in zip(windows, spans_of, strict=True):
                entities[window.sentence].extend(
                    EntitySpan(*_cut(words[window.sentence], window.offset, first, last), kind, confidence)
                    for kind, first, last, confidence in spans
                )
            for (row, kind, first, last, confidence), (mode, status, roles) in zip(found, details, strict=True):
                window = windows[row]
                own = words[window.sentence]
                start, end = _cut(own, window.offset, first, last)
                participants = tuple(Participant(role, *_cut(own, window.offset, a, b)) for role, a, b in roles)
                events[window.sentence].append(EventReading(kind, mode, status, start, end, confidence, participants))
        return [
            SentenceReading(tuple(sorted(found_entities)), tuple(sorted(found_events, key=lambda e: e.trigger_start)))
            for found_entities, found_events in zip(entities, events, strict=True)
        ]

    def tag(self, sentences: list[list[str]], convention: str = "news") -> list[list[str]]:
        """BIO tags over given tokens, a list of them per sentence, as long as its tokens.

        Raises:
            ValueError: `convention` is unknown.
        """
        if convention not in CONVENTIONS:
            raise ValueError(f"unknown convention {convention!r}; known are {', '.join(CONVENTIONS)}")
        result = [["O"] * len(sentence) for sentence in sentences]
        passes = list(self._batches(sentences))
        head = (CONVENTIONS[convention],)
        for windows, (scores,) in zip(passes, self._cores.map(lambda one: self._run(one, head), passes), strict=True):
            for window, spans in zip(windows, self._entities(windows, scores), strict=True):
                tags = result[window.sentence]
                for kind, first, last, _ in spans:
                    for number in range(window.offset + first, window.offset + last + 1):
                        tags[number] = f"I-{kind}"
                    tags[window.offset + first] = f"B-{kind}"
        return result

    def weigh(self, sentence: str, trigger_start: int, event_type: str) -> Weighing:
        """What the model holds possible for a trigger: see `tasks.extract.reader.Weigher`.

        Raises:
            ValueError: no word stands at `trigger_start`.
        """
        words = split_words(sentence)
        at = next((number for number, word in enumerate(words) if word.start <= trigger_start < word.end), None)
        if at is None:
            raise ValueError(f"no word of the sentence stands at {trigger_start}")
        batches = self._batches([[sentence[word.start : word.end] for word in words]])
        window = next(one for batch in batches for one in batch if one.offset <= at < one.offset + len(one.first))
        *vectors, scores = self._run([window], ("late", "early", "triggers"))
        own = scores[0, at - window.offset]
        # "I" continues another trigger: here as little an event as "O".
        types: dict[str, float] = {}
        for tag, chance in zip(self._labels["trigger_tags"], np.exp(log_softmax(own)), strict=True):
            name = tag if tag in self._modes_of else ""
            types[name] = types.get(name, 0.0) + float(chance)
        modes, statuses = self._ask([window], vectors, [(0, at - window.offset, event_type)], ("mode", "status"))
        allowed = {"", *plover.EVENT_TYPES[event_type].modes}
        mode_chances = zip(
            self._labels["modes"], np.exp(log_softmax(modes[0] + self._modes_of[event_type])), strict=True
        )
        return Weighing(
            _likeliest(types.items()),
            _likeliest((name, chance) for name, chance in mode_chances if name in allowed),
            _likeliest(zip(self._labels["statuses"], np.exp(log_softmax(statuses[0])), strict=True)),
        )

    def _batches(self, sentences: Sequence[Sequence[str]]) -> Iterator[list[Window]]:
        return batches(window for number, words in enumerate(sentences) for window in self._windows(number, words))

    def _windows(self, number: int, words: Sequence[str]) -> Iterator[Window]:
        return cut_windows(number, words, self._pieces.of, (BEGIN, END), PIECES_PER_WINDOW)

    def _pass(self, windows: list[Window]) -> tuple[list[Window], list[Spans], list[Trigger], list[Details]]:
        """Everything that is read from a batch of windows: their entities, triggers, and details of each trigger."""
        *vectors, tags, triggers = self._run(windows, ("late", "early", "news", "triggers"))
        found = list(self._triggers(windows, triggers))
        return windows, list(self._entities(windows, tags)), found, list(self._details(windows, vectors, found))

    def _run(self, windows: list[Window], outputs: Iterable[str]) -> list[Scores]:
        pieces = padded([window.pieces for window in windows], PAD)
        shares = word_shares([window.first for window in windows], [len(window.pieces) for window in windows])
        return self._scores(self._sentence, outputs, {"pieces": pieces, "shares": shares})

    def _scores(
        self, graph: onnxruntime.InferenceSession, outputs: Iterable[str], inputs: dict[str, NDArray[Any]]
    ) -> list[Scores]:
        """Run a graph; heads that are too ready to see something get "O" raised, as their held-out text asks for."""
        names = list(outputs)
        result: list[Scores] = graph.run(names, inputs)
        for name, scores in zip(names, result, strict=True):
            if name in self._outside:
                scores[..., 0] += self._outside[name]
        return result

    def _entities(self, windows: list[Window], scores: Scores) -> Iterator[Spans]:
        """For each window, (type, first word, last word, confidence) of its entities."""
        chances = log_softmax(scores)
        _silence(chances, windows)
        best = best_tags(chances, *self._entity_moves)
        names = self._labels["entity_tags"]
        for row, window in enumerate(windows):
            tags = best[row, : len(window.first)]
            spans = []
            for kind, first, last in bio_spans([names[tag] for tag in tags]):
                own = chances[row, np.arange(first, last + 1), tags[first : last + 1]]
                spans.append((kind, first, last, _confidence(own.mean())))
            yield spans

    def _triggers(self, windows: list[Window], scores: Scores) -> Iterator[Trigger]:
        """(window, type, first word, last word, confidence) of every trigger."""
        chances = log_softmax(scores)
        _silence(chances, windows)
        best = best_tags(chances, *self._trigger_moves)
        names = self._labels["trigger_tags"]
        continues = names.index("I")
        for row, first in np.argwhere(best > continues):
            last = first
            while last + 1 < best.shape[1] and best[row, last + 1] == continues:
                last += 1
            tag = best[row, first]
            yield int(row), names[tag], int(first), int(last), _confidence(chances[row, first, tag])

    def _details(self, windows: list[Window], vectors: list[Scores], found: list[Trigger]) -> Iterator[Details]:
        """(mode, status, participants) of every trigger found."""
        names = self._labels["role_tags"]
        for start in range(0, len(found), SENTENCES_PER_PASS):
            part = found[start : start + SENTENCES_PER_PASS]
            rows = [row for row, *_ in part]
            triggers = [(row, first, kind) for row, kind, first, *_ in part]
            roles, statuses, modes = self._ask(windows, vectors, triggers, ("roles", "status", "mode"))
            _silence(roles, [windows[row] for row in rows])
            best = best_tags(roles, *self._role_moves)
            for number, (row, kind, *_) in enumerate(part):
                tags = [names[tag] for tag in best[number, : len(windows[row].first)]]
                mode = self._labels["modes"][int((modes[number] + self._modes_of[kind]).argmax())]
                status = self._labels["statuses"][int(statuses[number].argmax())]
                yield mode or None, status, list(bio_spans(tags))

    def _ask(
        self,
        windows: list[Window],
        vectors: list[Scores],
        triggers: list[tuple[int, int, str]],
        outputs: Iterable[str],
    ) -> list[Scores]:
        """Run the event graph on `triggers`: window, first word, event type; `vectors` are late and early."""
        late, early = vectors
        mask = np.zeros(late.shape[:2], np.bool_)
        for row, window in enumerate(windows):
            mask[row, : len(window.first)] = True
        # Triggers need no whole tiles: a row of a matrix is a word here, and words have them already.
        rows = [row for row, _, _ in triggers]
        inputs = {
            "late": late[rows],
            "early": early[rows],
            "mask": mask[rows],
            "trigger": np.array([first for _, first, _ in triggers], np.int64),
            "event_type": np.array([self._labels["event_types"].index(kind) for _, _, kind in triggers], np.int64),
        }
        return self._scores(self._event, outputs, inputs)

    def _mode_bias(self, event_type: str) -> Scores:
        """0 for the modes that PLOVER gives the type and for none, very low for the others."""
        own = plover.EVENT_TYPES[event_type].modes
        return np.array([0.0 if mode in own or not mode else -1e4 for mode in self._labels["modes"]], np.float32)


@cache
def shipped_reader(threads: int = 0) -> OnnxReader:
    """The model in the package, loaded once for each number of threads."""
    return OnnxReader(FOLDER, threads)


def _likeliest(chances: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(((name, round(float(chance), 4)) for name, chance in chances), key=lambda one: -one[1]))


def _cut(words: list[Word], offset: int, first: int, last: int) -> tuple[int, int]:
    return words[offset + first].start, words[offset + last].end


def _silence(scores: Scores, windows: list[Window]) -> None:
    """Make "O" certain after a window's last word, in place."""
    for row, window in enumerate(windows):
        scores[row, len(window.first) :] = -1e4
        scores[row, len(window.first) :, 0] = 0


def _confidence(log_chance: np.float32) -> float:
    return round(float(np.exp(log_chance)), 4)
