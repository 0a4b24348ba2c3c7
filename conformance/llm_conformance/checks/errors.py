"""A controlled model that fails at a known token: what the consumer gets, and what the next call gets."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.close import untouched
from llm_conformance.checks.failures import call_failed, not_raised
from llm_conformance.checks.hints import ENDS_OTHERS, KEPT_STATE, replay_hint
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_generation, no_text, nothing_raised
from llm_conformance.records import (
    ControlledOutcome,
    ControlledOutcomes,
    Finding,
    Findings,
    Raised,
    Replies,
    Reply,
    Text,
    first_difference,
    inconclusive,
)

_FAILURE = "ScriptedError"


@check("errors.invoke", MUST, clause="STREAM-010", for_each=("failing[invoke]", "failing[ainvoke]"))
def invoke_raises_when_the_model_fails(reply: Reply) -> Findings:
    """If the model fails, `invoke()` and `ainvoke()` raise; they do not return a part of the answer."""
    if reply.raised is None:
        yield not_raised("an exception", reply, reply.display)


@check(
    "errors.stream",
    MUST,
    clause="STREAM-010",
    for_each=("failing[stream]", "failing[astream]"),
    requires=("stream.is-iterator", "astream.is-async-iterator", "errors.invoke"),
)
def a_stream_raises_when_the_model_fails(outcomes: ControlledOutcomes) -> Findings:
    """If the model fails before its first token, in the middle or after its last token, the stream raises."""
    yield from _raises(outcomes)


@check(
    "errors.events",
    MUST,
    clause="EVENT-015",
    for_each=("failing[events-v1]", "failing[events-v2]"),
    requires=("errors.stream",),
)
def events_raise_when_the_model_fails(outcomes: ControlledOutcomes) -> Findings:
    """If the model fails before its first token, in the middle or after its last token, `astream_events()` raises."""
    yield from _raises(outcomes)


@check(
    "errors.keep-cause",
    SHOULD,
    clause="STREAM-010",
    vacuous=(nothing_raised,),
    for_each=("failing[stream]", "failing[astream]", "failing[events-v1]", "failing[events-v2]"),
    requires=("errors.stream", "errors.events"),
)
def the_exception_is_the_models(outcomes: ControlledOutcomes) -> Findings:
    """A stream raises the exception of the model, or one that has it as its cause."""
    for name, outcome in outcomes.by_label.items():
        if outcome.raised is not None and not _is_the_failure(outcome.raised):
            yield Finding(
                f"raised {_FAILURE}, or an exception with it as its cause",
                outcome.ended_with,
                code="cause-lost",
                where=name,
                exception=outcome.raised.bases[0],
                hint="write `raise .. from error`, not `raise .. from None`",
            )
            return


@check(
    "errors.keep-chunks",
    MUST,
    clause="STREAM-010",
    vacuous=(nothing_raised,),
    for_each=("failing[stream]", "failing[astream]"),
    requires=("errors.stream", "stream.exact"),
)
def chunks_before_the_failure_are_delivered(outcomes: ControlledOutcomes) -> Findings:
    """What the model generates before it fails is delivered before the exception, and nothing else is."""
    if outcomes.by_label and not any(one.text for one in outcomes.by_label.values()):
        yield inconclusive("no text arrived before the failure")
    for name, outcome in outcomes.by_label.items():
        generated = "".join(outcome.tokens)
        # A look-ahead buffers one chunk, and joining tokens to words buffers one token.
        buffered = max(map(len, (*outcome.texts, *outcome.tokens, ""))) * 2
        several = len([text for text in outcome.texts if text]) > 1
        differs = not generated.startswith(outcome.text)
        if differs or (several and len(generated) - len(outcome.text) > buffered):
            yield Finding(
                Text(outcome.tokens),
                outcome.display,
                code="text-differs" if differs else "chunks-lost",
                at=first_difference(generated, outcome.text),
                where=name,
                hint=replay_hint(generated, outcome.text),
            )


@check(
    "errors.once",
    MUST,
    clause="STREAM-007",
    vacuous=(nothing_raised,),
    for_each=("failing[stream]", "failing[astream]"),
    requires=("errors.stream",),
)
def a_failed_stream_has_ended(outcomes: ControlledOutcomes) -> Findings:
    """After its exception a stream has ended: one more `next()` raises `StopIteration`."""
    for name, outcome in outcomes.by_label.items():
        if outcome.after_end is not None:
            yield Finding("ends after the exception", outcome.after_end, code="goes-on-after-error", where=name)


@check("errors.usable-after", MUST, clause="STREAM-012", vacuous=(no_text,), requires=("errors.stream", "invoke.exact"))
def the_call_after_a_failed_stream_is_answered(after_failures: Replies, invoke: Reply) -> Findings:
    """After a stream that failed, at any token, `invoke()` on the same instance returns the usual answer."""
    for name, reply in after_failures.by_label.items():
        if reply.failed:
            yield call_failed("returns an answer after a stream that failed", reply, where=name, hint=KEPT_STATE)
        elif reply.text != invoke.text:
            at = first_difference(invoke.text, reply.text)
            yield Finding(
                invoke.display,
                reply.display,
                code="text-differs",
                at=at,
                where=name,
                hint=KEPT_STATE,
                sides=("before", "after failure"),
            )


@check(
    "errors.isolated",
    MUST,
    clause="STREAM-013",
    vacuous=(no_generation, no_text),
    for_each=("failing_other[*]",),
    requires=("stream.exact", "errors.usable-after", "close.isolated"),
    deterministic=True,
)
def a_failing_stream_does_not_affect_others(outcome: ControlledOutcome) -> Findings:
    """A stream that fails does not change or end another stream of the same instance."""
    yield from (replace(one, hint=ENDS_OTHERS) if isinstance(one, Finding) else one for one in untouched(outcome))


@check("errors.empty-answer", SHOULD, clause="STREAM-009", vacuous=(no_generation,), for_each=("empty_answer[*]",))
def an_empty_answer_has_no_text(outcome: ControlledOutcome) -> Findings:
    """An empty answer ends the stream without text, or raises; it does not hang."""
    if outcome.hung is not None:
        yield call_failed("ends without text or raises", outcome)
    elif outcome.text:
        yield Finding("no text", outcome.display, code="text-invented")


def _raises(outcomes: ControlledOutcomes) -> Findings:
    for name, outcome in outcomes.by_label.items():
        if outcome.raised is None:
            yield not_raised("raises an exception", outcome, where=name)


def _is_the_failure(raised: Raised | None) -> bool:
    return raised is not None and any(_FAILURE in one.bases for one in raised.chain)
