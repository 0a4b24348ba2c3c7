"""Many concurrent streams of one instance."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import SHARED_STATE
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.vacuity import no_generation, no_text
from llm_conformance.records import (
    ControlledOutcomes,
    Finding,
    Findings,
    Search,
    Text,
    first_difference,
    inconclusive,
)

_SHOWN = 3
# How Python says that the token of a context variable is of another context; the steps of a search run in several.
_OTHER_CONTEXT = "was created in a different Context"


@check("concurrency.threads", MUST, clause="STREAM-013", vacuous=(no_generation, no_text), requires=("stream.exact",))
def streams_in_threads_do_not_mix(concurrency_stream: ControlledOutcomes) -> Findings:
    """Of 2, 10 and 100 streams of one instance, each read in its own thread, every stream yields its own answer."""
    yield from _mixed(concurrency_stream)


@check(
    "concurrency.tasks",
    MUST,
    clause="STREAM-013",
    vacuous=(no_generation, no_text),
    requires=("stream.exact", "loop.not-blocked"),
)
def streams_in_tasks_do_not_mix(concurrency_astream: ControlledOutcomes) -> Findings:
    """Of 2, 10 and 100 streams of one instance, each read in its own task, every stream yields its own answer."""
    yield from _mixed(concurrency_astream)


@check(
    "concurrency.any-order",
    MUST,
    clause="STREAM-013",
    for_each=("any_order[*]",),
    requires=(
        "stream.exact",
        "stream.is-iterator",
        "astream.is-async-iterator",
        "concurrency.threads",
        "concurrency.tasks",
        "close.stream",
        "close.astream",
        "close.isolated",
        "cancel.astream",
        "cancel.isolated",
        "cancel.usable",
    ),
)
def streams_in_any_order_do_not_mix(search: Search) -> Findings:
    """In any order of opening, reading and closing, every stream of one instance yields its own answer."""
    outcome, steps = search.counterexample, ", ".join(search.steps)
    if search.flaky:
        yield Finding(
            "the same answers when the same steps are repeated",
            "a wrong answer once, and the right answer when the same steps were repeated",
            code="flaky",
            where=steps,
            hint=SHARED_STATE,
        )
    elif outcome is None:
        return
    elif outcome.raised is not None and any(_OTHER_CONTEXT in one.message for one in outcome.raised.chain):
        yield inconclusive("it resets a context variable in the context that calls it, which stream.any-context judges")
    elif outcome.failed:
        yield call_failed(Text(outcome.tokens), outcome, where=steps, hint=SHARED_STATE)
    else:
        at = first_difference("".join(outcome.tokens), outcome.text)
        yield Finding(Text(outcome.tokens), outcome.display, code="text-differs", at=at, where=steps, hint=SHARED_STATE)


def _mixed(outcomes: ControlledOutcomes) -> Findings:
    wrong = {name: one for name, one in outcomes.by_label.items() if one.failed or one.text != "".join(one.tokens)}
    for name, outcome in list(wrong.items())[:_SHOWN]:
        expected = Text(outcome.tokens)
        if outcome.failed:
            yield call_failed(expected, outcome, where=name, hint=SHARED_STATE)
        else:
            at = first_difference(expected.whole, outcome.text)
            yield Finding(expected, outcome.display, code="text-differs", at=at, where=name, hint=SHARED_STATE)
