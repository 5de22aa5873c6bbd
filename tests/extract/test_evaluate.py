"""The scorecard, against scores worked out by hand, and what must hold for any reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.evaluate import Estimate, Scorecard, evaluate, evaluate_tags, match_events, read_sentences, score
from tasks.extract.gold import GoldError, GoldEvent, GoldSentence, Span, TaggedSentence, read_gold, spans_of
from tasks.extract.labels import ENTITY_TYPES, EVENT_TYPES, ROLES, STATUSES
from tasks.extract.reader import EntitySpan, EventReading, Participant, SentenceReading

ATTACK = "قُتل 12 جنديا في هجوم شنه مسلحون على نقطة شمال الموصل أمس ودان الوزير الهجوم"
VISIT = "وسيزور وفد أردني بغداد الأحد"


def at(sentence: str, words: str) -> dict[str, object]:
    start = sentence.index(words)
    return {"start": start, "end": start + len(words), "text": words}


def span(sentence: str, words: str) -> tuple[int, int]:
    start = sentence.index(words)
    return start, start + len(words)


def annotated(number: str, sentence: str, entities=(), events=()) -> GoldSentence:
    return GoldSentence.model_validate(
        {
            "id": number,
            "text": sentence,
            "entities": [{"type": kind, **at(sentence, words)} for kind, words in entities],
            "events": [
                {"trigger": at(sentence, event.pop("trigger"))}
                | {
                    key: [at(sentence, word) for word in value] if key in ROLES else value
                    for key, value in event.items()
                }
                for event in map(dict, events)
            ],
        }
    )


def read(sentence: str, kind: str, trigger: str, mode=None, status="actual", **roles: list[str]) -> EventReading:
    participants = tuple(
        Participant(role, *span(sentence, words)) for role, listed in roles.items() for words in listed
    )
    return EventReading(kind, mode, status, *span(sentence, trigger), 0.9, participants)


GOLD = [
    annotated(
        "a:0",
        ATTACK,
        [("LOC", "الموصل")],
        [
            {
                "type": "ASSAULT",
                "mode": "firearms",
                "status": "actual",
                "trigger": "هجوم",
                "actor": ["مسلحون"],
                "recipient": ["12 جنديا"],
                "location": ["شمال الموصل"],
                "date": ["أمس"],
                "killed": 12,
            },
            {"type": "ACCUSE", "mode": "disapprove", "status": "actual", "trigger": "ودان", "actor": ["الوزير"]},
        ],
    ),
    annotated(
        "b:0",
        VISIT,
        [("LOC", "بغداد")],
        [{"type": "CONSULT", "mode": "visit", "status": "planned", "trigger": "وسيزور", "actor": ["وفد أردني"]}],
    ),
]
READINGS = [
    SentenceReading(
        (EntitySpan(*span(ATTACK, "الموصل"), "LOC", 0.9), EntitySpan(*span(ATTACK, "الوزير"), "PER", 0.4)),
        (
            # One word of the location is enough; of two actors one is right.
            read(ATTACK, "ASSAULT", "هجوم", actor=["مسلحون", "نقطة"], location=["الموصل"]),
            read(ATTACK, "REJECT", "ودان"),
        ),
    ),
    SentenceReading(
        (EntitySpan(*span(VISIT, "بغداد"), "ORG", 0.9),),
        (read(VISIT, "CONSULT", "وسيزور", "visit", "actual", actor=["وفد أردني"], date=["الأحد"]),),
    ),
]


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return score(GOLD, READINGS, "by hand", resamples=200)


def counts(measure) -> tuple[int, int, int]:
    return measure.found, measure.expected, measure.right


def test_entities(card: Scorecard) -> None:
    assert counts(card.entities) == (3, 2, 1)
    assert card.entities.precision.value == pytest.approx(1 / 3, abs=1e-4)
    assert card.entities.recall.value == 0.5
    assert card.entities.f1.value == 0.4
    assert {kind: counts(measure) for kind, measure in card.entities_by_type.items()} == {
        "PER": (1, 0, 0),
        "LOC": (1, 2, 1),
        "ORG": (1, 0, 0),
    }


def test_events(card: Scorecard) -> None:
    assert card.events
    assert counts(card.events.all) == (3, 3, 2)
    assert counts(card.events.identified) == (3, 3, 3)
    assert {kind: counts(measure) for kind, measure in card.events.by_type.items()} == {
        "ACCUSE": (0, 1, 0),
        "ASSAULT": (1, 1, 1),
        "CONSULT": (1, 1, 1),
        "REJECT": (1, 0, 0),
    }
    # REJECT is annotated nowhere, so it is no type to be found.
    assert card.events.macro_f1.value == pytest.approx(2 / 3, abs=1e-4)


def test_what_was_read_of_matched_events(card: Scorecard) -> None:
    assert card.events
    assert {role: counts(measure) for role, measure in card.events.roles.items()} == {
        "actor": (3, 2, 2),
        "recipient": (0, 1, 0),
        "location": (1, 1, 1),
        "date": (1, 1, 0),
        "speaker": (0, 0, 0),
    }
    assert (card.events.status.right, card.events.status.total) == (1, 2)
    assert (card.events.mode.right, card.events.mode.total) == (1, 2)
    assert card.events.status_confusion["planned"] == {"actual": 1, "planned": 0, "hypothetical": 0, "negated": 0}
    assert counts(card.events.numbers["killed"]) == (1, 1, 1)
    assert counts(card.events.numbers["injured"]) == (0, 0, 0)
    assert (card.events.casualties.right, card.events.casualties.total) == (1, 1)


def test_intervals_are_over_articles(card: Scorecard) -> None:
    assert (card.unit, card.units, card.sentences) == ("article", 2, 2)
    # Drawn twice, article a gives 1/2 and 1/2, article b 0: nothing lies outside.
    assert card.entities.recall == Estimate(value=0.5, low=0.0, high=1.0)
    assert card.events
    assert card.events.status.share == Estimate(value=0.5, low=0.0, high=1.0)
    together = [sentence.model_copy(update={"id": f"a:{n}"}) for n, sentence in enumerate(GOLD)]
    one = score(together, READINGS, "by hand", resamples=50)
    assert one.units == 1
    assert one.entities.f1 == Estimate(value=0.4, low=None, high=None)


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    gold = [annotated(f"{n}:0", VISIT, [("LOC", "بغداد")]) for n in range(400)]
    right = SentenceReading((EntitySpan(*span(VISIT, "بغداد"), "LOC", 1.0),), ())
    card = score(gold, [right] * 300 + [SentenceReading((), ())] * 100, "", resamples=2000)
    assert card.entities.recall.low == pytest.approx(0.75 - 1.96 * (0.75 * 0.25 / 400) ** 0.5, abs=0.006)
    assert card.entities.recall.high == pytest.approx(0.75 + 1.96 * (0.75 * 0.25 / 400) ** 0.5, abs=0.006)


def test_a_score_is_the_same_each_time(card: Scorecard) -> None:
    assert score(GOLD, READINGS, "by hand", resamples=200) == card
    assert Scorecard.model_validate_json(card.model_dump_json()) == card


def test_nothing_found_and_nothing_expected() -> None:
    nothing = [SentenceReading((), ())]
    card = score([annotated("a:0", VISIT)], nothing, "")
    assert card.entities.f1 == Estimate(value=0, low=None, high=None)
    assert card.events
    assert card.events.macro_f1.value == 0
    assert score([], [], "").units == 0


def test_an_event_is_matched_once() -> None:
    gold = [GoldEvent(type="ASSAULT", trigger=Span(start=0, end=4))]
    twice = [EventReading("ASSAULT", None, "actual", 0, 4, 1.0, ())] * 2
    assert list(match_events(gold, twice)) == [(0, 0)]
    assert list(match_events(gold, [twice[0]._replace(trigger_start=4, trigger_end=6)])) == []
    other = EventReading("COERCE", None, "actual", 2, 6, 1.0, ())
    assert list(match_events(gold, [other])) == []
    assert list(match_events(gold, [other], typed=False)) == [(0, 0)]
    assert list(match_events(gold, [other, twice[0]], typed=False)) == [(0, 1)]


def test_evaluate_reads_as_extraction_does() -> None:
    class Reading:
        model_version = "fixed"

        def read(self, sentences):
            return [READINGS[[ATTACK, VISIT].index(sentence)] for sentence in sentences]

        def tag(self, sentences, convention):
            assert convention == "anercorp"
            return [["B-LOC", "I-LOC", "O"]] * len(sentences)

    seen: list[int] = []
    read_sentences(Reading(), GOLD, seen.append)
    assert seen == [2]
    card = evaluate(Reading(), GOLD, resamples=10)
    assert card.events
    assert card.events.status.right == 2  # the particle of وسيزور says planned
    tagged = [TaggedSentence(["شمال", "سيناء", "."], frozenset([("LOC", 0, 1)]))] * 3
    card = evaluate_tags(Reading(), tagged, "anercorp", resamples=10)
    assert (card.unit, card.events, counts(card.entities)) == ("sentence", None, (3, 3, 3))


# --- any reading


def reading_of(sentence: GoldSentence) -> SentenceReading:
    return SentenceReading(
        tuple(EntitySpan(one.start, one.end, one.type, 1.0) for one in sentence.entities),
        tuple(
            EventReading(
                event.type,
                event.mode,
                event.status,
                event.trigger.start,
                event.trigger.end,
                1.0,
                tuple(Participant(role, one.start, one.end) for role in ROLES for one in event.participants(role)),
            )
            for event in sentence.events
        ),
    )


TEXT = "كلمة " * 8
spans = st.integers(0, 7).map(lambda n: {"start": 5 * n, "end": 5 * n + 4})
entities = st.builds(lambda kind, one: {"type": kind, **one}, st.sampled_from(ENTITY_TYPES), spans)
events = st.fixed_dictionaries(
    {"type": st.sampled_from(EVENT_TYPES), "status": st.sampled_from(STATUSES), "trigger": spans}
    | {role: st.lists(spans, max_size=2) for role in ROLES}
)
sentences = st.builds(
    lambda article, found, told: {"id": f"{article}:", "text": TEXT, "entities": found, "events": told},
    st.integers(0, 3),
    st.lists(entities, max_size=4),
    st.lists(events, max_size=3),
).map(GoldSentence.model_validate)
pairs = st.lists(st.tuples(sentences, sentences), max_size=6)


@settings(max_examples=40)
@given(pairs)
def test_any_reading_keeps_the_bounds(rows: list[tuple[GoldSentence, GoldSentence]]) -> None:
    gold, other = [row[0] for row in rows], [row[1] for row in rows]
    card = score(gold, list(map(reading_of, other)), "", resamples=20)
    if card.events is None:
        return
    groups = [card.entities_by_type, card.events.by_type, card.events.roles, card.events.numbers]
    measures = [
        card.entities,
        card.events.all,
        card.events.identified,
        *(m for group in groups for m in group.values()),
    ]
    for measure in measures:
        assert 0 <= measure.right <= min(measure.found, measure.expected)
        for estimate in (measure.precision, measure.recall, measure.f1):
            assert 0 <= estimate.value <= 1
            assert estimate.low is None or 0 <= estimate.low <= estimate.high <= 1
    assert sum(m.right for m in card.events.by_type.values()) == card.events.all.right <= card.events.identified.right
    assert sum(m.found for m in card.entities_by_type.values()) == card.entities.found
    read_as_said = sum(row[status] for status, row in card.events.status_confusion.items())
    assert read_as_said == card.events.status.right <= card.events.status.total == card.events.all.right


@settings(max_examples=40)
@given(st.lists(sentences, max_size=6))
def test_what_annotators_read_is_all_right(gold: list[GoldSentence]) -> None:
    card = score(gold, list(map(reading_of, gold)), "", resamples=20)
    assert card.entities.found == card.entities.right == card.entities.expected
    if card.events:
        assert card.events.all.found == card.events.all.right == card.events.identified.right


@settings(max_examples=20)
@given(pairs, st.randoms())
def test_the_order_of_sentences_does_not_matter(rows: list[tuple[GoldSentence, GoldSentence]], random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (
        score([gold for gold, _ in part], [reading_of(read) for _, read in part], "", resamples=1)
        for part in (rows, shuffled)
    )
    assert counts(one.entities) == counts(other.entities)
    if one.events and other.events:
        assert counts(one.events.all) == counts(other.events.all)
        assert one.events.status_confusion == other.events.status_confusion


# --- gold files


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def row(**changes: object) -> str:
    event = {"type": "CONSULT", "mode": "visit", "status": "planned", "trigger": {"start": 0, "end": 6}}
    return json.dumps({"id": "a:0", "text": VISIT, "entities": [], "events": [event]} | changes, ensure_ascii=False)


def test_gold_is_read_with_or_without_a_mark_and_empty_lines(tmp_path: Path) -> None:
    (sentence,) = read_gold(write(tmp_path / "gold.jsonl", "\ufeff" + row(), ""))
    assert isinstance(sentence, GoldSentence)
    assert sentence.article == "a"
    assert sentence.events[0].actor == []


EVENT = {"type": "CONSULT", "trigger": {"start": 0, "end": 6}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: Invalid JSON"),
        ("[]", "line 2: "),
        (row(id=None), "line 2: id: "),
        (row(), "line 2: the id 'a:0' stands in line 1 too"),
        (row(id="b", entities=[{"type": "CITY", "start": 0, "end": 6}]), "entities[0].type: 'CITY' is none of PER"),
        (row(id="b", entities=[{"type": "LOC", "start": 3, "end": 3}]), "entities[0]: [3, 3) is no piece"),
        (row(id="b", entities=[{"type": "LOC", "start": 0, "end": 99}]), "entities[0]: [0, 99) is no piece"),
        (row(id="b", entities=[{"type": "LOC", "start": 0, "end": 6, "text": "بغداد"}]), "not 'بغداد'"),
        (row(id="b", entities=[["LOC", "بغداد"]]), "entities[0]: "),
        (row(id="b", events=[EVENT | {"type": "MEET"}]), "events[0].type: 'MEET' is none of"),
        (row(id="b", events=[EVENT | {"mode": "arrest"}]), "CONSULT has no mode 'arrest'; its modes are: visit"),
        (row(id="b", events=[EVENT | {"type": "AID", "mode": "x"}]), "its modes are: none"),
        (row(id="b", events=[EVENT | {"status": "past"}]), "events[0].status: 'past' is none of actual"),
        (row(id="b", events=[EVENT | {"killed": "12"}]), "events[0].killed: "),
        (row(id="b", events=[EVENT | {"actor": [{"start": 50, "end": 60}]}]), "events[0].actor: [50, 60)"),
        (row(id="b", events=[{"type": "CONSULT"}]), "events[0].trigger: Field required"),
    ],
)
def test_a_bad_line_is_told_with_its_number(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(GoldError) as caught:
        read_gold(write(tmp_path / "gold.jsonl", row(), line))
    assert message in str(caught.value)
    assert "gold.jsonl, line 2: " in str(caught.value)


def test_files_that_are_no_gold(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="cannot be read"):
        read_gold(tmp_path / "missing.jsonl")
    with pytest.raises(GoldError, match="holds no sentence"):
        read_gold(write(tmp_path / "empty.jsonl", ""))
    (tmp_path / "old.jsonl").write_bytes(row().encode() + b"\n" + "بغداد".encode("windows-1256"))
    with pytest.raises(GoldError, match="line 2: it is not UTF-8"):
        read_gold(tmp_path / "old.jsonl")


def test_conll(tmp_path: Path) -> None:
    lines = ["زار O", "محمود B-PERS", "عباس I-PERS", "القاهرة I-LOC", ". O", "", "", "بغداد B-LOC"]
    first, second = read_gold(write(tmp_path / "gold.conll", *lines))
    assert first == TaggedSentence(["زار", "محمود", "عباس", "القاهرة", "."], frozenset([("PER", 1, 2), ("LOC", 3, 3)]))
    assert second.tokens == ["بغداد"]
    for bad, message in (("بغداد", '"word tag" was expected'), ("بغداد B-GPE", "'B-GPE' is no tag")):
        with pytest.raises(GoldError, match=message):
            read_gold(write(tmp_path / "bad.conll", *lines[:5], bad))


def test_spans_of_both_ways_of_tagging() -> None:
    assert spans_of(["I-LOC", "B-LOC", "I-PER", "O", "I-PER"]) == {
        ("LOC", 0, 0),
        ("LOC", 1, 1),
        ("PER", 2, 2),
        ("PER", 4, 4),
    }
