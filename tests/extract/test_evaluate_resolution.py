"""Answers about who, where and when, against answers worked out by hand; and facts that do not fit their articles."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks.extract.evaluate_resolution import ANSWERS, Found, answers, score_resolution
from tasks.extract.facts import EVENTS, PARTICIPANTS, PLACES, Facts, FactsError, read_facts
from tasks.frames import ARTICLES, ENTITIES, ENTITY_MENTIONS, EVENT_MENTIONS, EVENT_PARTICIPANTS

TALKS = (
    "بحث وزير الدفاع العراقي مهند الطريحي في عمّان أمس مع نظيره الأردني التعاون بين البلدين."
    " وأضاف أن بغداد ستتصدى لداعش."
)
URL = "https://example.org/talks"
ARTICLE = 7

TARIHI = (1, "PER", "مهند الطريحى", "IRQ", "GOV", None, None)  # another spelling than the annotators'
AMMAN = (2, "LOC", "عمان", "JOR", None, 31.95, 35.93)
OMAN = (3, "LOC", "سلطنة عمان", "OMN", None, 21.0, 57.0)
DAESH = (4, "ORG", "تنظيم الدولة الإسلامية", None, "UAF", None, None)


def span(words: str) -> dict[str, Any]:
    start = TALKS.index(words)
    return {"char_start": start, "char_end": start + len(words)}


def frame(schema: pl.Schema, *rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema)


def participant(role: str, words: str, countries: str, sectors: str = "", *names: str, **more: Any) -> dict[str, Any]:
    lists = {"countries": countries.split(), "sectors": sectors.split(), "names": list(names)}
    return {"url": URL, "part": "text", "text": words, "unspoken": False, "role": role} | span(words) | lists | more


def place(words: str, country: str, *point: float) -> dict[str, Any]:
    latitude, longitude = point or (None, None)
    where = {"country_code": country, "latitude": latitude, "longitude": longitude}
    return {"url": URL, "part": "text", "text": words} | span(words) | where


def told(words: str, kind: str, day: date | None, basis: str | None) -> dict[str, Any]:
    when = {"event_date": day, "event_date_end": day, "event_date_basis": basis}
    return {"url": URL, "part": "text", "text": words, "event_type": kind} | span(words) | when


def facts(participants=(), places=(), events=()) -> Facts:
    return Facts(frame(PARTICIPANTS, *participants), frame(PLACES, *places), frame(EVENTS, *events))


def found(participants=(), mentions=(), events=()) -> Found:
    """What was read: participants (event, role, position, words, entity, country, sector), mentions (words, entity),
    events (words, type, first day, last day)."""
    rows = [
        {"event_mention_id": event, "role": role, "position": position, "entity_id": entity and entity[0]}
        | {"country_code": country, "sector": sector}
        | span(words)
        for event, role, position, words, entity, country, sector in participants
    ]
    columns = ("entity_id", "entity_type", "name", "country_code", "sector", "latitude", "longitude")
    entities = [dict(zip(columns, entity, strict=True)) for entity in (TARIHI, AMMAN, OMAN, DAESH)]
    here = {"article_id": ARTICLE, "part": "text"}
    spans = [(span(words), kind, first, last) for words, kind, first, last in events]
    return Found(
        frame(ARTICLES, {"article_id": ARTICLE, "url": URL}, {"article_id": 8, "url": "https://example.org/other"}),
        frame(
            ENTITY_MENTIONS,
            *(here | span(words) | {"entity_id": entity[0], "entity_type": entity[1]} for words, entity in mentions),
        ),
        frame(ENTITIES, *entities),
        frame(
            EVENT_MENTIONS,
            *(
                here
                | {"event_mention_id": number, "trigger_start": at["char_start"], "trigger_end": at["char_end"]}
                | {"event_type": kind, "event_date": first, "event_date_end": last}
                for number, (at, kind, first, last) in enumerate(spans)
            ),
        ),
        frame(EVENT_PARTICIPANTS, *rows),
    )


def told_of(given: pl.DataFrame, question: str) -> list[tuple[object, ...]]:
    return given.filter(pl.col("question") == question).select("expected", "read", "same_edges", "right").rows()


YESTERDAY = date(2026, 3, 1)
BASE = (("بحث", "CONSULT", YESTERDAY, YESTERDAY), ("ستتصدى", "THREATEN", YESTERDAY, YESTERDAY))
MINISTER = "وزير الدفاع العراقي مهند الطريحي"


def test_countries_sectors_and_names_of_participants() -> None:
    given = answers(
        facts(
            [
                participant("actor", MINISTER, "IRQ", "GOV MIL", "مهند الطريحي"),
                participant("recipient", "نظيره الأردني", "JOR", "GOV", "فراس الخريشات"),
                participant("recipient", "لداعش", "", "UAF"),
                participant("actor", "بغداد", "IRQ", "GOV"),
            ]
        ),
        found(
            [
                (0, "actor", 0, MINISTER, TARIHI, "IRQ", "GOV"),
                (0, "recipient", 0, "نظيره", None, None, None),
                (1, "recipient", 0, "لداعش", DAESH, None, "REB"),
            ],
            events=BASE,
        ),
    )
    assert given.schema == ANSWERS
    assert told_of(given, "country") == [
        ("IRQ", "IRQ", True, True),
        ("JOR", "", False, False),
        ("", "", True, True),  # none was to be found
        ("IRQ", None, False, None),  # not extracted: no error of resolution
    ]
    assert told_of(given, "sector") == [
        ("GOV or MIL", "GOV", True, True),
        ("GOV", None, False, False),
        ("UAF", "REB", True, False),
        ("GOV", None, False, None),
    ]
    assert told_of(given, "entity") == [
        ("مهند الطريحي", "مهند الطريحى", True, True),
        ("فراس الخريشات", None, False, False),
    ]
    assert told_of(given, "speaker's country") == []


def test_a_participant_of_several_countries_has_all_or_is_wrong() -> None:
    both = participant("actor", "البلدين", "JOR IRQ")
    for read, right in (("IRQ JOR", True), ("JOR", False), ("IRQ JOR SYR", False)):
        rows = [(0, "actor", position, "البلدين", None, code, None) for position, code in enumerate(read.split())]
        assert told_of(answers(facts([both]), found(rows, events=BASE)), "country") == [("IRQ JOR", read, True, right)]


def test_the_same_role_and_then_most_common_words_answer() -> None:
    given = answers(
        facts([participant("actor", "مهند الطريحي", "IRQ")]),
        found(
            [
                (0, "speaker", 0, "مهند الطريحي", None, "SYR", None),
                (0, "actor", 0, MINISTER, None, "IRQ", None),
                (0, "actor", 1, f"{MINISTER} في عمّان", None, "JOR", None),
            ],
            events=BASE,
        ),
    )
    assert told_of(given, "country") == [("IRQ", "IRQ", False, True)]


@pytest.mark.parametrize(("position", "answer"), [(None, (None, False)), (0, ("IRQ", True))])
def test_an_unspoken_speaker_stands_at_its_event(position: int | None, answer: tuple[object, bool]) -> None:
    speakers = [] if position is None else [(1, "speaker", position, "مهند", TARIHI, "IRQ", "GOV")]
    others = [(0, "speaker", 0, MINISTER, None, "JOR", None), (1, "actor", 0, "بغداد", None, "SYR", None)]
    given = answers(
        facts([participant("speaker", "ستتصدى", "IRQ", "", unspoken=True)]), found([*others, *speakers], events=BASE)
    )
    read, right = answer
    assert told_of(given, "speaker's country") == [("IRQ", read, True, right)]


def test_where_a_place_is() -> None:
    gold = facts(places=[place("عمّان", "JOR", 31.0, 35.93), place("بغداد", "IRQ")])
    near, far = found(mentions=[("عمّان", AMMAN)]), found(mentions=[("عمّان", OMAN)])
    assert told_of(answers(gold, near), "place's country") == [("JOR", "JOR", True, True), ("IRQ", None, False, None)]
    assert told_of(answers(gold, near), "place within 161 km") == [("31.0 35.93", "31.95 35.93", True, True)]  # 106 km
    assert told_of(answers(gold, far), "place's country")[0] == ("JOR", "OMN", True, False)
    assert told_of(answers(gold, far), "place within 161 km")[0][3] is False


def test_within_161_km_is_100_miles_on_the_sphere() -> None:
    # A degree along a meridian is 111.19 km: 1.44 degrees are within, 1.46 are not.
    for latitude, right in ((31.95 + 1.44, True), (31.95 + 1.46, False)):
        gold = facts(places=[place("عمّان", "JOR", latitude, 35.93)])
        assert told_of(answers(gold, found(mentions=[("عمّان", AMMAN)])), "place within 161 km")[0][3] is right


def test_a_place_that_is_not_made_out_is_wrong_and_an_organisation_is_no_place() -> None:
    gold = facts(places=[place("عمّان", "JOR", 31.95, 35.93)])
    nowhere = found(mentions=[("عمّان", (9, "LOC", "عمّان", None, None, None, None))])
    assert told_of(answers(gold, nowhere), "place within 161 km") == [("31.95 35.93", None, True, False)]
    company = found(mentions=[("عمّان", (4, "ORG", *DAESH[2:]))])
    assert told_of(answers(gold, company), "place within 161 km")[0][3] is None


def test_both_days_of_a_date() -> None:
    gold = facts(
        events=[
            told("بحث", "CONSULT", YESTERDAY, "relative"),
            told("وأضاف أن بغداد ستتصدى", "THREATEN", None, "unknown"),
            told("التعاون", "COOPERATE", None, None),
        ]
    )
    given = answers(gold, found(events=(BASE[0], ("ستتصدى", "THREATEN", None, None))))
    days = ("2026-03-01 to 2026-03-01", "2026-03-01 to 2026-03-01", True, True)
    assert told_of(given, "date") == [days, (None, None, False, True)]
    assert told_of(given, "date told") == [days]
    later = found(events=(("بحث", "CONSULT", YESTERDAY, date(2026, 3, 2)),))
    assert [row[3] for row in told_of(answers(gold, later), "date")] == [False, None]


def test_what_is_counted() -> None:
    gold = facts(
        [
            participant("actor", MINISTER, "IRQ", case="office"),
            participant("recipient", "نظيره الأردني", "JOR", case="short"),
            participant("recipient", "لداعش", "", case="short"),
            participant("actor", "بغداد", "IRQ"),
        ]
    )
    read = found(
        [
            (0, "actor", 0, MINISTER, None, "IRQ", None),
            (0, "recipient", 0, "نظيره", None, "JOR", None),
            (1, "recipient", 0, "لداعش", None, "SYR", None),
        ],
        events=BASE,
    )
    card = score_resolution(answers(gold, read))
    assert card.articles == 1
    country = card.questions["country"]
    assert (country.found.right, country.found.total) == (3, 4)
    assert (country.right.right, country.right.total, country.right.share.value) == (2, 3, 0.6667)
    assert (country.same_edges.right, country.same_edges.total) == (1, 2)
    assert country.right.share.low is None  # one article cannot give an interval
    assert {case: (one.right.right, one.right.total) for case, one in card.cases.items()} == {
        "office": (1, 1),
        "short": (1, 2),
    }


def test_an_article_that_was_not_loaded_is_not_found() -> None:
    gold = facts([participant("actor", MINISTER, "IRQ")], [place("عمّان", "JOR")], [])
    nothing = Found(*(table.clear() for table in found(events=BASE)))
    card = score_resolution(answers(gold, nothing))
    assert (card.questions["country"].found.total, card.questions["country"].right.total) == (1, 0)


# --- files


ARTICLES_OF_FACTS = pl.DataFrame([{"url": URL, "title": None, "text": TALKS}])


def line(**fields: Any) -> str:
    return json.dumps({"url": URL} | fields, ensure_ascii=False)


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "facts.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_facts_are_read_into_frames(tmp_path: Path) -> None:
    start, end = span("عمّان").values()
    path = written(
        tmp_path,
        line(
            participants=[{"role": "actor", "start": 0, "end": 3, "countries": ["IRQ"], "case": "short"}],
            places=[{"start": start, "end": end, "text": "عمّان", "country": "JOR"}],
            events=[
                {
                    "type": "CONSULT",
                    "start": 0,
                    "end": 3,
                    "date": "2026-03-01",
                    "date_end": "2026-03-02",
                    "basis": "explicit",
                    "key": "k",
                }
            ],
        ),
        "",
    )
    read = read_facts(path, ARTICLES_OF_FACTS)
    assert [table.schema for table in read] == [PARTICIPANTS, PLACES, EVENTS]
    assert read.participants.select("text", "countries", "sectors", "unspoken", "case").row(0) == (
        "بحث",
        ["IRQ"],
        [],
        False,
        "short",
    )
    assert read.places.select("part", "text", "country_code", "latitude").row(0) == ("text", "عمّان", "JOR", None)
    assert read.events.select("event_date", "event_date_end", "event_key").row(0) == (
        YESTERDAY,
        date(2026, 3, 2),
        "k",
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("{", "line 2: : Invalid JSON"),
        (json.dumps({"url": "elsewhere"}), "line 2: no article has the url 'elsewhere'"),
        (line(), "line 2: the article 'https://example.org/talks' has a line already"),
        (line(places=[{"start": 0, "end": 3, "text": "عمان", "country": "JOR"}]), "is 'بحث', not 'عمان'"),
        (line(places=[{"start": 0, "end": 999, "country": "JOR"}]), "[0, 999) is no piece of a text of"),
        (line(places=[{"start": 0, "end": 3, "part": "title", "country": "JOR"}]), "is no piece of a title of 0"),
        (line(events=[{"start": 0, "end": 3, "type": "MEETING"}]), "'MEETING' is none of"),
        (line(events=[{"start": 0, "end": 3, "type": "AID", "basis": "explicit"}]), "does not go with the dates"),
        (line(events=[{"start": 0, "end": 3, "type": "AID", "date": "2026-03-01"}]), "does not go with the dates"),
        (line(people=[]), "people: Extra inputs"),
    ],
)
def test_what_is_no_fact(tmp_path: Path, bad: str, message: str) -> None:
    first = line() if "already" in message else line(url="second")
    articles = pl.concat([ARTICLES_OF_FACTS, ARTICLES_OF_FACTS.with_columns(url=pl.lit("second"))])
    with pytest.raises(FactsError, match=r"facts\.jsonl, line 2") as fault:
        read_facts(written(tmp_path, first, bad), articles)
    assert message in str(fault.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="cannot be read"):
        read_facts(tmp_path / "none.jsonl", ARTICLES_OF_FACTS)
