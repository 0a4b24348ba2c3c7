"""A chat model that is made to say golden streams of tool calls, reasoning and usage."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from llm_conformance.control.controller import PlannedAnswer
from llm_conformance.observe.call_styles import AINVOKE, EVENTS, INVOKE, STREAM, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.observe.tools import bind, tools_of
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers, Message
from llm_conformance.scenarios.registry import SCRIPT, WIRE, scenario
from llm_conformance.simulator import fault_named
from llm_fixtures import Golden, golden, names

CHAT_STREAMS = tuple(name for name in names() if name.startswith("chat-"))
# They are about how a stream is read. Each sum of chunks parses the arguments, so one of them takes a second.
_BY_BYTE, _LONG = "chat-arguments-by-byte", "chat-long-arguments"
# The middle of its pieces is inside the arguments.
_CUT_STREAM = "chat-call"
_CUTS = ("clean_end_early", "fin_mid_stream", "error_mid_stream")
_TEXT_ALONE = "the model takes text alone from the script: `play`, not `play_events`"


@scenario(
    styles=(INVOKE, AINVOKE, *STREAMS, *EVENTS),
    reported_by="calls.completes",
    model_calls=len(CHAT_STREAMS),
    requires=(completes,),
    control=SCRIPT,
)
def chat_answers(ctx: Context, style: CallStyle) -> ChatAnswers:
    """Golden streams of tool calls, reasoning and usage, each with the tools bound that it calls."""
    by: dict[str, ChatAnswer] = {}
    without_tools, refused = False, ""
    leave_out = {_LONG, *({_BY_BYTE} if style.events else ())}
    if style is STREAM and ctx.controller.sends_eagerly:
        leave_out = set()
    streams = (golden(name) for name in CHAT_STREAMS if name not in leave_out)
    # The finding is on the first that differs, and a short answer is read more easily.
    for stream in sorted(streams, key=lambda one: len(one.pieces)):
        llm: Any = ctx.instance
        if tools := tools_of(stream):
            binding = bind(ctx, llm, tools)
            llm, without_tools = binding.llm, without_tools or binding.not_implemented
            refused = refused or binding.refused
            if binding.failed:
                by[stream.name] = ChatAnswer(raised=binding.raised, hung=binding.hung)
                break
        if llm is None or (stream.name == _LONG and not all(map(_has_its_calls, by.values()))):
            # To look for JSON in arguments that are none takes some clients the square of their length.
            continue
        by[stream.name] = _answer(ctx, style, stream, llm, ctx.controller.plan_golden(stream))
        if by[stream.name].hung is not None:
            break
    return ChatAnswers(by_label=by, without_tools=without_tools, refused=refused)


@scenario(
    styles=(INVOKE, *STREAMS),
    reported_by="calls.dialects",
    model_calls=3,
    requires=(completes,),
    control=WIRE,
    may_raise=True,
)
def chat_dialects(ctx: Context, style: CallStyle) -> ChatAnswers:
    """What the providers of a wire format say in several ways: usage, whole calls, reasoning that is not asked for."""
    by: dict[str, ChatAnswer] = {}
    for name, (stream, dialect) in ctx.wire.dialects.items():
        llm = bind(ctx, ctx.instance, tools).llm if (tools := tools_of(stream)) else ctx.instance
        if llm is not None:
            by[name] = _answer(ctx, style, stream, llm, ctx.wire.plan_golden(stream, dialect=dialect))
    return ChatAnswers(by_label=by)


@scenario(
    styles=STREAMS,
    reported_by="calls.cut",
    model_calls=len(_CUTS),
    requires=(completes, "calls.exact"),
    control=WIRE,
    may_raise=True,
)
def chat_cuts(ctx: Context, style: CallStyle) -> ChatAnswers:
    """Text and a call of a tool, from a provider that breaks off inside the arguments."""
    by: dict[str, ChatAnswer] = {}
    stream = golden(_CUT_STREAM)
    binding = bind(ctx, ctx.instance, tools_of(stream))
    llm = binding.llm
    for fault in map(fault_named, _CUTS) if llm is not None else ():
        if ctx.wire.has_fault(fault):
            by[fault.name] = _answer(ctx, style, stream, llm, ctx.wire.plan_golden(stream, fault))
    return ChatAnswers(by_label=by, without_tools=llm is None, refused=binding.refused)


def _has_its_calls(answer: ChatAnswer) -> bool:
    """Whether the calls in the message are those that the model is made to say."""
    if answer.said is None or answer.message is None:
        return True
    said, message = Message(answer.said), Message(answer.message)
    return [call.args for call in message.calls] == [call.args for call in said.calls] or bool(said.invalid_calls)


def _answer(ctx: Context, style: CallStyle, stream: Golden, llm: Any, planned: PlannedAnswer) -> ChatAnswer:
    said = ctx.value_record(message_of(stream))
    try:
        answer = whole_answer(ctx, style, llm, planned.prompt, said=said)
        if planned.text_alone:
            raise Inconclusive(_TEXT_ALONE)
        return answer
    finally:
        ctx.controller.discard(planned)


def message_of(stream: Golden) -> SimpleNamespace:
    """What a model says that says the stream, with the attributes of a message."""
    calls: list[dict[str, Any]] = []
    invalid: list[dict[str, Any]] = []
    for call in stream.calls:
        try:
            calls.append({"name": call.name, "args": json.loads(call.arguments or "{}"), "id": call.id})
        except ValueError:
            invalid.append({"name": call.name, "args": call.arguments, "id": call.id})
    usage = stream.usage
    return SimpleNamespace(
        content=stream.text,
        tool_calls=calls,
        invalid_tool_calls=invalid,
        usage_metadata={
            "input_tokens": usage.prompt,
            "output_tokens": usage.completion,
            "total_tokens": usage.prompt + usage.completion,
            "input_token_details": {"cache_read": usage.cached} if usage.cached else {},
            "output_token_details": {"reasoning": usage.reasoning} if usage.reasoning else {},
        },
        response_metadata={"finish_reason": str(stream.finish)},
    )
