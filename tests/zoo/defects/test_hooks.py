"""Each defect is present, shown without the suite. Here: public methods around correct hooks."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import pytest

from llm_reference import GenerationChunk
from llm_zoo import hook_wrappers
from llm_zoo.bases.text import TextDefect
from zoo.callers import PROMPT, WORDS, astreamed, events_of


class Counted(TextDefect):
    """Counts the tokens of its hooks, and the hooks that are closed."""

    yielded: int = 0
    closed: int = 0

    def _transform_tokens(self, tokens: Iterable[str]) -> Iterator[str]:
        try:
            for token in tokens:
                self.yielded += 1
                yield token
        finally:
            self.closed += 1


class CollectedFirst(Counted, hook_wrappers.HookCollectedFirst):
    pass


class EventsBuffered(Counted, hook_wrappers.HookEventsBuffered):
    pass


class NeverClosed(Counted, hook_wrappers.HookNeverClosed):
    pass


class ReadsAhead(Counted, hook_wrappers.HookReadsAhead):
    pass


def test_a_hook_is_read_to_its_end_before_the_first_chunk() -> None:
    model = CollectedFirst()

    assert asyncio.run(anext(model.astream(PROMPT))) == WORDS[0]
    assert model.yielded == len(WORDS)


def test_a_hook_is_read_to_its_end_before_the_first_event() -> None:
    model = EventsBuffered()

    async def first() -> Any:
        return await anext(model.astream_events(PROMPT))

    assert asyncio.run(first())["event"] == "on_llm_start"
    assert model.yielded == len(WORDS)


def test_a_hook_stays_open_when_its_stream_is_closed() -> None:
    model = NeverClosed()
    stream = model.stream(PROMPT)
    next(stream)
    stream.close()

    assert (model.yielded, model.closed) == (1, 0)


def test_a_thread_reads_a_hook_ahead() -> None:
    model = ReadsAhead()
    before = set(threading.enumerate())
    stream = model.stream(PROMPT)
    next(stream)
    for reader in set(threading.enumerate()) - before:
        reader.join(5)

    assert model.yielded == len(WORDS) + len(model.suffix)


def test_the_loop_is_blocked_until_a_thread_has_read_a_chunk() -> None:
    class Waits(hook_wrappers.HookBlocksEventLoop):
        """Waits 0.2 s for another callback of the loop before its first chunk."""

        def _receive(self) -> bool:
            return opened.wait(0.2)

        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            received.append(self._receive())
            yield from super()._stream(*args, **kwargs)

    opened, received = threading.Event(), list[bool]()

    async def main() -> None:
        asyncio.get_running_loop().call_soon(opened.set)
        async for _ in Waits().astream(PROMPT):
            pass

    asyncio.run(main())
    assert received == [False]


def test_events_are_buffered_until_the_model_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_wrappers, "_ANSWER", 0)
    order = list[str]()

    async def chunks(*_: Any, **__: Any) -> AsyncIterator[GenerationChunk]:
        for word in WORDS:
            yield GenerationChunk(text=word)
        order.append("the model")

    async def read() -> None:
        async for _ in hook_wrappers.EventsBuffered().astream_events(PROMPT):
            order.append("an event")

    monkeypatch.setattr(hook_wrappers.EventsBuffered, "_astream", chunks)
    asyncio.run(read())

    assert order[0] == "the model"
    assert len(order) > len(WORDS)


def test_the_texts_are_right() -> None:
    assert list(hook_wrappers.HookNeverClosed().stream(PROMPT)) == WORDS
    assert astreamed(hook_wrappers.HookCollectedFirst()) == WORDS
    assert [event["data"]["chunk"] for event in events_of(hook_wrappers.HookEventsBuffered())[1:-1]] == WORDS
