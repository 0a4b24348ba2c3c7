"""A consumer that leaves a stream early, by `close()`, `aclose()` or `break`: the model stops, and nothing leaks."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import SHARED_STATE, STILL_READING, leftovers_hint
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_generation, no_text, not_left
from llm_conformance.records import (
    ControlledOutcome,
    ControlledOutcomes,
    Finding,
    Findings,
    GenerationRecord,
    Kind,
    Milestone,
    Text,
    first_difference,
    inconclusive,
    not_applicable,
)

LAST = "at the last chunk"
_EVERY = (
    "close[stream]",
    "close[astream]",
    "break[astream]",
    "close[events-v2]",
    "cancel[astream]",
    "cancel[ainvoke]",
    "cancel[events-v2]",
    "close_plain[stream]",
    "close_plain[astream]",
    "close_plain[events-v2]",
)


@check(
    "close.stream",
    MUST,
    clause="CLOSE-001",
    vacuous=(no_generation, not_left),
    for_each=("close[stream]",),
    requires=("stream.is-iterator",),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """`close()` of a `stream()` returns without raising, and the model generates nothing more."""
    yield from _stops(outcomes, "`close()`")


@check(
    "close.astream",
    MUST,
    clause="CLOSE-002",
    vacuous=(no_generation, not_left),
    for_each=("close[astream]",),
    requires=("astream.is-async-iterator",),
)
def aclose_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """`aclose()` of an `astream()` returns without raising, and the model generates nothing more."""
    yield from _stops(outcomes, "`aclose()`")


@check(
    "close.returns",
    MUST,
    clause="CLOSE-001",
    vacuous=(not_left, no_text),
    for_each=("close_plain[*]",),
    requires=(
        "stream.is-iterator",
        "astream.is-async-iterator",
        "close.stream",
        "close.astream",
        "close.events",
        "cancel.ends",
    ),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_returns(outcomes: ControlledOutcomes) -> Findings:
    """`close()` of a `stream()`, and `aclose()` of `astream()` and `astream_events()`, return without raising."""
    for name, outcome in outcomes.by_label.items():
        if Milestone.CONSUMER_LEFT not in outcome.milestones and outcome.failed:
            yield call_failed("`close()` or `aclose()` returns", outcome, where=name)


@check(
    "close.without-gc",
    SHOULD,
    clause="CLOSE-001",
    vacuous=(no_generation, not_left),
    for_each=("close[stream]", "close[astream]"),
    requires=("close.stream", "close.astream"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_does_not_wait_for_the_garbage_collector(outcomes: ControlledOutcomes) -> Findings:
    """The model stops at `close()` or `aclose()`, not only when Python's garbage collector runs later."""
    for name, outcome in outcomes.by_label.items():
        if outcome.milestones.get(Milestone.STOPPED_BY_GC):
            yield Finding(
                "the model stops when the stream is closed",
                "the model stops at the next garbage collection",
                code="stopped-by-gc",
                where=name,
                hint="an inner generator stays open: iterate over it within `contextlib.closing()`, or `aclosing()`",
            )


@check("close.break", SHOULD, clause="CLOSE-003", vacuous=(no_generation, not_left), for_each=("break[astream]",))
def break_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """After `break` out of `async for` over `astream()`, the model stops once the iterator is no longer referenced."""
    yield from _stops(outcomes, "`break`")


@check(
    "close.events",
    MUST,
    clause="CLOSE-005",
    vacuous=(no_generation, not_left),
    for_each=("close[events-v2]",),
    requires=("astream.is-async-iterator", "close.astream", "cancel.astream"),
)
def leaving_the_events_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """After `aclose()` of `astream_events(version="v2")`, or `break` out of it, the model generates nothing more."""
    yield from _stops(outcomes, "`aclose()` or `break`")


@check(
    "close.nested",
    SHOULD,
    clause="CLOSE-001",
    vacuous=(no_generation, not_left),
    for_each=("close[nested stream]", "close[nested astream]"),
)
def closing_a_chain_stops_its_model(outcomes: ControlledOutcomes) -> Findings:
    """After `close()` or `aclose()` of the stream of a chain, the model in the chain generates nothing more."""
    yield from _stops(outcomes, "`close()` or `aclose()`")


@check(
    "close.isolated",
    MUST,
    clause="CLOSE-008",
    vacuous=(no_generation, no_text),
    for_each=("close_other[*]",),
    requires=("stream.exact", "isolation.interleaved", "isolation.concurrent"),
    deterministic=True,
)
def closing_a_stream_does_not_affect_others(outcome: ControlledOutcome) -> Findings:
    """Closing one stream does not change or end another stream of the same instance."""
    yield from untouched(outcome)


@check(
    "close.no-leaks",
    SHOULD,
    clause="CLOSE-009",
    vacuous=(not_left,),
    for_each=_EVERY,
    requires=("close.stream", "close.astream", "close.events", "close.returns"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def a_closed_call_leaves_nothing_behind(outcomes: ControlledOutcomes) -> Findings:
    """A call that was closed or cancelled leaves no task, no thread and no unhandled exception behind."""
    if outcomes.by_label and not any(one.text or one.generations for one in outcomes.by_label.values()):
        yield inconclusive("the model gave nothing before the consumer left")
    for name, outcome in outcomes.by_label.items():
        if Milestone.MODEL_STOPPED in outcome.milestones and Milestone.NOTHING_LEFT not in outcome.milestones:
            yield Finding(
                "no task, thread or unhandled exception left",
                ", ".join(outcome.leftovers),
                code="leftovers",
                where=name,
                hint=leftovers_hint(outcome.leftovers),
            )


def still_generating(outcome: ControlledOutcome, name: str, expected: str) -> Finding | None:
    """The finding on a model that generates after the consumer has left; None if it stopped.

    An answer as one chunk is one call, which can only run to its end; so can the last token before the last chunk.
    """
    if not outcome.streamed:
        return None
    running = [one for one in outcome.generations if not one.outcome or (one.outcome == "finished" and name != LAST)]
    if not running:
        return None
    return Finding(
        expected,
        f"the model {' and '.join(map(_progress, running))}",
        code="generated-to-end" if running[0].outcome else "still-generating",
        where=name,
        hint=STILL_READING,
    )


def _progress(generation: GenerationRecord) -> str:
    if generation.outcome:
        return f"generates all {generation.total} tokens"
    return f"is still generating at token {generation.sent} of {generation.total}"


def untouched(outcome: ControlledOutcome) -> Findings:
    """The findings on a stream whose neighbour was closed or cancelled."""
    expected_text = "".join(outcome.tokens)
    if outcome.failed:
        yield call_failed("the other stream ends without an exception", outcome, hint=SHARED_STATE)
    elif outcome.text != expected_text:
        at = first_difference(expected_text, outcome.text)
        yield Finding(Text(outcome.tokens), outcome.display, code="text-differs", at=at, hint=SHARED_STATE)


def _stops(outcomes: ControlledOutcomes, leaving: str) -> Findings:
    if not outcomes.by_label:
        yield not_applicable(ONE_CHUNK)
    for name, outcome in outcomes.by_label.items():
        if Milestone.CONSUMER_LEFT not in outcome.milestones and outcome.failed:
            yield call_failed(f"{leaving} returns", outcome, where=name)
        elif (running := still_generating(outcome, name, f"the model stops at {leaving}")) is not None:
            yield running
