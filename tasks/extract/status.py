"""Particles as a check on an event's status: what لم, لن, لا, سـ, سوف, قد, إذا before a trigger say of it.

What a particle says depends on the type. "لم يقصف" negates an ASSAULT, but "لن نقبل" is a REJECT that happens now, and
"سنرد" a threat made, not planned. A rule stands here only if annotators agree with it on 95 % of ten or more triggers
in the annotated training sentences (`tasks/extract/training/particles.py` counts again; docs/decisions.md tells which
particles fell short). Words are compared in their search form, so a missing hamza or a mark makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from tasks.extract.forms import fold
from tasks.extract.plover import EVENT_TYPES
from tasks.extract.reader import EventReading, Reader, SentenceReading
from tasks.extract.words import split_words


class Setting(NamedTuple):
    """A trigger among its words, all folded; marks of quotation are passed over."""

    event_type: str
    trigger: str  # without a leading و or ف
    particle: str  # the word before it, or before its light verb; without a leading و or ف; "" if there is none
    light_verb: str  # يتم in "لم يتم اعتقال"; mostly ""
    before: tuple[str, ...]  # words of the clause before the particle, nearest first
    after: tuple[str, ...]  # words of the sentence after the trigger


class Rule(NamedTuple):
    """If `holds`, an event of one of `types` has this `status`."""

    name: str
    status: str
    types: frozenset[str]
    holds: Callable[[Setting], bool]


def _words(listed: str) -> frozenset[str]:
    return frozenset(map(fold, listed.split()))


_ALL = frozenset(EVENT_TYPES)
_PROMISES = frozenset(("AGREE", "THREATEN"))
_UNDONE_BY_NEGATION = _ALL - {"ACCUSE", "REJECT", "THREATEN", "SANCTION", "PROTEST", "CONCEDE"}
"""The others may consist in not doing something: a boycott, a trust not renewed."""
_DEEDS = frozenset(("CONSULT", "COOPERATE", "AID", "RETREAT", "PROTEST", "SANCTION", "MOBILIZE", "COERCE"))
"""Types that a future verb puts off. ASSAULT is not one: its future is mostly a threat."""

_QUOTES = frozenset("\"'“”«»()")
_STOPS = frozenset(".؛!؟:")
_LIGHT_VERBS = _words("يتم تتم تم يكن تكن يجر تجر يجري تجري يقع تقع")
_FUTURE = _words("سوف سيتم ستتم سيجري ستجري")
_FUTURE_VERB = re.compile("س[يتن].{2,}")
_NO_FUTURE_VERB = tuple(
    map(fold, ("سيطر", "سياس", "سيار", "سياج", "سياح", "سيد", "ستار", "سنو", "سيناريو", "سيول", "ستين", "سينا", "سير"))
)
_CONDITIONS = _words("إذا ما لو لولا متى ماذا حال هل شرط بشرط وإلا")
_DENIALS = _words("نفى نفت نفوا ينفي تنفي نفي نافيا نافية أنكر أنكرت كذب فند")
_SUBJUNCTIVE = _words("يكون تكون يكونوا تكونا أكون نكون")
_ONLY = _words("إلا سوى غير")
_OBLIGED = _words("ينبغي يجب يجوز")
_SCHEDULED = _words("المقرر المتوقع المنتظر المرتقب المزمع")
_WERE = _words("كان كانت")


def _bare(word: str) -> str:
    return word[1:] if word[:1] in ("و", "ف") and len(word) > 2 else word


def _any(words: Sequence[str], listed: frozenset[str]) -> bool:
    return any(word in listed or _bare(word) in listed for word in words)


def _conditional(setting: Setting) -> bool:
    said = (*setting.before[::-1], setting.particle, setting.trigger, *setting.after)
    # إن and أن fold to one form; only before لم is it sure to be "if".
    unless = any(_bare(first) == "ان" and second == "لم" for first, second in pairwise(said))
    return unless or _any(said, _CONDITIONS)


def _negated_by(particle: str) -> Callable[[Setting], bool]:
    """`particle` negates the trigger; "ما لم" and "لم … إلا" do not."""

    def holds(setting: Setting) -> bool:
        condition = _any(setting.before[:1], _CONDITIONS | {"ان"})
        return setting.particle == particle and not condition and not _any(setting.after, _ONLY)

    return holds


def _denied(setting: Setting) -> bool:
    imperfect = setting.trigger[:1] in ("ي", "ت", "ن", "ا") and setting.trigger not in _OBLIGED
    return imperfect and _negated_by("لا")(setting)


def _refused(setting: Setting) -> bool:
    return setting.particle == "لن"


def _future(setting: Setting) -> bool:
    verb = _FUTURE_VERB.fullmatch(setting.trigger) and not setting.trigger.startswith(_NO_FUTURE_VERB)
    return bool(verb) or setting.particle in _FUTURE


def _put_off(setting: Setting) -> bool:
    return _future(setting) and not _conditional(setting) and not _any(setting.before, _DENIALS)


def _done(setting: Setting) -> bool:
    if setting.light_verb:
        done = setting.light_verb == "تم"
    else:
        # ا opens few imperfects in news ("I"), and "ت…ت" is always a perfect.
        done = setting.trigger[:1] not in ("ي", "ت", "ن") or setting.trigger.endswith("ت")
    doubted = _any(setting.before[:3], _SUBJUNCTIVE) or _any(setting.before, _CONDITIONS | _DENIALS)
    return done and setting.particle == "قد" and not doubted


def _supposed(setting: Setting) -> bool:
    return setting.particle == fold("إذا") and setting.before[:1] != ("ما",)


def _scheduled(setting: Setting) -> bool:
    scheduled = setting.particle == "ان" and _any(setting.before[:1], _SCHEDULED)
    return scheduled and not _any(setting.before, _WERE) and not _conditional(setting)


RULES = (
    Rule("سـ", "actual", _PROMISES, _future),
    Rule("لن", "actual", frozenset(("REJECT",)), _refused),
    Rule("لن", "negated", _UNDONE_BY_NEGATION, _negated_by("لن")),
    Rule("لم", "negated", _UNDONE_BY_NEGATION, _negated_by("لم")),
    Rule("لا", "negated", _UNDONE_BY_NEGATION, _denied),
    Rule("إذا", "hypothetical", _ALL, _supposed),
    Rule("المقرر أن", "planned", _ALL - _PROMISES, _scheduled),
    Rule("سـ", "planned", _DEEDS, _put_off),
    Rule("قد", "actual", _ALL, _done),
)
"""In the order in which they are asked: the first that holds speaks."""


def told(sentence: str, event_type: str, trigger_start: int) -> Rule | None:
    """The rule that speaks of a trigger, if one does.

    Args:
        sentence: The sentence.
        event_type: PLOVER type of the event.
        trigger_start: Where its trigger begins in the sentence, in code points.
    """
    setting = _setting(sentence, event_type, trigger_start)
    if setting is None:
        return None
    return next((rule for rule in RULES if event_type in rule.types and rule.holds(setting)), None)


def checked(sentence: str, events: Sequence[EventReading]) -> tuple[EventReading, ...]:
    """`events` of `sentence`, with the status that a particle says where it says another."""
    return tuple(
        event._replace(status=rule.status) if (rule := told(sentence, event.event_type, event.trigger_start)) else event
        for event in events
    )


def read_checked(reader: Reader, sentences: Sequence[str]) -> list[SentenceReading]:
    """What `reader` reads in `sentences`, with `checked` statuses: the reading that becomes rows."""
    readings = reader.read(sentences)
    return [
        reading._replace(events=checked(sentence, reading.events)) if reading.events else reading
        for sentence, reading in zip(sentences, readings, strict=True)
    ]


def _setting(sentence: str, event_type: str, trigger_start: int) -> Setting | None:
    words = [(word.start, fold(sentence[word.start : word.end])) for word in split_words(sentence)]
    words = [(start, text) for start, text in words if text not in _QUOTES]
    before = [text for start, text in words if start < trigger_start][::-1]
    trigger, *after = [text for start, text in words if start >= trigger_start] or [""]
    if not trigger:
        return None
    clause = list(takewhile(lambda word: word not in _STOPS, before))
    light_verb = clause.pop(0) if len(clause) > 1 and clause[0] in _LIGHT_VERBS else ""
    particle = _bare(clause[0]) if clause else ""
    return Setting(event_type, _bare(trigger), particle, light_verb, tuple(clause[1:]), tuple(after))
