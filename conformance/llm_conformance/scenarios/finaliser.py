"""The last reference to an instance is dropped."""

from __future__ import annotations

import asyncio
from typing import Any

from llm_conformance.driver.event_loop import DaemonExecutorLoop
from llm_conformance.observe.context import Context
from llm_conformance.records import Replies, Reply
from llm_conformance.scenarios.registry import scenario

_ENDED_LOOP = "on an event loop that has ended"
# Each use of an instance, the synchronous ones first.
_USES = ("never called", "invoked", "streamed", f"awaited {_ENDED_LOOP}", f"streamed {_ENDED_LOOP}")


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
    llm = ctx.new_instance()
    if use == "invoked":
        return not ctx.reply(lambda one: one.invoke(ctx.prompt), on=llm).failed
    if use == "streamed":
        return not ctx.stream(lambda one: one.stream(ctx.prompt), on=llm).failed
    if use.startswith("awaited"):
        return not ctx.reply(lambda one: _awaited(one, ctx.prompt), on=llm).failed
    if use.startswith("streamed"):
        return not ctx.stream_on_another_loop(lambda one: one.astream(ctx.prompt), on=llm).failed
    return True


def _awaited(llm: Any, prompt: str) -> Any:
    """The answer of `ainvoke()`, on a loop of its own."""
    with asyncio.Runner(loop_factory=DaemonExecutorLoop) as runner:
        return runner.run(llm.ainvoke(prompt))
