"""PLOVER's tables: complete, consistent, and decided where the manual contradicts itself."""

import pytest

from tasks.extract import labels
from tasks.extract.plover import EVENT_TYPES, MODE_CONTEXTS, SECTORS, cameo_root, intensity, quad_class


def test_types_modes_and_sectors_are_complete():
    assert len(EVENT_TYPES) == 16
    assert sum(len(kind.modes) for kind in EVENT_TYPES.values()) == 67
    assert len(SECTORS) == 25
    assert set(EVENT_TYPES) == set(labels.EVENT_TYPES)
    assert {mode for kind in EVENT_TYPES.values() for mode in kind.modes} == set(labels.MODE_NAMES) - {""}


def test_quad_classes_agree_with_the_sign_of_the_score():
    for name, kind in EVENT_TYPES.items():
        scores = [kind.score, *(score for score in kind.modes.values() if score is not None)]
        if kind.quad_class <= 2:
            assert min(scores) > 0, name
        elif name != "REQUEST":
            assert max(scores) < 0, name


def test_decisions_where_the_manual_contradicts_itself():
    assert quad_class("SANCTION") == 4
    assert intensity("ACCUSE") == -3
    assert intensity("PROTEST", "vandalize") is None


@pytest.mark.parametrize(
    ("event_type", "mode", "root"),
    [
        ("CONSULT", "phone", "04"),
        ("ACCUSE", "investigate", "09"),
        ("ACCUSE", "allege", "11"),
        ("ASSAULT", None, "18"),
        ("ASSAULT", "aerial", "19"),
        ("ASSAULT", "unconventional", "20"),
        ("RETREAT", "ceasefire", "08"),
    ],
)
def test_roots(event_type: str, mode: str | None, root: str):
    assert cameo_root(event_type, mode) == root


def test_every_exception_belongs_to_a_mode_of_its_type():
    for kind in EVENT_TYPES.values():
        assert set(kind.mode_roots) <= set(kind.modes)
    assert all(mode in EVENT_TYPES[event_type].modes for event_type, mode in MODE_CONTEXTS)


def test_an_unknown_mode_is_refused():
    with pytest.raises(KeyError):
        intensity("AID", "visit")
