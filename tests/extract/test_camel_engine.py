"""camel-tools' recogniser as engine for entities, on a BERT that the tests build and lay out as it wants it."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tasks.extract import batches, camel
from tasks.extract.camel import CamelReader, CamelTagger, Label, camel_reader
from tasks.extract.model import shipped_reader
from tasks.extract.reader import EngineError, EventReading, SentenceReading, load_reader

needs_torch = pytest.mark.skipif(
    find_spec("torch") is None or find_spec("transformers") is None,
    reason="torch and transformers are not installed: pip install 'marsad[camel]'",
)

TAGS = {
    "زار": "O",
    "محمود": "B-PERS",
    "عباس": "I-PERS",
    "القاهرة": "B-LOC",
    "الجامعة": "B-ORG",
    "العربية": "I-ORG",
    "المفرق": "I-LOC",  # an entity that begins inside
    "و": "O",
    ".": "O",
}
"""What the recogniser of the tests says of each word, whatever stands around it."""

CATALOGUE = {
    "version": "1.6.0",
    "packages": {},
    "components": {
        "NamedEntityRecognition": {"default": "tiny", "datasets": {"tiny": {"path": "ner/tiny"}}},
    },
}


# --- without torch ---


@pytest.fixture(autouse=True)
def _nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """camel-tools looks for its data once, when first imported; each test has data of its own."""

    def forget() -> None:
        camel._pretrained.cache_clear()
        for name in [name for name in sys.modules if name.startswith(("camel_tools.data", "camel_tools.ner"))]:
            del sys.modules[name]

    forget()
    yield
    forget()


def write_catalogue(folder: Path, text: str = json.dumps(CATALOGUE)) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "catalogue.json").write_text(text, encoding="utf-8")


def assert_says_what_to_run(error: EngineError) -> None:
    assert error.commands == ("pip install 'marsad[camel]'", "camel_data -i ner-arabert")
    for command in error.commands:
        assert command in str(error)


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camel, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"needs torch and transformers, not installed here; run: pip") as raised:
        load_reader(1, "camel")
    assert_says_what_to_run(raised.value)


def test_without_data_nothing_is_imported_or_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(camel, "find_spec", lambda name: object())
    monkeypatch.setenv("CAMELTOOLS_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(EngineError, match=r"data is not in .*nowhere") as raised:
        load_reader(1, "camel")
    assert_says_what_to_run(raised.value)
    assert "camel_tools.data" not in sys.modules


def test_data_is_looked_for_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(camel, "find_spec", lambda name: object())
    monkeypatch.delenv("CAMELTOOLS_DATA", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with pytest.raises(EngineError, match=r"data is not in .*\.camel_tools"):
        load_reader(1, "camel")


def test_a_broken_installation_is_told_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Found, but of no use: here torch that fails to import."""
    monkeypatch.setattr(camel, "find_spec", lambda name: object())
    monkeypatch.setenv("CAMELTOOLS_DATA", str(tmp_path))
    monkeypatch.setitem(sys.modules, "torch", None)
    write_catalogue(tmp_path)
    with pytest.raises(EngineError, match=r"recogniser cannot be loaded: .*torch") as raised:
        load_reader(1, "camel")
    assert_says_what_to_run(raised.value)


class WordTagger:
    """Labels words by a table."""

    def label(self, sentences: Sequence[Sequence[str]]) -> list[list[Label]]:
        return [[Label(TAGS.get(word, "O").replace("PERS", "PER"), -0.5) for word in words] for words in sentences]


class NoEntities:
    """A reader that finds an event in every sentence, and one entity that is not there."""

    model_version = "none-1"

    def read(self, sentences: Sequence[str]) -> list[SentenceReading]:
        event = EventReading("CONSULT", None, "actual", 0, 3, 0.5, ())
        return [SentenceReading((), (event,)) for _ in sentences]

    def tag(self, sentences: list[list[str]], convention: str) -> list[list[str]]:
        if convention != "news":
            raise ValueError(f"unknown convention {convention!r}")
        return [["B-MISC"] * len(tokens) for tokens in sentences]


