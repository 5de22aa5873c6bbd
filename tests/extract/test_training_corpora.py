"""What the trainer reads: annotations and raw text, kept apart from what is measured on; and sentences it alters."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.training.corpora import (
    EventLabels,
    Example,
    Names,
    blocks,
    glued,
    hold_out,
    standoff_news,
    swapped,
)
from tasks.extract.training.raw import unmeasured

TEXT = "تمهيد. أفرجت السلطات أمس عن 12 محتجزا في عدن."
SENTENCE = TEXT[7:]


def at(words: str) -> dict[str, int]:
    return {"start": SENTENCE.index(words), "end": SENTENCE.index(words) + len(words)}


def standoff(folder: Path, **changes: object) -> tuple[Path, Path]:
    event = {"type": "RETREAT", "mode": "release", "status": "actual", "trigger": at("أفرجت")}
    roles = {"actor": ["السلطات"], "recipient": ["12 محتجزا"], "location": ["عدن"], "date": ["أمس"], "speaker": []}
    row = {
        "id": "ant:a1:p00",
        "start": 7,
        "end": len(TEXT),
        "crc32": zlib.crc32(SENTENCE.encode()),
        "entities": [{"type": "LOC", **at("عدن")}],
        "events": [event | {role: [at(words) for words in listed] for role, listed in roles.items()}],
    }
    annotations, articles = folder / "ant.jsonl", folder / "ant.jsonl.gz"
    annotations.write_text(json.dumps(row | changes), encoding="utf-8")
    with gzip.open(articles, "wt", encoding="utf-8") as out:
        out.write(json.dumps({"id": "a0", "text": "لا شيء"}) + "\n" + json.dumps({"id": "a1", "text": TEXT}) + "\n")
    return annotations, articles


def test_annotations_find_their_text(tmp_path: Path) -> None:
    (example,) = standoff_news(*standoff(tmp_path))
    assert example.words == ("أفرجت", "السلطات", "أمس", "عن", "12", "محتجزا", "في", "عدن", ".")
    assert example.entities == (("LOC", 7, 7),)
    assert example.group == "ant:a1"
    (event,) = example.events
    assert (event.event_type, event.first, event.last) == ("RETREAT", 0, 0)
    assert set(event.participants) == {("actor", 1, 1), ("recipient", 4, 5), ("location", 7, 7), ("date", 2, 2)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"crc32": 1}, "a1 is not the one that was annotated"), ({"id": "ant:a9:p00"}, "lacks 1 of the articles")],
)
def test_another_text_is_refused(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(standoff_news(*standoff(tmp_path, **changes)))


def test_what_is_measured_on_is_not_read_before() -> None:
    measured = "قتل عشرة جنود في هجوم شنه مسلحون على نقطة تفتيش شمال المدينة"
    articles = [
        {"id": "dev", "text": "نص آخر تماما"},
        {"id": "again", "text": f"وكالات - {measured} ولم تتبن أي جهة الهجوم"},
        {"id": "other", "text": "زار الوزير المدينة أمس"},
        {"id": "empty", "text": None},
    ]
    assert list(unmeasured(articles, [measured], {"dev"})) == ["زار الوزير المدينة أمس", ""]


WORDS = ("أعلن", "وزير", "الدفاع", "أمس", "مقتل", "جنديين", "في", "قصف")
EXAMPLE = Example(
    WORDS,
    (("ORG", 1, 2), ("PER", 4, 4)),
    (EventLabels("ASSAULT", "", "actual", 7, 7, (("speaker", 1, 2), ("date", 3, 3), ("recipient", 4, 5))),),
)


@given(st.randoms())
def test_glued_words_keep_their_spans(rng: random.Random) -> None:
    typed = glued(EXAMPLE, rng)
    assert "".join(typed.words) == "".join(WORDS)
    assert len(typed.words) in (len(WORDS), len(WORDS) - 1)
    for (kind, first, last), (new_kind, new_first, new_last) in zip(EXAMPLE.entities, typed.entities, strict=True):
        assert kind == new_kind
        assert "".join(WORDS[first : last + 1]) in "".join(typed.words[new_first : new_last + 1])
    old, new = EXAMPLE.events[0], typed.events[0]
    assert WORDS[old.first] in typed.words[new.first]
    for (_, first, last), (_, new_first, new_last) in zip(old.participants, new.participants, strict=True):
        assert "".join(WORDS[first : last + 1]) in "".join(typed.words[new_first : new_last + 1])


def test_one_word_cannot_be_glued() -> None:
    one = Example(("قصف",), ())
    assert glued(one, random.Random(1)) == one


NAMES = Names.of([EXAMPLE, Example(("زار", "محمد", "صالح", "حزب", "العمال"), (("PER", 1, 2), ("ORG", 3, 4)))])


@given(st.randoms())
def test_a_swapped_name_leaves_everything_else_in_its_place(rng: random.Random) -> None:
    new = swapped(EXAMPLE, NAMES, rng)
    assert [kind for kind, *_ in new.entities] == ["ORG", "PER"]
    assert sum(a != b for a, b in zip(cut(EXAMPLE, EXAMPLE.entities), cut(new, new.entities), strict=True)) <= 1
    (event,) = new.events
    assert new.words[event.first] == "قصف"
    roles = dict(zip(("speaker", "date", "recipient"), cut(new, event.participants), strict=True))
    organisation, person = cut(new, new.entities)
    assert roles == {"speaker": organisation, "date": ("أمس",), "recipient": (*person, "جنديين")}


def cut(example: Example, spans: Iterable[tuple[str, int, int]]) -> list[tuple[str, ...]]:
    return [example.words[first : last + 1] for _, first, last in spans]


def test_a_clitic_stays_before_the_new_name() -> None:
    example = Example(("ومحمد", "صالح"), (("PER", 0, 1),))
    assert all(swapped(example, NAMES, random.Random(n)).words[0].startswith("و") for n in range(20))


def test_a_name_that_a_span_cuts_is_left_alone() -> None:
    half = EventLabels("ASSAULT", "", "actual", 0, 0, (("actor", 1, 1),))
    example = Example(("قصف", "محمد", "صالح"), (("PER", 1, 2),), (half,))
    assert swapped(example, NAMES, random.Random(1)) == example


def test_held_out_articles_share_nothing_with_training() -> None:
    examples = [Example((str(n),), (), group=f"a{n // 4}") for n in range(80)]
    training, held = hold_out(examples, 0.2, random.Random(0))
    assert len(held) == 16
    assert not {one.group for one in training} & {one.group for one in held}
    training, held = blocks(examples, every=4, length=10)
    assert [one.words[0] for one in held] == [str(n) for n in [*range(30, 40), *range(70, 80)]]
    assert len(training) == 60
