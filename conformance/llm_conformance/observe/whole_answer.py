"""One call of a chat model, in any call style, recorded as whole messages."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, INVOKE, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.records import CallOutcome, ChatAnswer, Value, output_message


def whole_answer(ctx: Context, style: CallStyle, llm: Any, asked: Any, *, said: Value | None = None) -> ChatAnswer:
    """The answer to a prompt or to messages. said: what the model is made to say, where the harness decides it."""
    facts: dict[str, Any]
    call: CallOutcome
    if style in {INVOKE, AINVOKE}:
        reply = ctx.reply(lambda one: getattr(one, style.method)(asked), on_loop=style.asynchronous, on=llm)
        chunks = () if reply.value is None else (reply.value,)
        facts, call = {"chunks": chunks, "message": reply.value}, reply
    elif style.events:
        run = ctx.events(lambda one: style.call(one, asked), on=llm)
        facts, call = {"message": run.total, "output": output_message(run.of_root)}, run
    else:
        stream = ctx.stream(lambda one: style.call(one, asked), on_loop=style.asynchronous, on=llm)
        facts = {"chunks": stream.chunks, "message": stream.total, "message_raised": stream.total_raised}
        call = stream
    return ChatAnswer(said=said, raised=call.raised, hung=call.hung, seconds=call.seconds, **facts)
