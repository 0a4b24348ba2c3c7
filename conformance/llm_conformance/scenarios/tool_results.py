"""The turn after a call of a tool: the model gets its own call back, and the result of the tool."""

from __future__ import annotations

import json
from typing import Any

from llm_conformance.control.controller import discarded_after
from llm_conformance.observe.call_styles import AINVOKE, EVENTS, INVOKE, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.observe.tools import Bound, bind, tools_of
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers, Requests
from llm_conformance.records.requests import CALL_SENT, RESULT_LINKED, RESULT_SENT
from llm_conformance.scenarios.registry import SCRIPT, WIRE, scenario
from llm_fixtures import golden

_BINDS = ("bind_tools",)
_CALL = golden("chat-call")
# A part of the arguments of that call, and of no tool.
_ARGUMENT = "Oslo"
_RESULT = "rain-2718"
_ANSWER = (" It", " rains", ".")
_STYLES = (INVOKE, AINVOKE, *STREAMS, *EVENTS)


@scenario(
    styles=(INVOKE,),
    reported_by="tools.takes-results",
    model_calls=2,
    other_methods=_BINDS,
    requires=(completes, "calls.exact"),
    control=SCRIPT,
    may_raise=True,
    may_hang=True,
)
@scenario(
    styles=(AINVOKE, *STREAMS, *EVENTS),
    reported_by="tools.results",
    model_calls=2,
    other_methods=("invoke", *_BINDS),
    requires=(completes, "calls.exact"),
    control=SCRIPT,
)
def tool_results(ctx: Context, style: CallStyle) -> ChatAnswers:
    """A prompt, the call that the model made for another one, and the result of the tool, as messages."""
    binding, message = _called(ctx)
    if message is None:
        return binding.nothing
    said = ctx.value_record("".join(_ANSWER))
    with discarded_after(ctx.controller, ctx.controller.plan(_ANSWER)) as planned:
        answer = whole_answer(ctx, style, binding.llm, _conversation(planned.prompt, message), said=said)
    by: dict[str, ChatAnswer] = {"the answer to the result": answer}
    return ChatAnswers(by_label=by, raised=answer.raised, hung=answer.hung)


@scenario(
    method="astream_events",
    reported_by="tools.sends-results",
    model_calls=7,
    other_methods=_BINDS,
    requires=("tools.results",),
    control=WIRE,
)
def requests_with_results(ctx: Context) -> Requests:
    """A call and its result in each call style: whether the request has the call, the result and the id of both.

    Only a request with a tool, in a format in which calls have ids, can link them.
    """
    binding, message = _called(ctx)
    if message is None:
        return Requests()
    by: dict[str, dict[str, str]] = {}
    for style in _STYLES:
        planned = ctx.wire.plan(_ANSWER)
        try:
            whole_answer(ctx, style, binding.llm, _conversation(planned.prompt, message))
            body = next(iter(planned.request_bodies), None)
        finally:
            ctx.controller.discard(planned)
        sent = json.dumps(body, ensure_ascii=False)
        has = {CALL_SENT: _ARGUMENT in sent, RESULT_SENT: _RESULT in sent}
        if isinstance(body, dict) and (linked := ctx.wire.links_results(body, _ARGUMENT)) is not None:
            has[RESULT_LINKED] = linked
        by[style.name] = {what: str(found).lower() for what, found in has.items()}
    return Requests(by_label=by)


def _called(ctx: Context) -> tuple[Bound, Any]:
    """A new instance with the tool bound, and its message that calls the tool; None if it takes no tools."""
    binding = bind(ctx, ctx.new_instance(), tools_of(_CALL))
    if binding.llm is None:
        return binding, None
    planned, messages = ctx.controller.plan_golden(_CALL), list[Any]()

    def call(one: Any) -> Any:
        messages.append(one.invoke(planned.prompt))
        return messages[0]

    try:
        ctx.reply(call, on=binding.llm)
    finally:
        ctx.controller.discard(planned)
    calls = getattr(messages[0], "tool_calls", None) if messages else None
    if not isinstance(calls, list) or len(calls) != 1 or not isinstance(calls[0], dict):
        raise Inconclusive("the model did not call the tool again")
    return binding, messages[0]


def _conversation(prompt: str, message: Any) -> list[Any]:
    """The messages of the second turn. Every text has the prompt, since a model may take any of them for its own."""
    identity = message.tool_calls[0].get("id")
    result = {"role": "tool", "tool_call_id": identity, "content": f"{_RESULT} {prompt}"}
    return [("human", prompt), message, result]
