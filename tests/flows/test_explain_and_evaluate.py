"""`marsad explain` and `marsad evaluate`: from a warehouse and from annotated files to what is printed."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from newsroom import WordReader, article, write_lines
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.settings import load_settings
from tasks.extract import model
from tasks.extract.reader import Participant, SentenceReading, Weighing

MEETING = "وكان وزير الخارجية المصري قد التقى نظيره العراقي في القاهرة يوم الاثنين."


class MeetingReader(WordReader):
    """Knows who met whom in `MEETING`, and what else it might have been."""

    def _read(self, sentence: str) -> SentenceReading:
        reading = super()._read(sentence)
        spans = [(role, sentence.find(words), words) for role, words in WHO.items()]
        people = tuple(Participant(role, at, at + len(words)) for role, at, words in spans if at >= 0)
        return reading._replace(events=tuple(event._replace(participants=people) for event in reading.events))


class WeighingReader(MeetingReader):
    model_version = "words-2"

    def weigh(self, sentence: str, trigger_start: int, event_type: str) -> Weighing:
        assert sentence[trigger_start:].startswith("التقى")
        types = (("CONSULT", 0.8), ("AGREE", 0.15), ("", 0.05), ("AID", 0.0), ("REJECT", 0.0))
        return Weighing(types, (("", 0.7), ("visit", 0.3)), (("planned", 0.6), ("actual", 0.4)))


WHO = {"actor": "وزير الخارجية المصري", "recipient": "نظيره العراقي"}


def marsad(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def ask(query: str) -> list[dict[str, object]]:
    return json.loads(marsad("sql", query, "--json").stdout)


@pytest.fixture
def loaded(harness: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warehouse with three articles that tell of one meeting."""
    from flows.ingest import ingest

    monkeypatch.setattr(model, "shipped_reader", lambda threads=0: MeetingReader())
    news = (article(number, text=f"{MEETING}\n\nوهذا خبر رقم {number} عن الموضوع.") for number in range(3))
    asyncio.run(ingest([str(write_lines(Path("news.jsonl"), news))]))


# --- explain


def test_a_mention_is_explained(loaded: None) -> None:
    mention = ask("SELECT event_mention_id AS id, event_id, evidence FROM event_mentions LIMIT 1")[0]
    found = json.loads(marsad("explain", str(mention["id"]), "--json").stdout)
    assert found["asked"] == "event_mention"
    (told,) = found["mentions"]
    assert told["event_mention_id"] == str(mention["id"])
    assert found["event"]["event_id"] == told["event_id"] == str(mention["event_id"])
    sentence = told["evidence"]
    assert sentence[told["trigger_start"] : told["trigger_end"]] == told["trigger_text"] == "التقى"
    for one in told["participants"]:
        assert sentence[one["char_start"] : one["char_end"]] == one["text"]
    assert told["quad_class_name"] == "verbal cooperation"
    assert told["confidence"] == 0.8
    assert told["weighed"] is None  # this reader cannot say

    shown = marsad("explain", str(mention["id"]))
    assert shown.exit_code == 0
    assert "⟦التقى⟧" in shown.stdout
    assert "[وزير الخارجية المصري]" in shown.stdout
    assert "EGY" in shown.stdout


def test_an_event_is_told_by_all_its_articles(loaded: None) -> None:
    event = ask("SELECT event_id AS id, mention_count FROM events ORDER BY mention_count DESC LIMIT 1")[0]
    found = json.loads(marsad("explain", str(event["id"]), "--json").stdout)
    assert found["asked"] == "event"
    assert len(found["mentions"]) == event["mention_count"] == found["event"]["mention_count"] > 1
    assert {told["event_id"] for told in found["mentions"]} == {str(event["id"])}
    assert len({told["article_id"] for told in found["mentions"]}) == found["event"]["article_count"]

    cut = json.loads(marsad("explain", str(event["id"]), "--json", "--limit", "1").stdout)
    assert len(cut["mentions"]) == 1
    assert cut["mentions_left_out"] == event["mention_count"] - 1
    assert "--limit 0" in marsad("explain", str(event["id"]), "--limit", "1").stderr


def test_runners_up_and_a_particle_that_overrules(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "shipped_reader", lambda threads=0: WeighingReader())
    identifier = str(ask("SELECT event_mention_id AS id FROM event_mentions LIMIT 1")[0]["id"])
    told = json.loads(marsad("explain", identifier, "--json").stdout)["mentions"][0]
    assert [one["name"] for one in told["weighed"]["event_types"]] == ["CONSULT", "AGREE", None, "AID"]
    assert told["weighed"]["event_types"][1] == {"name": "AGREE", "probability": 0.15}
    assert told["status_rule"] == {"particle": "قد", "status": "actual"}
    shown = marsad("explain", identifier).stdout
    assert "AGREE 0.15, none 0.05" in shown
    assert "says actual; the model alone read planned" in shown
    assert "was read by model words-1; runners-up are those of words-2" in shown


