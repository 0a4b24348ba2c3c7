"""Each defect is really there, without the suite. Here: when a model held in hand works, in which thread, how far."""

import asyncio
import threading
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from llm_zoo import chain_streaming, live, timing
from llm_zoo.chain_streaming import ChainModel
from zoo.callers import PROMPT, astreamed
from zoo.calls import first_two, run
from zoo.scripts import Words


def as_it_is(prompt: Any) -> Any:
    return prompt


def passed_on(chunks: Any) -> Any:
    yield from chunks


def test_a_request_is_sent_at_the_call() -> None:
    script = Words()
    live.RequestAtTheCall(script=script).stream(PROMPT)

    assert script.asked == 1


def test_close_reads_to_the_end() -> None:
    script = Words()
    live.CloseDrains(script=script).stream(PROMPT).close()

    assert script.given == 4


def test_a_thread_reads_ahead() -> None:
    script, whole = Words(), threading.Event()
    script.at = lambda place: whole.set() if place == 3 else None
    stream = live.ReadAheadWithoutEnd(script=script).stream(PROMPT)

    assert next(stream) == "Sing"
    assert whole.wait(20)


def test_chunks_are_collected_first() -> None:
    script = Words()

    assert next(live.CollectedFirst(script=script).stream(PROMPT)) == "Sing"
    assert script.given == 4


def test_a_token_of_another_form_makes_the_parser_wait() -> None:
    script = Words()
    stream = live.OneTokenizerKnown(script=script).stream(PROMPT)

    assert next(stream) == "Sing"
    assert script.given == 1
    assert next(stream) == " a"
    assert script.given == 4


def test_events_are_told_afterwards() -> None:
    script = Words()
    events = live.EventsToldAfterwards(script=script).astream_events(PROMPT)
    run(lambda: first_two(events))

    assert script.given == 4


@pytest.mark.parametrize(
    "call",
    [
        lambda script: live.SyncClientOnTheLoop(script=script).astream(PROMPT),
        lambda script: live.EventsBlockTheLoop(script=script).astream_events(PROMPT),
    ],
    ids=["astream", "events"],
)
def test_a_stream_works_in_the_thread_of_the_loop(call: Callable[[Words], Any]) -> None:
    threads: set[int] = set()
    script = Words(at=lambda _: threads.add(threading.get_ident()))

    async def read() -> int:
        async for _ in call(script):
            pass
        return threading.get_ident()

    script.aplay = None  # type: ignore[assignment] # it is not asked for
    assert threads == {asyncio.run(read())}


def test_a_call_works_in_the_thread_of_the_loop() -> None:
    threads: set[int] = set()
    script = Words(at=lambda _: threads.add(threading.get_ident()))

    async def ask() -> int:
        await live.SyncCallOnTheLoop(script=script).ainvoke(PROMPT)
        return threading.get_ident()

    assert threads == {asyncio.run(ask())}


def test_a_chain_waits_for_its_model() -> None:
    script = Words()
    chain = as_it_is | chain_streaming.ChainWaits(script=script) | passed_on

    assert list(islice(chain.stream(PROMPT), 1)) == ["Sing"]
    assert script.given == 4


def test_a_chain_reads_its_model_to_the_end() -> None:
    script = Words()
    stream = (as_it_is | chain_streaming.ChainDrains(script=script) | passed_on).stream(PROMPT)
    next(stream)
    stream.close()

    assert script.given == 4


def test_a_chain_that_is_none_of_these_keeps_to_the_contract() -> None:
    script = Words()
    stream = (as_it_is | ChainModel(script=script) | passed_on).stream(PROMPT)
    next(stream)
    stream.close()

    assert script.given == 1


def test_the_loop_waits_for_each_token(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    monkeypatch.setattr(timing.WaitsOnTheLoop, "_receive", lambda *_: waits.append(threading.get_ident()))

    assert len(astreamed(timing.WaitsOnTheLoop())) == len(waits)
    assert set(waits) == {threading.get_ident()}


def test_the_first_chunk_waits_for_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[str] = []
    monkeypatch.setattr(timing.HandedOverAtTheEnd, "_receive", lambda _, token: received.append(token))
    next(timing.HandedOverAtTheEnd().stream(PROMPT))

    assert "".join(received) == PROMPT
