"""What the model's heads tell apart, in the order of their outputs.

The order is part of a trained model (`model.json` repeats it), so it is alphabetical where the names are PLOVER's:
a change of the tables in `tasks.extract.plover` then shows as a difference, not as a silent shift of meanings.
"""

from __future__ import annotations

from tasks.extract import plover

ENTITY_TYPES = ("PER", "LOC", "ORG", "MISC")
EVENT_TYPES = tuple(sorted(plover.EVENT_TYPES))
STATUSES = plover.STATUSES
ROLES = ("actor", "recipient", "location", "date", "speaker")
MODE_NAMES = ("", *sorted({mode for kind in plover.EVENT_TYPES.values() for mode in kind.modes}))
"""Index 0 is "no mode". A name that two types share ("arrest") is one output."""

ENTITY_TAGS = ("O", *(f"{edge}-{kind}" for kind in ENTITY_TYPES for edge in "BI"))
TRIGGER_TAGS = ("O", "I", *EVENT_TYPES)
"""A type opens a trigger; "I" continues it, whatever its type."""
ROLE_TAGS = ("O", *(f"{edge}-{role}" for role in ROLES for edge in "BI"))
