"""A hook is cancelled where it waits by itself, and its exception on being closed is a finding."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest

import llm_conformance
from llm_conformance.control.hooks.own_wait import OwnWaits
from llm_conformance.records import Status, Verdict
from llm_reference import EchoLLM, GenerationChunk


def test_each_wait_is_noticed_and_passed_on() -> None:
    waits = list[int]()

    async def answer() -> str:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return "answer"

    async def main() -> str:
        text: str = await OwnWaits(answer(), lambda: waits.append(len(waits)))
        return text

    assert asyncio.run(main()) == "answer"
    assert waits == [0, 1]


def test_what_does_not_wait_is_not_noticed() -> None:
    waits = list[int]()

    async def answer() -> str:
        return "answer"

    async def main() -> str:
        text: str = await OwnWaits(answer(), lambda: waits.append(len(waits)))
        return text

    assert asyncio.run(main()) == "answer"
    assert waits == []


def test_an_exception_of_what_is_awaited_is_raised() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("no answer")

    async def main() -> None:
        await OwnWaits(fail(), lambda: None)

    with pytest.raises(ValueError, match="no answer"):
        asyncio.run(main())


def test_a_cancellation_arrives_in_the_wait() -> None:
    places = list[str]()

    async def answer() -> str:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(10)
        places.append("after the wait")
        return "answer"

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        await OwnWaits(answer(), lambda: asyncio.get_running_loop().call_soon(task.cancel))

    asyncio.run(main())
    assert places == ["after the wait"]


class SwallowsAtFirst(EchoLLM):
    """Suppresses a cancellation before its first chunk."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk


class SwallowsLater(EchoLLM):
    """Suppresses a cancellation between two chunks, and ends."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                return


class WaitsProperly(EchoLLM):
    """Waits before each chunk, and can be cancelled there."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            await asyncio.sleep(0)
            yield chunk


class RaisesWhenClosed(EchoLLM):
    """Raises when it is closed."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except GeneratorExit:
            raise RuntimeError("cannot be closed") from None

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except GeneratorExit:
            raise RuntimeError("cannot be closed") from None


def judged(model: type[Any], check: str) -> Verdict:
    return llm_conformance.check_llm(f"{__name__}:{model.__name__}").verdicts[check]


@pytest.mark.parametrize(
    ("model", "where"),
    [
        (SwallowsAtFirst, "in its own wait before the first chunk"),
        (SwallowsLater, "between two chunks"),
    ],
)
def test_a_hook_that_suppresses_its_cancellation_is_found(model: type[Any], where: str) -> None:
    verdict = judged(model, "cancel.astream")

    assert verdict.status is Status.FAILED
    assert {(one.code, one.where) for one in verdict.findings} >= {("cancellation-swallowed", where)}


def test_a_hook_that_waits_and_can_be_cancelled_passes() -> None:
    assert judged(WaitsProperly, "cancel.astream").status is Status.PASSED


def test_an_exception_of_a_hook_that_is_closed_is_the_finding() -> None:
    record = llm_conformance.check_llm(f"{__name__}:{RaisesWhenClosed.__name__}").record
    verdicts = {name: record.verdicts[name] for name in ("close.stream", "close.no-leaks", "close.nested")}

    assert verdicts["close.stream"].findings[0].code == "raised"
    assert [one.status for one in verdicts.values()] == [Status.FAILED, Status.BLOCKED, Status.BLOCKED]
