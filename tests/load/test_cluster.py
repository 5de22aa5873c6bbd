"""What makes mentions one event, rule by rule, on made-up reports."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl
import pytest

from tasks.identity import stable_id
from tasks.load.cluster import REACH, TELLINGS, cluster, words_of

KARRADA, BAGHDAD, MOSUL = (  # GeoNames, CC BY 4.0
    {"place_id": 1, "place_country": "IRQ", "latitude": 33.30, "longitude": 44.43},
    {"place_id": 2, "place_country": "IRQ", "latitude": 33.34, "longitude": 44.40},
    {"place_id": 3, "place_country": "IRQ", "latitude": 36.34, "longitude": 43.13},
)
IRAQ = {"place_id": 4, "place_country": "IRQ", "latitude": 33.0, "longitude": 44.0, "place_is_country": True}


def told(number: int, evidence: str = "", *, day: int | None = 5, **known: Any) -> dict[str, Any]:
    """A mention of an article of its own, published at noon of the day."""
    return {
        "event_mention_id": number,
        "event_type": "ASSAULT",
        "status": "actual",
        "event_date": None if day is None else date(2026, 3, day),
        "is_dated": False,
        "article_id": number,
        "report_id": known.get("article_id", number),
        "published_at": datetime.combine(date(2026, 3, day or 5), time(12), UTC),
        "place_is_country": False,
        "evidence": evidence or f"كلمة{'ابتثجحخدذر'[number % 10] * 3}",
        **known,
    }


def events(rows: Iterable[dict[str, Any]]) -> list[set[int]]:
    """Numbers of the mentions, event by event; in every order of the rows the same."""
    listed = [{name: row.get(name) for name in TELLINGS} for row in rows]
    outcomes = []
    for seed in range(4):
        random.Random(seed).shuffle(listed)
        found = cluster(pl.DataFrame(listed, TELLINGS, orient="row"))
        outcomes.append(found.sort("event_mention_id"))
        assert outcomes[0].equals(outcomes[-1])
    grouped = outcomes[0].group_by("event_id").agg("event_mention_id")["event_mention_id"]
    return sorted((set(members) for members in grouped), key=min)


def names(*rows: dict[str, Any]) -> list[int]:
    listed = [{name: row.get(name) for name in TELLINGS} for row in rows]
    return cluster(pl.DataFrame(listed, TELLINGS, orient="row")).sort("event_mention_id")["event_id"].to_list()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"actors": ["IRQ"], "recipients": ["IRN"]}, {"actors": ["IRQ"], "recipients": ["IRN"]}, True),
        ({"actors": ["IRQ"], "recipients": ["IRN"]}, {"actors": ["IRN"], "recipients": ["IRQ"]}, False),
        ({"actors": ["IRQ"], "recipients": ["IRN"]}, {"actors": ["IRQ"], "recipients": ["SYR"]}, False),
        ({"actors": ["YEM"], **BAGHDAD}, {"actors": ["YEM armed"], **BAGHDAD}, False),
        ({"actors": ["USA"], **BAGHDAD}, {"actors": ["GBR", "USA"], **BAGHDAD}, True),  # more of the same
        ({"actors": ["IRQ"]}, {"actors": ["IRQ"]}, False),  # one country alone proves nothing
        (BAGHDAD, BAGHDAD, True),
        (BAGHDAD, KARRADA, True),  # a quarter of the town
        (BAGHDAD, MOSUL, False),
        (BAGHDAD, IRAQ, False),  # a country is hardly a place …
        (
            {**BAGHDAD, "actors": ["IRQ"], "recipients": ["IRN"]},
            {**IRAQ, "actors": ["IRQ"], "recipients": ["IRN"]},
            True,
        ),
        ({**BAGHDAD, "event_mode": "firearms"}, {**BAGHDAD, "event_mode": "aerial"}, False),
        ({**BAGHDAD, "event_mode": "firearms"}, {**BAGHDAD, "event_mode": None}, True),
        ({**BAGHDAD, "people": [7]}, {**BAGHDAD, "people": [8]}, False),
        ({}, {}, False),
        ({"article_id": 1}, {"article_id": 1}, True),  # one article, nothing against it
    ],
)
def test_two_mentions(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert len(events([told(1, **one), told(2, **other)])) == (1 if same else 2)


def test_words_in_common_make_up_for_a_missing_party() -> None:
    one = told(1, "انفجار سيارة مفخخة قرب سوق شعبي يوقع عشرات القتلى والجرحى", actors=["IRQ"])
    other = told(2, "قُتل العشرات وجُرح آخرون بانفجار سيارة مفخخة قرب السوق الشعبي", actors=["IRQ"])
    stranger = told(3, "أعلنت الشرطة إحباط محاولة تهريب أسلحة عند الحدود الغربية", actors=["IRQ"])
    assert events([one, other, stranger]) == [{1, 2}, {3}]


def test_clitics_vowels_and_hamza_do_not_hide_a_word() -> None:
    found = pl.DataFrame({"text": ["والقوّات بالعاصمة للأمن 12", "القوات العاصمة الامن 12"]}).select(
        words_of(pl.col("text"))
    )
    assert found["text"][0].to_list() == found["text"][1].to_list() == ["12", "امن", "عاصمه", "قوات"]


def test_talks_are_mutual() -> None:
    talks = [
        told(1, event_type="CONSULT", actors=["IRQ"], recipients=["IRN"], **BAGHDAD),
        told(2, event_type="CONSULT", actors=["IRN"], recipients=["IRQ"], **BAGHDAD),
        told(3, event_type="CONSULT", actors=["IRN", "IRQ"], **BAGHDAD),
        told(4, event_type="CONSULT", actors=["USA"], recipients=["IRQ"], **BAGHDAD),
    ]
    assert events(talks) == [{1, 2, 3}, {4}]


def test_a_vague_report_does_not_bridge_what_contradicts_each_other() -> None:
    parties = {"actors": ["ISR"], "recipients": ["PSE"]}
    assert events([told(1, **parties, **BAGHDAD), told(2, **parties, **MOSUL), told(3, **parties)]) == [{1, 3}, {2}]


def test_what_a_member_adds_binds_the_next() -> None:
    rows = [
        told(1, actors=["IRQ"], recipients=["IRN"], **BAGHDAD),
        told(2, event_mode="aerial", actors=["IRQ"], **BAGHDAD),
        told(3, event_mode="firearms", **BAGHDAD),
    ]
    assert {1, 3} not in events(rows)
    assert len(events(rows)) == 2


def test_a_late_report_goes_to_the_day_before() -> None:
    parties = {"actors": ["IRQ"], "recipients": ["IRN"]}
    assert events([told(1, day=5, **parties), told(2, day=6, **parties)]) == [{1, 2}]
    assert events([told(1, day=5, **parties), told(2, day=6, is_dated=True, **parties)]) == [{1}, {2}]
    assert events([told(1, day=5, **parties), told(2, day=5 + REACH + 1, **parties)]) == [{1}, {2}]


def test_a_war_told_daily_is_not_one_event() -> None:
    parties = {"actors": ["IRQ"], "recipients": ["IRN"], **BAGHDAD}
    found = events(told(day, "قصف مدفعي على المدينة", day=day, **parties) for day in range(1, 21))
    assert max(max(event) - min(event) for event in found) <= REACH
    assert len(found) > 15


def test_no_day_is_no_meeting_point() -> None:
    rows = [told(1, day=None, **BAGHDAD), told(2, day=None, **BAGHDAD), told(3, day=None, report_id=1, **BAGHDAD)]
    assert events(rows) == [{1, 3}, {2}]


def test_an_event_keeps_its_name_when_reports_join() -> None:
    first = told(1, actors=["IRQ"], recipients=["IRN"])
    later = [
        told(2, actors=["IRQ"], recipients=["IRN"], **BAGHDAD),
        told(3, day=6, actors=["IRQ"], recipients=["IRN"]),
    ]
    assert set(names(first, *later)) == set(names(first))


def test_two_events_of_a_day_have_two_names() -> None:
    parties = {"actors": ["IRQ"], "recipients": ["IRN"]}
    one, other = told(1, event_mode="aerial", **parties), told(2, event_mode="firearms", **parties)
    assert len(set(names(one, other))) == 2
    assert names(one, other)[0] == names(one)[0]


def test_ids_are_the_same_on_every_machine() -> None:
    assert names(told(1, actors=["IRQ"], recipients=["IRN"])) == [
        stable_id("ASSAULT", "actual", "2026-03-05", "IRQ", "IRN", "", "", 0)
    ]
