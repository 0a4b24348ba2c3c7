"""What a dropped generator raises is a finding on the model, and nothing that Python prints."""

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import llm_conformance
from llm_conformance.driver.dropped import DroppedGenerators
from llm_conformance.records import Status

WORDS = (" one", " two", " three", " four", " five", " six", " seven", " eight")


class DropsGenerator:
    """Drops an inner generator that raises when it is closed."""

    def invoke(self, prompt: Any, config: Any = None, **kwargs: Any) -> str:
        return "".join(WORDS)

    async def ainvoke(self, prompt: Any, config: Any = None, **kwargs: Any) -> str:
        return "".join(WORDS)

    def stream(self, prompt: Any, config: Any = None, **kwargs: Any) -> Iterator[str]:
        connection = self._connection()
        for word in WORDS:
            next(connection)
            yield word

    async def astream(self, prompt: Any, config: Any = None, **kwargs: Any) -> AsyncIterator[str]:
        for word in WORDS:
            yield word

    def _connection(self) -> Iterator[None]:
        while True:
            try:
                yield
            except GeneratorExit:
                raise ValueError("the connection is gone") from None


def test_a_dropped_generator_that_raises_is_a_leftover(monkeypatch: pytest.MonkeyPatch) -> None:
    reported = list[Any]()
    monkeypatch.setattr(sys, "unraisablehook", lambda one: reported.append(str(one.exc_value)))

    verdict = llm_conformance.check_llm(f"{__name__}:DropsGenerator").verdicts["close.no-leaks"]

    assert verdict.status is Status.FAILED
    assert "a generator that was dropped raised ValueError: the connection is gone" in str(verdict.findings[0].actual)
    assert reported == []


def test_what_is_not_of_a_generator_is_left_to_the_hook_before(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fails:
        """Raises when it is dropped."""

        def __del__(self) -> None:
            raise ValueError("not a generator")

    reported = list[str]()
    monkeypatch.setattr(sys, "unraisablehook", lambda one: reported.append(str(one.exc_value)))
    dropped = DroppedGenerators(str)
    before = sys.unraisablehook

    with dropped.watched():
        Fails()

    assert (reported, dropped.errors) == (["not a generator"], [])
    assert sys.unraisablehook is before