def test_entities_are_camels_and_events_the_other_readers() -> None:
    reader = CamelReader(NoEntities(), WordTagger(), "tiny")  # type: ignore[arg-type]
    assert reader.model_version == "none-1+tiny"
    sentence = "زارَ محمـود\u00a0عبّاس  القاهرة\u200f."
    [reading, nothing] = reader.read([sentence, ""])
    found = [(sentence[one.start : one.end], one.entity_type, one.confidence) for one in reading.entities]
    assert found == [("محمـود\u00a0عبّاس", "PER", 0.6065), ("القاهرة", "LOC", 0.6065)]
    assert [event.event_type for event in reading.events] == ["CONSULT"]
    assert nothing.entities == ()


def test_tokens_are_tagged_in_camels_convention_only() -> None:
    reader = CamelReader(NoEntities(), WordTagger(), "tiny")  # type: ignore[arg-type]
    assert reader.tag([["محمود", "عباس"]]) == [["B-PER", "I-PER"]]
    assert reader.tag([["محمود", "عباس"]], "news") == [["B-MISC", "B-MISC"]]
    with pytest.raises(ValueError, match="unknown convention"):
        reader.tag([["محمود"]], "conll")


# --- with torch, on a BERT of our own ---


def write_recognizer(folder: Path, *, telling: bool, labels: Sequence[str] = ()) -> None:
    """A BERT for tokens: if `telling`, one that says of each word what TAGS says, else one of random weights."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    names = list(labels) or sorted({"I-MISC", "B-MISC", *TAGS.values()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *TAGS, "##ين"]
    torch.manual_seed(5)
    model = BertForTokenClassification(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            id2label=dict(enumerate(names)),
            label2id={name: number for number, name in enumerate(names)},
            initializer_range=0.7,
        )
    )
    if telling:
        # Nothing is added on the way up, so a word's vector tells its label and nothing of its neighbours.
        with torch.no_grad():
            for embedding in model.bert.embeddings.children():
                if isinstance(embedding, torch.nn.Embedding):
                    embedding.weight.zero_()
            for number, word in enumerate(vocabulary):
                model.bert.embeddings.word_embeddings.weight[number, names.index(TAGS.get(word, "O"))] = 5
            for layer in model.bert.encoder.layer:
                for part in (layer.attention.output.dense, layer.output.dense):
                    part.weight.zero_()
                    part.bias.zero_()
            model.classifier.weight.copy_(torch.eye(len(names), 16))
            model.classifier.bias.zero_()
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": true, "model_max_length": 512}')


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """camel-tools' data folder, with a catalogue and no recogniser; and no way to the network."""
    monkeypatch.setenv("CAMELTOOLS_DATA", str(tmp_path))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    write_catalogue(tmp_path)
    return tmp_path


@pytest.fixture
def recognizer(data: Path) -> Any:
    """An `NERecognizer` whose labels hang on the context, as a real one's do."""
    write_recognizer(data / "data/ner/tiny", telling=False)
    from camel_tools.ner import NERecognizer

    return NERecognizer.pretrained()


@needs_torch
def test_reads_with_camels_pretrained_recognizer(data: Path) -> None:
    write_recognizer(data / "data/ner/tiny", telling=True)
    reader = load_reader(1, "camel")
    assert reader.model_version == f"{shipped_reader(1).model_version}+camel-tools-1.6.0-tiny"
    sentence = "زار محمود عبّاس المفرق والتقى الجامعة العربية القاهرة."
    [reading] = reader.read([sentence])
    assert [(sentence[one.start : one.end], one.entity_type) for one in reading.entities] == [
        ("محمود عبّاس", "PER"),
        ("المفرق", "LOC"),
        ("الجامعة العربية", "ORG"),
        ("القاهرة", "LOC"),
    ]
    assert all(0 < one.confidence <= 1 for one in reading.entities)
    assert reading.events == shipped_reader(1).read([sentence])[0].events
    assert load_reader(1, "camel").read([]) == []


