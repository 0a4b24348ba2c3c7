"""The choice among bound tools: every entry point makes the same of it."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.hints import CHOICE_DROPPED
from llm_conformance.checks.reasons import no_tools
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.tools import same_for_each
from llm_conformance.records import ChatAnswers, Findings, not_applicable


@check(
    "tools.choice",
    MUST,
    clause="CALL-005",
    for_each=("chosen[ainvoke]", "chosen[stream]", "chosen[astream]"),
    kinds=CHAT,
    requires=("tools.completes", "tools.parity"),
    deterministic=True,
    few_answers=True,
)
def every_entry_point_makes_the_same_choice(answers: ChatAnswers, chosen_invoke: ChatAnswers) -> Findings:
    """With two tools and a `tool_choice`, every entry point gives the calls and the text that `invoke()` gives."""
    whole = {label: one for label, one in chosen_invoke.by_label.items() if not one.failed}
    both = {
        label: (ChatAnswers(by_label={name: one for name, one in whole.items() if name.startswith(label)}), answer)
        for label, answer in answers.by_label.items()
        if label in whole
    }
    if answers.without_tools:
        yield no_tools(answers)
    elif not both:
        yield not_applicable("it takes no `tool_choice`, or `invoke()` raises with it")
    else:
        yield from same_for_each(both, CHOICE_DROPPED)
