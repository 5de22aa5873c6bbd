"""What holds for all tests: a slow machine is no failure."""

import pytest
from hypothesis import settings

settings.register_profile("marsad", deadline=None)
settings.load_profile("marsad")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--renew`: write the expectations of golden fixtures anew instead of failing."""
    parser.addoption("--renew", action="store_true", help="write what golden fixtures expect anew")
