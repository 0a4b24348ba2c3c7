"""The model fails where the script says: before its first token, in the middle, after its last."""

from __future__ import annotations

import threading
from contextlib import suppress
from time import sleep
from typing import Any

from llm_conformance.control.controller import GOLDEN
from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS, INVOKE, STREAM, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE, ControlledCall
from llm_conformance.observe.fault_calls import read_to_end
from llm_conformance.observe.inconclusive import Inconclusive, gate_position
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Replies, Reply, Stream
from llm_conformance.scenarios.registry import SCRIPT, scenario
from llm_conformance.simulator import FAULTS
from llm_fixtures import golden

FAILS_BY_FAULTS = "the checks of the wire judge it: a provider fails by its faults"
_AT_ONCE_AND_LATER = ("http_401", "fin_mid_stream")
# A stream is waited for so many times so many seconds.
_LOOKS, _LOOK_SECONDS = 50, 0.01
PLACES = {"before the first token": 0, "in the middle": MIDDLE, "after the last token": len(LONG_ANSWER)}


@scenario(
    styles=(INVOKE, AINVOKE),
    name="failing",
    reported_by="errors.invoke",
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
    may_raise=True,
)
def failing_invoke(ctx: Context, style: CallStyle) -> Reply:
    """The answer of a model that fails in the middle of it."""
    answer = ctx.controller.plan(LONG_ANSWER, fails=MIDDLE)
    return ctx.reply(
        lambda llm: getattr(llm, style.method)(answer.prompt), on_loop=style.asynchronous, on=ctx.new_instance()
    )


@scenario(
    styles=STREAMS,
    reported_by="errors.stream",
    model_calls=3,
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
)
@scenario(
    styles=EVENTS,
    reported_by="errors.events",
    model_calls=3,
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
)
def failing(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """A stream of a model that fails before its first token, in the middle, and after its last."""
    by = {}
    for name, place in PLACES.items():
        by[name] = _failed(ctx, ctx.new_instance(), style, place)
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


@scenario(
    method="stream",
    reported_by="errors.usable-after",
    model_calls=6,
    requires=("errors.stream",),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
)
def after_failures(ctx: Context) -> Replies:
    """The first prompt, invoked by an instance each of whose streams has failed at another place."""
    llm = ctx.new_instance()
    replies = {}
    for name, place in PLACES.items():
        _failed(ctx, llm, STREAM, place)
        replies[f"after a stream that failed {name}"] = (llm, lambda llm: llm.invoke(ctx.prompt))
    return ctx.replies(replies)


@scenario(
    styles=(STREAM,),
    reported_by="errors.isolated",
    model_calls=3,
    requires=("isolation.interleaved",),
    same_failure_as=("interleaved",),
    control=SCRIPT,
)
@scenario(
    styles=(ASTREAM,),
    reported_by="errors.isolated",
    model_calls=3,
    requires=("isolation.concurrent",),
    same_failure_as=("interleaved",),
    control=SCRIPT,
)
def failing_other(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """After a chunk of a stream two others of its instance fail, one at once, one later; it is read to its end."""
    tokens = ctx.expected_chunks(plain)
    llm = ctx.new_instance()
    call = ctx.controlled_call(style, tokens, gates=(gate_position(tokens),) if plain.streamed else ())
    others = _failing_calls(ctx, style)
    in_turn = threading.Event()
    opener = threading.Thread(target=_open_unless_begun, args=(call, others[0], in_turn), daemon=True)

    async def act() -> None:
        items = call.items(llm)
        await call.read_to_text(items)
        opener.start()
        for other in others:
            with suppress(Exception):
                await other.read_all(other.items(llm))
        call.answer.open_gates()
        await call.read_all(items)

    done = call.run(act, beside=others)
    for other in others:
        other.finish()
        other.outcome(done)
    outcome = call.outcome(done)
    if in_turn.is_set() and not outcome.failed and outcome.text == "".join(outcome.tokens):
        raise Inconclusive("a stream begins only when the one before it has ended")
    return outcome


def _failing_calls(ctx: Context, style: CallStyle) -> list[ControlledCall]:
    if not ctx.controller.sends_eagerly:
        return [ctx.controlled_call(style, LONG_ANSWER, fails=place) for place in (0, MIDDLE)]
    faults = [FAULTS[name] for name in _AT_ONCE_AND_LATER if ctx.wire.has_fault(FAULTS[name])]
    return [ctx.controlled_call(style, answer=ctx.wire.plan_golden(golden(GOLDEN[0]), one)) for one in faults]


def _open_unless_begun(call: ControlledCall, other: ControlledCall, in_turn: threading.Event) -> None:
    """Let the first stream go on if the other does not begin, and note it: a model may serve one after the other.

    No finding depends on the time.
    """
    for _ in range(_LOOKS):
        if other.answer.generations:
            return
        sleep(_LOOK_SECONDS)
    in_turn.set()
    call.answer.open_gates()


@scenario(styles=STREAMS, reported_by="errors.empty-answer", requires=(completes,), control=SCRIPT, may_raise=True)
def empty_answer(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """A stream of a model that generates nothing."""
    return read_to_end(ctx.controlled_call(style, ()), ctx.new_instance())


def _failed(ctx: Context, llm: Any, style: CallStyle, place: int) -> ControlledOutcome:
    return read_to_end(ctx.controlled_call(style, LONG_ANSWER, fails=place), llm)
