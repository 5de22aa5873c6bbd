"""What is unusual enough to be told to a person, as events of the Prefect server; automations pass them on.

Each event has a `message` for a person in its payload, besides the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from prefect.events import emit_event

QUARANTINE_RATE = "marsad.quarantine-rate"
VOLUME_LOW = "marsad.volume-low"
ENOUGH_RECORDS = 20
"""Of fewer, one or two are a fifth."""


def warn_of_quarantine(
    flow_run_name: str, load_id: str, seen: int, quarantined: int, reasons: Mapping[str, int], above: float
) -> bool:
    """Tell that more than the share `above` of a run's records went into quarantine, if that is so."""
    if seen < ENOUGH_RECORDS or quarantined <= above * seen:
        return False
    why = ", ".join(f"{records:,} {reason}" for reason, records in reasons.items())
    emit_event(
        QUARANTINE_RATE,
        resource={"prefect.resource.id": f"marsad.load.{load_id}", "prefect.resource.name": flow_run_name},
        payload={
            "message": f"{flow_run_name}: {quarantined:,} of {seen:,} records are in quarantine ({why}).",
            "records_seen": seen,
            "quarantined": quarantined,
            "share": round(quarantined / seen, 4),
            "reasons": dict(reasons),
        },
    )
    return True


def warn_of_low_volume(source: str | None, day: date, articles: int, expected: float) -> None:
    """Tell that a source delivered little on a day."""
    name = source or "(no source)"
    emit_event(
        VOLUME_LOW,
        # Names of sources are Arabic as a rule; what is matched on had better be ASCII.
        resource={"prefect.resource.id": f"marsad.source.{quote(name)}", "prefect.resource.name": name},
        payload={
            "message": f"{name} brought {articles:,} articles on {day}; {expected:,.0f} are usual on that weekday.",
            "source": source,
            "day": day.isoformat(),
            "articles": articles,
            "expected": expected,
        },
    )
