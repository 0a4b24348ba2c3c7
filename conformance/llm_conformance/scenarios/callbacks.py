"""Calls with a callback handler in their config, to their end and left in the middle."""

from dataclasses import replace
from uuid import UUID

from llm_conformance.observe.callback_recorder import CallbackRecorder
from llm_conformance.observe.context import Context
from llm_conformance.records import CallbackLog, Place, Stream
from llm_conformance.scenarios.registry import scenario

_RUN_ID = UUID("00000000-0000-4000-8000-0000000000c1")
_ENOUGH = 3


@scenario(
    reported_by="callbacks.accepted",
    method="invoke",
    requires=("invoke.completes", "config.optional", "config.accepted"),
)
def heard_invoke(ctx: Context) -> CallbackLog:
    """The first prompt, invoked with a handler."""
    handler_recorder = CallbackRecorder()
    config = {"callbacks": [handler_recorder.handler], "run_id": _RUN_ID}
    return replace(ctx.callbacks(handler_recorder, lambda llm: llm.invoke(ctx.prompt, config)), run_id=str(_RUN_ID))


@scenario(
    reported_by="callbacks.accepted",
    method="stream",
    requires=("stream.completes", "stream.is-iterator", "config.optional", "config.accepted"),
)
def heard_stream(ctx: Context) -> CallbackLog:
    """The first prompt, streamed with a handler."""
    handler_recorder = CallbackRecorder()
    config = {"callbacks": [handler_recorder.handler], "run_id": _RUN_ID}
    return replace(ctx.callbacks(handler_recorder, lambda llm: llm.stream(ctx.prompt, config)), run_id=str(_RUN_ID))


@scenario(
    reported_by="callbacks.accepted",
    method="astream",
    requires=("astream.completes", "astream.is-async-iterator", "config.optional", "config.accepted"),
)
def heard_astream(ctx: Context) -> CallbackLog:
    """The first prompt, streamed on a loop with a handler whose methods are coroutines."""
    handler_recorder = CallbackRecorder()
    config = {"callbacks": [handler_recorder.ahandler], "run_id": _RUN_ID}
    return replace(ctx.acallbacks(handler_recorder, lambda llm: llm.astream(ctx.prompt, config)), run_id=str(_RUN_ID))


@scenario(
    reported_by="callbacks.accepted",
    method="stream",
    requires=("stream.completes", "stream.is-iterator", "callbacks.start-end", "close.returns"),
)
def heard_leaving(ctx: Context, stream: Stream) -> CallbackLog:
    """The first prompt, streamed with a handler, and closed after the first chunk."""
    handler_recorder = CallbackRecorder()
    config = {"callbacks": [handler_recorder.handler]}
    heard = ctx.callbacks(
        handler_recorder, lambda llm: llm.stream(ctx.prompt, config), leave=True, on=ctx.new_instance()
    )
    return replace(heard, left_at=_place(stream))


@scenario(
    reported_by="callbacks.accepted",
    method="astream",
    requires=("astream.completes", "astream.is-async-iterator", "callbacks.start-end", "close.returns"),
)
def aheard_leaving(ctx: Context, astream: Stream) -> CallbackLog:
    """The first prompt, streamed on a loop with a handler, and closed after the first chunk."""
    handler_recorder = CallbackRecorder()
    config = {"callbacks": [handler_recorder.ahandler]}
    heard = ctx.acallbacks(
        handler_recorder, lambda llm: llm.astream(ctx.prompt, config), leave=True, on=ctx.new_instance()
    )
    return replace(heard, left_at=_place(astream))


def _place(whole: Stream) -> Place:
    """Whether there was more to come, by what the same call gave when it was not left."""
    return Place.MIDDLE if len(whole.chunks) >= _ENOUGH else Place.END