def test_what_is_no_id(loaded: None) -> None:
    result = marsad("explain", "5")
    assert result.exit_code == 3
    assert "no event and no event mention has the id 5" in result.stderr
    for words in (["explain"], ["explain", "five"], ["explain", "-5"], ["explain", str(2**64)]):
        assert marsad(*words).exit_code == 2


def test_explain_without_a_warehouse() -> None:
    result = marsad("explain", "5")
    assert result.exit_code == 3
    assert "marsad run PATH" in result.stderr


# --- evaluate

SENTENCE = "التقى الوزير نظيره في بغداد"


def gold(path: str, *changes: dict[str, object]) -> str:
    place = SENTENCE.index("بغداد")
    right = {
        "text": SENTENCE,
        "entities": [{"type": "LOC", "start": place, "end": place + 5, "text": "بغداد"}],
        "events": [{"type": "CONSULT", "mode": None, "status": "actual", "trigger": {"start": 0, "end": 5}}],
    }
    rows = [{"id": f"a{number}:0"} | right | change for number, change in enumerate(changes)]
    return str(write_lines(Path(path), rows))


def test_a_scorecard_for_people_and_for_programs(reader: WordReader) -> None:
    path = gold("gold.jsonl", {}, {}, {"entities": []}, {"events": []})
    shown = marsad("evaluate", "--gold", path)
    assert shown.exit_code == 0, shown.output
    assert "bootstrap over 4 articles" in shown.stdout
    for words in ("entities: type and both edges", "CONSULT", "actor", "status annotated", "75.0"):
        assert words in shown.stdout

    result = marsad("evaluate", "--gold", path, "--json", "--out", "scores/card.json")
    card = json.loads(result.stdout)
    assert card == json.loads(Path("scores/card.json").read_text("utf-8"))
    assert card["model_version"] == "words-1"
    assert (card["entities"]["found"], card["entities"]["expected"], card["entities"]["right"]) == (4, 3, 3)
    assert card["events"]["all"]["precision"]["value"] == 0.75
    assert card["events"]["status_confusion"]["actual"]["actual"] == 3


def test_errors_with_their_sentences(reader: WordReader) -> None:
    path = gold("gold.jsonl", {}, {"entities": []}, {"events": []})
    shown = marsad("evaluate", "--gold", path, "--errors", "scores/errors.csv")
    assert shown.exit_code == 0, shown.output
    assert "% of those" in shown.stdout
    errors = pl.read_csv("scores/errors.csv")
    errors = errors.filter(pl.col("about").is_in(["entity", "event"]))
    assert errors.select("sentence_id", "about", "error", "read", "sentence").rows() == [
        ("a1:0", "entity", "extra", "بغداد", SENTENCE),
        ("a2:0", "event", "extra", SENTENCE.split(maxsplit=1)[0], SENTENCE),
    ]


def test_gold_of_tokens(reader: WordReader) -> None:
    Path("gold.conll").write_text("زار O\nبغداد B-LOC\n", encoding="utf-8")
    card = json.loads(marsad("evaluate", "--gold", "gold.conll", "--convention", "anercorp", "--json").stdout)
    assert card["events"] is None
    assert (card["entities"]["expected"], card["entities"]["right"]) == (1, 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--gold", "missing.jsonl"], "missing.jsonl cannot be read"),
        (["--gold", "bad.jsonl"], "bad.jsonl, line 2: events[0].status: 'maybe' is none of actual"),
        (["--gold", "good.jsonl", "--convention", "anercorp"], "whose convention is news"),
        (["--gold", "good.jsonl", "--convention", "conll"], "unknown convention"),
        (["--record", "x"], "--record and --errors need --gold or --facts"),
        (["--gold", "tags.conll", "--errors", "e.csv"], "CoNLL has tags"),
    ],
)
def test_what_is_no_gold_is_a_matter_of_usage(reader: WordReader, words: list[str], message: str) -> None:
    Path("tags.conll").write_text("زار O\n", encoding="utf-8")
    gold("good.jsonl", {})
    gold("bad.jsonl", {}, {"events": [{"type": "AID", "status": "maybe", "trigger": {"start": 0, "end": 5}}]})
    result = marsad("evaluate", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())


def test_what_is_no_model(reader: WordReader) -> None:
    result = marsad("evaluate", "--gold", gold("gold.jsonl", {}), "--model", "nowhere")
    assert result.exit_code == 3
    assert "nowhere is no model" in result.stderr
    assert marsad("evaluate", "--model", "nowhere").exit_code == 3


