"""Each defect is really there, without the suite. Here: readers that leave, are cancelled, or are many."""

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
from zoo.calls import cancelled, first_two_and_on, run
from zoo.scripts import WORDS, Words


def test_a_pump_outlives_its_reader() -> None:
    script = Words()

    async def leave() -> None:
        stream = close.PumpOutlivesReader(script=script).astream(PROMPT)
        await anext(stream)
        await stream.aclose()

    _, tasks = run(leave)
    assert len(tasks) == 1


def test_a_closed_stream_waits_for_the_collector() -> None:
    script = Words()
    stream: Any = close.ClosedByTheCollector(script=script)._stream(PROMPT)
    next(stream)
    response = weakref.ref(inspect.getgeneratorlocals(stream)["response"][0])

    with gc_paused():
        stream.close()
        assert response() is not None
        gc.collect()
        assert response() is None


def test_an_abandoned_stream_is_never_ended() -> None:
    script = Words()
    model = close.StreamKeptByModel(script=script)

    async def leave() -> None:
        async for _ in model.astream(PROMPT):
            break

    run(leave)
    assert len(model._open) == 1


def test_events_leave_their_model_running() -> None:
    async def leave() -> None:
        events = close.EventsLeaveModelRunning(script=Words()).astream_events(PROMPT)
        await anext(events)
        await events.aclose()

    _, tasks = run(leave)
    assert tasks


def test_a_watchdog_is_left_behind() -> None:
    async def leave() -> None:
        stream = close.WatchdogLeftBehind(script=Words()).astream(PROMPT)
        await anext(stream)
        await stream.aclose()

    _, tasks = run(leave)
    assert len(tasks) == 1


def test_a_closed_stream_closes_the_other() -> None:
    model = close.CloseClosesAll(script=Words())
    one, other = model.stream(PROMPT), model.stream(PROMPT)
    next(one), next(other)
    other.close()

    assert list(one) == []


def test_a_cancelled_stream_ends_the_other() -> None:
    script = Words()
    model = cancel.CancelCancelsAll(script=script)

    async def both() -> list[str]:
        one = model.astream(PROMPT)
        await anext(one)
        await cancelled(script, lambda: first_two_and_on(model.astream(PROMPT)))
        script.silent.set()
        return [chunk async for chunk in one]

    assert asyncio.run(both()) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda script: first_two_and_on(cancel.CancellationSwallowed(script=script).astream(PROMPT)),
        lambda script: cancel.CancelledCallAnswers(script=script).ainvoke(PROMPT),
        lambda script: first_two_and_on(cancel.CancelledEventsEnd(script=script).astream_events(PROMPT)),
    ],
    ids=["astream", "ainvoke", "events"],
)
def test_a_cancellation_is_swallowed(call: Callable[[Words], Awaitable[Any]]) -> None:
    async def ask() -> bool:
        script = Words()
        return (await cancelled(script, lambda: call(script))).cancelled()

    assert not asyncio.run(ask())


def test_a_goodbye_is_ignored() -> None:
    stream = close.GoodbyeIgnored().stream(PROMPT)
    next(stream)

    with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
        stream.close()
    assert list(stream) == WORDS[2:]


def test_a_cancellation_is_not_heard() -> None:
    async def ask() -> asyncio.Task[Any]:
        task = asyncio.ensure_future(first_two_and_on(cancel.CancellationUnheard().astream(PROMPT)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        return task

    assert asyncio.run(ask()).result() == WORDS


def test_what_was_cancelled_is_said_later() -> None:
    script = Words()
    model = cancel.CancelledStreamSaidLater(script=script)

    async def ask() -> list[str]:
        await cancelled(script, lambda: first_two_and_on(model.astream(PROMPT)))
        script.silent.set()
        return await first_two_and_on(model.astream(PROMPT))

    assert asyncio.run(ask()) == ["as I was saying, ", *WORDS]


def test_the_ninth_stream_shares_with_the_first() -> None:
    model = concurrency.SlotsRunOut(script=Words())
    opened = [model.stream(str(number)) for number in range(9)]
    for stream in opened:
        next(stream)

    assert "".join(opened[0]) == "Sing" + " a song, sing."
    assert "".join(opened[8]) != PROMPT


def test_a_slot_is_given_to_two() -> None:
    model = concurrency.SlotGivenTwice(script=Words())
    first, second, third = (model.stream(PROMPT) for _ in range(3))
    heard = [next(first), next(second), next(second)]
    first.close()
    next(third)

    assert [*heard, *second] == ["", "", "Sing", "Sing", " song,", " sing."], "of ' a' nothing was heard"


def test_a_cap_is_ignored() -> None:
    barrier = threading.Barrier(3, timeout=20)

    def meet(_place: int) -> None:
        barrier.wait()

    model = concurrency.CapIgnored(script=Words(["la"], at=meet))

    assert model.batch(["a", "b", "c"], {"max_concurrency": 1}) == ["la"] * 3
