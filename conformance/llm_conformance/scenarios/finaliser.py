"""The last reference to an instance is dropped."""

from __future__ import annotations

from llm_conformance.observe.context import Context
from llm_conformance.records import Replies, Reply
from llm_conformance.scenarios.registry import scenario

_INVOKED, _STREAMED = "invoked", "streamed"


@scenario(
    method="invoke",
    other_methods=("stream",),
    reported_by="close.finaliser",
    model_calls=2,
    requires=("invoke.completes",),
    same_failure_as=("invoke", "repeat", "stream"),
)
def let_go(ctx: Context) -> Replies:
    """Three instances, each let go: never called, invoked, streamed. Up to the first that something else refers to."""
    by: dict[str, Reply] = {}
    for use in ("never called", _INVOKED, _STREAMED):
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
    if use == _INVOKED:
        return not ctx.reply(lambda one: one.invoke(ctx.prompt), on=llm).failed
    if use == _STREAMED:
        return not ctx.stream(lambda one: one.stream(ctx.prompt), on=llm).failed
    return True
