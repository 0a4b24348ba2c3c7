"""Each defect is really there, without the suite. Here: what is around the hooks of a model that keep every rule."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import pytest

from llm_reference import GenerationChunk
from llm_zoo import hook_wrappers
from llm_zoo.bases.text import TextDefect
from zoo.callers import PROMPT, WORDS, astreamed, told


class Noted(TextDefect):
    """Counts what its hooks give, and knows when they end."""

    given: int = 0
    ended: int = 0

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        try:
            for token in tokens:
                self.given += 1
                yield token
        finally:
            self.ended += 1


class CollectedFirst(Noted, hook_wrappers.HookCollectedFirst):
    """Noted."""


class ToldAfterwards(Noted, hook_wrappers.HookEventsToldAfterwards):
    """Noted."""


class NeverClosed(Noted, hook_wrappers.HookNeverClosed):
    """Noted."""


class ReadToItsEnd(Noted, hook_wrappers.HookReadToItsEnd):
    """Noted."""


def test_a_hook_is_read_to_its_end_before_the_first_chunk_is_handed_over() -> None:
    model = CollectedFirst()

    assert asyncio.run(anext(model.astream(PROMPT))) == WORDS[0]
    assert model.given == len(WORDS)


def test_a_hook_is_read_to_its_end_before_the_first_event_is_told() -> None:
    model = ToldAfterwards()

    async def first() -> Any:
        return await anext(model.astream_events(PROMPT))

    assert asyncio.run(first())["event"] == "on_llm_start"
    assert model.given == len(WORDS)


def test_a_hook_stays_open_when_its_stream_is_closed() -> None:
    model = NeverClosed()
    stream = model.stream(PROMPT)
    next(stream)
    stream.close()

    assert (model.given, model.ended) == (1, 0)


def test_a_hook_is_read_by_a_thread_that_waits_for_nobody() -> None:
    model = ReadToItsEnd()
    before = set(threading.enumerate())
    stream = model.stream(PROMPT)
    next(stream)
    for reader in set(threading.enumerate()) - before:
        reader.join(5)

    assert model.given == len(WORDS) + len(model.suffix)


def test_the_loop_waits_for_the_thread_that_draws_a_chunk() -> None:
    class Waits(hook_wrappers.HookWaitedForOnTheLoop):
        """Gives its chunks when somebody else on the loop lets it."""

        def _receive(self) -> bool:
            return opened.wait(0.2)

        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            asked.append(self._receive())
            yield from super()._stream(*args, **kwargs)

    opened, asked = threading.Event(), list[bool]()

    async def beside() -> None:
        asyncio.get_running_loop().call_soon(opened.set)
        async for _ in Waits().astream(PROMPT):
            pass

    asyncio.run(beside())
    assert asked == [False]


def test_events_are_told_when_the_model_is_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_wrappers, "_ANSWER", 0)
    through = list[str]()

    async def chunks(*_: Any, **__: Any) -> AsyncIterator[GenerationChunk]:
        for word in WORDS:
            yield GenerationChunk(text=word)
        through.append("the model")

    async def listen() -> None:
        async for _ in hook_wrappers.EventsHandedOverAtTheEnd().astream_events(PROMPT):
            through.append("an event")

    monkeypatch.setattr(hook_wrappers.EventsHandedOverAtTheEnd, "_astream", chunks)
    asyncio.run(listen())

    assert through[0] == "the model"
    assert len(through) > len(WORDS)


def test_the_texts_are_right() -> None:
    assert list(hook_wrappers.HookNeverClosed().stream(PROMPT)) == WORDS
    assert astreamed(hook_wrappers.HookCollectedFirst()) == WORDS
    assert [event["data"]["chunk"] for event in told(hook_wrappers.HookEventsToldAfterwards())[1:-1]] == WORDS
