"""Names of flow runs that say what was done, which is known at the end only."""

from __future__ import annotations

from prefect.client.orchestration import get_client


async def rename(flow_run_id: str, name: str) -> None:
    """Give a flow run another name on the server that it reports to."""
    async with get_client() as client:
        await client.update_flow_run(flow_run_id, name=name)  # type: ignore[arg-type]  # a string will do


def count(number: int, thing: str) -> str:
    """A number and what it counts: "1 article", "2,000 articles"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
