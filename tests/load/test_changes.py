"""What a revision has changed is told, and a copy says how it repeats."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_news import Record, load, settle

from tasks.load.changes import kept
from tasks.load.load import begin_load, finish_load
from warehouse.connection import writer

FIRST = Record("https://a.example/1", "العراق قصف إيران في بغداد. ثم إيران زار لبنان.", title="أول", source="أ")
SECOND = Record(FIRST.url, "العراق قصف إيران في بغداد. ثم لبنان نفى ذلك.", title="أول", source="أ", day=2)
THIRD = Record(FIRST.url, SECOND.text, title="ثالث", source="ب", day=2)
CHANGED = [
    (1, None, None),
    (2, ["text", "published_at"], pytest.approx(7 / 9)),
    (3, ["title", "source"], 1.0),
]


@pytest.mark.parametrize(
    "batches", [[[FIRST], [SECOND], [THIRD]], [[FIRST, SECOND, THIRD]], [[FIRST], [SECOND, THIRD]]]
)
def test_what_changed_is_told_however_it_came(batches: list[list[Record]], path: Path) -> None:
    with writer(path) as con:
        load_id = begin_load(con, "run")
        load(con, load_id, batches)
        told = con.execute(
            "SELECT revision, changed, text_kept FROM articles UNION ALL BY NAME"
            " SELECT revision, changed, text_kept FROM article_revisions ORDER BY revision"
        ).fetchall()
        assert told == CHANGED
        pairs = con.execute("SELECT revision, title_before, title FROM article_changes ORDER BY 1").fetchall()
        assert pairs == [(2, "أول", "أول"), (3, "أول", "ثالث")]


def test_a_copy_says_how_it_repeats(path: Path) -> None:
    words = [f"كلمة{number}" for number in range(60)]
    body, nearly = " ".join(words), " ".join([*words, "أخيرة"])
    records = [Record("https://a.example/1", body), Record("https://b.example/1", body, source="ب", day=2)]
    with writer(path) as con:
        load_id = begin_load(con, "run")
        load(con, load_id, [[*records, Record("https://c.example/1", nearly, source="ج", day=3)]])
        finish_load(con, load_id)
        kinds = "SELECT source, duplicate_kind FROM articles ORDER BY source"
        assert con.execute(kinds).fetchall() == [("ب", "exact"), ("ج", "near"), ("وكالة", None)]

        load(con, begin_load(con, "next"), [[Record("https://c.example/1", "خبر آخر قصير.", source="ج", day=3)]])
        settle(con)
        assert con.execute(kinds).fetchall() == [("ب", "exact"), ("ج", None), ("وكالة", None)]
        assert con.execute("SELECT duplicate_of, duplicate_kind FROM article_revisions").fetchall() == [(None, None)]


@given(st.text("ابت ", max_size=30), st.text("ابت ", max_size=30))
def test_the_share_that_is_kept(before: str, now: str) -> None:
    assert 0 <= kept(before, now) <= 1
    assert kept(before, before) == 1
    assert kept(before, f"{now} {before}") == 1
    assert kept("زار الوزير بغداد أمس", "زار الوزير القاهرة اليوم") == 0.5
