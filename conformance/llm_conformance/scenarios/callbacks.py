"""Calls with a callback handler in their config, to their end and left in the middle."""

from dataclasses import replace
from uuid import UUID

from llm_conformance.observe.callback_recorder import Ear
from llm_conformance.observe.context import Stage
from llm_conformance.records import Heard, Stream
from llm_conformance.scenarios.registry import scenario

_RUN_ID = UUID("00000000-0000-4000-8000-0000000000c1")
_GIVEN = {"run_id": str(_RUN_ID)}
_ENOUGH = 3


@scenario(owner="callbacks.accepted", method="invoke", after=("invoke.completes", "config.optional", "config.accepted"))
def heard_invoke(stage: Stage) -> Heard:
    """The first prompt, invoked with a handler."""
    ear = Ear()
    config = {"callbacks": [ear.handler], "run_id": _RUN_ID}
    return replace(stage.heard(ear, lambda llm: llm.invoke(stage.prompt, config)), given=_GIVEN)


@scenario(
    owner="callbacks.accepted",
    method="stream",
    after=("stream.completes", "stream.is-iterator", "config.optional", "config.accepted"),
)
def heard_stream(stage: Stage) -> Heard:
    """The first prompt, streamed with a handler."""
    ear = Ear()
    config = {"callbacks": [ear.handler], "run_id": _RUN_ID}
    return replace(stage.heard(ear, lambda llm: llm.stream(stage.prompt, config)), given=_GIVEN)


@scenario(
    owner="callbacks.accepted",
    method="astream",
    after=("astream.completes", "astream.is-async-iterator", "config.optional", "config.accepted"),
)
def heard_astream(stage: Stage) -> Heard:
    """The first prompt, streamed on a loop with a handler whose methods are coroutines."""
    ear = Ear()
    config = {"callbacks": [ear.ahandler], "run_id": _RUN_ID}
    return replace(stage.aheard(ear, lambda llm: llm.astream(stage.prompt, config)), given=_GIVEN)


@scenario(
    owner="callbacks.accepted",
    method="stream",
    after=("stream.completes", "stream.is-iterator", "callbacks.balance", "close.returns"),
)
def heard_leaving(stage: Stage, stream: Stream) -> Heard:
    """The first prompt, streamed with a handler, and closed after the first chunk."""
    ear = Ear()
    config = {"callbacks": [ear.handler]}
    heard = stage.heard(ear, lambda llm: llm.stream(stage.prompt, config), leave=True, on=stage.fresh())
    return replace(heard, given=_left(stream))


@scenario(
    owner="callbacks.accepted",
    method="astream",
    after=("astream.completes", "astream.is-async-iterator", "callbacks.balance", "close.returns"),
)
def aheard_leaving(stage: Stage, astream: Stream) -> Heard:
    """The first prompt, streamed on a loop with a handler, and closed after the first chunk."""
    ear = Ear()
    config = {"callbacks": [ear.ahandler]}
    heard = stage.aheard(ear, lambda llm: llm.astream(stage.prompt, config), leave=True, on=stage.fresh())
    return replace(heard, given=_left(astream))


def _left(whole: Stream) -> dict[str, str]:
    """Whether there was more to come, by what the same call gave when it was not left."""
    return {"left": "in the middle" if len(whole.chunks) >= _ENOUGH else "near its end"}
