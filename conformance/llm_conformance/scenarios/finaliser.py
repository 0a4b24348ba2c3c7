"""The last reference to an instance is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from llm_conformance.driver.event_loop import DaemonExecutorLoop
from llm_conformance.observe.context import Context
from llm_conformance.records import CallOutcome, Replies, Reply
from llm_conformance.scenarios.registry import scenario


@scenario(
    method="invoke",
    other_methods=("stream", "ainvoke", "astream"),
    reported_by="close.finaliser",
    model_calls=4,
    requires=("invoke.completes",),
    same_failure_as=("invoke", "repeat", "stream", "ainvoke", "astream"),
)
def let_go(ctx: Context) -> Replies:
    """Instances, each used in another way and let go, up to the first that something else refers to."""
    by: dict[str, Reply] = {}
    for use in _USES:
        ctx.finalise_earlier_instances()
        if not _completes(ctx, use) or (ended := ctx.let_go()) is None:
            break
        by[use] = Reply(**ended.fields)
        if by[use].failed:
            break
    return Replies(by_label=by)


def _completes(ctx: Context, use: str) -> bool:
    """Whether a new instance can be used so; no reference to it is left."""
    outcome = _USES[use](ctx, ctx.new_instance())
    return outcome is None or not outcome.failed


def _awaited(llm: Any, prompt: str) -> Any:
    """The answer of `ainvoke()`, on a loop of its own."""
    with asyncio.Runner(loop_factory=DaemonExecutorLoop) as runner:
        return runner.run(llm.ainvoke(prompt))


# Each use of an instance, the synchronous ones first.
_USES: dict[str, Callable[[Context, Any], CallOutcome | None]] = {
    "never called": lambda _ctx, _llm: None,
    "invoked": lambda ctx, llm: ctx.reply(lambda one: one.invoke(ctx.prompt), on=llm),
    "streamed": lambda ctx, llm: ctx.stream(lambda one: one.stream(ctx.prompt), on=llm),
    "awaited on an event loop that has ended": lambda ctx, llm: ctx.reply(
        lambda one: _awaited(one, ctx.prompt), on=llm
    ),
    "streamed on an event loop that has ended": lambda ctx, llm: ctx.stream_on_another_loop(
        lambda one: one.astream(ctx.prompt), on=llm
    ),
}
