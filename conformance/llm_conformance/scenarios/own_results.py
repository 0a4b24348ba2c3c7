"""The turn after a call of a tool that the model made by itself: the loop of an agent, without a script."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, EVENTS_V2, INVOKE, STREAMS
from llm_conformance.observe.context import Context
from llm_conformance.observe.tools import WEATHER, bind
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers, Message
from llm_conformance.scenarios.registry import scenario

_RESULT = "rain, 7 degrees"


@scenario(
    method="astream_events",
    reported_by="tools.own-results",
    model_calls=7,
    other_methods=("bind_tools", "invoke"),
    requires=("tools.parity", "tools.ids"),
)
def own_results(ctx: Context, bound_invoke: ChatAnswers) -> ChatAnswers:
    """The first prompt, the model's own calls and the results of the tool, as messages, in each call style.

    Nothing if the model makes no call by itself.
    """
    messages: list[Any] = []
    if not any(one.message is not None and Message(one.message).calls for one in bound_invoke.by_label.values()):
        return ChatAnswers()
    binding = bind(ctx, ctx.new_instance(), deepcopy([WEATHER]))
    if binding.llm is None:
        return binding.nothing
    ctx.reply(lambda llm: messages.append(llm.invoke(ctx.prompt)), on=binding.llm)
    calls = getattr(messages[0], "tool_calls", None) if messages else None
    if not isinstance(calls, list) or not all(isinstance(one, dict) for one in calls):
        return ChatAnswers()
    results = [{"role": "tool", "tool_call_id": one.get("id"), "content": _RESULT} for one in calls]
    by: dict[str, ChatAnswer] = {}
    turn = [("human", ctx.prompt), messages[0], *results]
    for style in (INVOKE, AINVOKE, *STREAMS, EVENTS_V2) if calls else ():
        by[style.name] = whole_answer(ctx, style, binding.llm, turn)
        if by[INVOKE.name].failed:
            return ChatAnswers(by_label=by)
    if calls:
        # The wording may differ by chance, and a server may take the result of a call once.
        by[f"{INVOKE.name} again"] = whole_answer(ctx, INVOKE, binding.llm, turn)
    return ChatAnswers(by_label=by)
