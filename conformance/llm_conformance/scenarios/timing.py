"""Further measurements, where the time of the first suggests a defect: a conforming model is not called again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS, STREAM, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.records import CUT, Events, EventStreams, Replies, Reply, Stream, Streams
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.stop import stop_text

_FIRST, _SECOND, _THIRD = "the first time", "the second time", "the third time"

R = TypeVar("R", Stream, Events)


@scenario(styles=(AINVOKE,), name="timing", reported_by="loop.not-blocked-timing", model_calls=0, requires=(completes,))
def timing_of_ainvoke(ctx: Context, _style: CallStyle, same_call: Reply) -> Replies:
    """The first prompt, invoked on a loop, and once more where the loop seemed blocked."""
    by = {_FIRST: same_call}
    if same_call.blocked_loop:
        by[_SECOND] = ctx.reply(lambda llm: llm.ainvoke(ctx.prompt), on_loop=True)
    return Replies(by_label=by)


@scenario(styles=(STREAM,), name="timing", reported_by="live.stream-timing", model_calls=0, requires=(completes,))
@scenario(styles=(ASTREAM,), name="timing", reported_by="loop.not-blocked-timing", model_calls=0, requires=(completes,))
def timing_of_streams(ctx: Context, style: CallStyle, same_call: Stream) -> Streams:
    """The first prompt, streamed; more often, and with a stop text, where the chunks seemed to arrive together.

    Where the loop seemed blocked it is streamed once more.
    """

    def stream(*stop: str) -> Stream:
        more = {"stop": list(stop)} if stop else {}
        llm = ctx.second_instance if stop else ctx.instance
        return ctx.stream(lambda llm: style.call(llm, ctx.prompt, **more), on_loop=style.asynchronous, on=llm)

    if same_call.arrived_at_once:
        return Streams(by_label=_compared(same_call, same_call.text, stream))
    by = {_FIRST: same_call}
    if same_call.blocked_loop:
        by[_SECOND] = stream()
    return Streams(by_label=by)


@scenario(styles=EVENTS, name="timing", reported_by="live.events-timing", model_calls=0, requires=(completes,))
def timing_of_events(ctx: Context, style: CallStyle, same_call: Events) -> EventStreams:
    """The first prompt as events; more often, and with a stop text, where they seemed to arrive together."""

    def events(*stop: str) -> Events:
        more = {"stop": list(stop)} if stop else {}
        llm = ctx.second_instance if stop else ctx.instance
        return ctx.events(lambda llm: style.call(llm, ctx.prompt, **more), on=llm)

    if not same_call.arrived_at_once:
        return EventStreams(by_label={_FIRST: same_call})
    return EventStreams(by_label=_compared(same_call, "".join(same_call.chunks), events))


def _compared(first: R, text: str, call: Callable[..., R]) -> dict[str, R]:
    """The whole answer three times, and what a stop text in its first half leaves of it twice, in turn.

    The prompt is the same, so what the model does with it takes as long; an answer that is collected takes less.
    """
    stop = stop_text(text[: len(text) // 2])
    by = {_FIRST: first}
    for whole, cut in ((_SECOND, f"{CUT} the first time"), (_THIRD, f"{CUT} the second time")):
        by[cut] = call(stop)
        by[whole] = call()
    return by
