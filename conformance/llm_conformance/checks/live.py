"""A model that is paused in the middle of its answer: what the consumer has by then, and what started too early."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import BLOCKED_LOOP, BUFFERED, EAGER, READS_AHEAD
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_arguments, no_generation, no_text
from llm_conformance.records import ControlledOutcome, Finding, Findings, Kind, Milestone, inconclusive, not_applicable


@check(
    "stream.lazy",
    MUST,
    clause="STREAM-005",
    for_each=("close_unstarted[*]",),
    requires=("stream.is-iterator", "astream.is-async-iterator"),
)
def nothing_is_generated_before_the_first_next(outcome: ControlledOutcome) -> Findings:
    """`stream()`, `astream()` and `astream_events()` start no generation before the first `next()`."""
    if Milestone.GENERATIONS_BEFORE_NEXT not in outcome.milestones:
        yield inconclusive("the stream was not opened")
    elif outcome.milestones[Milestone.GENERATIONS_BEFORE_NEXT]:
        yield Finding(
            "no generation before the first `next()`",
            "a generation before the first `next()`",
            code="started-early",
            hint=EAGER,
        )


@check(
    "stream.close-unstarted",
    MUST,
    clause="STREAM-006",
    for_each=("close_unstarted[*]",),
    requires=("stream.is-iterator", "astream.is-async-iterator"),
)
def closing_an_unstarted_stream_generates_nothing(outcome: ControlledOutcome) -> Findings:
    """A stream that was never read can be closed, and closing it starts no generation."""
    after, before = Milestone.GENERATIONS_AFTER_CLOSE, Milestone.GENERATIONS_BEFORE_NEXT
    if outcome.failed:
        yield call_failed("`close()` of an unread stream returns", outcome)
    elif after not in outcome.milestones:
        yield inconclusive("the stream was not closed")
    elif outcome.milestones[after] > outcome.milestones.get(before, 0):
        yield Finding("no generation at `close()`", "a generation at `close()`", code="started-by-close")


@check(
    "stream.backpressure",
    SHOULD,
    clause="STREAM-014",
    vacuous=(no_generation,),
    for_each=("pull[*]",),
    requires=("close.stream", "close.astream"),
)
def the_model_does_not_run_ahead_of_the_consumer(outcome: ControlledOutcome) -> Findings:
    """While the consumer has read one chunk of a long answer, the model does not generate all of it."""
    if not outcome.streamed:
        yield not_applicable(ONE_CHUNK)
    elif outcome.failed:
        yield call_failed("yields one chunk, and can then be closed", outcome)
    elif outcome.milestones.get(Milestone.TOKENS_AFTER_ONE_CHUNK, 0) >= len(outcome.tokens):
        count = len(outcome.tokens)
        yield Finding(
            f"fewer than all {count} tokens generated when one chunk is read",
            f"all {count} tokens generated when one chunk is read",
            code="reads-ahead",
            hint=READS_AHEAD,
        )


@check(
    "live.stream",
    MUST,
    clause="LIVE-001",
    vacuous=(no_generation, no_text),
    for_each=("live[stream]", "live[astream]"),
    requires=("stream.is-iterator", "astream.is-async-iterator"),
)
def chunks_arrive_while_the_model_generates(outcome: ControlledOutcome) -> Findings:
    """While the model is paused in the middle of a long answer, the consumer of its stream already has a part of it."""
    yield from arrives(outcome)


@check(
    "live.events",
    MUST,
    clause="LIVE-002",
    vacuous=(no_generation, no_text),
    for_each=("live[events-v1]", "live[events-v2]"),
    requires=("events.streams", "events.names", "events.order", "events.data"),
)
def events_arrive_while_the_model_generates(outcome: ControlledOutcome) -> Findings:
    """While the model is paused in the middle of a long answer, `astream_events()` has already yielded a part of it."""
    yield from arrives(outcome)


@check(
    "live.nested",
    MUST,
    clause="LIVE-002",
    vacuous=(no_generation, no_text),
    for_each=("live[nested stream]", "live[nested astream]", "live[nested events-v1]", "live[nested events-v2]"),
)
def chunks_pass_through_a_chain_while_the_model_generates(outcome: ControlledOutcome) -> Findings:
    """While the model in a chain of streaming steps is paused in its answer, the chain has already yielded a part."""
    yield from arrives(outcome)


@check(
    "calls.arrive",
    SHOULD,
    clause="CALL-006",
    vacuous=(no_generation, no_arguments),
    for_each=("live_call[stream]", "live_call[astream]"),
    kinds=(Kind.CHAT,),
)
def arguments_arrive_while_the_model_generates(outcome: ControlledOutcome) -> Findings:
    """While the model is paused in the middle of a call of a tool, the consumer already has some of the arguments.

    A model that gives each call as a whole, as some providers do, is not judged.
    """
    sent = outcome.generations[0].sent if outcome.generations else 0
    if not outcome.streamed:
        yield not_applicable("the model gives each call as a whole")
    elif outcome.hung is not None and sent and no_arguments(outcome):
        yield Finding(
            f"some of the {sent} fragments generated so far, while the model is paused",
            f"no arguments while the model is paused; the call {outcome.hung.text}",
            code="buffered",
            hint=BUFFERED,
        )
    elif outcome.failed:
        yield call_failed("goes on when the model is resumed", outcome)


def arrives(outcome: ControlledOutcome) -> Findings:
    """The findings on a consumer that has nothing while the model is paused in its answer."""
    sent = outcome.generations[0].sent if outcome.generations else 0
    if not outcome.streamed:
        yield not_applicable(ONE_CHUNK)
    elif outcome.hung is not None and not any(outcome.texts) and sent:
        yield Finding(
            f"at least one of the {sent} tokens generated so far, while the model is paused",
            f"no token while the model is paused; the call {outcome.hung.text}",
            code="buffered",
            hint=BLOCKED_LOOP if outcome.hung.blocks_loop else BUFFERED,
        )
    elif outcome.failed:
        expected = "goes on when the model is resumed" if sent else "generates a token, and yields it"
        yield call_failed(expected, outcome)
