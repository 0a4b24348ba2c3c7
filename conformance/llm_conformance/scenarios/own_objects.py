"""Structured output of a model that decides by itself what it says."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from llm_conformance.observe.call_styles import INVOKE, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.tools import WEATHER, schema_of
from llm_conformance.records import Reply, Stream
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.structured import with_schema

_METHODS = ("with_structured_output", "bind_tools")


@scenario(
    styles=(INVOKE,),
    name="own_object",
    reported_by="tools.own-objects",
    other_methods=_METHODS,
    requires=(completes, "tools.parity"),
    may_raise=True,
    may_hang=True,
)
def own_reply(ctx: Context, style: CallStyle) -> Reply:
    """The first prompt, invoked with the schema of an object; a model may not implement it, or give no object."""
    schema = _schema()
    return ctx.reply(
        lambda llm: getattr(with_schema(llm, schema), style.method)(ctx.prompt), on=ctx.new_instance(), schema=schema
    )


@scenario(
    method="invoke",
    reported_by="tools.own-objects",
    other_methods=_METHODS,
    requires=("tools.parity",),
    may_raise=True,
    may_hang=True,
)
def own_object_again(ctx: Context, own_object_invoke: Reply) -> Reply:
    """The same object, asked for once more: a model may put the time or a new id into it."""
    if not own_object_invoke.is_dict:
        return Reply()
    return ctx.reply(lambda llm: _structured(llm).invoke(ctx.prompt), on=ctx.new_instance())


@scenario(
    styles=STREAMS,
    name="own_object",
    reported_by="tools.own-objects",
    other_methods=_METHODS,
    requires=(completes, "tools.parity"),
)
def own_stream(ctx: Context, style: CallStyle, own_object: Reply) -> Stream:
    """The first prompt, streamed with the schema of an object; nothing if `invoke()` gives none."""
    if not own_object.is_dict:
        return Stream()
    return ctx.stream(
        lambda llm: style.call(_structured(llm), ctx.prompt), on_loop=style.asynchronous, on=ctx.new_instance()
    )


def _structured(llm: Any) -> Any:
    return with_schema(llm, _schema())


def _schema() -> dict[str, Any]:
    return schema_of(deepcopy(WEATHER))
