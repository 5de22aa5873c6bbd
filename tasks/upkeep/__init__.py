"""Upkeep of the warehouse as Prefect tasks; the work itself stands in `warehouse` and in `tasks.load`."""
