"""An instance that nobody refers to any more."""

from __future__ import annotations

from llm_conformance.observe.context import Context
from llm_conformance.records import Replies, Reply
from llm_conformance.scenarios.registry import scenario


@scenario(
    method="invoke",
    reported_by="close.finaliser",
    requires=("invoke.completes",),
    same_failure_as=("invoke", "repeat"),
)
def let_go(ctx: Context) -> Replies:
    """A new instance, invoked and let go; without the second part if something else still refers to it."""
    ctx.finalise_earlier_instances()
    answers = ctx.replies({"a new instance": (ctx.new_instance(), lambda llm: llm.invoke(ctx.prompt))})
    if answers.failed or (ended := ctx.let_go()) is None:
        return answers
    return Replies(by_label={**answers.by_label, "letting the instance go": Reply(**ended.fields)})
