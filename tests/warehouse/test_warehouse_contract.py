"""Tables, views and macros: their names, columns and what they answer."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from warehouse.check import run_checks
from warehouse.connection import writer
from warehouse.publish import publish
from warehouse.query import query

TABLES = {
    "articles": "article_id source origin record_number url title author dateline published_at published_at_basis"
    " language text text_search word_count content_hash duplicate_of revision model_version load_id"
    " published_at_note changed text_kept duplicate_kind",
    "sentences": "article_id part sentence_index paragraph_index char_start char_end",
    "entity_mentions": "entity_mention_id article_id part sentence_index char_start char_end text entity_type"
    " confidence entity_id basis",
    "entities": "entity_id entity_type name name_latin country_code sector geonames_id wikidata_id latitude longitude",
    "event_mentions": "event_mention_id event_id article_id part sentence_index event_type event_mode status"
    " quad_class intensity cameo_root trigger_text trigger_start trigger_end event_date event_date_end"
    " event_date_basis killed injured arrested confidence evidence",
    "event_participants": "event_mention_id role position char_start char_end text entity_id country_code sector basis",
    "events": "event_id event_type event_mode status quad_class intensity event_date actor_name actor_country"
    " actor_sector recipient_name recipient_country recipient_sector place_name place_country latitude longitude"
    " mention_count article_count source_count first_published_at last_published_at",
    "loads": "load_id flow_run_id flow_run_name started_at finished_at state records_seen loaded unchanged duplicates"
    " quarantined pipeline_version model_version",
    "quarantine": "quarantine_id load_id origin record_number stage reason message payload first_seen_at replayed_at"
    " resolved payload_size payload_complete byte_offset format context dropped_at",
    "check_results": "checked_at check_name severity title violations example",
    "source_days": "source day articles expected is_low",
}
TABLES["article_revisions"] = TABLES["articles"]
VIEWS = (
    "daily_events dyads actor_activity place_activity entity_pairs source_volume data_quality polecat_events"
    " article_changes"
)
POLECAT = [
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Quad Code",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor COW",
    "Primary Actor Sector",
    "Actor Sectors",
    "Actor Title",
    "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name",
    "Recipient Country",
    "Recipient COW",
    "Primary Recipient Sector",
    "Recipient Sectors",
    "Recipient Title",
    "Recipient Name Raw",
    "Wikipedia Recipient ID",
    "Placename",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
    "GeoNames ID",
    "Raw Placename",
    "Feature Type",
    "Source",
    "Publication Date",
    "Story People",
    "Story Organizations",
    "Story Locations",
    "Language",
    "Version",
]

# A strike that happened, and a visit that is only planned.
ROWS = """
INSERT INTO loads VALUES (9, 'run', 'name', now(), now(), 'completed', 2, 2, 0, 0, 0, '0.1', 'm1');
INSERT INTO load_batches VALUES (9, 1, 2, 2, 0, 0, 0, now());
INSERT INTO articles
SELECT id, source, 'o', id, NULL, NULL, NULL, NULL, published, 'metadata', 'ar', body, normalize_arabic(body), 3, id,
    NULL, 1, 'm1', 9, NULL, NULL, NULL, NULL
FROM (VALUES
    (1, 'أ', '2026-03-01 10:00:00+00'::TIMESTAMPTZ, 'قَصَفَ الجيشُ بغدادَ'),
    (2, 'ب', '2026-03-02 10:00:00+00'::TIMESTAMPTZ, 'ستزور مصر للعراق عليه')
) AS v(id, source, published, body);
INSERT INTO sentences SELECT article_id, 'text', 0, 0, 0, length(text) FROM articles;
INSERT INTO entities VALUES
    (11, 'LOC', 'بغداد', 'Baghdad', 'IRQ', NULL, 98182, 'Q1530', 33.3, 44.4), (12, 'ORG', 'الجيش', NULL, 'IRQ', 'MIL',
    NULL, NULL, NULL, NULL);
INSERT INTO entity_mentions VALUES
    (21, 1, 'text', 0, 7, 13, 'الجيشُ', 'ORG', 0.9, 12, 'name'),
    (22, 1, 'text', 0, 14, 20, 'بغدادَ', 'LOC', 0.9, 11, NULL);
