"""The quarantine as a workshop: what can be used in the end is in the warehouse as if it always could have been."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from newsroom import WordReader, article, write_lines
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.quarantine import Selection
from flows.replay import Replayed
from flows.report import ENOUGH_RECORDS, Report
from flows.settings import Settings
from warehouse.query import query

pytestmark = pytest.mark.usefixtures("harness", "reader")

PERSIAN = "رئیس جمهور امروز با وزیر امور خارجه روسیه دیدار کرد و درباره مسائل منطقه گفت‌وگو کردند."
DEEP = article(7, extra={"a": {"b": {"c": [1]}}})


def settings(**chosen: Any) -> Settings:
    return Settings.model_validate({"warehouse": "w.duckdb"} | chosen)


def run(*paths: str | Path, **chosen: Any) -> Report:
    from flows.ingest import ingest

    return asyncio.run(ingest([str(path) for path in paths], settings(**chosen)))


def replay(selection: Selection | None = None, **chosen: Any) -> Replayed:
    from flows.replay import replay

    return asyncio.run(replay(selection, settings(**chosen)))


def rows(sql: str) -> list[tuple[Any, ...]]:
    return query("w.duckdb", sql).rows()


def marsad(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, [*words], input=typed)


def test_what_can_be_used_now_is_loaded_as_if_it_always_could() -> None:
    news = write_lines(Path("news.jsonl"), [article(1), DEEP, "{broken", {"title": "خبر", "نص_الخبر": "التقى الوزير."}])
    run(news, ingest={"max_depth": 3, "source": "صحيفة"})
    news.unlink()
    done = replay(ingest={"fields": {"text": ["نص_الخبر"]}})

    assert (done.tried, done.resolved) == (3, 2)
    assert done.report
    assert done.report.counts.model_dump() == {
        "records_seen": 3,
        "loaded": 2,
        "unchanged": 0,
        "duplicates": 0,
        "quarantined": 1,
    }
    kept = rows("SELECT reason, resolved, replayed_at IS NOT NULL FROM quarantine ORDER BY reason")
    assert kept == [("broken_json", False, True), ("no_text_field", True, True), ("too_deep", True, True)]

    identity = "SELECT article_id, origin, record_number, source, title, content_hash FROM articles ORDER BY ALL"
    replayed = rows(identity)
    Path("w.duckdb").unlink()
    write_lines(news, [article(1), DEEP, "{broken", {"title": "خبر", "نص_الخبر": "التقى الوزير."}])
    run(news, ingest={"source": "صحيفة", "fields": {"text": ["نص_الخبر"]}})
    assert rows(identity) == replayed


def test_a_second_replay_changes_nothing() -> None:
    run(write_lines(Path("news.jsonl"), [DEEP, "{broken", article(3, text=PERSIAN, title="گفت‌وگوی دو وزیر")]))
    before = rows("SELECT * EXCLUDE (replayed_at) FROM quarantine ORDER BY ALL")
    assert [replay().resolved for _ in range(2)] == [0, 0]
    assert rows("SELECT * EXCLUDE (replayed_at) FROM quarantine ORDER BY ALL") == before
    assert replay(Selection(reasons=("no_such_reason",))).tried == 0


def test_a_mended_file_is_read_at_its_place() -> None:
    whole = article(2)
    line = json.dumps(whole, ensure_ascii=False)
    news = write_lines(Path("news.jsonl"), [article(1), line[:-9], "{broken"])
    run(news, "later.txt")
    write_lines(news, [article(5), line, article(6)])
    Path("later.txt").write_text("وصل وفد\n\nالتقى الوزير نظيره في بغداد يوم الاثنين.", encoding="utf-8")
    done = replay()
    assert (done.tried, done.resolved) == (3, 3)
    assert rows("SELECT url FROM articles WHERE record_number = 2") == [(whole["url"],)]
    assert rows("SELECT title FROM articles WHERE origin = 'later.txt'") == [("وصل وفد",)]


def test_another_record_at_its_place_resolves_nothing() -> None:
    news = write_lines(Path("news.jsonl"), [json.dumps(article(1), ensure_ascii=False)[:-9]])
    run(news)
    write_lines(news, [{"id": 77, "body": "هاجم مسلحون مجهولون قرية قرب الحدود فجر الأربعاء ولم يصب أحد بأذى"}])
    assert replay().resolved == 0
    assert rows("SELECT reason FROM quarantine") == [("broken_json",)]


def test_one_record_keeps_one_row_whatever_is_wrong_with_it() -> None:
    run(
        write_lines(Path("news.jsonl"), [article(1, text=PERSIAN, title="گفت‌وگو", extra=[[[1]]])]),
        ingest={"max_depth": 2},
    )
    assert rows("SELECT stage, reason FROM quarantine") == [("read", "too_deep")]
    replay()
    assert rows("SELECT stage, reason, resolved FROM quarantine") == [("normalize", "not_arabic", False)]
    assert "not Arabic" in rows("SELECT message FROM quarantine")[0][0]


def test_of_a_large_record_a_part_is_kept_and_the_place_of_the_rest() -> None:
    long = article(1, text=article(1)["text"] * 50, extra=[[[1]]])
    news = write_lines(Path("news.jsonl"), [article(2), long])
    run(news, ingest={"max_depth": 2}, quarantine={"payload_bytes": 1000})
    [(kept, size, complete, offset)] = rows(
        "SELECT octet_length(payload), payload_size, payload_complete, byte_offset FROM quarantine"
    )
    first, second = news.read_bytes().splitlines(keepends=True)
    assert (kept, size, complete, offset) == (1000, len(second) - 1, False, len(first))
    news.rename("elsewhere.jsonl")
    assert replay().resolved == 0
    assert "is not at its origin any more" in rows("SELECT message FROM quarantine")[0][0]
    Path("elsewhere.jsonl").rename(news)
    assert replay().resolved == 1


def test_too_many_fail_the_run_after_the_others_are_loaded() -> None:
    from flows.ingest import TooManyQuarantinedError

    bad = ["{broken"] * (ENOUGH_RECORDS // 4 + 1)
    good = ENOUGH_RECORDS - len(bad)
    news = write_lines(Path("news.jsonl"), [*map(article, range(good)), *bad])
    with pytest.raises(
        TooManyQuarantinedError, match=r"26 of 100 records .*broken_json 26.*fail_above = 0\.2"
    ) as caught:
        run(news)
    assert caught.value.report.counts.loaded == good
    assert rows("SELECT count(*) FROM articles") == [(good,)]
    assert rows("SELECT state, loaded, quarantined FROM loads") == [("failed", good, len(bad))]
    assert not list(Path("staging").iterdir())

    assert run(news, quarantine={"fail_above": 0.3}).counts.unchanged == good
    write_lines(news, bad[:10])
    assert run(news).counts.quarantined == 10  # too few to say anything


@pytest.fixture
def held(reader: WordReader, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of quarantined records: of a broken line in Windows-1256, of a Persian article."""
    monkeypatch.setenv("MARSAD_WAREHOUSE", "w.duckdb")
    Path("a.jsonl").write_bytes('{"text": "التقى الوزير نظيره في القاهرة" broken'.encode("cp1256") + b"\n")
    run("a.jsonl", write_lines(Path("b.jsonl"), [article(1, text=PERSIAN, title="گفت‌وگوی دو وزیر")]))
    return [row[0] for row in rows("SELECT quarantine_id FROM quarantine ORDER BY origin")]


