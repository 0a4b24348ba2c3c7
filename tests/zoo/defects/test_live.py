"""Each defect is present, shown without the suite. Here: when, where and how far a controlled model runs."""

import asyncio
import threading
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from llm_zoo import chain_streaming, live, timing
from llm_zoo.chain_streaming import ChainModel
from zoo.callers import PROMPT, astreamed
from zoo.calls import read_two, run_with_leftovers
from zoo.scripts import Words


def same(prompt: Any) -> Any:
    return prompt


def unchanged(chunks: Any) -> Any:
    yield from chunks


def test_a_request_is_sent_at_the_call() -> None:
    script = Words()
    live.RequestAtCall(script=script).stream(PROMPT)

    assert script.calls == 1


def test_close_reads_to_the_end() -> None:
    script = Words()
    live.CloseDrains(script=script).stream(PROMPT).close()

    assert script.sent == 4


def test_a_thread_reads_ahead() -> None:
    script, read = Words(), threading.Event()
    script.before_each = lambda index: read.set() if index == 3 else None
    stream = live.UnboundedReadAhead(script=script).stream(PROMPT)

    assert next(stream) == "Sing"
    assert read.wait(20)


def test_chunks_are_collected_first() -> None:
    script = Words()

    assert next(live.CollectedFirst(script=script).stream(PROMPT)) == "Sing"
    assert script.sent == 4


def test_an_unexpected_token_makes_the_parser_buffer() -> None:
    script = Words()
    stream = live.BuffersUnknownTokens(script=script).stream(PROMPT)

    assert next(stream) == "Sing"
    assert script.sent == 1
    assert next(stream) == " a"
    assert script.sent == 4


def test_events_come_after_the_answer() -> None:
    script = Words()
    events = live.EventsAfterAnswer(script=script).astream_events(PROMPT)
    run_with_leftovers(lambda: read_two(events))

    assert script.sent == 4


@pytest.mark.parametrize(
    "call",
    [
        lambda script: live.SyncClientOnLoop(script=script).astream(PROMPT),
        lambda script: live.EventsBlockLoop(script=script).astream_events(PROMPT),
    ],
    ids=["astream", "events"],
)
def test_a_stream_runs_in_the_thread_of_the_loop(call: Callable[[Words], Any]) -> None:
    threads: set[int] = set()
    script = Words(before_each=lambda _: threads.add(threading.get_ident()))

    async def read() -> int:
        async for _ in call(script):
            pass
        return threading.get_ident()

    script.aplay = None  # type: ignore[assignment] # it must not be called
    assert threads == {asyncio.run(read())}


def test_a_call_runs_in_the_thread_of_the_loop() -> None:
    threads: set[int] = set()
    script = Words(before_each=lambda _: threads.add(threading.get_ident()))

    async def call() -> int:
        await live.SyncCallOnLoop(script=script).ainvoke(PROMPT)
        return threading.get_ident()

    assert threads == {asyncio.run(call())}


def test_a_chain_waits_for_its_model() -> None:
    script = Words()
    chain = same | chain_streaming.ChainUsesInvoke(script=script) | unchanged

    assert list(islice(chain.stream(PROMPT), 1)) == ["Sing"]
    assert script.sent == 4


def test_a_chain_reads_its_model_to_the_end() -> None:
    script = Words()
    stream = (same | chain_streaming.ChainCloseDrains(script=script) | unchanged).stream(PROMPT)
    next(stream)
    stream.close()

    assert script.sent == 4


def test_the_base_class_of_the_chains_does_not_drain() -> None:
    script = Words()
    stream = (same | ChainModel(script=script) | unchanged).stream(PROMPT)
    next(stream)
    stream.close()

    assert script.sent == 1


def test_the_loop_is_blocked_at_each_token(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    monkeypatch.setattr(timing.BlocksLoopWhileWaiting, "_receive", lambda *_: waits.append(threading.get_ident()))

    assert len(astreamed(timing.BlocksLoopWhileWaiting())) == len(waits)
    assert set(waits) == {threading.get_ident()}


def test_the_first_chunk_waits_for_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[str] = []
    monkeypatch.setattr(timing.ChunksBuffered, "_receive", lambda _, token: received.append(token))
    next(timing.ChunksBuffered().stream(PROMPT))

    assert "".join(received) == PROMPT
