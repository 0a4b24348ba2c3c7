"""The same question with a stop mark, by every way of asking. The mark is taken from the middle of the full answer.

A model may not forget the mark, so none of these calls goes to the instance that other scenarios ask.
"""

from dataclasses import replace
from typing import TypeVar

from llm_conformance.observe.context import Context
from llm_conformance.records import Batch, CallOutcome, Events, Reply, Stream
from llm_conformance.scenarios.registry import scenario

_LENGTH = 3
_UNSTOPPABLE = "\N{NULL}stop"

O = TypeVar("O", bound=CallOutcome)  # noqa: E741 - any record of a call


def stop_mark(text: str) -> str:
    """Three characters from behind the middle of the text; a mark that never occurs where the text is too short.

    Where there are words, it lies across the end of one, so that no model has it in a single token.
    """
    marks = [text[start : start + _LENGTH] for start in range(len(text) // 2, len(text) - _LENGTH)]
    fitting = [mark for mark in marks if mark.strip() and text.find(mark) > 0]
    across = [mark for mark in fitting if mark[1] == " " and " " not in mark[::2]]
    return next(iter([*across, *fitting]), _UNSTOPPABLE)


def _marked(record: O, mark: str) -> O:
    return replace(record, stop=mark if mark != _UNSTOPPABLE else "")


@scenario(reported_by="stop.cuts", method="invoke", requires=("invoke.completes",), may_raise=True)
def stop_invoke(ctx: Context, invoke: Reply) -> Reply:
    """The first prompt, invoked with a stop mark."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(ctx.reply(lambda llm: llm.invoke(ctx.prompt, stop=stop), on=ctx.second_instance, stop=stop), mark)


@scenario(reported_by="stop.parity", method="ainvoke", requires=("ainvoke.completes",), may_raise=True)
def stop_ainvoke(ctx: Context, invoke: Reply) -> Reply:
    """The same on a loop."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(ctx.areply(lambda llm: llm.ainvoke(ctx.prompt, stop=stop), on=ctx.second_instance, stop=stop), mark)


@scenario(reported_by="stop.parity", method="stream", requires=("stream.completes",), may_raise=True)
def stop_stream(ctx: Context, invoke: Reply) -> Stream:
    """The same, streamed."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(ctx.stream(lambda llm: llm.stream(ctx.prompt, stop=stop), on=ctx.second_instance, stop=stop), mark)


@scenario(reported_by="stop.parity", method="astream", requires=("astream.completes",), may_raise=True)
def stop_astream(ctx: Context, invoke: Reply) -> Stream:
    """The same, streamed on a loop."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(ctx.astream(lambda llm: llm.astream(ctx.prompt, stop=stop), on=ctx.second_instance, stop=stop), mark)


@scenario(
    reported_by="events.passes-arguments", method="astream_events", requires=("events.completes",), may_raise=True
)
def stop_events(ctx: Context, invoke: Reply) -> Events:
    """The same, as events of version v2."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(
        ctx.events(
            lambda llm: llm.astream_events(ctx.prompt, version="v2", stop=stop), on=ctx.second_instance, stop=stop
        ),
        mark,
    )


@scenario(
    reported_by="batch.passes-arguments", method="batch", model_calls=2, requires=("batch.completes",), may_raise=True
)
def stop_batch(ctx: Context, invoke: Reply) -> Batch:
    """The first prompt twice, as a batch."""
    stop, prompts = [mark := stop_mark(invoke.text)], [ctx.prompt, ctx.prompt]
    return _marked(
        ctx.batch(lambda llm: llm.batch(prompts, stop=stop), calls=2, on=ctx.second_instance, stop=stop), mark
    )


@scenario(
    reported_by="stop.bound", method="stream", other_methods=("bind",), requires=("stream.completes",), may_raise=True
)
def stop_bound(ctx: Context, invoke: Reply) -> Stream:
    """The first prompt, streamed by the model with the stop mark bound to it."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(
        ctx.stream(lambda llm: llm.bind(stop=stop).stream(ctx.prompt), on=ctx.second_instance, stop=stop), mark
    )


@scenario(reported_by="stop.not-remembered", method="invoke", model_calls=2, requires=("invoke.completes",))
def after_stop(ctx: Context, invoke: Reply) -> Reply:
    """The first prompt, invoked on an instance that has just been asked with a stop mark."""
    llm, stop = ctx.new_instance(), [stop_mark(invoke.text)]
    ctx.reply(lambda llm: llm.invoke(ctx.prompt, stop=stop), on=llm)
    return ctx.reply(lambda llm: llm.invoke(ctx.prompt), on=llm)
