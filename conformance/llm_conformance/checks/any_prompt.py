"""Any text as the prompt: it reaches the model as it is, and is answered."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import PROMPT_ENCODED, text_hint
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import ControlledOutcome, Finding, Findings, Kind, Search, Text, first_difference

_LONGEST = 200


@check(
    "input.unicode",
    SHOULD,
    clause="TYPE-007",
    for_each=("unicode_prompt[*]",),
    requires=("any-text.prompt",),
    kinds=(Kind.LLM, Kind.CHAT),
)
def a_prompt_beyond_latin_1_is_answered(outcome: ControlledOutcome) -> Findings:
    """A model that answers a prompt in ASCII also answers one with Cyrillic and Chinese characters and an emoji."""
    if outcome.failed:
        yield call_failed("answers", outcome, where=f"prompt {outcome.prompt!a}", hint=PROMPT_ENCODED)


@check(
    "any-text.prompt",
    MUST,
    clause="TYPE-009",
    for_each=("any_prompt[*]",),
    requires=("any-text.invoke", "any-text.stream"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def any_prompt_reaches_the_model(search: Search) -> Findings:
    """Every entry point passes on any text as prompt exactly: any Unicode, long text, blanks at both ends."""
    outcome = search.counterexample
    if search.flaky:
        yield Finding(
            "the same prompt when the same call is made again",
            "a wrong prompt once, and the right prompt when the same call was made again",
            code="flaky",
        )
    elif outcome is None:
        return
    elif outcome.failed:
        yield call_failed("passes on the prompt", outcome, where=_prompt(outcome), hint=PROMPT_ENCODED)
    elif not outcome.received:
        actual = "an answer without a call or a request"
        yield Finding("a call or a request with the prompt", actual, code="not-asked", where=_prompt(outcome))
    else:
        actual_prompt = outcome.received[0]
        at = first_difference(outcome.prompt, actual_prompt)
        hint = text_hint(outcome.prompt, actual_prompt)
        yield Finding(Text((outcome.prompt,)), Text((actual_prompt,)), code="prompt-differs", at=at, hint=hint)


def _prompt(outcome: ControlledOutcome) -> str:
    prompt = f"{outcome.prompt!a}"
    return f"prompt {prompt if len(prompt) <= _LONGEST else f'{prompt[:_LONGEST]} ..'}"
