"""The turn after a call of a tool: every entry point takes the call and its result, and answers."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import RESULT_OF_NO_CALL, text_hint
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    ChatAnswers,
    Control,
    Finding,
    Findings,
    Requests,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)
from llm_conformance.records.requests import RESULT_LINKED, RESULT_SENT

_EXACT = ("invoke.exact", "stream.exact")


@check("tools.takes-results", SHOULD, clause="CALL-009", kinds=CHAT, control=Control.SCRIPT, requires=_EXACT)
def invoke_takes_the_result_of_a_tool(tool_results_invoke: ChatAnswers) -> Findings:
    """`invoke()` answers a list of messages with a call that the model made and the result of the tool."""
    if tool_results_invoke.without_tools:
        yield no_tools(tool_results_invoke)
    else:
        yield from _answered(tool_results_invoke)


@check(
    "tools.results",
    MUST,
    clause="CALL-009",
    for_each=(
        "tool_results[ainvoke]",
        "tool_results[stream]",
        "tool_results[astream]",
        "tool_results[events-v1]",
        "tool_results[events-v2]",
    ),
    kinds=CHAT,
    control=Control.SCRIPT,
    requires=_EXACT,
)
def every_entry_point_takes_the_result_of_a_tool(answers: ChatAnswers, tool_results_invoke: ChatAnswers) -> Findings:
    """Messages with a call and the result of the tool that `invoke()` answers, every other entry point answers, too."""
    if answers.without_tools or tool_results_invoke.without_tools:
        yield no_tools(tool_results_invoke if tool_results_invoke.without_tools else answers)
    elif [*_answered(tool_results_invoke)]:
        yield not_applicable("`invoke()` does not answer these messages")
    else:
        yield from _answered(answers)


@check("tools.sends-results", MUST, clause="CALL-009", kinds=CHAT, control=Control.WIRE)
def every_entry_point_sends_the_call_and_the_result(requests_with_results: Requests) -> Findings:
    """Every entry point sends the arguments of the call and the result of the tool that `invoke()` sends."""
    first, *others = requests_with_results.by_label or [""]
    expected = requests_with_results.by_label.get(first, {})
    if "true" not in expected.values():
        yield not_applicable("it has no `bind_tools()`, or its requests have neither the call nor the result")
    for name in others:
        for what, sent in expected.items():
            if sent == "true" and requests_with_results.by_label[name].get(what) != "true":
                yield Finding(f"{what}, as {first} sends it", f"{what}: not sent", code="not-sent", where=name)
                break


@check(
    "tools.links-results",
    SHOULD,
    clause="CALL-009",
    kinds=CHAT,
    control=Control.WIRE,
    requires=("tools.sends-results",),
)
def the_result_names_its_call(requests_with_results: Requests) -> Findings:
    """A request with tools that has the result of a call has that call, too, and the result names its id."""
    sent = next(iter(requests_with_results.by_label.values()), {})
    if RESULT_LINKED not in sent or sent.get(RESULT_SENT) != "true":
        yield not_applicable("its requests have no tools, no result or no ids of calls")
    elif sent[RESULT_LINKED] != "true":
        expected, actual = "the result with the id of a call that is in the request", "a result of no call"
        yield Finding(expected, actual, code="not-linked", where="invoke", hint=RESULT_OF_NO_CALL)


def _answered(answers: ChatAnswers) -> Findings:
    if answers.failed:
        yield call_failed("answers the result of a tool", answers)
        return
    if not any(answer.said is not None and answer.said.text for answer in answers.by_label.values()):
        yield inconclusive("the model is not made to say text")
    for answer in answers.by_label.values():
        expected = answer.said.text or "" if answer.said is not None else ""
        for value in (answer.message, answer.output):
            actual = value.text or "" if value is not None else expected
            if actual != expected:
                at, hint = first_difference(expected, actual), text_hint(expected, actual)
                yield Finding(Text((expected,)), Text((actual,)), code="text-differs", at=at, hint=hint)
                return
