"""A conversation of several turns, which a chat model gets as a list of messages."""

from __future__ import annotations

from llm_conformance.observe.call_styles import AINVOKE, EVENTS_V2, INVOKE, STREAMS
from llm_conformance.observe.context import Context
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers
from llm_conformance.scenarios.registry import scenario

_EARLIER = (
    ("system", "Answer in few words."),
    ("human", "Is the sea deep where the pearl divers of Ama go?"),
    ("ai", "About nine metres."),
)


@scenario(
    method="astream_events",
    reported_by="input.conversation",
    model_calls=6,
    other_methods=("invoke", "ainvoke", "stream", "astream"),
    requires=("invoke.completes", "ainvoke.completes", "stream.concat", "stream.async-parity", "events.completes"),
)
def conversation(ctx: Context) -> ChatAnswers:
    """The first prompt after a system message and an earlier turn, in each call style, and once more by `invoke()`."""
    by: dict[str, ChatAnswer] = {}
    asked = [*_EARLIER, ("human", ctx.prompt)]
    for style in (INVOKE, AINVOKE, *STREAMS, EVENTS_V2):
        by[style.name] = whole_answer(ctx, style, ctx.second_instance, asked)
        if by[INVOKE.name].failed:
            return ChatAnswers(by_label=by)
    by[f"{INVOKE.name} again"] = whole_answer(ctx, INVOKE, ctx.second_instance, asked)
    return ChatAnswers(by_label=by)