@pytest.mark.parametrize("word", ["list", "show", "replay", "drop"])
def test_every_word_has_help_with_an_example(word: str) -> None:
    assert f"Example: marsad quarantine {word}" in " ".join(marsad("quarantine", word, "--help").output.split())


def test_list(held: list[int]) -> None:
    shown = marsad("quarantine", "list")
    assert shown.exit_code == 0
    assert "broken_json" in shown.stdout
    assert "not_arabic" in shown.stdout
    every = json.loads(marsad("quarantine", "list", "--all", "--json").stdout)
    assert [row["quarantine_id"] for row in every] == held
    one = json.loads(marsad("quarantine", "list", "--reason", "not_arabic", "--since", "1d", "--json").stdout)
    assert [(group["records"], group["stage"]) for group in one] == [(1, "normalize")]
    assert marsad("quarantine", "list", "--since", "2000-01-01").stdout.count("broken_json") >= 1
    assert "Nothing" in marsad("quarantine", "list", "--reason", "empty_text").stdout
    assert marsad("quarantine", "list", "--since", "long ago").exit_code == 2


def test_show(held: list[int]) -> None:
    shown = marsad("quarantine", "show", str(held[0]))
    assert shown.exit_code == 0
    for part in ("broken_json", "a.jsonl", "التقى الوزير نظيره", "00000000  7b 22 74 65", '{"text"'):
        assert part in shown.stdout
    told = json.loads(marsad("quarantine", "show", str(held[1]), "--json").stdout)
    assert (told["quarantine_id"], told["format"], told["payload_complete"]) == (str(held[1]), "article", True)
    assert marsad("quarantine", "show", "1").exit_code == 3


def test_drop(held: list[int]) -> None:
    assert marsad("quarantine", "drop").exit_code == 2
    assert marsad("quarantine", "drop", "--reason", "not_arabic", typed="n\n").exit_code == 3
    assert len(rows("FROM quarantine WHERE dropped_at IS NULL")) == 2
    assert marsad("quarantine", "drop", "--id", str(held[1]), "--yes").exit_code == 0
    assert "not_arabic" not in marsad("quarantine", "list").stdout
    assert json.loads(marsad("quarantine", "drop", "--reason", "broken_json", "--yes", "--json").stdout) == {
        "dropped": 1
    }
    run("a.jsonl", "b.jsonl")  # met again, not told again
    assert "Nothing" in marsad("quarantine", "list").stdout
    assert marsad("quarantine", "show", str(held[0])).exit_code == 0


def test_files_of_our_own_are_not_read(reader: WordReader) -> None:
    write_lines(Path("news.jsonl"), [article(1)])
    assert run(".").counts.records_seen == 1
    assert Path("w.duckdb").exists()
    assert run(".").counts.model_dump() == {
        "records_seen": 1,
        "loaded": 0,
        "unchanged": 1,
        "duplicates": 0,
        "quarantined": 0,
    }
    assert run("w.duckdb").counts.quarantined == 1  # named itself
