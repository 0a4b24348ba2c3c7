"""Drivers, with a deadline that no call reaches and with one that a call that hangs reaches soon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder

LONG, SHORT = 30.0, 0.2


@pytest.fixture
def driver() -> Iterator[Driver]:
    driver = Driver(Recorder(), LONG)
    yield driver
    driver.close()


@pytest.fixture
def short_timeout() -> Iterator[Driver]:
    driver = Driver(Recorder(), SHORT)
    yield driver
    driver.close()
