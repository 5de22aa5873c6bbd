"""The other engine for entities: camel-tools' own recogniser, `NERecognizer.pretrained()`. Events stay the model's.

`NERecognizer.predict` pads every sentence to 256 pieces, and gives fewer labels than there are tokens when one of them
has no pieces (a lone diacritic), so that all labels after it belong to other words. Here its model and vocabulary are
driven directly: sentences of like length together, every token with a label of its own. What the model is shown is cut
as camel-tools cuts it, so the labels are those that it would give.

Torch, transformers and the recogniser's data are the user's to install; nothing is imported before it is asked for, and
nothing is downloaded.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tasks.extract.batches import Window, available_cores, batches, cut_windows, padded
from tasks.extract.decode import bio_spans, log_softmax
from tasks.extract.labels import ENTITY_TAGS
from tasks.extract.reader import EngineError, EntitySpan, Reader, SentenceReading
from tasks.extract.words import Word, model_form, split_words

COMMANDS = ("pip install 'marsad[camel]'", "camel_data -i ner-arabert")
"""What makes the engine usable: the package's extra, then camel-tools' data."""

CONVENTION = "anercorp"
"""The recogniser was trained on that corpus, and annotates as it does."""

PIECES_PER_WINDOW = 255
"""With the closing piece 256, where camel-tools cuts."""

_COMPONENT = "NamedEntityRecognition"


class Label(NamedTuple):
    """What a token is."""

    tag: str  # of `tasks.extract.labels.ENTITY_TAGS`
    log_chance: float


OUTSIDE = Label("O", 0.0)


class CamelTagger:
    """Labels tokens with the model of an `NERecognizer`."""

    def __init__(self, recognizer: Any, threads: int = 0) -> None:
        """Take over `recognizer`; `threads` is the number of cores it may use, 0 for all that the process has.

        Raises:
            EngineError: it has labels that mean nothing here.
        """
        import torch  # noqa: PLC0415

        torch.set_num_threads(threads or available_cores())
        self._torch = torch
        self._device = "cuda" if recognizer.use_gpu and torch.cuda.is_available() else "cpu"
        self._model = recognizer.model.to(self._device).eval()
        self._tokenizer = recognizer.tokenizer
        names = recognizer.labels_map
        self._tags = [names[number].replace("PERS", "PER") for number in range(len(names))]
        if unknown := set(self._tags) - set(ENTITY_TAGS):
            raise EngineError(f"camel-tools' recogniser has unknown labels: {', '.join(sorted(unknown))}", COMMANDS)
        self._edges = (self._tokenizer.cls_token_id, self._tokenizer.sep_token_id)
        self._pieces = lru_cache(maxsize=30_000)(self._cut)
        self._turn = threading.Lock()

    def label(self, sentences: Sequence[Sequence[str]]) -> list[list[Label]]:
        """Label the tokens of `sentences`: one label a token, in valid BIO; a token without pieces is outside."""
        labels = [[OUTSIDE] * len(tokens) for tokens in sentences]
        seen = [[at for at, token in enumerate(tokens) if self._pieces(token)] for tokens in sentences]
        windows = (
            window
            for number, tokens in enumerate(sentences)
            for window in cut_windows(
                number, [tokens[at] for at in seen[number]], self._pieces, self._edges, PIECES_PER_WINDOW
            )
        )
        for batch in batches(windows):
            for window, found in zip(batch, self._run(batch), strict=True):
                for at, label in zip(seen[window.sentence][window.offset :], found, strict=False):
                    labels[window.sentence][at] = label
        return [list(_valid(row)) for row in labels]

    def _cut(self, token: str) -> tuple[int, ...]:
        pieces = self._tokenizer.convert_tokens_to_ids(self._tokenizer.tokenize(token))
        return tuple(pieces[: PIECES_PER_WINDOW - 1])

    def _run(self, batch: list[Window]) -> Iterator[list[Label]]:
        """Labels of each window's tokens, as their first pieces have them."""
        torch = self._torch
        pieces = padded([window.pieces for window in batch], self._tokenizer.pad_token_id)
        lengths = np.array([len(window.pieces) for window in batch])
        mask = (np.arange(pieces.shape[1]) < lengths[:, None]).astype(np.int64)
        with self._turn, torch.inference_mode():
            logits = self._model(
                input_ids=torch.from_numpy(pieces).to(self._device),
                attention_mask=torch.from_numpy(mask).to(self._device),
                token_type_ids=torch.zeros(pieces.shape, dtype=torch.int64, device=self._device),
            ).logits
        chances = log_softmax(logits.float().cpu().numpy())
        for row, window in enumerate(batch):
            own = chances[row, window.first]
            best = own.argmax(-1)
            yield [Label(self._tags[tag], float(own[at, tag])) for at, tag in enumerate(best)]


class CamelReader:
    """Entities as camel-tools sees them, all else as another reader does; see `tasks.extract.reader.Reader`."""

    def __init__(self, other: Reader, tagger: CamelTagger, name: str) -> None:
        """Join `other` and `tagger`; `name` tells the tagger's model apart from others."""
        self.model_version = f"{other.model_version}+{name}"
        self._other, self._tagger = other, tagger

    def read(self, sentences: Sequence[str]) -> list[SentenceReading]:
        """Read `sentences`; one reading each, in their order. Offsets are code points into the sentence."""
        words = [split_words(sentence) for sentence in sentences]
        labels = self._tagger.label(
            [
                [model_form(sentence[word.start : word.end]) for word in row]
                for sentence, row in zip(sentences, words, strict=True)
            ]
        )
        return [
            reading._replace(entities=tuple(_entities(row, own)))
            for reading, row, own in zip(self._other.read(sentences), words, labels, strict=True)
        ]

    def tag(self, sentences: list[list[str]], convention: str = CONVENTION) -> list[list[str]]:
        """BIO tags over given tokens; those of other conventions than camel-tools' are the other reader's.

        Raises:
            ValueError: `convention` is unknown.
        """
        if convention != CONVENTION:
            return self._other.tag(sentences, convention)
        return [[label.tag for label in row] for row in self._tagger.label(sentences)]


def camel_reader(other: Reader, threads: int = 0) -> CamelReader:
    """`other` with the entities of camel-tools' default recogniser, which is loaded once.

    Raises:
        EngineError: a package or the recogniser's data is missing or does not work.
    """
    tagger, name = _pretrained(threads)
    return CamelReader(other, tagger, name)


@cache
def _pretrained(threads: int) -> tuple[CamelTagger, str]:
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        raise EngineError(f"camel-tools' recogniser needs {' and '.join(missing)}, not installed here", COMMANDS)
    # camel-tools would download its catalogue at import, and wait for the network as long as that takes.
    if not (_data_folder() / "catalogue.json").is_file():
        raise EngineError(f"camel-tools' data is not in {_data_folder()}", COMMANDS)
    try:
        from camel_tools.data import CATALOGUE  # noqa: PLC0415
        from camel_tools.ner import NERecognizer  # noqa: PLC0415

        dataset = CATALOGUE.get_dataset(_COMPONENT)
        if not (Path(dataset.path) / "config.json").is_file():
            raise EngineError(f"camel-tools' recogniser is not in {dataset.path}", COMMANDS)
        tagger = CamelTagger(NERecognizer.pretrained(), threads)
    except EngineError:
        raise
    except Exception as error:  # some of camel-tools' and transformers' own come from nothing narrower
        raise EngineError(f"camel-tools' recogniser cannot be loaded: {error}", COMMANDS) from error
    return tagger, f"camel-tools-{version('camel-tools')}-{dataset.name}"


def _data_folder() -> Path:
    """Where camel-tools keeps its data: `camel_tools.data.catalogue` says so, but cannot be imported without it."""
    if folder := os.environ.get("CAMELTOOLS_DATA"):
        return Path(folder).expanduser().absolute()
    return Path.home() / ("AppData/Roaming/camel_tools" if sys.platform == "win32" else ".camel_tools")


def _valid(labels: Sequence[Label]) -> Iterator[Label]:
    """Let an entity that begins inside begin."""
    before = "O"
    for label in labels:
        tag = label.tag
        if tag.startswith("I-") and before[2:] != tag[2:]:
            tag = f"B-{tag[2:]}"
        yield label._replace(tag=tag)
        before = tag


def _entities(words: Sequence[Word], labels: Sequence[Label]) -> Iterator[EntitySpan]:
    for kind, first, last in bio_spans([label.tag for label in labels]):
        mean = np.mean([label.log_chance for label in labels[first : last + 1]])
        yield EntitySpan(words[first].start, words[last].end, kind, round(float(np.exp(mean)), 4))
