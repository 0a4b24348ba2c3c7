"""A model that fails at a known token: what reaches the consumer, and what is left of it."""

from llm_conformance.checks.registry import MUST, SHOULD, check
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
)

_FAILURE = "ScriptedError"


@check("errors.invoke", MUST, clause="STREAM-010", for_each=("failing_invoke", "failing_ainvoke"))
def invoke_raises_when_the_model_fails(reply: Reply) -> Findings:
    """When the model fails, invoke() and ainvoke() raise; half an answer is none."""
    if reply.raised is None:
        yield Finding(expected="an exception", actual=reply.display)


@check(
    "errors.stream",
    MUST,
    clause="STREAM-010",
    for_each=("failing_stream", "failing_astream"),
    requires=("stream.is-iterator", "astream.is-async-iterator"),
)
def a_stream_raises_when_the_model_fails(trials: ControlledOutcomes) -> Findings:
    """When the model fails, before its first token, in the middle or behind the last, the stream raises."""
    yield from _silent(trials)


@check("errors.events", MUST, clause="EVENT-015", for_each=("failing_v1", "failing_v2"))
def events_raise_when_the_model_fails(trials: ControlledOutcomes) -> Findings:
    """When the model fails, before its first token, in the middle or behind the last, astream_events() raises."""
    yield from _silent(trials)


@check(
    "errors.keep-cause",
    SHOULD,
    clause="STREAM-010",
    for_each=("failing_stream", "failing_astream", "failing_v1", "failing_v2"),
    requires=("errors.stream", "errors.events"),
)
def the_exception_is_the_models(trials: ControlledOutcomes) -> Findings:
    """What a stream raises is the exception of the model, or has it as its cause."""
    for name, trial in trials.by_label.items():
        if trial.raised is not None and not _is_the_failure(trial.raised):
            yield Finding(expected=f"{_FAILURE}, itself or as the cause", actual=trial.ended_with, where=name)
            return


@check(
    "errors.keep-chunks",
    MUST,
    clause="STREAM-010",
    for_each=("failing_stream", "failing_astream"),
    requires=("errors.stream", "stream.exact"),
)
def what_was_said_before_is_delivered(trials: ControlledOutcomes) -> Findings:
    """What the model said before it failed is delivered before the exception, and nothing else is."""
    for name, trial in trials.by_label.items():
        said = "".join(trial.tokens)
        # A look-ahead holds back a chunk, and whoever makes words of tokens holds back one.
        held = max(map(len, (*trial.texts, *trial.tokens, ""))) * 2
        many = len([text for text in trial.texts if text]) > 1
        if not said.startswith(trial.text) or (many and len(said) - len(trial.text) > held):
            at = first_difference(said, trial.text)
            yield Finding(Text(trial.tokens), trial.display, at=at, where=name)


@check(
    "errors.once",
    MUST,
    clause="STREAM-007",
    for_each=("failing_stream", "failing_astream"),
    requires=("errors.stream",),
)
def a_failed_stream_has_ended(trials: ControlledOutcomes) -> Findings:
    """After its exception a stream has ended: one more next stops, and neither raises again nor gives more."""
    for name, trial in trials.by_label.items():
        if trial.after_end is not None:
            yield Finding(expected="nothing after the exception", actual=trial.after_end, where=name)


@check("errors.usable-after", MUST, clause="STREAM-012", requires=("errors.stream", "invoke.exact"))
def a_failed_stream_does_no_harm(after_failures: Replies, invoke: Reply) -> Findings:
    """A stream that failed, at whichever token, leaves the model usable: the next call answers as ever."""
    for name, reply in after_failures.by_label.items():
        if reply.failed:
            yield Finding(expected="an answer", actual=reply.ended_with, where=name)
        elif reply.text != invoke.text:
            at = first_difference(invoke.text, reply.text)
            yield Finding(invoke.display, reply.display, at=at, where=name)


@check("errors.empty-answer", SHOULD, clause="STREAM-009", for_each=("silent_stream", "silent_astream"))
def nothing_is_said_as_nothing(trial: ControlledOutcome) -> Findings:
    """A model that has nothing to say gives no text: its stream raises, or ends empty, and never waits for ever."""
    if trial.hung is not None:
        yield Finding(expected="an exception, or the end", actual=trial.ended_with)
    elif trial.text:
        yield Finding(expected="no text", actual=trial.display)


def _silent(trials: ControlledOutcomes) -> Findings:
    for name, trial in trials.by_label.items():
        if trial.raised is None:
            yield Finding(expected="an exception", actual=trial.ended_with, where=name)


def _is_the_failure(raised: Raised | None) -> bool:
    return raised is not None and any(_FAILURE in one.bases for one in raised.chain)
