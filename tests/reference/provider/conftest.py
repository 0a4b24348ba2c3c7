"""Each way to call the adapter, and the waits between its attempts, noted and not waited."""

import pytest

from llm_reference import OpenAICompletions
from reference.provider.asking import CALLS, STREAMS


@pytest.fixture(params=STREAMS)
def streaming(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=CALLS)
def call(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the model would have waited."""
    asked: list[float] = []

    async def asleep(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(OpenAICompletions, "_sleep", staticmethod(asked.append))
    monkeypatch.setattr(OpenAICompletions, "_asleep", staticmethod(asleep))
    return asked
