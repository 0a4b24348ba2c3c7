"""Tools bound to a chat model: in every call style, and the model itself after it."""

from __future__ import annotations

from copy import deepcopy

from llm_conformance.observe.call_styles import AINVOKE, EVENTS, INVOKE, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.tools import WEATHER, bind
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers, Requests
from llm_conformance.scenarios.registry import WIRE, scenario
from llm_conformance.scenarios.wire_requests import parameters, request

_BINDS = ("bind_tools",)


@scenario(
    styles=(INVOKE,),
    reported_by="tools.completes",
    model_calls=2,
    other_methods=_BINDS,
    requires=(completes,),
    same_failure_as=("invoke", "repeat"),
)
@scenario(
    styles=(AINVOKE, *STREAMS, *EVENTS), reported_by="tools.completes", other_methods=_BINDS, requires=(completes,)
)
def bound(ctx: Context, style: CallStyle) -> ChatAnswers:
    """The first prompt, to a new instance with a tool bound; `invoke()` is called twice."""
    tools = deepcopy([WEATHER])
    binding = bind(ctx, ctx.new_instance(), tools)
    if binding.llm is None:
        return binding.nothing
    by: dict[str, ChatAnswer] = {}
    for name in ("the first prompt", "the first prompt again")[: 1 + (style is INVOKE)]:
        by[name] = whole_answer(ctx, style, binding.llm, ctx.prompt)
        if by[name].failed:
            return ChatAnswers(by_label=by, raised=by[name].raised, hung=by[name].hung)
    return ChatAnswers(by_label=by, mutated=() if tools == [WEATHER] else ("tools",))


@scenario(
    method="invoke",
    reported_by="tools.unbound",
    other_methods=_BINDS,
    requires=("tools.completes",),
    same_failure_as=("invoke", "repeat"),
)
def unbound(ctx: Context) -> ChatAnswers:
    """The first prompt, to a new instance itself, of which a binding with a tool was made before."""
    llm = ctx.new_instance()
    binding = bind(ctx, llm, deepcopy([WEATHER]))
    if binding.llm is None:
        return binding.nothing
    answer = whole_answer(ctx, INVOKE, llm, ctx.prompt)
    return ChatAnswers(by_label={"the model itself": answer}, raised=answer.raised, hung=answer.hung)


@scenario(
    method="invoke",
    reported_by="tools.unbound-request",
    model_calls=3,
    other_methods=_BINDS,
    requires=("tools.unbound", "wire.same-tools"),
    control=WIRE,
)
def requests_around_tools(ctx: Context) -> Requests:
    """The request of the model itself, that of a binding with a tool, and once more that of the model itself."""
    llm = ctx.new_instance()
    by = {"before": parameters(request(ctx, llm, INVOKE))}
    binding = bind(ctx, llm, deepcopy([WEATHER]))
    if binding.llm is None:
        return Requests()
    by["with a tool"] = parameters(request(ctx, binding.llm, INVOKE))
    by["after"] = parameters(request(ctx, llm, INVOKE))
    return Requests(by_label=by)
