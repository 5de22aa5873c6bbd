"""B-cubed against values worked out by hand, and which mentions it is taken over."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.facts import EVENTS
from tasks.frames import ARTICLES, EVENT_MENTIONS
from tasks.load.evaluate_consolidation import b_cubed, matched_events, score_consolidation


def test_the_example_of_bagga_and_baldwin() -> None:
    # Truth: 1-5, 6-7, 8-12. Response: 1-5, 6-7 with 8-12 (their figure 2). Precision (5 + 2·2/7 + 5·5/7) / 12.
    truth = "aaaaabbccccc"
    one = b_cubed(truth, "xxxxxyyyyyyy")
    assert (one.precision, one.recall) == (0.7619, 1.0)
    # Figure 3: 1-5 with 8-12 instead, the costlier mistake.
    other = b_cubed(truth, "xxxxxyyxxxxx")
    assert (other.precision, other.recall) == (0.5833, 1.0)
    assert other.f1 < one.f1


@pytest.mark.parametrize(
    ("expected", "read", "precision", "recall", "f1"),
    [
        ("aabb", "1122", 1.0, 1.0, 1.0),
        ("aabb", "1234", 1.0, 0.5, 0.6667),
        ("aabb", "1111", 0.5, 1.0, 0.6667),
        ("aab", "112", 1.0, 1.0, 1.0),
        ("aab", "122", 0.6667, 0.6667, 0.6667),
        ("", "", 0.0, 0.0, 0.0),
    ],
)
def test_small_cases(expected: str, read: str, precision: float, recall: float, f1: float) -> None:
    score = b_cubed(expected, read)
    assert (score.precision, score.recall, score.f1) == (precision, recall, f1)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=12))
def test_as_its_definition_says(pairs: list[tuple[str, str]]) -> None:
    expected, read = zip(*pairs, strict=True)
    both, right, mine = Counter(pairs), Counter(expected), Counter(read)
    precision = sum(both[a, b] / mine[b] for a, b in pairs) / len(pairs)
    recall = sum(both[a, b] / right[a] for a, b in pairs) / len(pairs)
    score = b_cubed(expected, read)
    assert (score.precision, score.recall) == (round(precision, 4), round(recall, 4))
    turned = b_cubed(read, expected)
    assert (turned.precision, turned.recall, turned.f1) == (score.recall, score.precision, score.f1)


def rows(schema: pl.Schema, *rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema)


def fact(
    url: str, start: int, end: int, key: str | None, kind: str = "ASSAULT", part: str = "text"
) -> dict[str, object]:
    return {"url": url, "part": part, "char_start": start, "char_end": end, "event_type": kind, "event_key": key}


def mention(
    number: int, article: int, at: int, event: int, kind: str = "ASSAULT", part: str = "text"
) -> dict[str, object]:
    where = {"article_id": article, "part": part, "trigger_start": at, "trigger_end": at + 3}
    return {"event_mention_id": number, "event_id": event, "event_type": kind} | where


ARTICLES_READ = rows(ARTICLES, {"article_id": 1, "url": "a"}, {"article_id": 2, "url": "b"})


def test_mentions_are_matched_by_place_and_type() -> None:
    facts = rows(
        EVENTS,
        fact("a", 0, 20, "bombing"),  # its trigger may be any of these words
        fact("a", 0, 20, "bombing", part="title"),
        fact("a", 30, 35, "arrest", "COERCE"),
        fact("b", 0, 5, "bombing"),
        fact("b", 0, 5, "talks", "CONSULT"),
        fact("b", 50, 55, None),  # asked for its date alone
    )
    read = rows(
        EVENT_MENTIONS,
        mention(11, 1, 15, 100),
        mention(12, 1, 10, 101),
        mention(13, 1, 30, 102, "REJECT"),  # another type: not the arrest
        mention(14, 2, 4, 100),
        mention(15, 2, 5, 103, "CONSULT"),  # begins where the annotated words end
    )
    matched = matched_events(facts, ARTICLES_READ, read)
    assert matched.select("event_key", "event_mention_id", "event_id").rows() == [
        ("bombing", 12, 101),
        ("bombing", None, None),
        ("arrest", None, None),
        ("bombing", 14, 100),
        ("talks", None, None),
    ]
    card = score_consolidation(matched)
    assert (card.articles, card.mentions, card.found, card.events, card.events_read) == (2, 5, 2, 1, 2)
    assert (card.b_cubed.precision, card.b_cubed.recall) == (1.0, 0.5)
    assert card.b_cubed == card.never


def test_a_mention_is_taken_once() -> None:
    facts = rows(EVENTS, fact("a", 0, 10, "first"), fact("a", 5, 20, "second"))
    read = rows(EVENT_MENTIONS, mention(1, 1, 7, 100), mention(2, 1, 12, 101))
    assert matched_events(facts, ARTICLES_READ, read)["event_mention_id"].to_list() == [1, 2]
