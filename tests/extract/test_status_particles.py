"""Particles overrule a status only where they are sure: each rule on our own sentences, and where it must be silent."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract import plover
from tasks.extract.events import extract_events
from tasks.extract.reader import EventReading, SentenceReading
from tasks.extract.status import RULES, checked, told

OWN_SENTENCES = Path(__file__).parents[2] / "tasks/extract/training/data"


def said(sentence: str, event_type: str, trigger: str) -> str | None:
    rule = told(sentence, event_type, sentence.index(trigger))
    return rule and rule.status


@pytest.mark.parametrize(
    ("sentence", "event_type", "trigger", "status"),
    [
        ("وقال الوزير إن الحكومة ستدعم البلديات", "AGREE", "ستدعم", "actual"),
        ("الرئيس: سوف نرد على كل هجوم", "THREATEN", "نرد", "actual"),
        ("وأكد النائب أنه لن يصوّت للموازنة", "REJECT", "يصوّت", "actual"),
        ("وأضاف أن بلاده «لن» تُرحّل اللاجئين", "COERCE", "تُرحّل", "negated"),
        ("ولم يقصف الطيران المخيم", "ASSAULT", "يقصف", "negated"),
        ("ولـــم تقصف الطائرات المخيم", "ASSAULT", "تقصف", "negated"),
        ("ولم يتم اعتقال أحد", "COERCE", "اعتقال", "negated"),
        ("الحركة لا تدعو إلى إسقاط الحكومة", "REQUEST", "تدعو", "negated"),
        ("إذا انسحبت القوات عاد الأهالي", "RETREAT", "انسحبت", "hypothetical"),
        ("اذا انسحبت القوات عاد الأهالي", "RETREAT", "انسحبت", "hypothetical"),
        ("ومن المقرر أن يزور الوفد عدن", "CONSULT", "يزور", "planned"),
        ("وسيزور وفد أردني بغداد الأحد", "CONSULT", "وسيزور", "planned"),
        ("وسيتم نشر ألف شرطي حول الملعب", "MOBILIZE", "نشر", "planned"),
        ("وكانت المحكمة قد أدانت الوزير", "SANCTION", "أدانت", "actual"),
        ("وقد تم توقيف ثلاثة أشخاص", "COERCE", "توقيف", "actual"),
    ],
)
def test_what_particles_say(sentence: str, event_type: str, trigger: str, status: str) -> None:
    assert said(sentence, event_type, trigger) == status


@pytest.mark.parametrize(
    ("sentence", "event_type", "trigger"),
    [
        ("ما لم تنسحب القوات تستأنف المعارك", "RETREAT", "تنسحب"),  # a condition
        ("وإن لم تنسحب القوات تستأنف المعارك", "RETREAT", "تنسحب"),
        ("ولم يفرجوا عنهم إلا بعد دفع فدية", "RETREAT", "يفرجوا"),  # said to have happened
        ("الحكومة لم تحقق أي مطلب", "ACCUSE", "تحقق"),  # the blame is real
        ("لم يشارك نواب الكتلة في الجلسة", "PROTEST", "يشارك"),  # a boycott
        ("لا يجب على الدول أن تتدخل", "REQUEST", "يجب"),
        ("ستدمر بلاده العاصمة", "ASSAULT", "ستدمر"),  # as good a threat as a plan
        ("ستزور الوزيرة طهران إذا رُفعت العقوبات", "CONSULT", "ستزور"),
        ("ونفت أن الجزر ستباع للشركة", "COOPERATE", "ستباع"),
        ("بعد سيطرة الجيش على المدينة", "COERCE", "سيطرة"),  # س belongs to the word
        ("أقامت بولندا سياجا على الحدود", "COERCE", "سياجا"),
        ("ونفت الوزارة أن تكون طائراتها قد قصفت السوق", "ASSAULT", "قصفت"),
        ("وقد يوقف الاتحاد مساعداته", "SANCTION", "يوقف"),
        ("المنازل قد تتم مصادرتها", "COERCE", "مصادرتها"),
        ("وكان من المقرر أن يجتمع الطرفان", "CONSULT", "يجتمع"),
        ("من المقرر أن يلتقي الرئيس نظيره", "AGREE", "يلتقي"),
        ("لم يحضر أحد. هاجم مسلحون الحاجز", "ASSAULT", "هاجم"),  # another clause
        ("هاجم مسلحون الحاجز", "ASSAULT", "هاجم"),
    ],
)
def test_where_particles_say_nothing(sentence: str, event_type: str, trigger: str) -> None:
    assert said(sentence, event_type, trigger) is None


def test_only_another_status_is_overruled() -> None:
    sentence = "ولم يقصف الطيران المخيم"
    event = EventReading("ASSAULT", "aerial", "actual", 4, 8, 0.9, ())
    assert checked(sentence, [event]) == (event._replace(status="negated"),)
    assert checked("قصف الطيران المخيم", [event._replace(trigger_start=0, trigger_end=3)])[0].status == "actual"


def test_extraction_checks_what_the_model_says() -> None:
    class Credulous:
        model_version = "credulous"

        def read(self, sentences):
            event = EventReading("CONSULT", "visit", "actual", 0, 6, 0.9, ())
            return [SentenceReading((), (event,)) for _ in sentences]

        def tag(self, sentences, convention):
            raise NotImplementedError

    (event,) = extract_events("وسيزور وفد أردني بغداد الأحد", Credulous())
    assert event.status == "planned"


def test_annotators_agree_with_every_rule() -> None:
    spoken: Counter[tuple[str, str]] = Counter()
    agreed: Counter[tuple[str, str]] = Counter()
    for path in OWN_SENTENCES.glob("news_*.jsonl"):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            for event in row["events"]:
                rule = told(row["text"], event["type"], event["trigger"]["start"])
                if rule:
                    spoken[rule[:2]] += 1
                    agreed[rule[:2]] += event["status"] == rule.status
    assert spoken.keys() == {rule[:2] for rule in RULES}
    assert all(agreed[rule] >= 0.9 * spoken[rule] for rule in spoken)


@given(st.text(), st.sampled_from(sorted(plover.EVENT_TYPES)), st.integers(0, 50))
def test_any_text_is_judged(sentence: str, event_type: str, at: int) -> None:
    rule = told(sentence, event_type, at)
    assert rule is None or rule.status in plover.STATUSES
