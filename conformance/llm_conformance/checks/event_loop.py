"""The event loop while a controlled model works: not blocked, and free for several calls at once."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import BLOCKED_LOOP
from llm_conformance.checks.registry import MAY, MUST, check
from llm_conformance.checks.vacuity import no_generation, no_text
from llm_conformance.records import ControlledOutcome, Finding, Findings, Milestone


@check(
    "loop.not-blocked",
    MUST,
    clause="LIVE-003",
    vacuous=(no_generation, no_text),
    for_each=("loop[ainvoke]", "loop[abatch]", "loop[astream]"),
)
def the_loop_runs_while_the_model_works(outcome: ControlledOutcome) -> Findings:
    """While the model is paused in `ainvoke()`, `abatch()` or `astream()`, the event loop runs other callbacks."""
    yield from _not_blocked(outcome)


@check(
    "loop.not-blocked-by-events",
    MUST,
    clause="LIVE-003",
    vacuous=(no_generation,),
    for_each=("loop[events-v1]", "loop[events-v2]"),
    requires=("loop.not-blocked",),
)
def the_loop_runs_while_events_are_read(outcome: ControlledOutcome) -> Findings:
    """While the model is paused in `astream_events()`, the event loop runs other callbacks."""
    yield from _not_blocked(outcome)


@check("loop.concurrent-calls", MAY, clause="LIVE-004", vacuous=(no_generation,))
def concurrent_calls_overlap(concurrent_calls: ControlledOutcome) -> Findings:
    """Three concurrent `astream()` calls overlap: the model works on all of them before the first one ends."""
    if concurrent_calls.failed:
        yield call_failed("returns three answers", concurrent_calls)
    elif (count := concurrent_calls.milestones.get(Milestone.CONCURRENT_CALLS, 0)) < 3:  # noqa: PLR2004 - the three calls of the scenario
        yield Finding("3 calls at the same time", f"{count} calls at the same time", code="not-concurrent")


def _not_blocked(outcome: ControlledOutcome) -> Findings:
    if outcome.hung is not None and outcome.hung.paused:
        yield Finding(
            "the event loop runs while the model is paused",
            f"the event loop is blocked; the call {outcome.hung.text}",
            code="blocked",
            hint=BLOCKED_LOOP,
        )
    elif outcome.failed:
        yield call_failed("returns an answer", outcome)
