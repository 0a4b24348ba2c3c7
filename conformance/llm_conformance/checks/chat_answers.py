"""A chat model that is made to say golden streams: the calls, the usage and the text arrive as they were said.

Reasoning, refusals and finish reasons have no common form, so they are compared between the entry points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import CALL_REPEATED, CUT_CALL, merged_blocks_hint, text_hint
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.same_message import (
    Compare,
    repeated,
    same_blocks,
    same_calls,
    same_end,
    same_usage,
)
from llm_conformance.checks.usage import lost_usage
from llm_conformance.records import (
    ChatAnswer,
    ChatAnswers,
    Control,
    Finding,
    Findings,
    Message,
    SubjectInfo,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)

_OTHERS = (
    "chat_answers[ainvoke]",
    "chat_answers[stream]",
    "chat_answers[astream]",
    "chat_answers[events-v1]",
    "chat_answers[events-v2]",
)
_CUT, _WHOLE = "chat-call-cut-by-length", "chat-text-then-call"


@check(
    "calls.completes",
    MUST,
    clause="CALL-005",
    for_each=("chat_answers[*]",),
    kinds=CHAT,
    control=Control.SCRIPT,
)
def answers_with_calls_and_reasoning_are_read(answers: ChatAnswers) -> Findings:
    """Every entry point reads an answer with tool calls, reasoning or a refusal to its end, with the tools bound."""
    for name, answer in answers.by_label.items():
        if answer.failed:
            yield call_failed("returns an answer", answer, where=name)
            return
        if answer.message_raised is not None:
            raised = answer.message_raised
            yield Finding(
                "chunks that `+` adds up",
                f"`+` {raised.text}",
                code="addition-raised",
                where=name,
                exception=raised.bases[0],
            )
            return


@check(
    "calls.exact",
    MUST,
    clause="CALL-001",
    for_each=("chat_answers[*]",),
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("calls.completes",),
)
def the_calls_are_those_that_were_said(answers: ChatAnswers) -> Findings:
    """The calls in the message are those that the model was made to say, in number, order, name and arguments.

    Each of them has an id of its own, once.
    """
    if answers.without_tools:
        yield no_tools(answers)
        return
    for name, said, message in messages(answers):
        if said.invalid_calls:
            continue
        found = [*same_calls(said, message, ())]
        found = found or [*_ids(said, message)]
        if found:
            yield from (replace(one, where=place(name, one)) for one in found if isinstance(one, Finding))
            return


@check(
    "calls.cut-by-length",
    SHOULD,
    clause="CALL-004",
    for_each=("chat_answers[stream]", "chat_answers[astream]", "chat_answers[events-v1]", "chat_answers[events-v2]"),
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("calls.completes",),
)
def a_call_that_the_token_limit_cuts_is_not_valid(answers: ChatAnswers) -> Findings:
    """If the token limit ends the answer inside the arguments of a call, the call is not a valid one."""
    if answers.without_tools:
        yield no_tools(answers)
        return
    broken = [one for one in messages(answers) if one[1].invalid_calls]
    if not broken:
        yield inconclusive("the model is not made to break off a call")
    for name, said, message in broken:
        if len(message.calls) > len(said.calls):
            expected, actual = "no valid call: its arguments are not JSON", message.calls[-1].text
            yield Finding(expected, actual, code="cut-call-valid", where=name, hint=CUT_CALL)
            return


@check(
    "calls.keeps-text",
    MUST,
    clause="STREAM-001",
    for_each=("chat_answers[*]",),
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("calls.completes", "invoke.exact", "stream.exact"),
)
def text_beside_calls_is_kept(answers: ChatAnswers) -> Findings:
    """The text before, between and after calls and reasoning is in the message, character for character."""
    if not any(said.value.text for _, said, _ in messages(answers)):
        yield inconclusive("the model is not made to say text")
    for name, said, message in messages(answers):
        expected, actual = said.value.text or "", message.value.text or ""
        # A model may show reasoning and a refusal as a part of its text.
        if expected and expected not in actual:
            yield Finding(
                Text((expected,)),
                Text((actual,)),
                code="text-differs",
                at=first_difference(expected, actual),
                where=name,
                hint=merged_blocks_hint((message.value,)) or text_hint(expected, actual),
            )
            return


@check(
    "usage.exact",
    MUST,
    clause="USAGE-001",
    for_each=("chat_answers[*]",),
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("calls.completes", "usage.once", "usage.total", "usage.concat", "usage.async-parity"),
)
def the_usage_is_that_which_was_said(answers: ChatAnswers) -> Findings:
    """If a message has usage, its numbers of tokens are those that the model was made to say."""
    counted = [(name, said, message) for name, said, message in messages(answers) if message.usage]
    if not counted:
        yield not_applicable("the answers have no usage")
    for name, said, message in counted:
        found = [one for one in same_usage(said, message, ()) if isinstance(one, Finding)]
        if found:
            yield from (replace(one, where=place(name, one)) for one in found)
            return


@check(
    "usage.same-answer",
    SHOULD,
    clause="USAGE-003",
    for_each=_OTHERS,
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("calls.completes", "usage.exact", "usage.streamed", "usage.invoked"),
)
def every_entry_point_reports_the_same_usage(
    answers: ChatAnswers, chat_answers_invoke: ChatAnswers, subject: SubjectInfo
) -> Findings:
    """If `invoke()` reports the usage of an answer with calls or reasoning, so does each other call, with details."""
    if subject.claims.get("usage") is False:
        yield not_applicable("the profile says usage = false")
    elif not any(message.usage for _, _, message in messages(chat_answers_invoke)):
        yield not_applicable("`invoke()` does not report usage")
    else:
        yield from same_as_invoke(chat_answers_invoke, answers, lambda one, other, _: lost_usage(one, other))


@check(
    "blocks.same-answer",
    MUST,
    clause="BLOCK-001",
    for_each=_OTHERS,
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("calls.completes", "calls.exact", "calls.keeps-text"),
)
def every_entry_point_gives_the_same_blocks(answers: ChatAnswers, chat_answers_invoke: ChatAnswers) -> Findings:
    """The blocks of an answer with reasoning, calls or a refusal, and its reasoning, are those of `invoke()`."""
    yield from same_as_invoke(chat_answers_invoke, answers, same_blocks)


@check(
    "metadata.same-answer",
    MUST,
    clause="META-001",
    for_each=_OTHERS,
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("calls.completes", "metadata.once", "metadata.concat"),
)
def every_entry_point_tells_the_same_end(answers: ChatAnswers, chat_answers_invoke: ChatAnswers) -> Findings:
    """The finish reason and the name of the model of an answer with calls are those of `invoke()`."""
    yield from same_as_invoke(chat_answers_invoke, answers, same_end)


@check(
    "metadata.cut-by-length",
    MUST,
    clause="META-001",
    for_each=("chat_answers[*]",),
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=("calls.completes", "metadata.same-answer"),
)
def an_answer_that_is_cut_says_so(answers: ChatAnswers) -> Findings:
    """An answer that the token limit cuts off has another finish reason than a whole one."""
    reasons = {name: message.finish for name, _, message in messages(answers) if message.finish}
    if _CUT not in reasons or _WHOLE not in reasons:
        yield not_applicable("the answers have no finish reason")
    elif reasons[_CUT] == reasons[_WHOLE]:
        expected = f"another finish reason than {reasons[_WHOLE]!r}, which a whole answer has"
        yield Finding(expected, f"finish reason {reasons[_CUT]!r}", code="finish-same", where=_CUT)


def messages(answers: ChatAnswers) -> Iterator[tuple[str, Message, Message]]:
    """Of each answer its name, what the model was made to say, and what it said; of events, also the output."""
    for name, answer in answers.by_label.items():
        for value in (answer.message, answer.output):
            if answer.said is not None and value is not None:
                yield name, Message(answer.said), Message(value)


def same_as_invoke(expected: ChatAnswers, actual: ChatAnswers, compare: Compare) -> Findings:
    """The first difference from `invoke()` in the answers; inconclusive if there is nothing to compare."""
    compared = False
    for name, answer in actual.by_label.items():
        whole = expected.by_label.get(name)
        for one in (answer.message, answer.output):
            if one is None or whole is None or whole.message is None or _is_partial(whole):
                continue
            compared = True
            found = [*compare(Message(whole.message), Message(one), ("invoke()", "this call"))]
            if found:
                yield from (replace(each, where=place(name, each)) for each in found if isinstance(each, Finding))
                return
    if not compared:
        yield inconclusive("no answer was given in both calls")


def _is_partial(answer: ChatAnswer) -> bool:
    """Whether a call is broken off in it: what a model makes of such a call is its own affair."""
    return answer.said is not None and bool(Message(answer.said).invalid_calls)


def _ids(said: Message, message: Message) -> Iterator[Finding]:
    """Ids that are missing, repeated or shared."""
    for place, (one, call) in enumerate(zip(said.calls, message.calls, strict=True)):
        where = f"call {place}"
        if not call.id:
            yield Finding("a call with an id", "a call without id", code="id-missing", where=where)
            return
        if repeated(call.id, [one.id]):
            expected, actual = f"id {one.id!r}", f"id {call.id!r}"
            yield Finding(expected, actual, code="id-repeated", where=where, hint=CALL_REPEATED)
            return
    ids = [call.id for call in message.calls]
    if len(set(ids)) < len(ids):
        yield Finding("each call has an id of its own", f"{len(ids)} calls with {len(set(ids))} ids", code="id-shared")


def place(name: str, finding: Finding) -> str:
    """Where the finding is: the golden stream, and the place within its answer."""
    return ", ".join(part for part in (name, finding.where) if part)
