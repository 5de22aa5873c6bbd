"""What holds for all tests: a slow machine is no failure, and the same tests try the same inputs every time."""

import pytest
from hypothesis import settings

settings.register_profile("marsad", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)  # for `make fuzz`: other inputs each time
settings.load_profile("marsad")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--renew`: write the expectations of golden fixtures anew instead of failing."""
    parser.addoption("--renew", action="store_true", help="write what golden fixtures expect anew")
