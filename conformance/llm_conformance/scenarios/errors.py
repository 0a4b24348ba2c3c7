"""The model fails where the script says: before its first token, in the middle, behind its last."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, STREAM, Way
from llm_conformance.observe.context import Stage
from llm_conformance.observe.controlled_call import LONG, MIDDLE
from llm_conformance.records import Replies, Reply, Trial, Trials
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.wire_faults import heard

FAILS_OTHERWISE = "a provider fails by the faults of its wire"
PLACES = {"before the first token": 0, "in the middle": MIDDLE, "behind the last token": len(LONG)}


@scenario(
    owner="errors.invoke", method="invoke", after=("invoke.completes",), held=True, unwired=FAILS_OTHERWISE, raises=True
)
def failing_invoke(stage: Stage) -> Reply:
    """invoke() of a model that fails in the middle of its answer."""
    cue = stage.prompter.announce(LONG, fails=MIDDLE)
    return stage.reply(lambda llm: llm.invoke(cue.prompt), on=stage.fresh())


@scenario(
    owner="errors.invoke",
    method="ainvoke",
    after=("ainvoke.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
    raises=True,
)
def failing_ainvoke(stage: Stage) -> Reply:
    """The same on a loop."""
    cue = stage.prompter.announce(LONG, fails=MIDDLE)
    return stage.areply(lambda llm: llm.ainvoke(cue.prompt), on=stage.fresh())


@scenario(
    owner="errors.reach-consumer",
    method="stream",
    calls=3,
    after=("stream.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
)
def failing_stream(stage: Stage) -> Trials:
    """stream() of a model that fails before its first token, in the middle, and behind its last."""
    return _failing(stage, STREAM)


@scenario(
    owner="errors.reach-consumer",
    method="astream",
    calls=3,
    after=("astream.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
)
def failing_astream(stage: Stage) -> Trials:
    """The same on a loop."""
    return _failing(stage, ASTREAM)


@scenario(
    owner="errors.reach-reader",
    method="astream_events",
    calls=3,
    after=("events.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
)
def failing_v1(stage: Stage) -> Trials:
    """The same as events of version v1."""
    return _failing(stage, EVENTS_V1)


@scenario(
    owner="errors.reach-reader",
    method="astream_events",
    calls=3,
    after=("events.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
)
def failing_v2(stage: Stage) -> Trials:
    """The same as events of version v2."""
    return _failing(stage, EVENTS_V2)


@scenario(
    owner="errors.forgotten",
    method="stream",
    calls=6,
    after=("errors.reach-consumer",),
    held=True,
    unwired=FAILS_OTHERWISE,
)
def after_failures(stage: Stage) -> Replies:
    """The first prompt, invoked by an instance each of whose streams has failed at another place."""
    llm = stage.fresh()
    replies = {}
    for name, place in PLACES.items():
        _listened(stage, llm, STREAM, LONG, place)
        replies[f"after a stream that failed {name}"] = (llm, lambda llm: llm.invoke(stage.prompt))
    return stage.replies(replies)


@scenario(owner="errors.nothing-said", method="stream", after=("stream.completes",), held=True, raises=True)
def silent_stream(stage: Stage) -> Trial:
    """stream() of a model that has nothing to say."""
    return _listened(stage, stage.fresh(), STREAM, (), None)


@scenario(owner="errors.nothing-said", method="astream", after=("astream.completes",), held=True, raises=True)
def silent_astream(stage: Stage) -> Trial:
    """The same on a loop."""
    return _listened(stage, stage.fresh(), ASTREAM, (), None)


def _failing(stage: Stage, way: Way) -> Trials:
    by = {}
    for name, place in PLACES.items():
        by[name] = _listened(stage, stage.fresh(), way, LONG, place)
        if by[name].hung is not None:
            break
    return Trials(by=by)


def _listened(stage: Stage, llm: Any, way: Way, tokens: tuple[str, ...], fails: int | None) -> Trial:
    return heard(stage.rehearsal(way, tokens, fails=fails), llm)
