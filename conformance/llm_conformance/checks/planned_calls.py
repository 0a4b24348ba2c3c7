"""A call that a model is made to say: in the events of a chain, and where streaming is disabled."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.chat_answers import messages
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.same_message import same_calls
from llm_conformance.records import ChatAnswers, Control, Finding, Findings, Message, not_applicable


@check(
    "tools.nested",
    MUST,
    clause="EVENT-013",
    for_each=("nested_call[events-v1]", "nested_call[events-v2]"),
    kinds=CHAT,
    control=Control.SCRIPT,
)
def events_of_a_chain_carry_the_call(answers: ChatAnswers) -> Findings:
    """In a chain, the model's run has the call in its stream events and in its output, and the chain passes it on."""
    if answers.without_tools:
        yield no_tools(answers)
        return
    if answers.failed:
        yield call_failed("yields events of a chain with the call", answers)
        return
    for answer in answers.by_label.values():
        streamed = [Message(chunk) for chunk in answer.chunks]
        if any(one.value.text for one in streamed) and not any(one.fragments or one.calls for one in streamed):
            count = len(streamed)
            yield Finding("a call in the stream events of the model", f"none in {count} chunks", code="call-missing")
            return
    yield from _calls(answers)


@check(
    "tools.not-streamed",
    MUST,
    clause="CALL-005",
    for_each=("not_streamed[*]",),
    kinds=CHAT,
    control=Control.SCRIPT,
)
def a_stream_that_is_disabled_has_the_call(answers: ChatAnswers) -> Findings:
    """With `disable_streaming`, a stream with tools bound completes, and has the calls that the model makes."""
    if answers.without_tools:
        yield no_tools(answers)
    elif answers.failed:
        yield call_failed("returns an answer", answers)
    elif not answers.by_label:
        yield not_applicable("it has no `disable_streaming`, or none that can be set")
    else:
        yield from _calls(answers)


def _calls(answers: ChatAnswers) -> Findings:
    """The first difference from the calls that the model is made to say."""
    for name, said, message in messages(answers):
        found = [one for one in same_calls(said, message, ()) if isinstance(one, Finding)]
        if found:
            yield from (replace(one, where=", ".join(filter(None, (name, one.where)))) for one in found)
            return
