"""Collects the events of a call."""

from typing import Any

import pytest

from llm_reference import Runnable, StreamEvent
from reference.deadline import run

both_versions = pytest.mark.parametrize("version", ["v1", "v2"])


def events_of(runnable: Runnable[Any, Any], value: Any = "hi", **kwargs: Any) -> list[StreamEvent]:
    async def collect() -> list[StreamEvent]:
        return [event async for event in runnable.astream_events(value, **kwargs)]

    return run(collect())