INSERT INTO event_mentions
SELECT 31, 41, 1, 'text', 0, 'ASSAULT', 'heavy-weapons', 'actual', 4, -9.5, '18', 'قَصَفَ', 0, 6, '2026-03-01', NULL,
    'publication', 3, NULL, NULL, 0.9, text FROM articles WHERE article_id = 1;
INSERT INTO event_mentions
SELECT 32, 42, 2, 'text', 0, 'CONSULT', 'visit', 'planned', 1, 4, '04', 'ستزور', 0, 5, '2026-03-03', NULL,
    'relative', NULL, NULL, NULL, 0.9, text FROM articles WHERE article_id = 2;
INSERT INTO event_participants VALUES
    (31, 'actor', 0, 7, 13, 'الجيشُ', 12, 'IRQ', 'MIL', 'entity: name'),
    (31, 'location', 0, 14, 20, 'بغدادَ', 11, 'IRQ', NULL, NULL);
INSERT INTO events VALUES
    (41, 'ASSAULT', 'heavy-weapons', 'actual', 4, -9.5, '2026-03-01', 'الجيش', 'IRQ', 'MIL', NULL, 'SYR', NULL, 'بغداد',
    'IRQ', 33.3, 44.4, 1, 1, 1, '2026-03-01 10:00:00+00', '2026-03-01 10:00:00+00'),
    (42, 'CONSULT', 'visit', 'planned', 1, 4, '2026-03-03', NULL, 'EGY', NULL, NULL, 'IRQ', NULL, NULL, NULL, NULL,
    NULL, 1, 1, 1, NULL, NULL);
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("contract") / "marsad.duckdb"
    with writer(path) as con:
        con.execute(ROWS)
        assert run_checks(con).filter(pl.col("violations") > 0).is_empty()
    publish(path)
    return path


@pytest.mark.parametrize("table", sorted(TABLES))
def test_tables_have_the_columns_of_the_contract(path: Path, table: str) -> None:
    columns = query(path, f"DESCRIBE {table}")
    assert columns["column_name"].to_list() == TABLES[table].split()
    types = dict(columns.select("column_name", "column_type").rows())
    ours = {name for name in types if name.endswith("_id")} - {"geonames_id", "wikidata_id", "flow_run_id"}
    assert {types[name] for name in ours} <= {"UBIGINT"}
    assert {kind for name, kind in types.items() if name.endswith("_at")} <= {"TIMESTAMP WITH TIME ZONE"}
    assert types.get("payload", "BLOB") == "BLOB"


def test_everything_has_a_comment(path: Path) -> None:
    bare = query(
        path,
        """
        SELECT table_name AS name FROM duckdb_tables() WHERE comment IS NULL AND NOT internal
        UNION ALL
        SELECT view_name FROM duckdb_views() WHERE comment IS NULL AND NOT internal
        UNION ALL
        SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT internal
        UNION ALL
        SELECT function_name FROM duckdb_functions()
        WHERE comment IS NULL AND NOT internal AND function_type = 'table_macro'
        """,
    )
    assert bare["name"].to_list() == []


def test_no_table_has_an_index_or_a_key(path: Path) -> None:
    assert query(path, "SELECT * FROM duckdb_indexes()").is_empty()
    kinds = query(path, "SELECT DISTINCT constraint_type FROM duckdb_constraints()")
    assert kinds["constraint_type"].to_list() == ["NOT NULL"]


def test_all_views_are_there(path: Path) -> None:
    views = query(path, "SELECT view_name FROM duckdb_views() WHERE NOT internal")["view_name"]
    assert set(VIEWS.split()) == set(views)


