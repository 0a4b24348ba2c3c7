"""The turn after a call of a tool that the model made by itself: every entry point answers as `invoke()` does."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.tools import same_for_each
from llm_conformance.records import ChatAnswers, Findings, inconclusive, not_applicable

_INVOKE, _AGAIN = "invoke", "invoke again"
_NO_CALL = inconclusive("the model makes no call of a bound tool by itself")


@check("tools.takes-own-results", SHOULD, clause="CALL-009", kinds=CHAT, requires=("tools.takes-results",))
def invoke_takes_the_result_of_its_own_call(own_results: ChatAnswers) -> Findings:
    """`invoke()` answers a list of messages with the calls that the model made by itself, and their results."""
    if own_results.without_tools:
        yield no_tools(own_results)
    elif (answer := own_results.by_label.get(_INVOKE)) is None:
        yield _NO_CALL
    elif answer.failed:
        yield call_failed("answers the result of a tool", answer)


@check(
    "tools.own-results",
    MUST,
    clause="CALL-009",
    kinds=CHAT,
    requires=("tools.parity", "tools.results", "input.conversation"),
    deterministic=True,
)
def every_entry_point_answers_the_result_of_its_own_call(own_results: ChatAnswers) -> Findings:
    """Messages with the model's own calls and their results get the same answer from every entry point.

    It is the answer that `invoke()` gives, in calls and text.
    """
    answers = dict(own_results.by_label)
    if own_results.without_tools:
        yield no_tools(own_results)
    elif (invoked := answers.pop(_INVOKE, None)) is None:
        yield _NO_CALL
    elif invoked.failed:
        yield not_applicable("`invoke()` does not answer these messages")
    elif (again := answers.pop(_AGAIN, invoked)).failed:
        yield inconclusive("the model takes the result of a call only once")
    else:
        whole = ChatAnswers(by_label={_INVOKE: invoked, _AGAIN: again})
        yield from same_for_each({name: (whole, answer) for name, answer in answers.items()})
