"""From readings to frames: offsets, identifiers, participants, and independence of the batch."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hand_annotated import ARREST, QUIET, READINGS, SHELLING, THANKS, VISIT, WARNING, HandReader
from hypothesis import given, settings
from hypothesis import strategies as st

import tasks.extract
from tasks.extract.extract import Extraction, extract_articles
from tasks.frames import (
    ARTICLES,
    ENTITIES,
    ENTITY_MENTIONS,
    EVENT_MENTIONS,
    EVENT_PARTICIPANTS,
    SENTENCES,
    conform,
    empty,
)

SUNDAY = datetime(2026, 3, 1, 9, tzinfo=UTC)


def batch(*articles: tuple[str | None, list[str]], first_id: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Articles of (title, sentences of the text, two spaces and a bidi mark between them) and their sentences."""
    rows, spans = [], []
    for number, (title, sentences) in enumerate(articles, first_id):
        text = ""
        if title:
            spans.append((number, "title", 0, 0, 0, len(title)))
        for index, sentence in enumerate(sentences):
            text += " \u200f "
            spans.append((number, "text", index, index, len(text), len(text) + len(sentence)))
            text += sentence
        rows.append({"article_id": number, "title": title, "text": text, "published_at": SUNDAY})
    known = pl.DataFrame(rows, schema_overrides={"title": pl.String})
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in ARTICLES.items() if name not in known.columns]
    return (
        conform(known.with_columns(missing), ARTICLES),
        pl.DataFrame(spans, SENTENCES, orient="row") if spans else empty(SENTENCES),
    )


def extract(*articles: tuple[str | None, list[str]], first_id: int = 1) -> Extraction:
    return extract_articles(*batch(*articles, first_id=first_id), HandReader())


def participants(extraction: Extraction, role: str) -> list[tuple[str, str | None, str | None]]:
    rows = extraction.event_participants.filter(pl.col("role") == role)
    return list(rows.select("text", "country_code", "sector").iter_rows())


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from([None, *READINGS]), st.lists(st.sampled_from(sorted(READINGS)), max_size=5)),
        max_size=4,
    )
)
def test_every_span_cuts_the_text_it_claims(articles: list[tuple[str | None, list[str]]]):
    frame, sentences = batch(*articles) if articles else (empty(ARTICLES), empty(SENTENCES))
    made = extract_articles(frame, sentences, HandReader())
    schemas = (ENTITY_MENTIONS, ENTITIES, EVENT_MENTIONS, EVENT_PARTICIPANTS)
    assert [table.schema for table in made] == list(schemas)
    parts = {(row["article_id"], part): row[part] for row in frame.iter_rows(named=True) for part in ("title", "text")}
    for row in made.entity_mentions.iter_rows(named=True):
        assert parts[row["article_id"], row["part"]][row["char_start"] : row["char_end"]] == row["text"]
    events = {}
    for row in made.event_mentions.iter_rows(named=True):
        whole = events[row["event_mention_id"]] = parts[row["article_id"], row["part"]]
        assert whole[row["trigger_start"] : row["trigger_end"]] == row["trigger_text"]
        assert row["evidence"] in whole
    for row in made.event_participants.iter_rows(named=True):
        assert events[row["event_mention_id"]][row["char_start"] : row["char_end"]] == row["text"]
    assert made.entity_mentions["entity_mention_id"].is_unique().all()
    assert made.event_mentions["event_mention_id"].is_unique().all()
    assert set(made.entity_mentions["entity_id"]) == set(made.entities["entity_id"])
    keys = made.event_participants.select("event_mention_id", "role", "position")
    assert keys.is_unique().all()


def test_a_visit():
    made = extract((None, [VISIT]))
    (row,) = made.event_mentions.iter_rows(named=True)
    assert (row["event_type"], row["event_mode"], row["quad_class"], row["intensity"], row["cameo_root"]) == (
        "CONSULT",
        "visit",
        1,
        4.0,
        "04",
    )
    assert (row["event_date"], row["event_date_basis"]) == (date(2026, 2, 28), "relative")
    assert row["event_id"] is None and row["evidence"] == VISIT
    assert participants(made, "recipient") == [("وزير الخارجية العراقي فاضل الكعبي", "IRQ", "GOV")]
    assert participants(made, "actor") == [("نظيره الأردني سامي الحسبان", "JOR", "GOV")]
    assert participants(made, "location") == [("بغداد", "IRQ", None)]
    names = dict(made.entities.select("entity_id", "name").iter_rows())
    by_role = dict(made.event_participants.select("role", "entity_id").iter_rows())
    assert names[by_role["recipient"]] == "فاضل الكعبي"
    assert names[by_role["location"]] == "بغداد"
    assert by_role["date"] is None


def test_an_attack_has_its_victims_and_its_place():
    made = extract((None, [SHELLING]))
    (row,) = made.event_mentions.iter_rows(named=True)
    assert (row["killed"], row["injured"], row["arrested"]) == (12, 30, None)
    assert row["event_date_basis"] == "publication"
    assert participants(made, "location") == [("شمال سوريا", "SYR", None)]
    assert participants(made, "actor") == []
    assert participants(made, "speaker") == [("منظمة نجدة", None, "SOC")]


def test_capitals_act_as_governments():
    made = extract((None, [WARNING]))
    assert participants(made, "actor") == [("واشنطن", "USA", "GOV"), ("وبغداد", "IRQ", "GOV")]
    assert participants(made, "recipient") == [("الحوثيين", "YEM", "REB")]


