"""A chat client whose provider speaks another dialect of its format, or breaks off inside a call of a tool."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.chat_answers import messages, place, same_as_invoke
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import END_NOT_CHECKED
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.same_message import same_calls, same_content, same_usage
from llm_conformance.records import ChatAnswers, Control, Finding, Findings, Message, not_applicable

_ONE_DIALECT = not_applicable("it is judged in one dialect of its wire format")


@check(
    "calls.cut",
    SHOULD,
    clause="CALL-004",
    for_each=("chat_cuts[stream]", "chat_cuts[astream]"),
    kinds=CHAT,
    control=Control.WIRE,
    requires=("calls.exact", "wire.cut[clean_end_early]", "wire.cut[fin_mid_stream]"),
)
def a_call_that_is_broken_off_is_not_valid(answers: ChatAnswers) -> Findings:
    """If the response ends inside the arguments of a call, the stream raises, or the call is not a valid one."""
    if answers.without_tools:
        yield no_tools(answers)
        return
    for name, answer in answers.by_label.items():
        whole = [call.args for call in Message(answer.said).calls] if answer.said is not None else []
        made = Message(answer.message).calls if answer.message is not None else ()
        calls = [call for call in made if call.args not in whole]
        if answer.hung is not None:
            yield call_failed("raises", answer, where=name)
            return
        if answer.raised is None and calls:
            expected = "an exception, or no valid call"
            yield Finding(expected, calls[0].text, code="cut-call-valid", where=name, hint=END_NOT_CHECKED)
            return


@check(
    "calls.dialects",
    SHOULD,
    clause="CALL-001",
    for_each=("chat_dialects[*]",),
    kinds=CHAT,
    control=Control.WIRE,
    requires=("calls.completes", "calls.exact"),
)
def calls_are_read_in_every_dialect(answers: ChatAnswers) -> Findings:
    """A client reads the answers of other providers of its format: a stream with each call whole in one chunk, too."""
    if not answers.by_label:
        yield _ONE_DIALECT
    for name, answer in answers.by_label.items():
        if answer.failed:
            yield call_failed("returns an answer", answer, where=name)
            return
    for name, said, message in messages(answers):
        found = [one for one in same_calls(said, message, ()) if isinstance(one, Finding)] if said.calls else []
        if found:
            yield from (replace(one, where=place(name, one)) for one in found)
            return


@check(
    "usage.dialects",
    SHOULD,
    clause="USAGE-001",
    for_each=("chat_dialects[*]",),
    kinds=CHAT,
    control=Control.WIRE,
    requires=("calls.dialects", "usage.exact"),
)
def usage_is_read_in_every_dialect(answers: ChatAnswers) -> Findings:
    """A client that reports usage reads it wherever a provider of its format tells it: in one event, or in two."""
    said_and_read = [*messages(answers)]
    if not any(message.usage for _, _, message in said_and_read):
        yield not_applicable("the answers have no usage")
        return
    for name, said, message in said_and_read:
        found = [one for one in same_usage(said, message, ()) if isinstance(one, Finding)]
        if found:
            yield from (replace(one, where=place(name, one)) for one in found)
            return


@check(
    "blocks.dialects",
    SHOULD,
    clause="BLOCK-002",
    for_each=("chat_dialects[stream]", "chat_dialects[astream]"),
    kinds=CHAT,
    control=Control.WIRE,
    requires=("calls.dialects", "blocks.same-answer", "blocks.same-form"),
)
def reasoning_has_one_form_in_every_dialect(answers: ChatAnswers, chat_dialects_invoke: ChatAnswers) -> Findings:
    """Reasoning that a provider sends unasked, or under another name, is in a stream what it is in `invoke()`."""
    if not answers.by_label:
        yield _ONE_DIALECT
    else:
        yield from same_as_invoke(chat_dialects_invoke, answers, same_content)
