"""A simulator for each test, closed after it."""

from collections.abc import Iterator

import pytest

from llm_conformance.simulator import Simulator


@pytest.fixture
def provider() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator
