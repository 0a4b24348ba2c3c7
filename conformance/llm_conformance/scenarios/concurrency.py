"""Many streams of one instance: held at gates that open in an adversary's order, and in orders that are generated."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

from llm_conformance.driver.driver import collect_garbage
from llm_conformance.observe.call_styles import ASTREAM, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.observe.gc_pause import gc_paused
from llm_conformance.observe.search import SEED, CounterexampleSearch, settings
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Raised, Search
from llm_conformance.scenarios.registry import scenario

CROWDS = (2, 10, 100)
_STEPS = 16
# Seconds.
_PATIENCE = 0.05


@scenario(
    reported_by="concurrency.threads",
    method="stream",
    model_calls=sum(CROWDS),
    requires=("isolation.interleaved",),
    held=True,
)
def crowd_of_threads(ctx: Context) -> ControlledOutcomes:
    """2, 10 and 100 streams of one instance, each in a thread; after each token the last one goes on first."""
    return _crowds(ctx, STREAM)


@scenario(
    reported_by="concurrency.tasks",
    method="astream",
    model_calls=sum(CROWDS),
    requires=("isolation.concurrent",),
    held=True,
)
def crowd_of_tasks(ctx: Context) -> ControlledOutcomes:
    """The same in tasks of one loop."""
    return _crowds(ctx, ASTREAM)


@scenario(
    reported_by="concurrency.any-order", method="stream", model_calls=0, requires=("isolation.interleaved",), held=True
)
def any_order(ctx: Context) -> Search:
    """Streams of one instance that are opened, pulled, closed and invoked beside in a generated order."""
    return _in_any_order(ctx, STREAM)


@scenario(
    reported_by="concurrency.any-order", method="astream", model_calls=0, requires=("isolation.concurrent",), held=True
)
def any_order_on_loop(ctx: Context) -> Search:
    """The same on a loop, and some of them cancelled."""
    return _in_any_order(ctx, ASTREAM)


def tokens_of(number: int) -> tuple[str, ...]:
    """What the stream of that number says: no two have a token in common."""
    return tuple(f" {number}.{place}" for place in range(8))


def _crowds(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    # Some clients that are collected on a loop close their connections there, and with them, by their numbers, those
    # that others have opened since: AsyncOpenAI, and whoever reads by anyio.
    with gc_paused():
        trials = _crowded(ctx, style, ctx.new_instance())
    collect_garbage()
    return trials


def _crowded(ctx: Context, style: CallStyle, llm: Any) -> ControlledOutcomes:
    by: dict[str, ControlledOutcome] = {}
    for many in CROWDS:
        trials = _crowd(ctx, style, llm, many)
        by |= {f"stream {number + 1} of {many}": outcome for number, outcome in enumerate(trials)}
        if any(outcome.failed or outcome.text != "".join(outcome.tokens) for outcome in trials):
            break
    return ControlledOutcomes(by_label=by)


def _crowd(ctx: Context, style: CallStyle, llm: Any, many: int) -> list[ControlledOutcome]:
    places = range(len(tokens_of(0)))
    trials = [ctx.controlled_call(style, tokens_of(number), gates=places) for number in range(many)]
    raised: dict[int, Raised] = {}
    act = _in_tasks if style.asynchronous else _in_threads
    done = trials[0].run(lambda: act(ctx, llm, trials, raised), calls=many)
    for one in trials[1:]:
        one.finish()
    return [one.outcome(done, because=raised.get(number)) for number, one in enumerate(trials)]


def _in_threads(ctx: Context, llm: Any, trials: Sequence[ControlledCall], raised: dict[int, Raised]) -> None:
    def read(number: int) -> None:
        try:
            trials[number].read_all(iter(trials[number].start(llm)))
        except BaseException as error:  # noqa: BLE001 - recorded, whatever it is
            raised[number] = ctx.exception_record(error)

    threads = [_thread(read, number) for number in range(len(trials))]
    for thread in (*threads, _thread(_open, trials)):
        thread.start()
    for thread in threads:
        thread.join()


async def _in_tasks(ctx: Context, llm: Any, trials: Sequence[ControlledCall], raised: dict[int, Raised]) -> None:
    async def read(number: int) -> None:
        try:
            await trials[number].aread_all(aiter(trials[number].start(llm)))
        except Exception as error:  # noqa: BLE001 - the same
            raised[number] = ctx.exception_record(error)

    tasks = [asyncio.create_task(read(number)) for number in range(len(trials))]
    _thread(_open, trials).start()
    await asyncio.gather(*tasks)


def _thread(target: Callable[[Any], None], argument: Any) -> threading.Thread:
    return threading.Thread(target=target, args=(argument,), name="llm-conformance-call", daemon=True)


def _open(trials: Sequence[ControlledCall]) -> None:
    """Open the gates token by token, the last stream first, when the model stands before them.

    A model may serve one stream after the other: then nobody comes, and nobody is waited for any more. The order is
    an adversary's because of that time; no verdict hangs on it.
    """
    patience = _PATIENCE
    for place in trials[0].answer.gates:
        for one in reversed(trials):
            gate = one.answer.gates[place]
            if not gate.reached.wait(patience):
                patience = 0.0
            gate.open()


def _in_any_order(ctx: Context, style: CallStyle) -> Search:
    from hypothesis import seed  # noqa: PLC0415 - only who searches pays for it
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415 - the same

    from llm_conformance.observe.state_machine import machine_for, replay_known_orders  # noqa: PLC0415 - the same

    hunt = CounterexampleSearch()
    # Hypothesis accepts any factory, but annotates a class.
    new_machine: Any = seed(SEED)(machine_for(ctx, style, hunt, tokens_of))
    found = hunt.result(
        lambda: run_state_machine_as_test(new_machine, settings=settings(ctx.max_examples, stateful_step_count=_STEPS))
    )
    if found.counterexample is not None or found.flaky:
        return found
    return hunt.result(lambda: replay_known_orders(new_machine))
