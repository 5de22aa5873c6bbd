"""The shipped model, read through its own door: shapes, offsets, and that company changes nothing."""

import random

import pytest

from tasks.extract import labels, plover
from tasks.extract.model import FOLDER, OnnxReader, shipped_reader

SENTENCES = [
    "التقى وزير الخارجية الأردني نظيره المصري في عمان الثلاثاء لبحث وقف إطلاق النار.",
    "قُتل ثلاثة جنود وأصيب ٧ آخرون في هجوم شنّه مسلحون مجهولون على نقطة تفتيش شمالي بغداد.",
    "ولم توقّع الحكومة السودانية الاتفاق مع الأمم المتحدة، ونفى المتحدث باسمها أي محادثات.",
    "فاز فريق الوحدة على ضيفه النصر بهدفين في الدوري.",
    "وثيقة تعاون",
    "",
    "؟",
    "\u064b",
]


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    return shipped_reader(1)


def test_reads_who_did_what(reader: OnnxReader) -> None:
    talks, attack, *_ = reader.read(SENTENCES)
    assert "CONSULT" in {event.event_type for event in talks.events}
    assert "ASSAULT" in {event.event_type for event in attack.events}
    assert "LOC" in {entity.entity_type for entity in attack.entities}


def test_one_reading_a_sentence_in_order(reader: OnnxReader) -> None:
    readings = reader.read(SENTENCES)
    assert len(readings) == len(SENTENCES)
    assert reader.read([]) == []
    assert not readings[5].entities
    for sentence, reading in zip(SENTENCES, readings, strict=True):
        spans = [(e.start, e.end) for e in reading.entities]
        spans += [(e.trigger_start, e.trigger_end) for e in reading.events]
        spans += [(p.start, p.end) for e in reading.events for p in e.participants]
        for start, end in spans:
            assert 0 <= start < end <= len(sentence)
            assert sentence[start:end].strip() == sentence[start:end]


def test_names_are_plovers(reader: OnnxReader) -> None:
    for event in (event for reading in reader.read(SENTENCES) for event in reading.events):
        assert event.event_mode is None or event.event_mode in plover.EVENT_TYPES[event.event_type].modes
        assert event.status in plover.STATUSES
        assert 0 < event.confidence <= 1
        assert {participant.role for participant in event.participants} <= set(labels.ROLES)


def test_a_sentence_reads_the_same_in_any_company(reader: OnnxReader) -> None:
    alone = [reader.read([sentence])[0] for sentence in SENTENCES]
    crowd = SENTENCES * 30
    random.Random(5).shuffle(crowd)
    expected = dict(zip(SENTENCES, alone, strict=True))
    for sentence, reading in zip(crowd, reader.read(crowd), strict=True):
        assert [(e.start, e.end, e.entity_type) for e in reading.entities] == [
            (e.start, e.end, e.entity_type) for e in expected[sentence].entities
        ]
        assert [event._replace(confidence=0) for event in reading.events] == [
            event._replace(confidence=0) for event in expected[sentence].events
        ]


def test_a_sentence_longer_than_the_encoder_is_read_to_its_end(reader: OnnxReader) -> None:
    long = " ".join(["وقال شاهد في المدينة إن الأمر عادي"] * 120) + " ثم وصل الوفد إلى بغداد"
    found = {long[e.start : e.end] for e in reader.read([long])[0].entities}
    assert "بغداد" in found


def test_what_was_read_is_what_weighs_most(reader: OnnxReader) -> None:
    long = " ".join(["وقال شاهد في المدينة إن الأمر عادي"] * 80) + " " + SENTENCES[1]
    weighed = 0
    for sentence in [*SENTENCES, long]:
        for event in reader.read([sentence])[0].events:
            weighing = reader.weigh(sentence, event.trigger_start, event.event_type)
            types = dict(weighing.event_types)
            assert types[event.event_type] == pytest.approx(event.confidence, abs=1e-3)
            assert sum(types.values()) == pytest.approx(1, abs=1e-2)
            assert set(types) == {"", *plover.EVENT_TYPES}
            assert weighing.modes[0][0] == (event.event_mode or "")
            assert set(dict(weighing.modes)) == {"", *plover.EVENT_TYPES[event.event_type].modes}
            assert weighing.statuses[0][0] == event.status
            weighed += 1
    assert weighed >= 4
    with pytest.raises(ValueError, match="stands at 3"):
        reader.weigh("في  بيت", 3, "ASSAULT")


@pytest.mark.parametrize("convention", ["news", "anercorp"])
def test_tags_are_valid_and_one_a_token(reader: OnnxReader, convention: str) -> None:
    sentences = [["زار", "محمود", "عباس", "القاهرة", "\u064b", "."], [], ["بغداد"] * 700]
    tagged = reader.tag(sentences, convention)
    assert [len(tags) for tags in tagged] == [6, 0, 700]
    for tags in tagged:
        for before, tag in zip(["O", *tags], tags, strict=False):
            assert tag in labels.ENTITY_TAGS
            if tag.startswith("I-"):
                assert before[2:] == tag[2:]


def test_unknown_convention_is_refused(reader: OnnxReader) -> None:
    with pytest.raises(ValueError, match="known are news, anercorp"):
        reader.tag([["بغداد"]], "conll")


def test_the_model_knows_the_labels_of_the_code(reader: OnnxReader) -> None:
    assert reader._labels["event_types"] == list(labels.EVENT_TYPES)
    assert reader._labels["modes"] == list(labels.MODE_NAMES)
    assert reader._labels["role_tags"] == list(labels.ROLE_TAGS)


def test_the_package_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 40e6