@needs_torch
def test_a_token_without_pieces_shifts_no_label(data: Path) -> None:
    write_recognizer(data / "data/ner/tiny", telling=True)
    tokens = ["زار", "\u064b", "محمود", "عباس", "\u200f", "", "القاهرة", "."]
    reader = camel_reader(NoEntities(), 1)
    assert reader.tag([tokens, [], ["\u064b"]]) == [
        ["O", "O", "B-PER", "I-PER", "O", "O", "B-LOC", "O"],
        [],
        ["O"],
    ]
    from camel_tools.ner import NERecognizer

    assert len(NERecognizer.pretrained().predict_sentence(tokens)) < len(tokens)  # what is guarded against


@needs_torch
def test_labels_are_those_that_camel_gives(recognizer: Any) -> None:
    """In sentences of one window, of exactly one, and of several; of words of one piece and of two."""
    draw = random.Random(2)
    words = [*TAGS, *(f"{word}ين" for word in TAGS if word != "."), "مجهول"]
    sentences = [draw.choices(words, k=length) for length in (1, 2, 3, 5, 8, 13, 21, 34, 55, 170, 200, 400)]
    sentences += [["زار"] * 254, ["زار"] * 255]
    draw.shuffle(sentences)
    expected = recognizer.predict(sentences)
    found = CamelTagger(recognizer, 1).label(sentences)
    assert len({tag for row in expected for tag in row}) > 4
    for theirs, ours in zip(expected, found, strict=True):
        before = "O"
        for their_tag, label in zip(theirs, ours, strict=True):
            tag = their_tag.replace("PERS", "PER")
            if tag.startswith("I-") and before[2:] != tag[2:]:
                tag = f"B-{tag[2:]}"
            assert label.tag == tag
            before = tag


@needs_torch
def test_batches_are_no_wider_than_they_must(recognizer: Any) -> None:
    tagger, shapes, model = CamelTagger(recognizer, 1), [], recognizer.model

    def watched(**inputs: Any) -> Any:
        shapes.append(tuple(inputs["input_ids"].shape))
        return model(**inputs)

    tagger._model = watched
    tagger.label([["زار"] * 3] * 100 + [["زار"] * 30] * 2)
    assert {width for _, width in shapes} == {8, 32}


@needs_torch
def test_labels_hang_on_the_sentence_alone(recognizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(4)
    sentences = [draw.choices(list(TAGS), k=length) for length in range(1, 40)]
    tagger = CamelTagger(recognizer, 1)
    together = [[label.tag for label in row] for row in tagger.label(sentences)]
    for size in (1, 7):
        monkeypatch.setattr(batches, "SENTENCES_PER_PASS", size)
        assert [[label.tag for label in row] for row in tagger.label(sentences)] == together


@needs_torch
def test_keeps_to_its_cores(recognizer: Any) -> None:
    import torch

    CamelTagger(recognizer, 1)
    assert torch.get_num_threads() == 1
    CamelTagger(recognizer)
    assert torch.get_num_threads() == batches.available_cores()


@needs_torch
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: None, "recogniser is not in .*tiny"),
        (lambda data: write_catalogue(data, "{"), "cannot be loaded"),
        (lambda data: write_catalogue(data, json.dumps(CATALOGUE | {"components": {}})), "cannot be loaded"),
        (lambda data: (data / "data/ner/tiny/model.safetensors").write_bytes(b"torn"), "cannot be loaded"),
    ],
    ids=["no recogniser", "torn catalogue", "catalogue without recognisers", "torn model"],
)
def test_missing_or_torn_data_is_told(data: Path, spoil: Any, message: str) -> None:
    if message == "cannot be loaded":
        write_recognizer(data / "data/ner/tiny", telling=False)
    spoil(data)
    with pytest.raises(EngineError, match=message) as raised:
        load_reader(1, "camel")
    assert_says_what_to_run(raised.value)


@needs_torch
def test_labels_of_another_kind_are_refused(data: Path) -> None:
    write_recognizer(data / "data/ner/tiny", telling=False, labels=["O", "B-EVENT", "I-EVENT"])
    with pytest.raises(EngineError, match="unknown labels: B-EVENT, I-EVENT"):
        load_reader(1, "camel")
