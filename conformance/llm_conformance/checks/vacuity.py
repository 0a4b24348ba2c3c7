"""What makes an observation vacuous: nothing was exercised, so a check that finds nothing does not pass.

A condition takes the arguments of a check. It returns why they are vacuous, or None if they are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import Check
from llm_conformance.records import (
    Batch,
    CallbackLog,
    CallOutcome,
    ControlledOutcome,
    ControlledOutcomes,
    CostProfile,
    Events,
    EventStreams,
    FaultResponse,
    Message,
    Milestone,
    NotJudged,
    Observation,
    Replies,
    Reply,
    Requests,
    SampledTexts,
    Search,
    Stream,
    Streams,
    SubjectInfo,
    V3Stream,
    V3Streams,
    inconclusive,
    not_applicable,
)

_Argument = Observation | SubjectInfo


def vacuous(check: Check, arguments: Iterable[_Argument]) -> NotJudged | None:
    """Why a check that found nothing in these observations does not pass; None if it does.

    Of every check, an observation with nothing in it is vacuous, unless the check says why it passes.
    """
    values = tuple(arguments)
    for condition in check.vacuous:
        if (reason := condition(*values)) is not None:
            return reason
    if not check.empty_passes and any(_is_empty(one) for one in values):
        return inconclusive("nothing was observed")
    return None


def no_text(*arguments: _Argument) -> NotJudged | None:
    """An answer has no text: an empty text is always right."""
    empty = any(_text(one) == "" for one in arguments)
    return inconclusive("the answer has no text") if empty else None


def one_chunk(*arguments: _Argument) -> NotJudged | None:
    """A stream has one chunk with text, or none."""
    single = any(isinstance(one, Stream) and not one.streamed for one in arguments)
    return not_applicable(ONE_CHUNK) if single else None


def same_answers(*arguments: _Argument) -> NotJudged | None:
    """The model gives the same answer to every prompt, so it cannot give that of another prompt by mistake."""
    texts = [one.text for one in arguments if isinstance(one, Reply)]
    texts += [one.text for many in arguments if isinstance(many, Replies) for one in many.by_label.values()]
    return inconclusive("the model gives the same answer to every prompt") if len(set(texts)) == 1 else None


def no_generation(*arguments: _Argument) -> NotJudged | None:
    """The model did not take an answer from the harness, so that the harness has not paused it."""
    calls = [one for one in arguments if isinstance(one, ControlledOutcome)]
    calls += [one for many in arguments if isinstance(many, ControlledOutcomes) for one in many.by_label.values()]
    idle = any(not one.failed and not one.generations for one in calls)
    return inconclusive("the model did not take its answer from the harness") if idle else None


def no_arguments(*arguments: _Argument) -> NotJudged | None:
    """No chunk of a call carries arguments of a tool."""
    chunks = [chunk for one in arguments if isinstance(one, ControlledOutcome) for chunk in one.chunks]
    carried = any(fragment.args for chunk in chunks for fragment in Message(chunk).fragments)
    return None if carried else inconclusive("the answer has no call of a tool")


def not_left(*arguments: _Argument) -> NotJudged | None:
    """The consumer did not leave a call of the model."""
    calls = [one for many in arguments if isinstance(many, ControlledOutcomes) for one in many.by_label.values()]
    left = any(Milestone.CONSUMER_LEFT in one.milestones for one in calls)
    return None if left or not calls else inconclusive("the consumer did not leave the call")


def nothing_raised(*arguments: _Argument) -> NotJudged | None:
    """No call of the model raised."""
    calls: list[CallOutcome] = []
    for one in arguments:
        calls += one.by_label.values() if isinstance(one, ControlledOutcomes) else []
        calls += [one] if isinstance(one, CallOutcome) and not isinstance(one, ControlledOutcomes) else []
    return None if any(one.raised is not None for one in calls) else not_applicable("the call does not raise")


def no_stream_events(*arguments: _Argument) -> NotJudged | None:
    """The root has no stream event."""
    silent = any(isinstance(one, Events) and not one.chunks for one in arguments)
    return not_applicable("the root has no stream events") if silent else None


def no_v3_block(*arguments: _Argument) -> NotJudged | None:
    """The events of version v3 have no block."""
    streams = [one for each in arguments if isinstance(each, V3Stream | V3Streams) for one in each.streams.values()]
    has_block = any(event.event == "content-block-start" for one in streams for event in one.events)
    return None if has_block else inconclusive("the events have no block")


def no_run(*arguments: _Argument) -> NotJudged | None:
    """The events have no run of a language model."""
    absent = any(isinstance(one, Events) and not one.of_model for one in arguments)
    return inconclusive("the events have no run of the model") if absent else None


def _text(one: Any) -> str | None:
    """The text of an observation; None for one that is not about text, or whose call failed."""
    if isinstance(one, SubjectInfo | FaultResponse) or one.failed:
        return None
    if isinstance(one, Replies | Streams | EventStreams | ControlledOutcomes):
        texts = [_text(part) for part in one.by_label.values()]
        return None if None in texts else "".join(text for text in texts if text)
    read = next((read for record, read in _TEXTS if isinstance(one, record)), None)
    return None if read is None else read(one)


def _is_empty(one: Any) -> bool:
    """Whether the observation of a call that did not fail has nothing in it."""
    if isinstance(one, SubjectInfo) or one.failed:
        return False
    has_content = next((has for record, has in _CONTENTS if isinstance(one, record)), None)
    return not (one.by_label if has_content is None else has_content(one))


_TEXTS: tuple[tuple[type[Any], Callable[[Any], str]], ...] = (
    (Reply, lambda reply: reply.text),
    (Stream, lambda stream: stream.text),
    (ControlledOutcome, lambda outcome: outcome.text),
    (Events, lambda run: "".join(run.chunks) or run.output_text or ""),
    (CallbackLog, lambda log: "".join(log.texts)),
    (Batch, lambda batch: "".join(slot.text for slot in batch.slots)),
    (V3Stream, lambda stream: "".join(event.text for event in stream.events)),
)
# What is in a record. A record that is not listed has its parts by label.
_CONTENTS: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (Reply, lambda reply: reply.value is not None),
    (Stream, lambda stream: stream.chunks),
    (Events, lambda run: run.events),
    (CallbackLog, lambda log: log.events or log.texts),
    (Batch, lambda batch: batch.slots),
    (Search, lambda search: search.examples),
    (SampledTexts, lambda sampled: sampled.model_calls),
    (CostProfile, lambda profile: len(profile.costs) > 1),
    (FaultResponse, lambda response: response.fault),
    (ControlledOutcome, lambda outcome: outcome.chunks or outcome.generations or outcome.milestones),
    (Requests, lambda requests: any(requests.by_label.values())),
    (V3Stream, lambda stream: stream.events),
)
