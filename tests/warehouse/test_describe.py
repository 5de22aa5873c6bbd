"""The page on the warehouse says what the warehouse says of itself."""

from pathlib import Path

from warehouse.connection import writer
from warehouse.describe import describe

PAGE = Path(__file__).parents[2] / "docs" / "warehouse.md"


def test_the_page_is_up_to_date(tmp_path: Path) -> None:
    with writer(tmp_path / "marsad.duckdb") as con:
        made = describe(con)
    assert PAGE.read_text("utf-8") == made, "out of date; renew it: python -m warehouse.describe > docs/warehouse.md"
