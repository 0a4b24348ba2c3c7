"""Tools in the forms that langchain-core documents: bound, called in every call style, and sent to a provider."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, INVOKE, STREAMS, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.tool_forms import A_DICT, documented_forms, two_tools, weather_in
from llm_conformance.observe.tools import TIME, WEATHER, bind
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers, Requests
from llm_conformance.scenarios.registry import WIRE, scenario
from llm_conformance.scenarios.wire_requests import request

_BINDS = ("bind_tools",)
_FUNCTION: dict[str, Any] = WEATHER["function"]
_PARAMETER = next(iter(_FUNCTION["parameters"]["properties"]))


@scenario(
    styles=(INVOKE,),
    reported_by="tools.takes-forms",
    model_calls=2,
    other_methods=_BINDS,
    requires=("tools.completes",),
    same_failure_as=("bound[invoke]",),
    may_raise=True,
    may_hang=True,
)
@scenario(
    styles=(AINVOKE, *STREAMS),
    reported_by="tools.forms",
    other_methods=_BINDS,
    requires=("tools.parity",),
)
def bound_forms(ctx: Context, style: CallStyle) -> ChatAnswers:
    """The first prompt, to a new instance with two tools bound: a function, and a pydantic class."""
    llm = ctx.new_instance()
    if not (forms := documented_forms(llm)):
        return ChatAnswers()
    by: dict[str, ChatAnswer] = {}
    # Binding asks the model for nothing, so each form is bound alone before they are called together.
    for form in forms if style is INVOKE else ():
        if (tool := weather_in(form)) is not None:
            bound = bind(ctx, llm, [tool])
            by[f"`bind_tools()` with {form}"] = ChatAnswer(raised=bound.raised, hung=bound.hung)
            if bound.llm is None:
                return replace(bound.nothing, by_label=by)
    answers = _with_two(ctx, style, llm, two_tools())
    if style is INVOKE and (answers.failed or answers.without_tools):
        plain = _with_two(ctx, style, llm, deepcopy([WEATHER, TIME]))
        if plain.failed or plain.without_tools:
            return ChatAnswers(inconclusive="the model does not take two tools at once, in any form")
    return replace(answers, by_label=by | answers.by_label)


def _with_two(ctx: Context, style: CallStyle, llm: Any, tools: list[Any]) -> ChatAnswers:
    """The first prompt with two tools bound; `invoke()` is called twice, as a model may choose among them by chance."""
    binding = bind(ctx, llm, tools)
    if binding.llm is None:
        return binding.nothing
    by: dict[str, ChatAnswer] = {}
    for name in ("the first prompt", "the first prompt again")[: 1 + (style is INVOKE)]:
        answer = by[name] = whole_answer(ctx, style, binding.llm, ctx.prompt)
        if answer.failed:
            return ChatAnswers(by_label=by, raised=answer.raised, hung=answer.hung)
    return ChatAnswers(by_label=by)


@scenario(
    method="invoke",
    reported_by="tools.sends-forms",
    model_calls=4,
    other_methods=_BINDS,
    requires=("tools.completes",),
    control=WIRE,
)
def requests_with_forms(ctx: Context) -> Requests:
    """A request for each form in which a tool is bound: what it says of the tool."""
    llm, by = ctx.new_instance(), dict[str, dict[str, str]]()
    if not (forms := documented_forms(llm)):
        return Requests()
    for form in (A_DICT, *forms):
        tool = weather_in(form)
        if tool is not None and (bound := bind(ctx, llm, [tool]).llm) is not None:
            by[form] = _sent_tool(next(iter(request(ctx, bound, INVOKE).request_bodies), None))
    return Requests(by_label=by)


def _sent_tool(body: object) -> dict[str, str]:
    """What the body of a request says of the tool; providers write it in several ways."""
    text = json.dumps(body)
    found = {
        f"the {what} of the tool": "sent"
        for what in ("name", "description")
        if json.dumps(_FUNCTION[what])[1:-1] in text
    }
    for schema in _schemas(body):
        properties = schema["properties"]
        if isinstance(properties, dict) and _PARAMETER in properties:
            one = properties[_PARAMETER]
            kind = one.get("type") if isinstance(one, dict) else None
            required = schema.get("required")
            found["the parameter"] = "sent"
            found["the type of the parameter"] = str(kind).lower()
            found["the parameter is required"] = str(isinstance(required, list) and _PARAMETER in required).lower()
            break
    return found


def _schemas(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "properties" in value:
            yield value
        for item in value.values():
            yield from _schemas(item)
    elif isinstance(value, list):
        for item in value:
            yield from _schemas(item)