def test_figures_are_kept_with_the_weights_they_belong_to(reader: WordReader) -> None:
    from tasks.extract.evaluate import Scorecard, score
    from tasks.extract.record import record, records

    folder = Path("model")
    folder.mkdir()
    for name in ("sentence.onnx", "event.onnx", "vocabulary.json"):
        (folder / name).write_bytes(name.encode())
    (folder / "model.json").write_text('{"model_version": "x"}')
    nothing = marsad("evaluate", "--model", "model")
    assert nothing.exit_code == 3
    assert "carries no figures" in nothing.stderr

    card = score([], [], "x")
    for on in ("old news", "new news", "old news"):
        record(card, on, folder)
    assert [one.measured_on for one in records(folder)] == ["new news", "old news"]
    assert json.loads((folder / "model.json").read_text())["model_version"] == "x"
    shown = marsad("evaluate", "--model", "model")
    assert shown.exit_code == 0
    assert "Measured at release on new news" in shown.stdout
    found = json.loads(marsad("evaluate", "--model", "model", "--json").stdout)
    assert Scorecard.model_validate(found[0]["scorecard"]) == card

    (folder / "event.onnx").write_bytes(b"other weights")
    assert marsad("evaluate", "--model", "model").exit_code == 3
    shutil.rmtree(folder)
    assert "is no model" in marsad("evaluate", "--model", "model").stderr


# --- evaluate, on whole articles

GOLD_FOLDERS = Path(__file__).parent.parent / "gold"


def annotated_articles(*keys: str, **change: object) -> str:
    """A folder of an article with `MEETING` for each of `keys`, which name the event."""
    articles, facts = [], []
    for number, key in enumerate(keys):
        one = article(number, text=f"{MEETING}\n\nوهذا خبر رقم {number} عن الموضوع.", date="2026-11-17")
        actor, place = MEETING.index(WHO["actor"]), MEETING.index("القاهرة")
        met = MEETING.index("التقى")
        about = {
            "url": one["url"],
            "participants": [{"role": "actor", "start": actor, "end": actor + 20, "countries": ["EGY"]}],
            "places": [{"start": place, "end": place + 7, "country": "EGY", "latitude": 30.04, "longitude": 31.24}],
            "events": [{"type": "CONSULT", "start": met, "end": met + 5, "key": key} | change],
        }
        articles.append(one)
        facts.append(about)
    Path("annotated").mkdir(exist_ok=True)
    write_lines(Path("annotated/articles.jsonl"), articles)
    write_lines(Path("annotated/facts.jsonl"), facts)
    return "annotated"


@pytest.fixture
def meeting_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "shipped_reader", lambda threads=0: MeetingReader())


def test_articles_with_facts_are_scored(meeting_reader: None) -> None:
    folder = annotated_articles("meeting", "meeting", "another")
    card = json.loads(marsad("evaluate", "--facts", folder, "--json").stdout)
    country = card["resolution"]["questions"]["country"]
    assert (country["found"]["total"], country["right"]["right"], country["right"]["total"]) == (3, 3, 3)
    assert card["resolution"]["questions"]["place within 161 km"]["right"]["share"]["value"] == 1
    assert (card["consolidation"]["mentions"], card["consolidation"]["found"]) == (3, 3)
    assert card["consolidation"]["events"] == 2
    assert card["consolidation"]["never"]["precision"] == 1

    shown = marsad("evaluate", "--facts", folder)
    assert shown.exit_code == 0, shown.output
    for words in ("place within 161 km", "B-cubed", "of 3 annotated mentions 3 were found"):
        assert words in shown.stdout


def test_wrong_answers_are_written(meeting_reader: None) -> None:
    dates = {"date": "2020-01-01", "date_end": "2020-01-01", "basis": "explicit"}
    folder = annotated_articles("meeting", "another", **dates)
    assert marsad("evaluate", "--facts", folder, "--errors", "errors.csv").exit_code == 0
    errors = pl.read_csv("errors.csv")
    assert errors.select("question", "text", "expected").unique().sort("question").rows() == [
        ("date", "التقى", "2020-01-01 to 2020-01-01"),
        ("date told", "التقى", "2020-01-01 to 2020-01-01"),
    ]


def test_figures_of_articles_are_kept_and_shown(meeting_reader: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import facts

    card = facts.measure_facts(Path(annotated_articles("meeting")), load_settings()).card
    figures = Path("figures.json")
    assert facts.recorded_facts(figures) == []
    for on in ("old articles", "new articles", "old articles"):
        facts.keep_facts(card, on, figures)
    kept = facts.recorded_facts(figures)
    assert [(one.measured_on, one.facts) for one in kept] == [("new articles", card), ("old articles", card)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--facts", "nowhere"], "holds no articles"),
        (["--facts", "annotated"], "facts.jsonl, line 1: events[0]: [29, 34) is 'التقى', not 'زار'"),
        (["--facts", "annotated", "--gold", "gold.jsonl"], "choose one of --gold and --facts"),
    ],
)
def test_what_are_no_facts(meeting_reader: None, words: list[str], message: str) -> None:
    annotated_articles("meeting", text="زار")
    result = marsad("evaluate", *words)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize("folder", ["resolution", "stories"])
def test_our_own_facts_fit_their_articles(folder: str) -> None:
    from tasks.extract.facts import read_facts

    articles = pl.read_ndjson(GOLD_FOLDERS / folder / "articles.jsonl")
    facts = read_facts(GOLD_FOLDERS / folder / "facts.jsonl", articles)
    told = {url for table in facts for url in table["url"]}
    assert told == set(articles["url"])
    words = pl.concat(table.select("text") for table in facts)["text"]
    assert words.filter(words.str.strip_chars() != words).to_list() == []
