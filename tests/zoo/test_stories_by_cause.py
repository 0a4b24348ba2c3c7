"""Each defect is really there, without the suite. Here: models that are held in hand."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest

from llm_reference.zoo import cancellations, chained, crowds, delays, failures, fidelity, leavings, liveness
from llm_reference.zoo.chained import Chained
from zoo.callers import PROMPT, astreamed, names, streamed, told
from zoo.scripts import WORDS, Words


def as_it_is(prompt: Any) -> Any:
    return prompt


def passed_on(chunks: Any) -> Any:
    yield from chunks


async def first_two(stream: Any) -> list[Any]:
    return [await anext(stream), await anext(stream)]


def run(act: Callable[[], Awaitable[Any]]) -> Any:
    """The outcome, and what is still running when it is there."""

    async def main() -> Any:
        outcome = await act()
        for _ in range(5):
            await asyncio.sleep(0)
        return outcome, asyncio.all_tasks() - {asyncio.current_task()}

    return asyncio.run(main())


async def cancelled(script: Words, act: Callable[[], Awaitable[Any]]) -> asyncio.Task[Any]:
    """A task that was cancelled before the third word."""
    script.holds = 2
    task = asyncio.ensure_future(act())
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    return task


def test_a_request_is_sent_at_the_call() -> None:
    script = Words()
    liveness.RequestAtTheCall(script=script).stream(PROMPT)

    assert script.asked == 1


def test_close_reads_to_the_end() -> None:
    script = Words()
    liveness.CloseDrains(script=script).stream(PROMPT).close()

    assert script.given == 4


def test_a_thread_reads_ahead() -> None:
    script, whole = Words(), threading.Event()
    script.at = lambda place: whole.set() if place == 3 else None
    stream = liveness.ReadAheadWithoutEnd(script=script).stream(PROMPT)

    assert next(stream) == "Sing"
    assert whole.wait(20)


def test_chunks_are_collected_first() -> None:
    script = Words()

    assert next(liveness.CollectedFirst(script=script).stream(PROMPT)) == "Sing"
    assert script.given == 4


def test_events_are_told_afterwards() -> None:
    script = Words()
    events = liveness.EventsToldAfterwards(script=script).astream_events(PROMPT)
    run(lambda: first_two(events))

    assert script.given == 4


@pytest.mark.parametrize(
    "call",
    [
        lambda script: liveness.SyncClientOnTheLoop(script=script).astream(PROMPT),
        lambda script: liveness.EventsBlockTheLoop(script=script).astream_events(PROMPT),
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
        await liveness.SyncCallOnTheLoop(script=script).ainvoke(PROMPT)
        return threading.get_ident()

    assert threads == {asyncio.run(ask())}


def test_invoke_returns_half_an_answer() -> None:
    assert failures.HalfAnAnswer(script=Words(fails=2)).invoke(PROMPT) == "Sing a"


def test_a_stream_breaks_off_without_a_word() -> None:
    assert streamed(failures.CutWithoutAWord(script=Words(fails=2))) == ["", "Sing", " a"]


def test_the_cause_of_a_failure_is_gone() -> None:
    with pytest.raises(ConnectionError) as failure:
        astreamed(failures.CauseThrownAway(script=Words(fails=2)))

    assert failure.value.__cause__ is None


def test_a_failed_stream_begins_again() -> None:
    model = failures.ReplayedAfterFailure(script=Words(fails=2))
    heard: list[str] = []
    with suppress(RuntimeError):
        for chunk in model.stream(PROMPT):
            heard += [chunk]
    assert heard == ["Sing", " a", "Sing", " a"]


def test_a_failed_stream_fails_again() -> None:
    stream = failures.FailsForEver(script=Words(fails=0)).stream(PROMPT)

    for _ in range(2):
        with pytest.raises(RuntimeError, match="no provider"):
            next(stream)


def test_a_failed_stream_leaves_something_behind() -> None:
    script = Words(fails=2)
    model = failures.FailureSticks(script=script)
    with pytest.raises(RuntimeError):
        streamed(model)

    script.fails = None
    assert model.invoke(PROMPT) == "rest " + PROMPT


def test_events_end_where_the_model_fails() -> None:
    assert names(told(failures.EventsEndAtFailure(script=Words(fails=1)))) == ["start", "stream"]


def test_nothing_is_given_as_none() -> None:
    assert astreamed(failures.NothingBecomesNone(script=Words([]))) == ["None"]


def test_a_pump_outlives_its_reader() -> None:
    script = Words()

    async def leave() -> None:
        stream = leavings.PumpOutlivesReader(script=script).astream(PROMPT)
        await anext(stream)
        await stream.aclose()

    _, tasks = run(leave)
    assert len(tasks) == 1


def test_an_abandoned_stream_is_never_ended() -> None:
    script = Words()
    model = leavings.StreamKeptByModel(script=script)

    async def leave() -> None:
        async for _ in model.astream(PROMPT):
            break

    run(leave)
    assert len(model._open) == 1


def test_events_leave_their_model_running() -> None:
    async def leave() -> None:
        events = leavings.EventsLeaveModelRunning(script=Words()).astream_events(PROMPT)
        await anext(events)
        await events.aclose()

    _, tasks = run(leave)
    assert tasks


def test_a_watchdog_is_left_behind() -> None:
    async def leave() -> None:
        stream = leavings.WatchdogLeftBehind(script=Words()).astream(PROMPT)
        await anext(stream)
        await stream.aclose()

    _, tasks = run(leave)
    assert len(tasks) == 1


def test_a_closed_stream_closes_the_other() -> None:
    model = leavings.CloseClosesAll(script=Words())
    one, other = model.stream(PROMPT), model.stream(PROMPT)
    next(one), next(other)
    other.close()

    assert list(one) == []


def test_a_cancelled_stream_ends_the_other() -> None:
    script = Words()
    model = cancellations.CancelCancelsAll(script=script)

    async def both() -> list[str]:
        one = model.astream(PROMPT)
        await anext(one)
        await cancelled(script, lambda: first_two_and_on(model.astream(PROMPT)))
        script.silent.set()
        return [chunk async for chunk in one]

    assert asyncio.run(both()) == []


async def first_two_and_on(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


@pytest.mark.parametrize(
    "call",
    [
        lambda script: first_two_and_on(cancellations.CancellationSwallowed(script=script).astream(PROMPT)),
        lambda script: cancellations.CancelledCallAnswers(script=script).ainvoke(PROMPT),
        lambda script: first_two_and_on(cancellations.CancelledEventsEnd(script=script).astream_events(PROMPT)),
    ],
    ids=["astream", "ainvoke", "events"],
)
def test_a_cancellation_is_swallowed(call: Callable[[Words], Awaitable[Any]]) -> None:
    async def ask() -> bool:
        script = Words()
        return (await cancelled(script, lambda: call(script))).cancelled()

    assert not asyncio.run(ask())


def test_a_goodbye_is_ignored() -> None:
    stream = leavings.GoodbyeIgnored().stream(PROMPT)
    next(stream)

    with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
        stream.close()
    assert list(stream) == WORDS[2:]


def test_a_cancellation_is_not_heard() -> None:
    async def ask() -> asyncio.Task[Any]:
        task = asyncio.ensure_future(first_two_and_on(cancellations.CancellationUnheard().astream(PROMPT)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        return task

    assert asyncio.run(ask()).result() == WORDS


def test_what_was_cancelled_is_said_later() -> None:
    script = Words()
    model = cancellations.CancelledStreamSaidLater(script=script)

    async def ask() -> list[str]:
        await cancelled(script, lambda: first_two_and_on(model.astream(PROMPT)))
        script.silent.set()
        return await first_two_and_on(model.astream(PROMPT))

    assert asyncio.run(ask()) == ["as I was saying, ", *WORDS]


def test_the_ninth_stream_shares_with_the_first() -> None:
    model = crowds.SlotsRunOut(script=Words())
    opened = [model.stream(str(number)) for number in range(9)]
    for stream in opened:
        next(stream)

    assert "".join(opened[0]) == "Sing" + " a song, sing."
    assert "".join(opened[8]) != PROMPT


def test_a_slot_is_given_to_two() -> None:
    model = crowds.SlotGivenTwice(script=Words())
    first, second, third = (model.stream(PROMPT) for _ in range(3))
    heard = [next(first), next(second), next(second)]
    first.close()
    next(third)

    assert [*heard, *second] == ["", "", "Sing", "Sing", " song,", " sing."], "of ' a' nothing was heard"


def test_a_cap_is_ignored() -> None:
    barrier = threading.Barrier(3, timeout=20)

    def meet(_place: int) -> None:
        barrier.wait()

    model = crowds.CapIgnored(script=Words(["la"], at=meet))

    assert model.batch(["a", "b", "c"], {"max_concurrency": 1}) == ["la"] * 3


def test_invoke_composes_characters() -> None:
    assert fidelity.TextNormalised(script=Words(["e", "\u0301"])).invoke(PROMPT) == "\u00e9"


def test_a_stream_ends_at_an_empty_token() -> None:
    assert streamed(fidelity.EmptyTokenEnds(script=Words(["a", "", "b"]))) == ["a", ""]


def test_separators_become_line_feeds() -> None:
    assert astreamed(fidelity.LinesSplit(script=Words(["a\u2028b\n"]))) == ["a\nb\n"]


def test_events_lose_carriage_returns() -> None:
    events = told(fidelity.CarriageReturnsLostInEvents(script=Words(["a\r"])))

    assert events[1]["data"]["chunk"] == "a\n"


def test_accents_wait_for_their_letters() -> None:
    assert streamed(fidelity.MarksWaitForLetters(script=Words(["e", "\u0301", "f"]))) == ["e\u0301", "f"]


def test_a_stop_mark_is_half_seen() -> None:
    model = fidelity.StopMarkHalfSeen(script=Words(["aaab"]))

    assert model.invoke(PROMPT, stop=["aab"]) == "aaab"


def test_a_chain_waits_for_its_model() -> None:
    script = Words()
    chain = as_it_is | chained.ChainWaits(script=script) | passed_on

    assert list(islice(chain.stream(PROMPT), 1)) == ["Sing"]
    assert script.given == 4


def test_a_chain_reads_its_model_to_the_end() -> None:
    script = Words()
    stream = (as_it_is | chained.ChainDrains(script=script) | passed_on).stream(PROMPT)
    next(stream)
    stream.close()

    assert script.given == 4


def test_a_chain_that_is_none_of_these_keeps_to_the_contract() -> None:
    script = Words()
    stream = (as_it_is | Chained(script=script) | passed_on).stream(PROMPT)
    next(stream)
    stream.close()

    assert script.given == 1


def test_the_loop_waits_for_each_token(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    monkeypatch.setattr(delays.WaitsOnTheLoop, "_receive", lambda *_: waits.append(threading.get_ident()))

    assert len(astreamed(delays.WaitsOnTheLoop())) == len(waits)
    assert set(waits) == {threading.get_ident()}


def test_the_first_chunk_waits_for_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[str] = []
    monkeypatch.setattr(delays.HandedOverAtTheEnd, "_receive", lambda _, token: received.append(token))
    next(delays.HandedOverAtTheEnd().stream(PROMPT))

    assert "".join(received) == PROMPT
