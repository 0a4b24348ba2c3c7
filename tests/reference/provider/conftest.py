"""Fixtures: every call of the client, and its waits between attempts, which are recorded and skipped."""

import pytest

from llm_reference import OpenAICompletions
from reference.provider.client import CALLS, STREAMS


@pytest.fixture(params=STREAMS)
def streaming(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=CALLS)
def call(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of the client, in seconds."""
    requested: list[float] = []

    async def asleep(seconds: float) -> None:
        requested.append(seconds)

    monkeypatch.setattr(OpenAICompletions, "_sleep", staticmethod(requested.append))
    monkeypatch.setattr(OpenAICompletions, "_asleep", staticmethod(asleep))
    return requested