def test_arrests_and_an_explicit_date():
    made = extract((None, [ARREST]))
    (row,) = made.event_mentions.iter_rows(named=True)
    assert row["arrested"] == 7
    assert (row["event_date"], row["event_date_basis"]) == (date(2026, 3, 2), "explicit")
    assert participants(made, "actor") == [("الشرطة الفرنسية", "FRA", "COP")]


def test_mentions_keep_their_clitics_and_names_do_not():
    made = extract((None, [VISIT, THANKS]))
    named = made.entity_mentions.join(made.entities, on="entity_id")
    names = dict(named.select("text", "name").iter_rows())
    assert names["للعراق"] == "العراق"
    assert names["والأردن"] == "الأردن"
    assert names["ووليد جنبلاط"] == "وليد جنبلاط"


def test_several_countries_are_a_row_each():
    sentence = "دان وزيرا خارجية مصر والأردن الهجوم."
    from hand_annotated import event, reading

    class Reader(HandReader):
        def read(self, sentences):
            told = event(sentence, "ACCUSE", "دان", "disapprove", actor="وزيرا خارجية مصر والأردن")
            return [reading(sentence, [("LOC", "مصر"), ("LOC", "والأردن")], [told]) for _ in sentences]

    made = extract_articles(*batch((None, [sentence])), Reader())
    rows = made.event_participants.select("position", "text", "country_code", "entity_id").rows()
    assert rows == [
        (0, "وزيرا خارجية مصر والأردن", "EGY", None),
        (1, "وزيرا خارجية مصر والأردن", "JOR", None),
    ]


def test_a_surname_is_no_nationality():
    sentence = "وصل رئيس الوزراء العراقي ماجد السوداني."
    from hand_annotated import event, reading

    class Reader(HandReader):
        def read(self, sentences):
            told = event(sentence, "CONSULT", "وصل", "visit", actor="رئيس الوزراء العراقي ماجد السوداني")
            return [reading(sentence, [("PER", "ماجد السوداني")], [told]) for _ in sentences]

    made = extract_articles(*batch((None, [sentence])), Reader())
    assert participants(made, "actor") == [("رئيس الوزراء العراقي ماجد السوداني", "IRQ", "GOV")]


def test_every_sentence_is_read_once():
    reader = HandReader()
    extract_articles(*batch((VISIT, [VISIT, QUIET]), (None, [QUIET, SHELLING])), reader)
    assert sorted(reader.asked) == sorted({VISIT, QUIET, SHELLING})


@pytest.mark.parametrize("size", [1, 3])
def test_the_rows_are_the_same_whatever_is_read_at_a_time(size: int, monkeypatch: pytest.MonkeyPatch):
    told = [(VISIT, [VISIT, QUIET]), (None, [QUIET]), (None, [SHELLING, WARNING]), (VISIT, [THANKS]), (None, [ARREST])]
    at_once = extract(*told)
    monkeypatch.setattr("tasks.extract.extract._SENTENCES_A_PORTION", size)
    reader = HandReader()
    bit_by_bit = extract_articles(*batch(*told), reader)
    assert all(one.equals(other) for one, other in zip(bit_by_bit, at_once, strict=True))
    assert sorted(reader.asked) == sorted({VISIT, QUIET, SHELLING, WARNING, THANKS, ARREST})


def test_a_reader_that_fails_ends_the_step(monkeypatch: pytest.MonkeyPatch):
    class Reader(HandReader):
        def read(self, sentences):
            if SHELLING in sentences:
                raise MemoryError(SHELLING)
            return super().read(sentences)

    monkeypatch.setattr("tasks.extract.extract._SENTENCES_A_PORTION", 1)
    with pytest.raises(MemoryError):
        extract_articles(*batch((None, [QUIET]), (None, [VISIT]), (None, [SHELLING]), (None, [THANKS])), Reader())


def test_an_article_gives_the_same_rows_in_any_company():
    together = extract((None, [QUIET]), (VISIT, [SHELLING, THANKS]), (None, [WARNING, THANKS]))
    alone = extract((VISIT, [SHELLING, THANKS]), first_id=2)
    for name in ("entity_mentions", "event_mentions"):
        rows = getattr(together, name).filter(pl.col("article_id") == 2)
        assert rows.equals(getattr(alone, name))
    ids = alone.event_mentions["event_mention_id"].implode()
    assert together.event_participants.filter(pl.col("event_mention_id").is_in(ids)).equals(alone.event_participants)
    assert alone.entities.join(together.entities, on=ENTITIES.names(), nulls_equal=True).height == alone.entities.height


def test_a_missing_column_is_named():
    articles, sentences = batch((None, [QUIET]))
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="text"):
        extract_articles(articles.drop("text"), sentences, HandReader())


def test_the_two_functions_for_code():
    text = f"عنوان\n\n{QUIET} {SHELLING}\n{WARNING}"
    events = tasks.extract.extract_events(text, HandReader())
    assert [event.event_type for event in events] == ["ASSAULT", "THREATEN"]
    assert events[0].killed == 12
    for event in events:
        assert text[event.trigger_start : event.trigger_end] == event.trigger_text
        for one in event.participants:
            assert text[one.start : one.end] == one.text
    assert tasks.extract.extract_events("", HandReader()) == []
    assert tasks.extract.tag_entities([["قال", "فاضل"], []], reader=HandReader()) == [["O", "O"], []]
    with pytest.raises(ValueError, match="conll"):
        tasks.extract.tag_entities([["قال"]], "conll", HandReader())


def test_importing_the_package_is_light():
    import subprocess
    import sys

    heavy = "onnxruntime", "polars", "numpy", "prefect", "duckdb"
    code = f"import sys, tasks.extract; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
