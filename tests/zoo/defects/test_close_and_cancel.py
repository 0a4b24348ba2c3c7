"""Each defect is present, shown without the suite. Here: consumers that leave, are cancelled, or are many."""

import asyncio
import gc
import inspect
import threading
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from llm_conformance.observe.gc_pause import gc_paused
from llm_zoo import cancel, close, concurrency
from zoo.callers import PROMPT
from zoo.calls import cancelled_at_third_word, read_all, run_with_leftovers
from zoo.scripts import WORDS, Words


def test_a_background_task_outlives_the_consumer() -> None:
    script = Words()

    async def leave() -> None:
        stream = close.BackgroundTaskNotCancelled(script=script).astream(PROMPT)
        await anext(stream)
        await stream.aclose()

    _, tasks = run_with_leftovers(leave)
    assert len(tasks) == 1


def test_a_closed_stream_stays_open_until_garbage_collection() -> None:
    script = Words()
    stream: Any = close.ClosedByGc(script=script)._stream(PROMPT)
    next(stream)
    response = weakref.ref(inspect.getgeneratorlocals(stream)["response"][0])

    with gc_paused():
        stream.close()
        assert response() is not None
        gc.collect()
        assert response() is None


def test_an_abandoned_stream_is_kept() -> None:
    script = Words()
    model = close.OpenStreamsKeptByModel(script=script)

    async def leave() -> None:
        async for _ in model.astream(PROMPT):
            break

    run_with_leftovers(leave)
    assert len(model._open) == 1


def test_events_leave_the_model_running() -> None:
    async def leave() -> None:
        events = close.EventsLeaveModelRunning(script=Words()).astream_events(PROMPT)
        await anext(events)
        await events.aclose()

    _, tasks = run_with_leftovers(leave)
    assert tasks


def test_a_watchdog_task_is_leaked() -> None:
    async def leave() -> None:
        stream = close.WatchdogTaskLeaked(script=Words()).astream(PROMPT)
        await anext(stream)
        await stream.aclose()

    _, tasks = run_with_leftovers(leave)
    assert len(tasks) == 1


def test_a_closed_stream_closes_the_other() -> None:
    model = close.CloseClosesAll(script=Words())
    one, other = model.stream(PROMPT), model.stream(PROMPT)
    next(one), next(other)
    other.close()

    assert list(one) == []


def test_a_failing_stream_ends_the_other() -> None:
    script = Words()
    model = close.FailureClosesAll(script=script)
    one, other = model.stream(PROMPT), model.stream(PROMPT)
    next(one), next(other)
    script.fails_at = 1
    with pytest.raises(RuntimeError):
        next(other)
    script.fails_at = None

    assert list(one) == []


def test_a_cancelled_stream_ends_the_other() -> None:
    script = Words()
    model = cancel.CancelCancelsAll(script=script)

    async def both() -> list[str]:
        one = model.astream(PROMPT)
        await anext(one)
        await cancelled_at_third_word(script, lambda: read_all(model.astream(PROMPT)))
        script.resume.set()
        return [chunk async for chunk in one]

    assert asyncio.run(both()) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda script: read_all(cancel.CancellationSwallowed(script=script).astream(PROMPT)),
        lambda script: cancel.CancelledCallAnswers(script=script).ainvoke(PROMPT),
        lambda script: read_all(cancel.CancelledEventsEnd(script=script).astream_events(PROMPT)),
    ],
    ids=["astream", "ainvoke", "events"],
)
def test_a_cancellation_is_swallowed(call: Callable[[Words], Awaitable[Any]]) -> None:
    async def call_model() -> bool:
        script = Words()
        return (await cancelled_at_third_word(script, lambda: call(script))).cancelled()

    assert not asyncio.run(call_model())


def test_cancelled_text_is_in_the_next_answer() -> None:
    script = Words()
    model = cancel.CancelledTextInNextAnswer(script=script)

    async def call_model() -> list[str]:
        await cancelled_at_third_word(script, lambda: read_all(model.astream(PROMPT)))
        script.resume.set()
        return await read_all(model.astream(PROMPT))

    assert asyncio.run(call_model()) == ["as I was saying, ", *WORDS]


def test_the_ninth_stream_shares_with_the_first() -> None:
    model = concurrency.BuffersReusedAfterEight(script=Words())
    opened = [model.stream(str(number)) for number in range(9)]
    for stream in opened:
        next(stream)

    assert "".join(opened[0]) == "Sing" + " a song, sing."
    assert "".join(opened[8]) != PROMPT


def test_two_streams_share_a_slot() -> None:
    model = concurrency.SlotAssignedTwice(script=Words())
    first, second, third = (model.stream(PROMPT) for _ in range(3))
    chunks = [next(first), next(second), next(second)]
    first.close()
    next(third)

    assert [*chunks, *second] == ["", "", "Sing", "Sing", " song,", " sing."], "the word ' a' is lost"


def test_max_concurrency_is_ignored() -> None:
    barrier = threading.Barrier(3, timeout=20)

    def meet(_index: int) -> None:
        barrier.wait()

    model = concurrency.MaxConcurrencyIgnored(script=Words(["la"], before_each=meet))

    assert model.batch(["a", "b", "c"], {"max_concurrency": 1}) == ["la"] * 3


def test_a_hook_goes_on_when_it_is_closed() -> None:
    stream = close.HookIgnoresGeneratorExit().stream(PROMPT)
    next(stream)

    with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
        stream.close()


def test_a_hook_goes_on_when_it_is_cancelled() -> None:
    async def main() -> list[str]:
        model = cancel.HookSuppressesCancellation()
        task = asyncio.create_task(_all_chunks(model))
        # The task is in the wait of the hook by then.
        await asyncio.sleep(0)
        task.cancel()
        return await task

    assert "".join(asyncio.run(main())) == PROMPT


async def _all_chunks(model: Any) -> list[str]:
    return [chunk async for chunk in model.astream(PROMPT)]
