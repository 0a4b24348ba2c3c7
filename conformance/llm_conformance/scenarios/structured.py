"""A chat model that is made to give an object: `with_structured_output()` with the schema of a call that is planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from llm_conformance.control.controller import discarded_after
from llm_conformance.observe.call_styles import AINVOKE, EVENTS, INVOKE, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.tools import schema_of, takes, tools_of
from llm_conformance.records import Events, Reply, Stream
from llm_conformance.scenarios.registry import SCRIPT, scenario
from llm_fixtures import golden

_CALL = golden("chat-arguments-by-byte")
_METHODS = ("with_structured_output", "bind_tools")


@scenario(
    styles=(INVOKE,),
    name="structured",
    reported_by="tools.structured",
    model_calls=2,
    other_methods=_METHODS,
    requires=(completes, "calls.exact"),
    control=SCRIPT,
    may_raise=True,
    may_hang=True,
)
def structured_reply(ctx: Context, style: CallStyle) -> Reply:
    """An object, invoked twice; a model may not implement it, or ask for its object in another way than by a call."""

    def ask() -> Reply:
        with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
            return ctx.reply(lambda llm: getattr(_structured(llm), style.method)(planned.prompt), on=ctx.new_instance())

    return steady(ask)


@scenario(
    styles=(AINVOKE,),
    name="structured",
    reported_by="tools.structured",
    other_methods=_METHODS,
    requires=(completes, "calls.exact"),
    control=SCRIPT,
)
def structured_areply(ctx: Context, style: CallStyle, structured: Reply) -> Reply:
    """An object, from `ainvoke()`; nothing if `invoke()` gives no dict."""
    if not structured.is_dict:
        return Reply()
    with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
        return ctx.reply(
            lambda llm: getattr(_structured(llm), style.method)(planned.prompt), on_loop=True, on=ctx.new_instance()
        )


@scenario(
    styles=STREAMS,
    name="structured",
    reported_by="tools.structured",
    other_methods=_METHODS,
    requires=(completes, "calls.exact"),
    control=SCRIPT,
)
def structured_stream(ctx: Context, style: CallStyle, structured: Reply) -> Stream:
    """An object, streamed; nothing if `invoke()` gives no dict."""
    if not structured.is_dict:
        return Stream()
    with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
        return ctx.stream(
            lambda llm: style.call(_structured(llm), planned.prompt), on_loop=style.asynchronous, on=ctx.new_instance()
        )


@scenario(
    styles=EVENTS,
    name="structured",
    reported_by="tools.structured",
    other_methods=_METHODS,
    requires=(completes, "calls.exact"),
    control=SCRIPT,
)
def structured_events(ctx: Context, style: CallStyle, structured: Reply) -> Events:
    """An object, in the events of the chain that gives it; nothing if `invoke()` gives no dict."""
    if not structured.is_dict:
        return Events()
    with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
        return ctx.events(lambda llm: style.call(_structured(llm), planned.prompt), on=ctx.new_instance())


def _structured(llm: Any) -> Any:
    return with_schema(llm, schema_of(tools_of(_CALL)[0]))


def with_schema(llm: Any, schema: Any, **more: Any) -> Any:
    """The model with the schema. Where there are several ways to ask for an object, it asks for a call."""
    by_call = {"method": "function_calling"} if takes(llm.with_structured_output, "method") else {}
    return llm.with_structured_output(schema, **by_call, **more)


def steady(ask: Callable[[], Reply]) -> Reply:
    """The answer of a call; inconclusive if the same call gives another object, as one with an id of its own."""
    first = ask()
    if first.failed or not first.is_dict or (again := ask()).failed or again.value == first.value:
        return first
    return replace(first, inconclusive="two calls of `invoke()` give different objects for the same answer")
