"""Errors one by one: their kinds, and that they are exactly what keeps the scores from 1."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from test_evaluate import ATTACK, GOLD, READINGS, annotated, pairs, read, reading_of, span

from tasks.extract.errors import ERRORS, counted, errors_of
from tasks.extract.evaluate import score
from tasks.extract.gold import GoldSentence
from tasks.extract.labels import ROLES
from tasks.extract.reader import EntitySpan, SentenceReading


def kinds(errors: pl.DataFrame, about: str) -> list[tuple[object, ...]]:
    return errors.filter(pl.col("about") == about).select("error", "type", "read_as", "annotated", "read").rows()


def test_the_errors_of_a_reading() -> None:
    errors = errors_of(GOLD, READINGS)
    assert errors.schema == ERRORS
    assert kinds(errors, "entity") == [
        ("extra", "PER", None, None, "الوزير"),
        ("type", "LOC", "ORG", "بغداد", "بغداد"),
    ]
    assert kinds(errors, "event") == [("type", "ACCUSE", "REJECT", "ودان", "ودان")]
    assert kinds(errors, "mode") == [("missed", "ASSAULT", None, "هجوم", "هجوم")]
    assert kinds(errors, "status") == [("planned read as actual", "CONSULT", "actual", "وسيزور", "وسيزور")]
    assert kinds(errors, "actor") == [("extra", "ASSAULT", None, None, "نقطة")]
    assert kinds(errors, "recipient") == [("missed", "ASSAULT", None, "12 جنديا", None)]
    assert kinds(errors, "date") == [
        ("missed", "ASSAULT", None, "أمس", None),
        ("extra", "CONSULT", None, None, "الأحد"),
    ]
    assert set(errors["sentence_id"]) == {"a:0", "b:0"}


def test_sides_of_one_mistake_are_one_row() -> None:
    gold = annotated(
        "a:0",
        ATTACK,
        [("LOC", "شمال الموصل")],
        [
            {"type": "ASSAULT", "trigger": "قُتل", "actor": ["مسلحون"], "recipient": ["12 جنديا"], "date": ["أمس"]},
            {"type": "ACCUSE", "trigger": "ودان"},
        ],
    )
    reading = SentenceReading(
        (EntitySpan(*span(ATTACK, "الموصل"), "LOC", 0.9), EntitySpan(*span(ATTACK, "الوزير"), "PER", 0.4)),
        (read(ATTACK, "ASSAULT", "هجوم"), read(ATTACK, "ACCUSE", "ودان")),
    )
    errors = errors_of([gold], [reading])
    assert kinds(errors, "entity") == [
        ("edges", "LOC", "LOC", "شمال الموصل", "الموصل"),
        ("extra", "PER", None, None, "الوزير"),
    ]
    assert kinds(errors, "event") == [("other word", "ASSAULT", "ASSAULT", "قُتل", "هجوم")]
    swapped = read(ATTACK, "ASSAULT", "قُتل", actor=["12 جنديا"], date=["الموصل"])
    errors = errors_of([gold], [SentenceReading((), (swapped,))])
    assert kinds(errors, "recipient") == [("other role", "ASSAULT", "actor", "12 جنديا", "12 جنديا")]
    assert kinds(errors, "actor") == [("missed", "ASSAULT", None, "مسلحون", None)]
    assert kinds(errors, "date") == [("other words", "ASSAULT", None, "أمس", "الموصل")]


def test_counted() -> None:
    errors = errors_of(GOLD, READINGS)
    assert counted(errors).filter(about="entity").rows() == [("entity", "extra", 1, 0.5), ("entity", "type", 1, 0.5)]
    assert counted(errors)["number"].sum() == len(errors)
    assert counted(errors_of([], [])).is_empty()


@settings(max_examples=40)
@given(pairs)
def test_errors_account_for_the_scores(rows: list[tuple[GoldSentence, GoldSentence]]) -> None:
    gold, readings = [row[0] for row in rows], [reading_of(row[1]) for row in rows]
    errors, card = errors_of(gold, readings), score(gold, readings, "", resamples=0)
    if card.events is None:
        return
    roles = {role: card.events.roles[role] for role in ROLES}
    for about, measure in {"entity": card.entities, "event": card.events.all}.items():
        own = errors.filter(about=about)
        assert own["annotated"].count() == measure.expected - measure.right
        assert own["read"].count() == measure.found - measure.right
    participants = errors.filter(pl.col("about").is_in(ROLES))
    assert participants["annotated"].count() == sum(one.expected - one.right for one in roles.values())
    assert participants["read"].count() == sum(one.found - one.right for one in roles.values())
    assert len(errors.filter(about="status")) == card.events.status.total - card.events.status.right
    assert len(errors.filter(about="mode")) == card.events.mode.total - card.events.mode.right
