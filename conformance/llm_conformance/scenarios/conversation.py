"""A conversation of several turns, which a chat model gets as a list of messages."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, BATCHES, EVENTS, INVOKE, STREAMS, CallStyle, each_answer
from llm_conformance.observe.context import Context
from llm_conformance.observe.message_objects import messages_for
from llm_conformance.observe.whole_answer import whole_answer
from llm_conformance.records import ChatAnswer, ChatAnswers, Requests
from llm_conformance.records.requests import ORDER, ROLE_OF
from llm_conformance.scenarios.registry import WIRE, scenario
from llm_conformance.simulator.formats.roles import role_of

EARLIER = (
    ("system", "Answer in few words."),
    ("human", "Is the sea deep where the pearl divers of Ama go?"),
    ("ai", "About nine metres."),
)
WHAT = ("the system message", "the earlier question", "the earlier answer")
_READ = (
    "invoke.completes",
    "ainvoke.completes",
    "stream.concat",
    "stream.async-parity",
    "events.completes",
    "batch.completes",
    "abatch.completes",
)
_STYLES = (INVOKE, AINVOKE, *STREAMS, *EVENTS, *map(each_answer, BATCHES))
_GIVEN = {"id", "response_metadata"}


@scenario(
    method="astream_events",
    reported_by="input.conversation",
    model_calls=9,
    other_methods=("invoke", "ainvoke", "stream", "astream", "batch", "abatch"),
    requires=_READ,
)
def conversation(ctx: Context) -> ChatAnswers:
    """The first prompt after a system message and an earlier turn, in each call style, and once more by `invoke()`."""
    llm, by = ctx.new_instance(), dict[str, ChatAnswer]()
    for style in _STYLES:
        by[style.name] = _answer(ctx, style, llm)
        if by[INVOKE.name].failed:
            return ChatAnswers(by_label=by)
    by[f"{INVOKE.name} again"] = _answer(ctx, INVOKE, llm)
    return ChatAnswers(by_label=by)


@scenario(
    method="astream_events",
    reported_by="wire.same-conversation",
    model_calls=8,
    other_methods=("invoke", "ainvoke", "stream", "astream", "batch", "abatch"),
    requires=_READ,
    control=WIRE,
)
def conversation_requests(ctx: Context) -> Requests:
    """A conversation in each call style: which earlier messages the request has, as whose, and in which order."""
    llm, by = ctx.new_instance(), dict[str, dict[str, str]]()
    for style in _STYLES:
        planned = ctx.wire.plan(("Nine", " metres", "."))
        try:
            answer = whole_answer(ctx, style, llm, [*EARLIER, ("human", planned.prompt)])
            bodies = [*planned.request_bodies]
        finally:
            ctx.controller.discard(planned)
        if answer.failed:
            # What `invoke()` does not take, no other call has to.
            by_label = {**by, style.name: dict[str, str]()}
            return Requests(by_label=by_label, raised=answer.raised, hung=answer.hung) if by else Requests()
        by[style.name] = _facts(bodies, planned.nonce)
    return Requests(by_label=by)


def _answer(ctx: Context, style: CallStyle, llm: Any) -> ChatAnswer:
    """The answer to new messages, and whether the call changed them."""
    turns = [*EARLIER, ("human", ctx.prompt)]
    asked = messages_for(llm, turns)
    before = deepcopy(asked)
    answer = whole_answer(ctx, style, llm, asked)
    return answer if _content(asked) == _content(before) else replace(answer, mutated=("messages",))


def _content(messages: list[Any]) -> list[Any]:
    """What the caller has written: langchain-core sets the rest, if its own message is the answer."""
    fields = [getattr(one, "__dict__", {"": one}) for one in messages]
    written = [{name: value for name, value in one.items() if name not in _GIVEN} for one in fields]
    return [*zip(map(type, messages), written, strict=True)]


def _facts(bodies: list[Any], nonce: str) -> dict[str, str]:
    """Which of the earlier messages requests have, as whose, and in which order, as far as that shows."""
    sent = json.dumps(bodies)
    texts = {what: text for what, (_, text) in zip(WHAT, EARLIER, strict=True)}
    facts = {what: str(text in sent).lower() for what, text in texts.items()}
    facts |= {f"{ROLE_OF}{what}": role for what, text in texts.items() if (role := role_of(bodies, text))}
    # The system message may be a parameter of its own.
    turns = {what: sent.find(text) for what, text in {**texts, "the last message": nonce}.items() if what != WHAT[0]}
    return facts | {ORDER: ", ".join(sorted(turns, key=turns.__getitem__))}
