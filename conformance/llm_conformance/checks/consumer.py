"""A consumer may be slower than the model, may pause, and may take each chunk in another context."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import CONSUMER_TIMED, OTHER_CONTEXT, TOKENS_DROPPED
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_generation, no_text
from llm_conformance.records import ControlledOutcome, Finding, Findings, Stream, Text, first_difference, not_applicable


@check(
    "stream.slow-consumer",
    MUST,
    clause="STREAM-018",
    vacuous=(no_text,),
    for_each=("slow_consumer[*]", "slow_consumer_controlled[*]"),
    requires=("stream.is-iterator", "astream.is-async-iterator", "stream.repeats", "stream.async-parity"),
    deterministic=True,
)
def a_slow_consumer_gets_every_chunk(outcome: ControlledOutcome, stream: Stream) -> Findings:
    """A consumer that keeps its first chunk until the model does nothing more still gets every chunk after it."""
    expected = outcome.tokens or stream.texts
    expected_text = "".join(expected)
    if outcome.failed:
        yield call_failed("ends after all chunks", outcome, hint=TOKENS_DROPPED)
    elif outcome.text != expected_text:
        at = first_difference(expected_text, outcome.text)
        yield Finding(Text(expected), outcome.display, code="text-differs", at=at, hint=TOKENS_DROPPED)
    elif len([text for text in outcome.texts if text]) <= 1:
        yield not_applicable(ONE_CHUNK)


@check(
    "stream.paused-consumer",
    SHOULD,
    clause="STREAM-019",
    vacuous=(no_generation, no_text),
    for_each=("paused_consumer[*]",),
    requires=("stream.slow-consumer",),
)
def a_consumer_may_pause(outcome: ControlledOutcome) -> Findings:
    """If a consumer keeps a chunk for an hour, the stream goes on afterwards: a timeout does not count that time."""
    expected_text = "".join(outcome.tokens)
    if outcome.failed:
        yield call_failed("goes on after a pause of the consumer", outcome, hint=CONSUMER_TIMED)
    elif outcome.text != expected_text:
        at = first_difference(expected_text, outcome.text)
        yield Finding(Text(outcome.tokens), outcome.display, code="text-differs", at=at, hint=CONSUMER_TIMED)
    elif len([text for text in outcome.texts if text]) <= 1:
        yield not_applicable(ONE_CHUNK)


@check(
    "stream.any-context",
    SHOULD,
    clause="STREAM-020",
    vacuous=(no_text,),
    for_each=("contexts[*]", "contexts_closed[*]"),
    requires=("stream.is-iterator", "astream.is-async-iterator"),
)
def each_step_may_run_in_another_context(outcome: ControlledOutcome) -> Findings:
    """The call, each `next()` and `close()` may run in contexts of their own (`contextvars`)."""
    if outcome.failed:
        yield call_failed("goes on in another context", outcome, hint=OTHER_CONTEXT)
