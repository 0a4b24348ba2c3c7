"""A chat model that is made to give an object of a pydantic class, and one with the message that it is read from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

from llm_conformance.control.controller import discarded_after
from llm_conformance.observe.call_styles import AINVOKE, INVOKE, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.tool_forms import class_of, documented_forms
from llm_conformance.observe.tools import schema_of, takes, tools_of
from llm_conformance.records import Replies, Reply, Stream, Streams
from llm_conformance.scenarios.registry import SCRIPT, scenario
from llm_conformance.scenarios.structured import steady, with_schema
from llm_fixtures import golden

_CALL = golden("chat-arguments-by-byte")
_METHODS = ("with_structured_output", "bind_tools")
_PARTS = ("parsed", "raw")


@scenario(
    styles=(INVOKE,),
    name="structured_class",
    reported_by="tools.structured-class",
    other_methods=_METHODS,
    requires=(completes, "tools.structured"),
    control=SCRIPT,
    may_raise=True,
    may_hang=True,
)
def class_reply(ctx: Context, style: CallStyle) -> Reply:
    """An object of a pydantic class, invoked twice; nothing without pydantic, and where classes are not documented."""
    llm = ctx.new_instance()
    schema = class_of(tools_of(_CALL)[0]) if documented_forms(llm) else None
    if schema is None:
        return Reply()

    def ask() -> Reply:
        with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
            return ctx.reply(
                lambda one: _plain(getattr(with_schema(one, schema), style.method)(planned.prompt)), on=llm
            )

    return steady(ask)


@scenario(
    styles=(AINVOKE,),
    name="structured_class",
    reported_by="tools.structured-class",
    other_methods=_METHODS,
    requires=(completes, "tools.structured"),
    control=SCRIPT,
)
def class_areply(ctx: Context, style: CallStyle, structured_class: Reply) -> Reply:
    """An object of a pydantic class, from `ainvoke()`; nothing if `invoke()` gives no object."""
    if not structured_class.is_dict:
        return Reply()
    schema = class_of(tools_of(_CALL)[0])
    return _areply(ctx, style, lambda llm: with_schema(llm, schema), _plain)


@scenario(
    styles=STREAMS,
    name="structured_class",
    reported_by="tools.structured-class",
    other_methods=_METHODS,
    requires=(completes, "tools.structured"),
    control=SCRIPT,
)
def class_stream(ctx: Context, style: CallStyle, structured_class: Reply) -> Stream:
    """Objects of a pydantic class, streamed; nothing if `invoke()` gives no object."""
    if not structured_class.is_dict:
        return Stream()
    schema = class_of(tools_of(_CALL)[0])
    return _streamed(ctx, style, lambda llm: with_schema(llm, schema), _plain)


@scenario(
    styles=(INVOKE,),
    name="structured_raw",
    reported_by="tools.structured-raw",
    other_methods=_METHODS,
    requires=(completes, "tools.structured"),
    control=SCRIPT,
    may_raise=True,
    may_hang=True,
)
def raw_reply(ctx: Context, style: CallStyle) -> Replies:
    """With `include_raw=True`, the object and the message, invoked; nothing if there is no such parameter."""
    llm, by = ctx.new_instance(), dict[str, Reply]()
    for part in _PARTS if takes(llm.with_structured_output, "include_raw") else ():
        by[part] = steady(partial(_raw_part, ctx, style, llm, part))
        if by[part].inconclusive:
            return Replies(inconclusive=by[part].inconclusive)
    return Replies(by_label=by)


@scenario(
    styles=(AINVOKE,),
    name="structured_raw",
    reported_by="tools.structured-raw",
    other_methods=_METHODS,
    requires=(completes, "tools.structured"),
    control=SCRIPT,
)
def raw_areply(ctx: Context, style: CallStyle) -> Replies:
    """With `include_raw=True`, the object and the message, from `ainvoke()`."""
    by: dict[str, Reply] = {}
    for part in _PARTS if takes(ctx.instance.with_structured_output, "include_raw") else ():
        by[part] = _areply(ctx, style, _with_raw, partial(_part, part))
        if by[part].failed:
            return Replies(by_label=by, raised=by[part].raised, hung=by[part].hung)
    return Replies(by_label=by)


@scenario(
    styles=STREAMS,
    name="structured_raw",
    reported_by="tools.structured-raw",
    other_methods=_METHODS,
    requires=(completes, "tools.structured"),
    control=SCRIPT,
)
def raw_stream(ctx: Context, style: CallStyle) -> Streams:
    """With `include_raw=True`, the objects in the chunks of a stream, and the messages in those of another."""
    by: dict[str, Stream] = {}
    for part in _PARTS if takes(ctx.instance.with_structured_output, "include_raw") else ():
        by[part] = _streamed(ctx, style, _with_raw, partial(_part, part))
        if by[part].failed:
            return Streams(by_label=by, raised=by[part].raised, hung=by[part].hung)
    return Streams(by_label=by)


def _areply(ctx: Context, style: CallStyle, make: Callable[[Any], Any], read: Callable[[Any], Any]) -> Reply:
    """What is read from the answer of an asynchronous call."""
    with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:

        async def ask(llm: Any) -> Any:
            return read(await getattr(make(llm), style.method)(planned.prompt))

        return ctx.reply(ask, on_loop=True, on=ctx.new_instance())


def _streamed(ctx: Context, style: CallStyle, make: Callable[[Any], Any], read: Callable[[Any], Any]) -> Stream:
    """A stream of what is read from each chunk, without None."""
    over = _aread if style.asynchronous else _read
    with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
        return ctx.stream(
            lambda llm: over(style.call(make(llm), planned.prompt), read),
            on_loop=style.asynchronous,
            on=ctx.new_instance(),
        )


def _read(chunks: Any, read: Callable[[Any], Any]) -> Iterator[Any]:
    for chunk in chunks:
        if (found := read(chunk)) is not None:
            yield found


async def _aread(chunks: Any, read: Callable[[Any], Any]) -> AsyncIterator[Any]:
    async for chunk in chunks:
        if (found := read(chunk)) is not None:
            yield found


def _with_raw(llm: Any) -> Any:
    return with_schema(llm, schema_of(tools_of(_CALL)[0]), include_raw=True)


def _raw_part(ctx: Context, style: CallStyle, llm: Any, part: str) -> Reply:
    with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
        return ctx.reply(partial(_asked_with_raw, style.method, planned.prompt, part), on=llm)


def _asked_with_raw(method: str, prompt: str, name: str, llm: Any) -> Any:
    return _part(name, getattr(_with_raw(llm), method)(prompt))


def _part(name: str, chunk: Any) -> Any:
    return chunk.get(name) if isinstance(chunk, dict) else None


def _plain(value: Any) -> Any:
    """An object as a dict, with the name of its class: the record of an object has no attributes."""
    dump = getattr(value, "model_dump", None)
    return {type(value).__name__: dump()} if callable(dump) else value
