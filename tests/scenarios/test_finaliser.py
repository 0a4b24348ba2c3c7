"""What the end of an instance shows, by what the instance was used for."""

from __future__ import annotations

import asyncio
import gc
from typing import Any, ClassVar
from weakref import finalize

import pytest

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM

_ON_A_LOOP = "on an event loop that has ended"


class RaisesUnlessCalled(EchoLLM):
    _called = False

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        self._called = True
        return super().invoke(*args, **kwargs)

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        self._called = True
        return super().stream(*args, **kwargs)

    def __del__(self) -> None:
        if not self._called:
            raise ValueError("never opened")


class RaisesAfterAStream(EchoLLM):
    _streamed = False

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        self._streamed = True
        return super().stream(*args, **kwargs)

    def __del__(self) -> None:
        if self._streamed:
            raise ValueError("closed twice")


class RaisesAfterAwaiting(EchoLLM):
    _awaited = False

    async def ainvoke(self, *args: Any, **kwargs: Any) -> Any:
        self._awaited = True
        return await super().ainvoke(*args, **kwargs)

    def __del__(self) -> None:
        if self._awaited:
            raise ValueError("no event loop")


class WakesItsLoop(EchoLLM):
    _loop: Any = None

    async def astream(self, *args: Any, **kwargs: Any) -> Any:
        self._loop = asyncio.get_running_loop()
        async for chunk in super().astream(*args, **kwargs):
            yield chunk

    def __del__(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(print)


class RaisesAfterAnAsynchronousStream(EchoLLM):
    _streamed = False

    async def astream(self, *args: Any, **kwargs: Any) -> Any:
        self._streamed = True
        async for chunk in super().astream(*args, **kwargs):
            yield chunk

    def __del__(self) -> None:
        if self._streamed:
            raise ValueError("no event loop")


class InACycle(EchoLLM):
    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        raise ValueError("in a cycle")


class RaisesInACallback(EchoLLM):
    def __init__(self) -> None:
        finalize(self, divmod, 1, 0)


class IsKept(EchoLLM):
    all: ClassVar[list[Any]] = []

    def __init__(self) -> None:
        self.all.append(self)

    def __del__(self) -> None:
        raise ValueError("of another time")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("model", "where", "status"),
    [
        (EchoLLM, [], Status.PASSED),
        (RaisesUnlessCalled, ["an instance that was never called"], Status.FAILED),
        (RaisesAfterAStream, ["an instance that was streamed"], Status.FAILED),
        (RaisesAfterAwaiting, [f"an instance that was awaited {_ON_A_LOOP}"], Status.FAILED),
        (WakesItsLoop, [f"an instance that was streamed {_ON_A_LOOP}"], Status.FAILED),
        (RaisesAfterAnAsynchronousStream, [f"an instance that was streamed {_ON_A_LOOP}"], Status.FAILED),
        (InACycle, ["an instance that was never called"], Status.FAILED),
        (RaisesInACallback, ["an instance that was never called"], Status.FAILED),
        (IsKept, [], Status.NOT_APPLICABLE),
    ],
)
def test_the_finding_says_what_the_instance_was_used_for(model: type[Any], where: list[str], status: Status) -> None:
    with Run(RunSpec.of(ImplSpec(model.__module__, model.__name__))) as run:
        verdict = run.judge.verdict("close.finaliser")
        IsKept.__del__ = lambda self: None  # type: ignore[method-assign]
    # Other instances in a cycle would end in a later test.
    gc.collect()

    assert verdict.status is status
    assert [one.where for one in verdict.findings] == where
