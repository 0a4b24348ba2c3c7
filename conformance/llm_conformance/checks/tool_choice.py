"""The choice among bound tools: every entry point makes the same of it."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import CHOICE_DROPPED
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.tools import same_as
from llm_conformance.records import ChatAnswers, Finding, Findings, NotJudged, not_applicable


@check(
    "tools.choice",
    MUST,
    clause="CALL-005",
    for_each=("chosen[ainvoke]", "chosen[stream]", "chosen[astream]"),
    kinds=CHAT,
    requires=("tools.completes", "tools.parity"),
    deterministic=True,
)
def every_entry_point_makes_the_same_choice(answers: ChatAnswers, chosen_invoke: ChatAnswers) -> Findings:
    """With two tools and a `tool_choice`, every entry point gives the calls and the text that `invoke()` gives."""
    whole = {label: one for label, one in chosen_invoke.by_label.items() if not one.failed}
    if answers.without_tools:
        yield no_tools(answers)
        return
    if not whole:
        yield not_applicable("it takes no `tool_choice`, or `invoke()` raises with it")
        return
    reasons: list[NotJudged] = []
    for label in (one for one in answers.by_label if one in whole):
        if answers.by_label[label].failed:
            yield call_failed("returns an answer, as `invoke()` does", answers.by_label[label], where=label)
            return
        one, other = (ChatAnswers(by_label={label: side[label]}) for side in (whole, answers.by_label))
        found = [*same_as(one, other)]
        reasons += [each for each in found if isinstance(each, NotJudged)]
        if differences := [each for each in found if isinstance(each, Finding)]:
            yield from (replace(each, where=label, hint=each.hint or CHOICE_DROPPED) for each in differences)
            return
    if len(reasons) == len(whole):
        yield reasons[0]
