"""Tools bound to a chat model: every entry point completes and agrees, and the model itself has no tools after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import ARGUMENT_MUTATED, KEPT_STATE, calls_hint, text_hint
from llm_conformance.checks.reasons import BROKEN_CALLS, no_tools
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.same_message import Sides, changes, same_calls
from llm_conformance.records import (
    ChatAnswer,
    ChatAnswers,
    Control,
    Finding,
    Findings,
    Message,
    NotJudged,
    Replies,
    Reply,
    Requests,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)

_OTHERS = ("bound[ainvoke]", "bound[stream]", "bound[astream]", "bound[events-v1]", "bound[events-v2]")
# What the APIs of providers call the tools, and the choice among them.
_FIELDS = {"tools", "tool_choice", "functions", "function_call", "tool_config", "toolConfig"}


@check("tools.completes", MUST, clause="CALL-005", for_each=("bound[*]",), kinds=CHAT, requires=("calls.completes",))
def a_model_with_tools_completes(answers: ChatAnswers) -> Findings:
    """With a tool bound, every entry point returns an answer."""
    if answers.without_tools:
        yield no_tools(answers)
        return
    if answers.failed:
        yield call_failed("returns an answer with a tool bound", answers)
        return
    for answer in answers.by_label.values():
        if (raised := answer.message_raised) is not None:
            yield Finding(
                "chunks that `+` adds up", f"`+` {raised.text}", code="addition-raised", exception=raised.bases[0]
            )
            return


@check(
    "tools.parity",
    MUST,
    clause="CALL-005",
    for_each=_OTHERS,
    kinds=CHAT,
    requires=(
        "tools.completes",
        "stream.yields-messages",
        "invoke.async-parity",
        "stream.concat",
        "stream.async-parity",
        "events.parity",
        "calls.concat",
        "calls.async-parity",
        "calls.events",
        "calls.exact",
    ),
    deterministic=True,
    few_answers=True,
)
def every_entry_point_gives_the_same_with_tools(answers: ChatAnswers, bound_invoke: ChatAnswers) -> Findings:
    """With a tool bound, every entry point gives the calls and the text that `invoke()` gives."""
    if answers.without_tools:
        yield no_tools(answers)
        return
    yield from same_as(bound_invoke, answers)


@check(
    "tools.not-mutated",
    MUST,
    clause="CONF-010",
    empty_passes="the arguments are judged, not the answer",
    for_each=("bound[*]", "own_object[invoke]"),
    kinds=CHAT,
    requires=("tools.completes",),
)
def the_callers_tools_are_not_mutated(answer: ChatAnswers | Reply) -> Findings:
    """`bind_tools()`, `with_structured_output()` and the calls after them do not change what the caller gave them."""
    if isinstance(answer, ChatAnswers) and answer.without_tools:
        yield no_tools(answer)
    elif answer.mutated:
        changed = f"changed: {', '.join(answer.mutated)}"
        yield Finding("the caller's tools and schema unchanged", changed, code="mutated", hint=ARGUMENT_MUTATED)
    elif isinstance(answer, Reply) and answer.failed:
        yield not_applicable("`with_structured_output()` is not implemented, or the call ends with an exception")


@check(
    "tools.unbound",
    MUST,
    clause="CALL-007",
    kinds=CHAT,
    requires=("tools.completes", "isolation.repeated-calls"),
    deterministic=True,
)
def the_model_itself_has_no_tools(unbound: ChatAnswers, invoke: Reply, repeat: Replies) -> Findings:
    """`bind_tools()` leaves the model itself as it was: its answer has the calls and the text that it had before."""
    if unbound.failed:
        yield call_failed("returns an answer after `bind_tools()`", unbound)
        return
    if unbound.without_tools:
        yield no_tools(unbound)
        return
    if (reason := changes(invoke, repeat, same_calls, "calls of tools")) is not None:
        yield reason
        return
    if invoke.value is None:
        return
    for message in _messages(unbound):
        sides = ("before `bind_tools()`", "after it")
        yield from (replace(one, hint=KEPT_STATE) for one in _same(Message(invoke.value), message, sides))


@check("tools.unbound-request", SHOULD, clause="CALL-007", kinds=CHAT, control=Control.WIRE)
def the_model_itself_sends_no_tools(requests_around_tools: Requests) -> Findings:
    """`bind_tools()` leaves the requests of the model itself as they were: it sends no tools that it did not send."""
    by = {name: _of_tools(body) for name, body in requests_around_tools.by_label.items()}
    if not any(by.values()):
        yield not_applicable("it has no `bind_tools()`, or its requests have no tools")
        return
    for key in sorted(by["after"].keys() - by["before"].keys()):
        expected, actual = f"{key}: not sent, as before `bind_tools()`", f"{key}: {by['after'][key][:200]}"
        yield Finding(expected, actual, code="tools-left-over", hint=KEPT_STATE)
        return


def same_as(expected: ChatAnswers, actual: ChatAnswers) -> Findings:
    """The differences from `invoke()` in the calls and the text; inconclusive if there is nothing to compare."""
    whole = [*_messages(expected)]
    answers = [answer for answer in actual.by_label.values() if answer.message is not None or answer.output is not None]
    if any(one.invalid_calls for one in whole):
        yield not_applicable(BROKEN_CALLS)
    elif not answers or not any(one.calls or one.value.text for one in whole):
        yield inconclusive("with a tool bound, the answer has neither a call nor text")
    elif any([*_same(whole[0], one, ("", ""))] for one in whole):
        yield inconclusive("with a tool bound, the model gives the same prompt different answers")
    else:
        for answer in answers:
            for message in _messages(ChatAnswers(by_label={"": answer})):
                for one in _same(whole[0], message, ("invoke()", "this call")):
                    yield replace(one, hint=one.hint or calls_hint(whole[0], message, answer.chunks))


def same_for_each(pairs: Mapping[str, tuple[ChatAnswers, ChatAnswer]], hint: str = "") -> Findings:
    """The first answer that fails or differs from that of `invoke()`; the first reason if none can be compared.

    pairs: by label, the answers of `invoke()` and the answer of another call. hint: of a finding that has none.
    """
    reasons: list[NotJudged] = []
    for label, (expected, actual) in pairs.items():
        if actual.failed:
            yield call_failed("returns an answer, as `invoke()` does", actual, where=label)
            return
        found = [*same_as(expected, ChatAnswers(by_label={label: actual}))]
        if differences := [each for each in found if isinstance(each, Finding)]:
            yield from (replace(each, where=label, hint=each.hint or hint) for each in differences)
            return
        reasons += [each for each in found if isinstance(each, NotJudged)]
    if reasons and len(reasons) == len(pairs):
        yield reasons[0]


def _messages(answers: ChatAnswers) -> Iterator[Message]:
    for answer in answers.by_label.values():
        yield from (Message(value) for value in (answer.message, answer.output) if value is not None)


def _same(expected: Message, actual: Message, sides: Sides) -> Iterator[Finding]:
    """The first difference in the calls; if there is none, that in the text."""
    found = [one for one in same_calls(expected, actual, sides) if isinstance(one, Finding)]
    one, other = expected.value.text or "", actual.value.text or ""
    if not found and one != other:
        at, hint = first_difference(one, other), text_hint(one, other)
        found = [Finding(Text((one,)), Text((other,)), code="text-differs", at=at, sides=sides, hint=hint)]
    yield from found


def _of_tools(body: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in body.items() if _FIELDS & set(key.split("."))}
