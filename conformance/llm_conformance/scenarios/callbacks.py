"""Calls with a callback handler in their config, to their end and left in the middle."""

from dataclasses import replace
from uuid import UUID

from llm_conformance.observe.callback_recorder import CallbackRecorder
from llm_conformance.observe.context import Context
from llm_conformance.records import CallbackLog, Stream
from llm_conformance.scenarios.registry import scenario

_RUN_ID = UUID("00000000-0000-4000-8000-0000000000c1")
_GIVEN = {"run_id": str(_RUN_ID)}
_ENOUGH = 3


@scenario(reported_by="callbacks.accepted", method="invoke", requires=("invoke.completes", "config.optional", "config.accepted"))
def heard_invoke(stage: Context) -> CallbackLog:
    """The first prompt, invoked with a handler."""
    ear = CallbackRecorder()
    config = {"callbacks": [ear.handler], "run_id": _RUN_ID}
    return replace(stage.callbacks(ear, lambda llm: llm.invoke(stage.prompt, config)), inputs=_GIVEN)


@scenario(
    reported_by="callbacks.accepted",
    method="stream",
    requires=("stream.completes", "stream.is-iterator", "config.optional", "config.accepted"),
)
def heard_stream(stage: Context) -> CallbackLog:
    """The first prompt, streamed with a handler."""
    ear = CallbackRecorder()
    config = {"callbacks": [ear.handler], "run_id": _RUN_ID}
    return replace(stage.callbacks(ear, lambda llm: llm.stream(stage.prompt, config)), inputs=_GIVEN)


@scenario(
    reported_by="callbacks.accepted",
    method="astream",
    requires=("astream.completes", "astream.is-async-iterator", "config.optional", "config.accepted"),
)
def heard_astream(stage: Context) -> CallbackLog:
    """The first prompt, streamed on a loop with a handler whose methods are coroutines."""
    ear = CallbackRecorder()
    config = {"callbacks": [ear.ahandler], "run_id": _RUN_ID}
    return replace(stage.acallbacks(ear, lambda llm: llm.astream(stage.prompt, config)), inputs=_GIVEN)


@scenario(
    reported_by="callbacks.accepted",
    method="stream",
    requires=("stream.completes", "stream.is-iterator", "callbacks.balance", "close.returns"),
)
def heard_leaving(stage: Context, stream: Stream) -> CallbackLog:
    """The first prompt, streamed with a handler, and closed after the first chunk."""
    ear = CallbackRecorder()
    config = {"callbacks": [ear.handler]}
    heard = stage.callbacks(ear, lambda llm: llm.stream(stage.prompt, config), leave=True, on=stage.new_instance())
    return replace(heard, inputs=_left(stream))


@scenario(
    reported_by="callbacks.accepted",
    method="astream",
    requires=("astream.completes", "astream.is-async-iterator", "callbacks.balance", "close.returns"),
)
def aheard_leaving(stage: Context, astream: Stream) -> CallbackLog:
    """The first prompt, streamed on a loop with a handler, and closed after the first chunk."""
    ear = CallbackRecorder()
    config = {"callbacks": [ear.ahandler]}
    heard = stage.acallbacks(ear, lambda llm: llm.astream(stage.prompt, config), leave=True, on=stage.new_instance())
    return replace(heard, inputs=_left(astream))


def _left(whole: Stream) -> dict[str, str]:
    """Whether there was more to come, by what the same call gave when it was not left."""
    return {"left": "in the middle" if len(whole.chunks) >= _ENOUGH else "near its end"}
