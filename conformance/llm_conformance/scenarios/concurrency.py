"""Many streams of one instance: paused at gates that open in an adverse order, and used in random orders."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from llm_conformance.driver.garbage import collect_beside
from llm_conformance.observe.alone_answers import AloneAnswers
from llm_conformance.observe.call_styles import ASTREAM, STREAM, CallStyle
from llm_conformance.observe.client_timeout import is_timeout
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.observe.gc_pause import gc_paused
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.observe.search import CounterexampleSearch, settings
from llm_conformance.observe.sync_iterator import run_to_end
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Raised, Search
from llm_conformance.scenarios.registry import SCRIPT, scenario

STREAM_COUNTS = (2, 10, 100)
_STEPS = 16
# Seconds that the answers are held back in all. A client that reads one of them may have a timeout of a few seconds.
_PATIENCE = 1.0
# Seconds for which one stream is waited for.
_WAIT = 0.05

_Read = Callable[[int], Coroutine[Any, Any, None]]


@scenario(
    styles=(STREAM,),
    reported_by="concurrency.threads",
    model_calls=1 + sum(STREAM_COUNTS),
    requires=("isolation.interleaved",),
    control=SCRIPT,
)
@scenario(
    styles=(ASTREAM,),
    reported_by="concurrency.tasks",
    model_calls=1 + sum(STREAM_COUNTS),
    requires=("isolation.concurrent",),
    control=SCRIPT,
)
def concurrency(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """2, 10 and 100 streams of one instance, each in a thread or a task; at each token the last one goes on first."""
    # Some clients that are collected on a loop close their connections there, and with them, by their numbers, those
    # that others have opened since: AsyncOpenAI, and clients that read with anyio.
    alone = AloneAnswers(ctx, style, tokens_of)
    alone.of(0)
    with gc_paused():
        outcomes = _streams(ctx, style, ctx.new_instance(), alone)
    collect_beside()
    return outcomes


@scenario(
    styles=(STREAM,),
    reported_by="concurrency.any-order",
    model_calls=1,
    requires=("isolation.interleaved",),
    control=SCRIPT,
)
@scenario(
    styles=(ASTREAM,),
    reported_by="concurrency.any-order",
    model_calls=1,
    requires=("isolation.concurrent",),
    control=SCRIPT,
)
def any_order(ctx: Context, style: CallStyle) -> Search:
    """Streams of one instance that are opened, read, closed and, on a loop, cancelled in a random order."""
    from hypothesis import seed  # noqa: PLC0415 - only a search pays for the import
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415 - the same

    from llm_conformance.observe.state_machine import machine_for, replay_known_orders  # noqa: PLC0415 - the same

    found = CounterexampleSearch()
    # Hypothesis accepts any factory, but annotates a class.
    new_machine: Any = machine_for(ctx, style, found, tokens_of)

    def draw(count: int, number: int) -> None:
        run_state_machine_as_test(seed(number)(new_machine), settings=settings(count, stateful_step_count=_STEPS))

    drawn = found.draw(ctx.rounds, draw)
    if drawn.counterexample is not None or drawn.flaky:
        return drawn
    return found.try_traps(lambda: replay_known_orders(new_machine))


def tokens_of(number: int) -> tuple[str, ...]:
    """The tokens of the stream of that number: no two streams have a token in common."""
    return tuple(f" {number}.{place}" for place in range(8))


def _streams(ctx: Context, style: CallStyle, llm: Any, alone: AloneAnswers) -> ControlledOutcomes:
    by: dict[str, ControlledOutcome] = {}
    for count in STREAM_COUNTS:
        outcomes = at_once(ctx, style, llm, count)
        if any(is_timeout(outcome.raised) for outcome in outcomes):
            # The harness itself may have held the answers back for too long.
            outcomes = at_once(ctx, style, llm, count, held=False)
        if any(is_timeout(outcome.raised) for outcome in outcomes):
            raise Inconclusive(f"a timeout of the client ended a stream while {count} were read at once")
        outcomes = [replace(outcome, tokens=alone.of(number)) for number, outcome in enumerate(outcomes)]
        by |= {f"stream {number + 1} of {count}": outcome for number, outcome in enumerate(outcomes)}
        if any(outcome.failed or outcome.text != "".join(outcome.tokens) for outcome in outcomes):
            break
    return ControlledOutcomes(by_label=by)


def at_once(ctx: Context, style: CallStyle, llm: Any, count: int, *, held: bool = True) -> list[ControlledOutcome]:
    """So many streams of one instance. held: they are paused at each token, and the last one goes on first."""
    places = range(len(tokens_of(0))) if held else ()
    calls = [ctx.controlled_call(style, tokens_of(number), gates=places) for number in range(count)]
    raised: dict[int, Raised] = {}
    # A task that is cancelled at the deadline ends; a thread records whatever the model raises.
    caught = Exception if style.asynchronous else BaseException

    async def read(number: int) -> None:
        try:
            await calls[number].read_all(calls[number].items(llm))
        except caught as error:
            raised[number] = ctx.exception_record(error)

    act = _in_tasks if style.asynchronous else _in_threads
    done = calls[0].run(lambda: act(read, calls), beside=calls[1:])
    for call in calls[1:]:
        call.finish()
    return [call.outcome(done, because=raised.get(number)) for number, call in enumerate(calls)]


async def _in_threads(read: _Read, calls: Sequence[ControlledCall]) -> None:
    threads = [_thread(lambda number: run_to_end(read(number)), number) for number in range(len(calls))]
    for thread in (*threads, _thread(_open, calls)):
        thread.start()
    for thread in threads:
        thread.join()


async def _in_tasks(read: _Read, calls: Sequence[ControlledCall]) -> None:
    tasks = [asyncio.create_task(read(number)) for number in range(len(calls))]
    _thread(_open, calls).start()
    await asyncio.gather(*tasks)


def _thread(target: Callable[[Any], None], argument: Any) -> threading.Thread:
    return threading.Thread(target=target, args=(argument,), name="llm-conformance-call", daemon=True)


def _open(calls: Sequence[ControlledCall]) -> None:
    """Open the gates token by token, the last stream first, as soon as the model waits at them.

    A model may serve one stream after the other: then the others do not reach their gates, and are not waited for any
    more. This wait only makes the order adverse; no verdict depends on it.
    """
    patience, begun = _WAIT, perf_counter()
    for place in calls[0].answer.gates:
        for call in reversed(calls):
            gate = call.answer.gates[place]
            if not gate.reached.wait(patience) or perf_counter() - begun > _PATIENCE:
                patience = 0.0
            gate.open()
