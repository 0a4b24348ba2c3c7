"""A chat model that is asked for typed blocks, with the constructor argument `output_version="v1"`."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, INVOKE, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.shared_instances import ConstructionError
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswers
from llm_conformance.scenarios.registry import scenario

_FIELD, _V1 = "output_version", "v1"


@scenario(
    styles=(INVOKE, AINVOKE, *STREAMS),
    reported_by="blocks.output-version",
    requires=(completes,),
    same_failure_as=("invoke", "repeat"),
)
def output_version(ctx: Context, style: CallStyle) -> ChatAnswers:
    """The first prompt, to a new instance with `output_version="v1"`; no call of a model without that field."""
    llm = _instance(ctx)
    if llm is None:
        return ChatAnswers()
    answer = whole_answer(ctx, style, llm, ctx.prompt)
    return ChatAnswers(by_label={"the first prompt": answer}, raised=answer.raised, hung=answer.hung)


def _instance(ctx: Context) -> Any:
    """A new instance that says of itself that its version is v1; None if the model cannot be asked for it."""
    # Constructors without the field may pass what they do not know on to the provider.
    if not _has(ctx, ctx.instance, lambda llm: hasattr(llm, _FIELD)):
        return None
    try:
        llm = ctx.new_instance(output_version=_V1)
    except ConstructionError:
        return None
    return llm if _has(ctx, llm, lambda llm: getattr(llm, _FIELD, None) == _V1) else None


def _has(ctx: Context, llm: Any, look: Any) -> bool:
    """Whether it is so, within the deadline of a call: a model's own `__getattr__` may hang."""
    found: list[bool] = []
    ctx.reply(lambda one: found.append(bool(look(one))), on=llm)
    return found == [True]
