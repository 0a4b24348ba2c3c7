"""The same prompt with a stop text, in every call style. The stop text is taken from the middle of the full answer.

A model may remember the stop text, so none of these calls goes to the instance that other scenarios call.
"""

from dataclasses import replace
from typing import TypeVar

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, INVOKE, STREAM, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.records import Batch, CallOutcome, Events, Reply, Stream
from llm_conformance.scenarios.registry import scenario

_LENGTH = 3
_CANDIDATES = 10_000
_MARKS = ".?*+([|$^\\"
_NEVER_OCCURS = "\N{NULL}stop"
# A text that no answer contains, and that any provider accepts.
_ELSEWHERE = "<|elsewhere|>"

O = TypeVar("O", bound=CallOutcome)  # noqa: E741 - any record of a call


def stop_text(text: str) -> str:
    """Three characters from behind the middle of the text; a text that never occurs where the answer is too short.

    In a text with words it spans the end of one, so that no single token contains it.
    """
    middle = len(text) // 2
    candidates = [text[start : start + _LENGTH] for start in range(middle, len(text) - _LENGTH)[:_CANDIDATES]]
    fitting = [one for one in candidates if one.strip() and text.find(one) > 0]
    across = [one for one in fitting if one[1] == " " and " " not in one[::2]]
    return next(iter([*across, *fitting]), _NEVER_OCCURS)


def punctuation_mark(text: str) -> str:
    """A mark that has a meaning in a regular expression, and that cuts the text; a full stop where none does.

    As a regular expression, a full stop cuts every text to nothing.
    """
    return next((mark for mark in _MARKS if 0 < text.find(mark) < len(text) - _LENGTH), _MARKS[0])


def _with_stop(record: O, invoke: Reply) -> O:
    stop = stop_text(invoke.text)
    return replace(record, stop=stop if stop != _NEVER_OCCURS else "")


@scenario(method="invoke", reported_by="stop.cuts", requires=("invoke.completes",), may_raise=True, may_hang=True)
def stop_invoke(ctx: Context, invoke: Reply) -> Reply:
    """The first prompt, invoked with a stop text."""
    stop = [stop_text(invoke.text)]
    reply = ctx.reply(lambda llm: llm.invoke(ctx.prompt, stop=stop), on=ctx.second_instance, stop=stop)
    return _with_stop(reply, invoke)


@scenario(method="invoke", reported_by="stop.literal", requires=("stop.cuts",), may_raise=True)
def stop_mark(ctx: Context, invoke: Reply) -> Reply:
    """The first prompt, invoked with a punctuation mark as the stop text."""
    stop = [punctuation_mark(invoke.text)]
    reply = ctx.reply(lambda llm: llm.invoke(ctx.prompt, stop=stop), on=ctx.second_instance, stop=stop)
    return replace(reply, stop=stop[0])


@scenario(method="ainvoke", reported_by="stop.parity", requires=("ainvoke.completes",), may_raise=True, may_hang=True)
def stop_ainvoke(ctx: Context, invoke: Reply) -> Reply:
    """The first prompt, invoked with a stop text on a loop."""
    stop = [stop_text(invoke.text)]
    reply = ctx.reply(lambda llm: llm.ainvoke(ctx.prompt, stop=stop), on_loop=True, on=ctx.second_instance, stop=stop)
    return _with_stop(reply, invoke)


@scenario(method="stream", reported_by="stop.parity", requires=("stream.completes",), may_raise=True, may_hang=True)
def stop_stream(ctx: Context, invoke: Reply) -> Stream:
    """The first prompt, streamed with a stop text."""
    stop = [stop_text(invoke.text)]
    stream = ctx.stream(lambda llm: llm.stream(ctx.prompt, stop=stop), on=ctx.second_instance, stop=stop)
    return _with_stop(stream, invoke)


@scenario(method="astream", reported_by="stop.parity", requires=("astream.completes",), may_raise=True, may_hang=True)
def stop_astream(ctx: Context, invoke: Reply) -> Stream:
    """The first prompt, streamed with a stop text on a loop."""
    stop = [stop_text(invoke.text)]
    stream = ctx.stream(lambda llm: llm.astream(ctx.prompt, stop=stop), on_loop=True, on=ctx.second_instance, stop=stop)
    return _with_stop(stream, invoke)


@scenario(
    styles=(INVOKE, AINVOKE, STREAM, ASTREAM),
    reported_by="stop.each-text",
    requires=(completes,),
    may_raise=True,
    may_hang=True,
)
def stop_second(ctx: Context, style: CallStyle, invoke: Reply) -> Stream:
    """The first prompt, with two stop texts: the answer contains only the second."""
    stop = [_ELSEWHERE, stop_text(invoke.text)]
    stream = ctx.stream(
        lambda llm: style.call(llm, ctx.prompt, stop=stop),
        on_loop=style.asynchronous,
        on=ctx.second_instance,
        stop=stop,
    )
    return _with_stop(stream, invoke)


@scenario(
    method="astream_events", reported_by="events.passes-arguments", requires=("events.completes",), may_raise=True
)
def stop_events(ctx: Context, invoke: Reply) -> Events:
    """The first prompt with a stop text, as events of version v2."""
    stop = [stop_text(invoke.text)]
    run = ctx.events(
        lambda llm: llm.astream_events(ctx.prompt, version="v2", stop=stop), on=ctx.second_instance, stop=stop
    )
    return _with_stop(run, invoke)


@scenario(
    method="batch", reported_by="batch.passes-arguments", model_calls=2, requires=("batch.completes",), may_raise=True
)
def stop_batch(ctx: Context, invoke: Reply) -> Batch:
    """The first prompt twice, as a batch with a stop text."""
    stop, prompts = [stop_text(invoke.text)], [ctx.prompt, ctx.prompt]
    batch = ctx.batch(lambda llm: llm.batch(prompts, stop=stop), calls=2, on=ctx.second_instance, stop=stop)
    return _with_stop(batch, invoke)


@scenario(
    method="abatch",
    reported_by="abatch.passes-arguments",
    model_calls=2,
    requires=("abatch.completes",),
    may_raise=True,
)
def stop_abatch(ctx: Context, invoke: Reply) -> Batch:
    """The first prompt twice, as a batch with a stop text on a loop."""
    stop, prompts = [stop_text(invoke.text)], [ctx.prompt, ctx.prompt]
    batch = ctx.batch(
        lambda llm: llm.abatch(prompts, stop=stop), calls=2, on_loop=True, on=ctx.second_instance, stop=stop
    )
    return _with_stop(batch, invoke)


@scenario(
    method="stream", reported_by="stop.bound", other_methods=("bind",), requires=("stream.completes",), may_raise=True
)
def stop_bound(ctx: Context, invoke: Reply) -> Stream:
    """The first prompt, streamed by the model with the stop text bound to it."""
    stop = [stop_text(invoke.text)]
    stream = ctx.stream(lambda llm: llm.bind(stop=stop).stream(ctx.prompt), on=ctx.second_instance, stop=stop)
    return _with_stop(stream, invoke)


@scenario(method="invoke", reported_by="stop.not-remembered", model_calls=2, requires=("invoke.completes",))
def after_stop(ctx: Context, invoke: Reply) -> Reply:
    """The first prompt, invoked on an instance that was just called with a stop text."""
    llm, stop = ctx.new_instance(), [stop_text(invoke.text)]
    ctx.reply(lambda llm: llm.invoke(ctx.prompt, stop=stop), on=llm)
    return ctx.reply(lambda llm: llm.invoke(ctx.prompt), on=llm)
