"""A conversation of several turns, which a chat model gets as a list of messages."""

from __future__ import annotations

import json

from llm_conformance.observe.call_styles import AINVOKE, EVENTS_V2, INVOKE, STREAMS
from llm_conformance.observe.context import Context
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers, Requests
from llm_conformance.scenarios.registry import WIRE, scenario

_EARLIER = (
    ("system", "Answer in few words."),
    ("human", "Is the sea deep where the pearl divers of Ama go?"),
    ("ai", "About nine metres."),
)
_WHAT = ("the system message", "the earlier question", "the earlier answer")
_READ = ("invoke.completes", "ainvoke.completes", "stream.concat", "stream.async-parity", "events.completes")
_STYLES = (INVOKE, AINVOKE, *STREAMS, EVENTS_V2)


@scenario(
    method="astream_events",
    reported_by="input.conversation",
    model_calls=6,
    other_methods=("invoke", "ainvoke", "stream", "astream"),
    requires=_READ,
)
def conversation(ctx: Context) -> ChatAnswers:
    """The first prompt after a system message and an earlier turn, in each call style, and once more by `invoke()`."""
    by: dict[str, ChatAnswer] = {}
    asked = [*_EARLIER, ("human", ctx.prompt)]
    for style in _STYLES:
        by[style.name] = whole_answer(ctx, style, ctx.second_instance, asked)
        if by[INVOKE.name].failed:
            return ChatAnswers(by_label=by)
    by[f"{INVOKE.name} again"] = whole_answer(ctx, INVOKE, ctx.second_instance, asked)
    return ChatAnswers(by_label=by)


@scenario(
    method="astream_events",
    reported_by="wire.same-conversation",
    model_calls=5,
    other_methods=("invoke", "ainvoke", "stream", "astream"),
    requires=_READ,
    control=WIRE,
)
def conversation_requests(ctx: Context) -> Requests:
    """The same messages in each call style: which of the earlier ones the request has."""
    by: dict[str, dict[str, str]] = {}
    for style in _STYLES:
        planned = ctx.wire.plan(("Nine", " metres", "."))
        try:
            answer = whole_answer(ctx, style, ctx.second_instance, [*_EARLIER, ("human", planned.prompt)])
            sent = json.dumps([*planned.request_bodies])
        finally:
            ctx.controller.discard(planned)
        if answer.failed:
            # What `invoke()` does not take, no other call has to.
            return Requests(by_label=by, raised=answer.raised, hung=answer.hung) if by else Requests()
        texts = zip(_WHAT, _EARLIER, strict=True)
        by[style.name] = {what: str(text in sent).lower() for what, (_, text) in texts}
    return Requests(by_label=by)
