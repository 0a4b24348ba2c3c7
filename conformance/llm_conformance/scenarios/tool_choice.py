"""Two tools, and the choice among them: which tool a chat model must call, or that it calls none."""

from __future__ import annotations

from copy import deepcopy

from llm_conformance.observe.call_styles import AINVOKE, INVOKE, STREAMS, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.tools import TIME, WEATHER, bind
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers
from llm_conformance.scenarios.registry import scenario

_CHOICES = ("any", TIME["function"]["name"], "none")


@scenario(
    styles=(INVOKE,),
    reported_by="tools.choice",
    model_calls=6,
    other_methods=("bind_tools",),
    requires=("tools.parity",),
)
@scenario(
    styles=(AINVOKE, *STREAMS),
    reported_by="tools.choice",
    model_calls=3,
    other_methods=("bind_tools",),
    requires=("tools.parity",),
)
def chosen(ctx: Context, style: CallStyle) -> ChatAnswers:
    """The first prompt, to a new instance with two tools bound and a choice: any tool, the second, and none.

    `invoke()` is called twice, as a model may choose by chance.
    """
    llm = ctx.new_instance()
    by: dict[str, ChatAnswer] = {}
    for choice in _CHOICES:
        binding = bind(ctx, llm, deepcopy([WEATHER, TIME]), tool_choice=choice)
        # Not every provider has every choice.
        for again in ("", " again")[: 1 + (style is INVOKE)] if binding.llm is not None else ():
            by[f"tool_choice={choice!r}{again}"] = whole_answer(ctx, style, binding.llm, ctx.prompt)
    return ChatAnswers(by_label=by)
