"""PLOVER as tables: event types, modes, scores, quad classes, sectors, and the way back to CAMEO roots.

Source: PLOVER manual, 16-type version (openeventdata/PLOVER, `PLOVER_MANUAL.tex` at 5e0c24f, 2024-02-04).
Where it contradicts itself, the reading taken is written beside the value. CAMEO roots follow the crosswalk
of the same project (`CAMEO2PLOVER-2021.txt`, draft 0.8), read backwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

QUAD_CLASSES: Mapping[int, str] = MappingProxyType(
    {1: "verbal cooperation", 2: "material cooperation", 3: "verbal conflict", 4: "material conflict"}
)

STATUSES = ("actual", "planned", "hypothetical", "negated")
"""`actual` and PLOVER's auxiliary modes, one of them for each mention; "future" is called planned here."""


@dataclass(frozen=True, slots=True)
class EventType:
    """What holds for every event of one type.

    `score` is PLOVER's conflict-cooperation score of the type, from -10 to 10; `modes` has the score of each
    mode, None where the manual prints none. `mode_roots` names the CAMEO roots of the modes that leave
    `cameo_root`.
    """

    quad_class: int
    score: float
    cameo_root: str
    modes: Mapping[str, float | None] = field(default_factory=dict)
    mode_roots: Mapping[str, str] = field(default_factory=dict)


EVENT_TYPES: Mapping[str, EventType] = MappingProxyType(
    {
        "AGREE": EventType(1, 2.5, "03"),
        "CONSULT": EventType(1, 2.5, "04", {"visit": 4, "third-party": 1, "multilateral": 4, "phone": 1.5}),
        "SUPPORT": EventType(1, 5, "05"),
        "CONCEDE": EventType(1, 4.5, "08"),
        "COOPERATE": EventType(2, 9.5, "06"),
        "AID": EventType(2, 10, "07"),
        "RETREAT": EventType(
            2,
            6.5,
            "08",
            {"withdraw": 8, "release": 6.5, "disarm": 10, "ceasefire": 7.5, "access": 6.5, "resign": 4.5},
        ),
        "REQUEST": EventType(3, 0, "10", {"assist": 0.5, "change": -1, "yield": -1, "meet": 0}),
        # Printed as 3 between modes of -2 to -3.5: a lost minus sign.
        "ACCUSE": EventType(
            3, -3, "11", {"disapprove": -2, "investigate": -3.5, "allege": -3.5}, {"investigate": "09"}
        ),
        "REJECT": EventType(3, -2, "12", {"assist": -1.5, "change": -2, "yield": -2, "meet": -2}),
        "THREATEN": EventType(
            3,
            -3.5,
            "13",
            {
                "restrict": -3,
                "arrest": -3.5,
                "relations": -3.5,
                "expel": -3.5,
                "territory": -4,
                "violence": -3.5,
            },
        ),
        "PROTEST": EventType(
            4,
            -5,
            "14",
            {
                "demo": -5,
                "riot": -7,
                "strike": -5,
                "hunger": -4.5,
                "boycott": -4.5,
                "obstruct": -4.5,
                "vandalize": None,
            },
        ),
        # Its own section and the summary say material conflict; only the "Quad categories" table says verbal.
        "SANCTION": EventType(
            4,
            -6,
            "16",
            {"convict": -6, "expel": -5.5, "withdraw": -6, "discontinue": -6},
            {"convict": "11"},  # CAMEO 116, find guilty
        ),
        "MOBILIZE": EventType(4, -5.5, "15", {"troops": -6.5, "weapons": -6.5, "police": -5.5, "militia": -6}),
        "COERCE": EventType(
            4,
            -7,
            "17",
            {
                "seize": -7,
                "restrict": -7,
                "censor": -6.5,
                "curfew": -6.5,
                "martial-law": -7.5,
                "arrest": -7,
                "deport": -7,
                "withhold": -7,
                "misinformation": -6.5,
                "cyber": -7,
            },
        ),
        "ASSAULT": EventType(
            4,
            -9,
            "18",
            {
                "abduct": -8.5,
                "beat": -7.5,
                "torture": -8.5,
                "sexual": -8.5,
                "targeted": -9.5,
                "destroy": -8.5,
                "primitive": -8,
                "firearms": -9,
                "explosives": -9,
                "suicide-attack": -9.5,
                "aerial": -9.5,
                "drone": -9.5,
                "heavy-weapons": -9.5,
                "crowd-control": -7.5,
                "unconventional": -10,
            },
            {
                "destroy": "17",  # 1712, destroy property
                "crowd-control": "17",  # 175, violent repression
                "firearms": "19",
                "aerial": "19",
                "drone": "19",
                "heavy-weapons": "19",
                "unconventional": "20",
            },
        ),
    }
)

MODE_CONTEXTS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {("COERCE", "cyber"): ("cyber",), ("COERCE", "misinformation"): ("misinformation",)}
)
"""Contexts that a mode brings with it by the manual's own rule."""

SECTORS: Mapping[str, str] = MappingProxyType(
    {
        "COP": "police and security forces",
        "GOV": "government",
        "JUD": "judiciary",
        "LEG": "legislature",
        "MIL": "military",
        "PRM": "paramilitary",
        "PTY": "political party",
        "REB": "rebels",
        "SPY": "intelligence",
        "UAF": "unidentified armed forces",
        "UNK": "unknown",
        "AGR": "agriculture",
        "BUS": "business",
        "CRM": "crime",
        "CVL": "civilians",
        "EDU": "education",
        "ELI": "elites, former officials",
        "JRN": "journalists, media",
        "LAB": "labour",
        "MED": "health",
        "REF": "refugees and displaced people",
        "OPP": "opposition",
        "PRE": "partially recognised entity",
        "REL": "religion",
        "SOC": "civil society",
    }
)

NON_STATE_CODES: Mapping[str, str] = MappingProxyType(
    {
        "IGO": "intergovernmental organisation",
        "UNO": "United Nations",
        "EUR": "European Union",
        "NGO": "non-governmental organisation",
        "ISM": "Islamist movement across countries",
        "IMG": "international militant group",
        "MNC": "multinational company",
    }
)
"""What stands in a country column for an actor that belongs to no country; none is an ISO 3166 code."""


def quad_class(event_type: str) -> int:
    """1 to 4, as in `QUAD_CLASSES`.

    Raises:
        KeyError: no such type.
    """
    return EVENT_TYPES[event_type].quad_class


def intensity(event_type: str, mode: str | None = None) -> float | None:
    """PLOVER's score of the mode, of the type if there is no mode; None where the manual prints none.

    Raises:
        KeyError: no such type, or the type has no such mode.
    """
    kind = EVENT_TYPES[event_type]
    return kind.score if mode is None else kind.modes[mode]


def cameo_root(event_type: str, mode: str | None = None) -> str:
    """The CAMEO root ("01" to "20") that the crosswalk sends here; the most usual one where it sends several.

    Raises:
        KeyError: no such type.
    """
    kind = EVENT_TYPES[event_type]
    return kind.cameo_root if mode is None else kind.mode_roots.get(mode, kind.cameo_root)


def implied_contexts(event_type: str, mode: str | None) -> tuple[str, ...]:
    """The contexts that come with a mode, mostly none."""
    return MODE_CONTEXTS.get((event_type, mode), ()) if mode is not None else ()
