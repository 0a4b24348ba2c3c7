"""Several calls of one instance: a chunk of each stream in turn, or each call in a task."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from llm_conformance.control.controller import GOLDEN, discarded_after
from llm_conformance.observe.call_styles import STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.records import Batch, CallbackLog, Stream, Streams, Value
from llm_conformance.scenarios.registry import scenario
from llm_conformance.simulator import FAULTS
from llm_fixtures import golden


@scenario(reported_by="isolation.interleaved", method="stream", model_calls=2, requires=("stream.completes",))
def interleaved(ctx: Context) -> Streams:
    """Two prompts, streamed a chunk of each at a time."""
    return ctx.parallel.interleaved(
        {
            "the first prompt": lambda llm: llm.stream(ctx.prompts[0]),
            "the second prompt": lambda llm: llm.stream(ctx.prompts[1]),
        }
    )


@scenario(reported_by="isolation.concurrent", method="astream", model_calls=3, requires=("astream.completes",))
def concurrent(ctx: Context) -> Streams:
    """Three prompts, streamed at the same time on one loop."""
    return ctx.parallel.concurrently(
        {
            "the first prompt": lambda llm: llm.astream(ctx.prompts[0]),
            "the second prompt": lambda llm: llm.astream(ctx.prompts[1]),
            "the third prompt": lambda llm: llm.astream(ctx.prompts[2]),
        }
    )


@scenario(
    styles=STREAMS,
    reported_by="isolation.own-handlers",
    model_calls=2,
    requires=(completes, "config.accepted", "callbacks.accepted"),
)
def concurrent_handlers(ctx: Context, style: CallStyle) -> Streams:
    """Two prompts at the same time, with a callback handler for each; the text that each handler was told."""
    prompts = {"the first prompt": ctx.prompts[0], "the second prompt": ctx.prompts[1]}
    recorders = {name: ctx.new_callback_recorder() for name in prompts}

    def call(name: str, llm: Any) -> Any:
        recorder = recorders[name]
        handler = recorder.ahandler if style.asynchronous else recorder.handler
        return style.call(llm, prompts[name], config={"callbacks": [handler]})

    calls = {name: partial(call, name) for name in prompts}
    read = ctx.parallel.concurrently(calls) if style.asynchronous else ctx.parallel.interleaved(calls)
    told = {name: _told(recorder.beside(read)) for name, recorder in recorders.items()}
    return replace(
        read, by_label={name: replace(one, chunks=told[name], times=()) for name, one in read.by_label.items()}
    )


def _told(log: CallbackLog) -> tuple[Value, ...]:
    return tuple(Value("str", "str", text=event.text) for event in log.tokens if event.text)


@scenario(
    reported_by="isolation.concurrent-invokes",
    method="ainvoke",
    model_calls=3,
    requires=("ainvoke.completes",),
    same_failure_as=("abatch",),
)
def concurrent_invokes(ctx: Context) -> Batch:
    """The three prompts, answered at the same time on one loop."""

    async def answers(llm: Any) -> list[Any]:
        return await asyncio.gather(*(llm.ainvoke(prompt) for prompt in ctx.prompts))

    return ctx.batch(answers, calls=3, on_loop=True)


@scenario(
    reported_by="isolation.second-loop",
    method="astream",
    model_calls=2,
    requires=("astream.completes",),
    may_raise=True,
)
def second_loop(ctx: Context) -> Stream:
    """The first prompt, streamed on a second event loop by an instance that has streamed it on a first."""
    llm = ctx.new_instance()
    with _awaited_prompt(ctx) as prompt:
        first = ctx.stream(lambda llm: llm.astream(prompt), on_loop=True, on=llm)
        return first if first.failed else ctx.stream_on_another_loop(lambda llm: llm.astream(prompt), on=llm)


@contextmanager
def _awaited_prompt(ctx: Context) -> Iterator[str]:
    """The first prompt; a provider has pauses in its answer to it.

    What a client waits with belongs to a loop only once it has waited there, and often a whole answer is there at once.
    """
    if not ctx.controller.sends_eagerly:
        yield ctx.prompt
        return
    with discarded_after(ctx.controller, ctx.wire.plan_golden(golden(GOLDEN[0]), FAULTS["jitter"])) as answer:
        yield answer.prompt
