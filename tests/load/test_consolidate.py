"""What makes one event, and that it does not matter when and in what portions its mentions come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy_news import CITIES, COUNTRIES, TABLES, TRIGGERS, Record, contents, copy_of, load

from tasks.load import consolidate
from tasks.load.load import begin_load
from warehouse.check import run_checks
from warehouse.connection import writer
from warehouse.transaction import transaction

sentences = st.builds(
    lambda *words: " ".join(word for word in words if word) + ".",
    st.sampled_from(["", "سوف"]),
    st.sampled_from(["", *COUNTRIES]),
    st.sampled_from(list(TRIGGERS)),
    st.sampled_from(["", *COUNTRIES]),
    st.sampled_from(["", *CITIES]),
)
texts = st.lists(sentences, min_size=1, max_size=3).map(" ".join)
records = st.builds(
    Record,
    url=st.sampled_from([f"https://a.example/{n}" for n in range(40)]),
    text=texts,
    source=st.sampled_from(["أ", "ب", None]),
    day=st.integers(1, 12),
    dated=st.booleans(),
    told=st.booleans(),
    located=st.booleans(),
)
# Few examples, but large ones: each is a warehouse of its own.
slow = settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def loaded(template: Path, folder: Path, batches: list[list[Record]]) -> dict[str, list[tuple[object, ...]]]:
    with writer(copy_of(template, folder)) as con:
        load(con, begin_load(con, "run", model_version="toy-1"), batches)
        return contents(con)


@slow
@given(batches=st.lists(st.lists(records, max_size=12), min_size=1, max_size=3), at_once=st.sampled_from([1, 5, 1_000]))
def test_events_told_bit_by_bit_are_those_told_at_once(
    template: Path, tmp_path: Path, batches: list[list[Record]], at_once: int
) -> None:
    with writer(copy_of(template, tmp_path)) as con:
        load(con, begin_load(con, "run"), batches)
        assert run_checks(con)["violations"].sum() == 0
        step_by_step = contents(con, "events", "event_mentions")
        with transaction(con), pytest.MonkeyPatch.context() as patch:
            patch.setattr(consolidate, "MENTIONS_AT_ONCE", at_once)
            patch.setattr(consolidate, "REPORTS_AT_ONCE", at_once)
            consolidate.rebuild(con)
        assert contents(con, "events", "event_mentions") == step_by_step


@slow
@given(
    given_records=st.lists(records, min_size=1, max_size=30, unique_by=(lambda r: r.url, lambda r: r.text)),
    data=st.data(),
)
def test_any_order_and_cut_of_batches_gives_the_same_tables(
    template: Path, tmp_path: Path, given_records: list[Record], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(given_records)))
    shuffled = data.draw(st.permutations(given_records))
    together = loaded(template, tmp_path, [given_records])
    apart = loaded(template, tmp_path, [list(shuffled[:cut]), list(shuffled[cut:])])
    numbered = ("articles",)  # record_number follows the order
    assert {k: v for k, v in together.items() if k not in numbered} == {
        k: v for k, v in apart.items() if k not in numbered
    }


@slow
@given(stream=st.lists(records.map(lambda r: replace(r, located=True)), max_size=30), data=st.data())
def test_the_cut_into_batches_does_not_matter_for_revisions_and_duplicates(
    template: Path, tmp_path: Path, stream: list[Record], data: st.DataObject
) -> None:
    """All articles know the same of a place: what was learnt from a version since overtaken is not forgotten."""
    cut = data.draw(st.integers(0, len(stream)))
    seen = []
    for batches in ([stream], [stream[:cut], stream[cut:]]):
        with writer(copy_of(template, tmp_path)) as con:
            load(con, begin_load(con, "run", model_version="toy-1"), batches)
            counts = con.execute(
                "SELECT records_seen, loaded, unchanged, duplicates, quarantined FROM loads"
            ).fetchall()
            versions = con.execute(
                "SELECT article_id, content_hash, revision, duplicate_of, 'current' FROM articles UNION ALL"
                " SELECT article_id, content_hash, revision, duplicate_of, 'old' FROM article_revisions ORDER BY ALL"
            ).fetchall()
            seen.append((counts, versions, contents(con, "events", "event_mentions", "sentences")))
            assert run_checks(con)["violations"].sum() == 0
    assert seen[0] == seen[1]


@slow
@given(stream=st.lists(records, max_size=30))
def test_a_second_run_finds_everything_unchanged(template: Path, tmp_path: Path, stream: list[Record]) -> None:
    with writer(copy_of(template, tmp_path)) as con:
        load(con, begin_load(con, "one"), [stream])
        before = contents(con)
        [counts] = load(con, begin_load(con, "two"), [stream])
        assert counts.unchanged == counts.records_seen == len(stream)
        assert contents(con) == before
        assert set(before) == set(TABLES)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("العراق قصف إيران.", "العراق هاجم إيران في بغداد.", True),  # mode and place do not matter
        ("العراق قصف إيران.", "إيران قصف العراق.", False),
        ("العراق قصف إيران.", "سوف العراق قصف إيران.", False),  # planned
        ("العراق قصف.", "العراق قصف إيران.", True),  # one party in common, and the words
        ("قصف بغداد.", "قصف بغداد.", True),  # nobody is named: the place stands in
        ("قصف بغداد.", "قصف بيروت.", False),
        ("قصف.", "قصف.", False),  # nothing is known: not the same
    ],
)
def test_what_makes_one_event(path: Path, one: str, other: str, same: bool) -> None:
    pair = [Record("https://a.example/1", one), Record("https://a.example/2", other + " وبعد.")]
    with writer(path) as con:
        load(con, begin_load(con, "run"), [pair])
        assert con.execute("SELECT count(*) FROM events").fetchall() == [(1 if same else 2,)]


def test_undated_mentions_are_one_event_only_within_their_article(path: Path) -> None:
    text = "العراق قصف إيران. نعم العراق قصف إيران."
    pair = [
        Record("https://a.example/1", text, dated=False),
        Record("https://a.example/2", text + " وبعد.", dated=False),
    ]
    with writer(path) as con:
        load(con, begin_load(con, "run"), [pair])
        assert con.execute("SELECT mention_count, event_date FROM events").fetchall() == [(2, None), (2, None)]


def test_what_is_learnt_of_a_place_later_reaches_its_events(path: Path) -> None:
    early = Record("https://a.example/1", "العراق قصف إيران في بغداد.", located=False)
    late = Record("https://a.example/2", "مصر زار بغداد.", day=2)
    with writer(path) as con:
        load(con, begin_load(con, "run"), [[early], [late]])
        found = con.execute("SELECT latitude, longitude FROM events WHERE event_date = $1", [date(2026, 3, 1)])
        assert found.fetchall() == [(33.34, 44.4)]
