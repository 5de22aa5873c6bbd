"""Near-copies of one report: found whatever the order, read like any article, counted once."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy_news import Record, contents, copy_of, load, normalized, raw_articles

from tasks.identity import stable_id
from tasks.load.copies import BANDS, ENOUGH_WORDS, ROWS, sign
from tasks.load.load import Counts, begin_load, finish_load
from warehouse.check import run_checks
from warehouse.connection import writer

REPORT = (
    "العراق قصف إيران في بغداد. وقال شهود عيان إن دوي الانفجارات سُمع في أنحاء متفرقة من المدينة قبيل منتصف الليل،"
    " فيما هرعت سيارات الإسعاف والدفاع المدني إلى المكان لنقل الجرحى إلى المستشفيات القريبة."
    " وأكد مصدر أمني رفض الكشف عن هويته أن التحقيقات الأولية لم تحدد بعد الجهة التي تقف وراء العملية."
    " ولم يصدر حتى الآن أي تعليق رسمي من الجانبين على ما جرى."
)
OTHER = (
    "العراق قصف إيران في بغداد. ونقلت وكالة محلية عن ضابط كبير أن القصف جاء ردًا على هجوم سابق استهدف قاعدة في الشمال."
    " وأضاف الضابط أن الأضرار اقتصرت على مبانٍ خالية، وأن أحدًا لم يصب بأذى، مشيرًا إلى أن الوضع تحت السيطرة."
    " وكانت الحكومة قد دعت السكان قبل أيام إلى توخي الحذر وعدم الاقتراب من المنشآت العسكرية المنتشرة حول العاصمة."
)
FIRST = Record("https://a.example/1", REPORT, title="قصف في بغداد", source="أ", day=1)
HEADED = Record("https://b.example/2", "بغداد - وكالات: " + REPORT, title="ليلة ساخنة", source="ب", day=2)
TRIMMED = Record("https://c.example/3", REPORT.rpartition(" ولم يصدر")[0], title="انفجارات", source="ج", day=1)
MARKED = Record("https://d.example/4", REPORT.replace("إن", "أنّ").replace("المدينة", "المدينةِ"), source="د", day=3)
APART = Record("https://e.example/5", OTHER, title="رد على هجوم", source="هـ", day=1)
SHORT = Record("https://f.example/6", "العراق قصف إيران.", source="و")
SHORT_TOO = Record("https://g.example/7", "العراق قصف إيران. نعم.", source="ز")
NEWS = [FIRST, HEADED, TRIMMED, MARKED, APART, SHORT, SHORT_TOO]


def signed(*texts: str) -> list[list[int]]:
    articles = normalized(raw_articles([Record(f"https://a.example/{n}", text) for n, text in enumerate(texts)]))
    return [list(row) for row in sign(articles).signatures["signature"]]


def likeness(one: str, other: str) -> float:
    first, second = signed(one, other)
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


def test_a_signature_tells_copies_from_accounts_of_one_event() -> None:
    assert likeness(REPORT, HEADED.text) > 0.85
    assert likeness(REPORT, TRIMMED.text) > 0.7
    assert likeness(REPORT, MARKED.text) > 0.9  # vowels and hamza are spelling
    assert likeness(REPORT, OTHER) < 0.3


def test_signatures_are_those_that_warehouses_hold() -> None:
    """Another algorithm or seed would find no copies of what is loaded already."""
    [signature] = signed(REPORT)
    assert len(signature) == BANDS * ROWS
    assert signature[:3] == [3224550500, 2974460399, 1683002004]


def test_short_texts_have_no_signature() -> None:
    words = REPORT.split()
    assert signed(" ".join(words[: ENOUGH_WORDS - 1])) == []
    assert len(signed(" ".join(words[:ENOUGH_WORDS]))) == 1


def test_copies_count_as_one_report_and_as_sources_of_their_own(path: Path) -> None:
    exact = Record("https://x.example/8", REPORT, title=FIRST.title, source="ح", day=4)
    with writer(path) as con:
        load_id = begin_load(con, "run", model_version="toy-1")
        load(con, load_id, [[FIRST, HEADED, TRIMMED, exact], [MARKED, APART]])
        assert finish_load(con, load_id) == Counts(6, 5, 0, 1, 0)
        copies = dict(con.execute("SELECT url, duplicate_of FROM articles").fetchall())
        oldest = min((FIRST, TRIMMED), key=lambda record: stable_id(record.url))  # of one day
        report = stable_id(oldest.url)
        assert copies.pop(oldest.url) is None
        assert copies.pop(APART.url) is None
        assert copies.pop(exact.url) == stable_id(FIRST.url)
        assert set(copies.values()) == {report}
        # Two reports in six papers; the late copies tell of the day of the first.
        found = con.execute("SELECT mention_count, article_count, source_count, event_date FROM events").fetchall()
        assert found == [(2, 2, 6, date(2026, 3, 1))]
        assert run_checks(con)["violations"].sum() == 0


@pytest.mark.parametrize("last", NEWS, ids=lambda record: record.url[8:9])
def test_each_can_come_last(template: Path, tmp_path: Path, last: Record) -> None:
    seen = []
    for batches in ([NEWS], [[record for record in NEWS if record is not last], [last]]):
        with writer(copy_of(template, tmp_path)) as con:
            load(con, begin_load(con, "run", model_version="toy-1"), batches)
            kept = contents(con)
            del kept["articles"]  # record_number follows the order
            seen.append((kept, con.execute("SELECT article_id, duplicate_of FROM articles ORDER BY ALL").fetchall()))
    assert seen[0] == seen[1]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(shuffled=st.permutations(NEWS), cuts=st.sets(st.integers(1, len(NEWS) - 1), max_size=3))
def test_any_order_and_cut_names_the_same_reports(
    template: Path, tmp_path: Path, shuffled: list[Record], cuts: set[int]
) -> None:
    bounds = [0, *sorted(cuts), len(shuffled)]
    seen = []
    for batches in ([NEWS], [shuffled[a:b] for a, b in pairwise(bounds)]):
        with writer(copy_of(template, tmp_path)) as con:
            load(con, begin_load(con, "run", model_version="toy-1"), batches)
            copies = con.execute("SELECT article_id, duplicate_of FROM articles ORDER BY ALL").fetchall()
            seen.append((copies, contents(con, "events", "event_mentions")))
            assert run_checks(con)["violations"].sum() == 0
    assert seen[0] == seen[1]


def test_a_report_that_changes_lets_go_of_its_copies(path: Path) -> None:
    with writer(path) as con:
        load(con, begin_load(con, "one"), [[FIRST, HEADED]])
        assert con.execute("SELECT count(duplicate_of) FROM articles").fetchall() == [(1,)]
        load(con, begin_load(con, "two"), [[Record(FIRST.url, OTHER, source="أ")]])
        assert con.execute("SELECT count(duplicate_of) FROM articles").fetchall() == [(0,)]
        assert con.execute("SELECT count(duplicate_of) FROM article_revisions").fetchall() == [(0,)]
        assert run_checks(con)["violations"].sum() == 0


def test_an_exact_copy_of_a_near_copy_is_not_read(path: Path) -> None:
    again = Record("https://z.example/9", HEADED.text, title=HEADED.title, source="ط")
    with writer(path) as con:
        load(con, begin_load(con, "one"), [[FIRST, HEADED]])
        [counts] = load(con, begin_load(con, "two"), [[again]])
        assert counts == Counts(1, 0, 0, 1, 0)
        [counts] = load(con, begin_load(con, "three"), [[FIRST, HEADED, again]])
        assert counts == Counts(3, 0, 3, 0, 0)
        assert run_checks(con)["violations"].sum() == 0