def test_polecat_has_its_40_columns_in_order(path: Path) -> None:
    events = query(path, "FROM polecat_events")
    assert events.columns == POLECAT
    assert len(POLECAT) == 40
    [event] = events.to_dicts()  # the planned visit is not an event to POLECAT
    told = {name: value for name, value in event.items() if value is not None}
    assert {name: str(value) for name, value in told.items()} == {
        "Event ID": "41",
        "Event Date": "2026-03-01",
        "Event Type": "ASSAULT",
        "Event Mode": "heavy-weapons",
        "Intensity": "-9.5",
        "Quad Code": "MATERIAL CONFLICT",
        "Actor Name": "الجيش",
        "Actor Country": "IRQ",
        "Primary Actor Sector": "MIL",
        "Actor Sectors": "MIL",
        "Actor Name Raw": "الجيشُ",
        "Recipient Country": "SYR",
        "Placename": "بغداد",
        "Country": "IRQ",
        "Latitude": "33.3",
        "Longitude": "44.4",
        "GeoNames ID": "98182",
        "Raw Placename": "بغدادَ",
        "Source": "أ",
        "Publication Date": "2026-03-01",
        "Story Organizations": "الجيش",
        "Story Locations": "بغداد",
        "Language": "ar",
        "Version": "m1",
    }


def test_views_count_what_happened(path: Path) -> None:
    assert query(path, "SELECT event_type, events FROM daily_events").rows() == [("ASSAULT", 1)]
    assert query(path, "SELECT actor_country, recipient_country, material_conflict FROM dyads").rows() == [
        ("IRQ", "SYR", 1)
    ]
    assert query(path, "SELECT name, events_as_actor FROM actor_activity").rows() == [("الجيش", 1)]
    assert query(path, "SELECT place_name, conflict FROM place_activity").rows() == [("بغداد", 1)]
    assert query(path, "SELECT name, other_name, sentences FROM entity_pairs").rows() == [("بغداد", "الجيش", 1)]
    assert query(path, "SELECT source, articles, event_mentions FROM source_volume").rows() == [
        ("أ", 1, 1),
        ("ب", 1, 1),
    ]
    measures = dict(query(path, "SELECT measure, rows FROM data_quality").rows())
    assert measures["event mentions without an actor"] == 1
    assert measures["articles without a source"] == 0


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("بغداد", [1]),
        ("بَغـداد قصف", [1]),  # as people type it
        ("بغداد مصر", []),  # all words
        ("جيش", [1]),  # with the article written onto it
        ("العراق", [2]),  # للعراق
        ("عراق", [2]),
        ("علي", []),  # not inside عليه
        ("تزور", [2]),  # ستزور
        ("زور", []),
        ("", []),
        ("( . *", []),
    ],
)
def test_search_finds_whole_words_with_their_particles(path: Path, words: str, found: list[int]) -> None:
    assert query(path, "FROM search_articles($1)", [words])["article_id"].to_list() == found


def test_macros(path: Path) -> None:
    assert query(path, "SELECT event_id FROM events_between('2026-03-01', '2026-03-03')")["event_id"].to_list() == [
        41,
        42,
    ]
    assert query(path, "FROM events_between(DATE '2026-03-02', DATE '2026-03-02')").is_empty()
    [told] = query(path, "FROM evidence(event_id := 41)").to_dicts()
    assert told["evidence"] == "قَصَفَ الجيشُ بغدادَ"
    assert told["participants"] == "actor: الجيشُ; location: بغدادَ"


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        ("INSERT INTO articles FROM articles", "unique_ids"),
        ("INSERT INTO sentences FROM sentences", "unique_parts"),
        ("UPDATE loads SET loaded = 5", "load_counts"),
        ("UPDATE entity_mentions SET char_end = 99", "spans_inside_texts"),
        ("UPDATE entity_mentions SET text = 'x'", "texts_are_cuts"),
        ("DELETE FROM event_mentions", "rows_belong"),
        ("UPDATE events SET mention_count = 7", "event_counts"),
        ("UPDATE event_mentions SET status = 'maybe'", "known_words"),
        ("UPDATE articles SET published_at = '2999-01-01'", "dates_in_range"),
        ("UPDATE event_mentions SET event_date_end = event_date - 1", "dates_in_range"),
        ("INSERT INTO source_days SELECT 'أ', '2026-03-01', 0, 1, false FROM range(2)", "unique_parts"),
    ],
)
def test_checks_see_what_is_wrong(tmp_path: Path, path: Path, harm: str, check: str) -> None:
    copy = tmp_path / "marsad.duckdb"
    copy.write_bytes(path.read_bytes())
    with writer(copy) as con:
        con.execute(harm)
        failed = run_checks(con).filter(pl.col("violations") > 0)
    assert check in failed["check"].to_list()
    assert failed["example"].null_count() == 0
