"""The same question with a stop mark, by every way of asking. The mark is taken from the middle of the full answer.

A model may not forget the mark, so none of these calls goes to the instance that other scenarios ask.
"""

from dataclasses import replace
from typing import TypeVar

from llm_conformance.observe.context import Stage
from llm_conformance.records import Batch, Events, Outcome, Reply, Stream
from llm_conformance.scenarios.registry import scenario

_LENGTH = 3
_UNSTOPPABLE = "\N{NULL}stop"

O = TypeVar("O", bound=Outcome)  # noqa: E741 - any record of a call


def stop_mark(text: str) -> str:
    """Three characters from behind the middle of the text; a mark that never occurs where the text is too short.

    Where there are words, it lies across the end of one, so that no model has it in a single token.
    """
    marks = [text[start : start + _LENGTH] for start in range(len(text) // 2, len(text) - _LENGTH)]
    fitting = [mark for mark in marks if mark.strip() and text.find(mark) > 0]
    across = [mark for mark in fitting if mark[1] == " " and " " not in mark[::2]]
    return next(iter([*across, *fitting]), _UNSTOPPABLE)


def _marked(record: O, mark: str) -> O:
    return replace(record, given={"stop": mark} if mark != _UNSTOPPABLE else {})


@scenario(owner="stop.cuts", method="invoke", after=("invoke.completes",), raises=True)
def stop_invoke(stage: Stage, invoke: Reply) -> Reply:
    """The first prompt, invoked with a stop mark."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(stage.reply(lambda llm: llm.invoke(stage.prompt, stop=stop), on=stage.aside, stop=stop), mark)


@scenario(owner="stop.same-everywhere", method="ainvoke", after=("ainvoke.completes",), raises=True)
def stop_ainvoke(stage: Stage, invoke: Reply) -> Reply:
    """The same on a loop."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(stage.areply(lambda llm: llm.ainvoke(stage.prompt, stop=stop), on=stage.aside, stop=stop), mark)


@scenario(owner="stop.same-everywhere", method="stream", after=("stream.completes",), raises=True)
def stop_stream(stage: Stage, invoke: Reply) -> Stream:
    """The same, streamed."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(stage.stream(lambda llm: llm.stream(stage.prompt, stop=stop), on=stage.aside, stop=stop), mark)


@scenario(owner="stop.same-everywhere", method="astream", after=("astream.completes",), raises=True)
def stop_astream(stage: Stage, invoke: Reply) -> Stream:
    """The same, streamed on a loop."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(stage.astream(lambda llm: llm.astream(stage.prompt, stop=stop), on=stage.aside, stop=stop), mark)


@scenario(owner="events.passes-arguments", method="astream_events", after=("events.completes",), raises=True)
def stop_events(stage: Stage, invoke: Reply) -> Events:
    """The same, as events of version v2."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(
        stage.events(lambda llm: llm.astream_events(stage.prompt, version="v2", stop=stop), on=stage.aside, stop=stop),
        mark,
    )


@scenario(owner="batch.passes-arguments", method="batch", calls=2, after=("batch.completes",), raises=True)
def stop_batch(stage: Stage, invoke: Reply) -> Batch:
    """The first prompt twice, as a batch."""
    stop, prompts = [mark := stop_mark(invoke.text)], [stage.prompt, stage.prompt]
    return _marked(stage.batch(lambda llm: llm.batch(prompts, stop=stop), calls=2, on=stage.aside, stop=stop), mark)


@scenario(owner="stop.bound", method="stream", also=("bind",), after=("stream.completes",), raises=True)
def stop_bound(stage: Stage, invoke: Reply) -> Stream:
    """The first prompt, streamed by the model with the stop mark bound to it."""
    stop = [mark := stop_mark(invoke.text)]
    return _marked(stage.stream(lambda llm: llm.bind(stop=stop).stream(stage.prompt), on=stage.aside, stop=stop), mark)


@scenario(owner="stop.forgotten", method="invoke", calls=2, after=("invoke.completes",))
def after_stop(stage: Stage, invoke: Reply) -> Reply:
    """The first prompt, invoked on an instance that has just been asked with a stop mark."""
    llm, stop = stage.fresh(), [stop_mark(invoke.text)]
    stage.reply(lambda llm: llm.invoke(stage.prompt, stop=stop), on=llm)
    return stage.reply(lambda llm: llm.invoke(stage.prompt), on=llm)
