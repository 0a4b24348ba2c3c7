"""A call that is planned: of a model that is a step of a chain, and of one whose streaming is disabled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llm_conformance.control.controller import discarded_after
from llm_conformance.observe.call_styles import EVENTS, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.tools import bind, tools_of
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers, output_message
from llm_conformance.scenarios.chat_answers import message_of
from llm_conformance.scenarios.nested import chain
from llm_conformance.scenarios.registry import SCRIPT, scenario
from llm_fixtures import golden

_BINDS = ("bind_tools",)
_CALL = golden("chat-text-then-call")
_SETTING = "disable_streaming"


@scenario(
    styles=EVENTS,
    reported_by="tools.nested",
    other_methods=(*_BINDS, "__or__", "__ror__", "with_config"),
    requires=("nested.completes", "calls.exact"),
    control=SCRIPT,
)
def nested_call(ctx: Context, style: CallStyle) -> ChatAnswers:
    """Text and a call of a tool, of a model with the tool bound, through a chain."""
    binding = bind(ctx, ctx.new_instance(), tools_of(_CALL))
    if binding.llm is None:
        return binding.nothing
    with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
        run = ctx.events(lambda llm: style.call(chain(llm), planned.prompt), on=binding.llm)
    chunks = (event.data.get("chunk") for event in run.of_model if event.phase == "stream")
    answer = ChatAnswer(
        said=ctx.value_record(message_of(_CALL)),
        chunks=tuple(chunk for chunk in chunks if chunk is not None),
        message=run.total,
        output=output_message(run.of_model),
        raised=run.raised,
        hung=run.hung,
    )
    return ChatAnswers(by_label={_CALL.name: answer}, raised=run.raised, hung=run.hung)


@scenario(
    styles=STREAMS,
    reported_by="tools.not-streamed",
    model_calls=2,
    other_methods=_BINDS,
    requires=(completes, "calls.exact"),
    control=SCRIPT,
)
def not_streamed(ctx: Context, style: CallStyle) -> ChatAnswers:
    """Text and a call of a tool, if streaming is disabled for all calls, and for those with tools."""
    by: dict[str, ChatAnswer] = {}
    for setting in (True, "tool_calling"):
        llm = ctx.new_instance()
        with _set(llm, setting) as changed:
            if not changed:
                return ChatAnswers()
            binding = bind(ctx, llm, tools_of(_CALL))
            if binding.llm is None:
                return binding.nothing
            with discarded_after(ctx.controller, ctx.controller.plan_golden(_CALL)) as planned:
                answer = whole_answer(ctx, style, binding.llm, planned.prompt, said=ctx.value_record(message_of(_CALL)))
        by[f"{_SETTING}={setting!r}"] = answer
        if answer.failed:
            return ChatAnswers(by_label=by, raised=answer.raised, hung=answer.hung)
    return ChatAnswers(by_label=by)


@contextmanager
def _set(llm: Any, setting: object) -> Iterator[bool]:
    """Whether the model has the setting, and took this value; it has its own one again after it."""
    if not hasattr(llm, _SETTING):
        yield False
        return
    before = getattr(llm, _SETTING)
    try:
        setattr(llm, _SETTING, setting)
    except Exception:  # noqa: BLE001 - a model that is frozen keeps its setting
        yield False
        return
    try:
        yield True
    finally:
        setattr(llm, _SETTING, before)
