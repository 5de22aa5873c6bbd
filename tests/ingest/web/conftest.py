from __future__ import annotations

from collections.abc import Iterator

import pytest
from unruly_server import UnrulyServer, unruly_server


@pytest.fixture
def server() -> Iterator[UnrulyServer]:
    with unruly_server() as running:
        yield running
