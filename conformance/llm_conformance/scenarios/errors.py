"""The model fails where the script says: before its first token, in the middle, behind its last."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE
from llm_conformance.records import Replies, Reply, ControlledOutcome, ControlledOutcomes
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.wire_faults import heard

FAILS_OTHERWISE = "a provider fails by the faults of its wire"
PLACES = {"before the first token": 0, "in the middle": MIDDLE, "behind the last token": len(LONG_ANSWER)}


@scenario(
    reported_by="errors.invoke", method="invoke", requires=("invoke.completes",), held=True, not_on_wire=FAILS_OTHERWISE, may_raise=True
)
def failing_invoke(stage: Context) -> Reply:
    """invoke() of a model that fails in the middle of its answer."""
    cue = stage.controller.plan(LONG_ANSWER, fails=MIDDLE)
    return stage.reply(lambda llm: llm.invoke(cue.prompt), on=stage.new_instance())


@scenario(
    reported_by="errors.invoke",
    method="ainvoke",
    requires=("ainvoke.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
    may_raise=True,
)
def failing_ainvoke(stage: Context) -> Reply:
    """The same on a loop."""
    cue = stage.controller.plan(LONG_ANSWER, fails=MIDDLE)
    return stage.areply(lambda llm: llm.ainvoke(cue.prompt), on=stage.new_instance())


@scenario(
    reported_by="errors.reach-consumer",
    method="stream",
    model_calls=3,
    requires=("stream.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def failing_stream(stage: Context) -> ControlledOutcomes:
    """stream() of a model that fails before its first token, in the middle, and behind its last."""
    return _failing(stage, STREAM)


@scenario(
    reported_by="errors.reach-consumer",
    method="astream",
    model_calls=3,
    requires=("astream.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def failing_astream(stage: Context) -> ControlledOutcomes:
    """The same on a loop."""
    return _failing(stage, ASTREAM)


@scenario(
    reported_by="errors.reach-reader",
    method="astream_events",
    model_calls=3,
    requires=("events.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def failing_v1(stage: Context) -> ControlledOutcomes:
    """The same as events of version v1."""
    return _failing(stage, EVENTS_V1)


@scenario(
    reported_by="errors.reach-reader",
    method="astream_events",
    model_calls=3,
    requires=("events.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def failing_v2(stage: Context) -> ControlledOutcomes:
    """The same as events of version v2."""
    return _failing(stage, EVENTS_V2)


@scenario(
    reported_by="errors.forgotten",
    method="stream",
    model_calls=6,
    requires=("errors.reach-consumer",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def after_failures(stage: Context) -> Replies:
    """The first prompt, invoked by an instance each of whose streams has failed at another place."""
    llm = stage.new_instance()
    replies = {}
    for name, place in PLACES.items():
        _listened(stage, llm, STREAM, LONG_ANSWER, place)
        replies[f"after a stream that failed {name}"] = (llm, lambda llm: llm.invoke(stage.prompt))
    return stage.replies(replies)


@scenario(reported_by="errors.nothing-said", method="stream", requires=("stream.completes",), held=True, may_raise=True)
def silent_stream(stage: Context) -> ControlledOutcome:
    """stream() of a model that has nothing to say."""
    return _listened(stage, stage.new_instance(), STREAM, (), None)


@scenario(reported_by="errors.nothing-said", method="astream", requires=("astream.completes",), held=True, may_raise=True)
def silent_astream(stage: Context) -> ControlledOutcome:
    """The same on a loop."""
    return _listened(stage, stage.new_instance(), ASTREAM, (), None)


def _failing(stage: Context, way: CallStyle) -> ControlledOutcomes:
    by = {}
    for name, place in PLACES.items():
        by[name] = _listened(stage, stage.new_instance(), way, LONG_ANSWER, place)
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


def _listened(stage: Context, llm: Any, way: CallStyle, tokens: tuple[str, ...], fails: int | None) -> ControlledOutcome:
    return heard(stage.controlled_call(way, tokens, fails=fails), llm)
