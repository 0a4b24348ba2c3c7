"""Calls with a callback handler in their config, to their end and closed in the middle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from llm_conformance.control.controller import discarded_after
from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, INVOKE, STREAM, CallStyle, completes
from llm_conformance.observe.callback_recorder import CallbackRecorder
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE
from llm_conformance.observe.kept_answers import KEPT_ANSWERS, keeps_answers, unasked_prompt
from llm_conformance.records import CallbackLog, Place, Stream
from llm_conformance.scenarios.config import full
from llm_conformance.scenarios.errors import FAILS_BY_FAULTS
from llm_conformance.scenarios.registry import SCRIPT, scenario

_RUN_ID = UUID("00000000-0000-4000-8000-0000000000c1")
_ENOUGH = 3


@scenario(
    styles=(INVOKE, AINVOKE),
    reported_by="callbacks.accepted",
    requires=(completes, "config.optional", "config.accepted"),
)
@scenario(
    styles=(STREAM,),
    reported_by="callbacks.accepted",
    requires=(completes, "stream.is-iterator", "config.optional", "config.accepted"),
)
@scenario(
    styles=(ASTREAM,),
    reported_by="callbacks.accepted",
    requires=(completes, "astream.is-async-iterator", "config.optional", "config.accepted"),
)
def callbacks(ctx: Context, style: CallStyle) -> CallbackLog:
    """The first prompt with a handler in a full config; its methods are coroutines where the call is asynchronous.

    Other calls have asked it. If nothing is reported, a prompt that no call has asked shows whether the model keeps its
    answers.
    """
    log = _log(ctx, style, ctx.prompt, on=ctx.instance)
    if not log.failed and not log.events and _log_of_new_prompt(ctx, style).starts:
        return replace(log, inconclusive=KEPT_ANSWERS)
    # With a cache, string models of langchain-core pass no run id on.
    lost = bool(log.of_model) and log.of_model[0].run_id != str(_RUN_ID)
    return replace(log, run_id="" if lost and keeps_answers(ctx, "v2") else str(_RUN_ID))


@scenario(
    styles=(STREAM,),
    reported_by="callbacks.accepted",
    requires=(completes, "stream.is-iterator", "callbacks.start-end", "close.returns"),
)
@scenario(
    styles=(ASTREAM,),
    reported_by="callbacks.accepted",
    requires=(completes, "astream.is-async-iterator", "callbacks.start-end", "close.returns"),
)
def callbacks_closed(ctx: Context, style: CallStyle, plain: Stream) -> CallbackLog:
    """The first prompt, streamed with a handler, and closed after the first chunk."""
    recorder = ctx.new_callback_recorder()
    config = {"callbacks": [_handler(recorder, style)]}
    log = ctx.callbacks(
        recorder,
        lambda llm: style.call(llm, ctx.prompt, config),
        on_loop=style.asynchronous,
        leave=True,
        on=ctx.new_instance(),
    )
    # Whether there was more to come, by what the same call gives when it is read to its end.
    return replace(log, left_at=Place.MIDDLE if len(plain.chunks) >= _ENOUGH else Place.END)


@scenario(
    styles=(INVOKE, AINVOKE, STREAM, ASTREAM),
    reported_by="callbacks.error-on-failure",
    requires=(completes, "callbacks.start-end"),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
    may_raise=True,
)
def callbacks_failed(ctx: Context, style: CallStyle) -> CallbackLog:
    """A model that fails in the middle of its answer, called with a handler."""
    return _failing(ctx, style, MIDDLE)


@scenario(
    styles=(INVOKE, AINVOKE, STREAM, ASTREAM),
    reported_by="callbacks.error-on-failure",
    requires=(completes, "callbacks.start-end"),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
    may_raise=True,
)
def callbacks_refused(ctx: Context, style: CallStyle) -> CallbackLog:
    """A model that fails before its first token, called with a handler."""
    return _failing(ctx, style, 0)


def _failing(ctx: Context, style: CallStyle, place: int) -> CallbackLog:
    recorder = ctx.new_callback_recorder()
    config = {"callbacks": [_handler(recorder, style)]}
    with discarded_after(ctx.controller, ctx.controller.plan(LONG_ANSWER, fails=place)) as answer:
        return ctx.callbacks(
            recorder,
            lambda llm: style.call(llm, answer.prompt, config=config),
            on_loop=style.asynchronous,
            on=ctx.new_instance(),
        )


def _log(ctx: Context, style: CallStyle, prompt: str, *, on: Any) -> CallbackLog:
    recorder = ctx.new_callback_recorder()
    config = full(callbacks=[_handler(recorder, style)], run_id=_RUN_ID)
    return ctx.callbacks(
        recorder, lambda llm: style.call(llm, prompt, config=config), on_loop=style.asynchronous, on=on
    )


def _log_of_new_prompt(ctx: Context, style: CallStyle) -> CallbackLog:
    with unasked_prompt(ctx) as prompt:
        return _log(ctx, style, prompt, on=ctx.new_instance())


def _handler(recorder: CallbackRecorder, style: CallStyle) -> object:
    return recorder.ahandler if style.asynchronous else recorder.handler
