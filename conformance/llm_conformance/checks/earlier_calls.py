"""What a call was given is not kept for the next call of the instance: its handlers, its messages."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import KEPT_STATE
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.vacuity import no_text
from llm_conformance.records import (
    CallbackLog,
    ChatAnswers,
    Control,
    Finding,
    Findings,
    Kind,
    Reply,
    Requests,
    SubjectInfo,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)
from llm_conformance.records.requests import LAST_ANSWER

_STARTS = ("on_llm_start", "on_chat_model_start")
_GIVEN = "given more"
_NO_MESSAGES = "it does not answer a system message and an earlier turn"


@check(
    "isolation.earlier-handlers",
    MUST,
    clause="STREAM-013",
    for_each=("after_handlers[*]",),
    kinds=(Kind.LLM, Kind.CHAT),
    requires=("isolation.repeated-calls",),
)
def handlers_hear_of_no_later_call(call: CallbackLog, subject: SubjectInfo) -> Findings:
    """The callback handler of a call gets nothing of the next call, which may be of another user."""
    if call.failed:
        yield call_failed("returns an answer after a call with a handler", call, hint=KEPT_STATE)
    elif (heard := _heard(call)) is not None:
        yield Finding("nothing of the next call", f"{heard} of the next call", code="handler-kept", hint=KEPT_STATE)
    elif subject.cached:
        yield inconclusive("it has a cache, and langchain-core reports no run for an answer that is in it")
    elif not call.texts:
        # The second call was not made.
        yield not_applicable("the model reports no run to callback handlers")


@check(
    "isolation.earlier-messages",
    MUST,
    clause="STREAM-013",
    vacuous=(no_text,),
    kinds=CHAT,
    requires=("isolation.repeated-calls", "stream.concat"),
    deterministic=True,
)
def messages_are_not_sent_again(after_conversation: ChatAnswers, invoke: Reply, subject: SubjectInfo) -> Findings:
    """A prompt alone gets the usual answer from an instance that has answered a conversation before."""
    if subject.control is Control.WIRE:
        yield not_applicable("a simulated provider sees the messages: `wire.no-leftover-messages` looks at them")
    elif not after_conversation.by_label:
        yield not_applicable(_NO_MESSAGES)
    for name, answer in after_conversation.by_label.items():
        text = "" if answer.message is None else answer.message.text or ""
        if answer.failed:
            yield call_failed("returns an answer after a conversation", answer, where=name, hint=KEPT_STATE)
        elif text != invoke.text:
            yield Finding(
                Text((invoke.text,)),
                Text((text,)),
                code="text-differs",
                at=first_difference(invoke.text, text),
                where=name,
                hint=KEPT_STATE,
                sides=("before", "after a conversation"),
            )


@check("wire.no-leftover-messages", MUST, clause="STREAM-013", kinds=CHAT, control=Control.WIRE)
def messages_are_sent_once(requests_after_conversation: Requests) -> Findings:
    """The request for a prompt alone has no message of an earlier conversation."""
    by = requests_after_conversation.by_label
    given = {
        what for name, facts in by.items() if name.endswith(_GIVEN) for what, sent in facts.items() if sent == "true"
    }
    if not given:
        yield not_applicable("it takes no messages of several turns")
    for name, facts in by.items():
        left = [what for what in (*given, LAST_ANSWER) if facts.get(what) == "true"]
        if left and not name.endswith(_GIVEN):
            what = min(left, key=[*facts].index)
            yield Finding(
                "no message of another call",
                f"{what} of another call: sent",
                code="message-left-over",
                where=name.partition(" ")[0],
                hint=KEPT_STATE,
            )


def _heard(call: CallbackLog) -> str | None:
    """What the handler of the call before got of this one; what comes late may be of its own call."""
    started = next((event.method for event in call.events if event.method in _STARTS), None)
    told = "".join(event.text or "" for event in call.events)
    return started or ("the tokens" if told and told == "".join(call.texts) else None)
