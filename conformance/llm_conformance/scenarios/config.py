"""Calls with a config: absent, empty, and full."""

from __future__ import annotations

import inspect
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from llm_conformance.observe.call_styles import EVENTS, EVENTS_V1, EVENTS_V2, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.kept_answers import keeps_answers
from llm_conformance.records import Events, Replies, Reply, Stream
from llm_conformance.scenarios.registry import scenario

RUN_IDS = {
    EVENTS_V1: UUID("00000000-0000-4000-8000-0000000000a1"),
    EVENTS_V2: UUID("00000000-0000-4000-8000-0000000000a2"),
}


def full(**more: Any) -> dict[str, Any]:
    """A config with every field that a caller may mutate by accident."""
    return {"tags": ["t1"], "metadata": {"llm_conformance": 1, "deep": {"n": [1]}}, "run_name": "named run", **more}


def _unknown(llm: Any, words: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments that are not parameters of the model's own calls."""
    known: set[str] = set()
    for call in (llm.astream_events, llm.astream):
        with suppress(TypeError, ValueError):
            known |= set(inspect.signature(call).parameters)
    return {word: value for word, value in words.items() if word not in known}


@scenario(
    reported_by="config.optional",
    method="invoke",
    model_calls=3,
    requires=("invoke.completes",),
    same_failure_as=("repeat",),
)
def config_forms(ctx: Context) -> Replies:
    """The first prompt with an empty config, in the three ways to pass one."""
    return ctx.replies(
        {
            "invoke(prompt, None)": (ctx.instance, lambda llm: llm.invoke(ctx.prompt, None)),
            "invoke(prompt, {})": (ctx.instance, lambda llm: llm.invoke(ctx.prompt, {})),
            "invoke(prompt, config={})": (ctx.instance, lambda llm: llm.invoke(ctx.prompt, config={})),
        }
    )


@scenario(method="invoke", reported_by="config.accepted", requires=("invoke.completes",), same_failure_as=("repeat",))
def configured_invoke(ctx: Context) -> Reply:
    """The first prompt, invoked with a full config."""
    config = full()
    return ctx.reply(lambda llm: llm.invoke(ctx.prompt, config), config=config)


@scenario(
    styles=STREAMS,
    name="configured",
    reported_by="config.accepted",
    requires=(completes,),
    same_failure_as=("repeat",),
)
def configured_stream(ctx: Context, style: CallStyle) -> Stream:
    """The first prompt, streamed with a full config."""
    config = full()
    if style.asynchronous:
        return ctx.stream(lambda llm: llm.astream(ctx.prompt, config), on_loop=True, config=config)
    return ctx.stream(lambda llm: llm.stream(ctx.prompt, config=config), config=config)


@scenario(styles=EVENTS, name="configured", reported_by="config.accepted", requires=(completes,))
def configured_events(ctx: Context, style: CallStyle) -> Events:
    """The first prompt as events, with a full config and a run id."""
    config = full(run_id=RUN_IDS[style])
    if style is EVENTS_V1:
        run = ctx.events(lambda llm: style.call(llm, ctx.prompt, config), config=config)
    else:
        run = ctx.events(lambda llm: style.call(llm, ctx.prompt, config=config), config=config)
    own = str(RUN_IDS[style])
    # With a cache, string models of langchain-core pass no run id on.
    kept = bool(run.events) and run.root != own and keeps_answers(ctx, "v2")
    return replace(run, run_id="" if kept else own)


@scenario(
    reported_by="config.not-keywords",
    method="astream_events",
    requires=("events.completes", "config.accepted"),
    may_raise=True,
)
def config_as_keywords(ctx: Context) -> Events:
    """The first prompt with keyword arguments named as the keys of a config, as events of version v2."""
    # A model may have a name, tags and metadata of its own.
    word = "llm_conformance_keyword"
    words = {"run_name": word, "tags": [word], "metadata": {word: 1}}
    return ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v2", **_unknown(llm, words)))


@scenario(
    reported_by="config.merged",
    method="astream_events",
    other_methods=("with_config",),
    requires=("events.completes", "config.accepted"),
    may_raise=True,
    may_hang=True,
)
def with_config(ctx: Context) -> Events:
    """The first prompt with a config, to a model with its own config, as events of version v2."""
    own = {"tags": ["wc"], "metadata": {"llm_conformance_own": 1, "llm_conformance": 0}, "run_name": "own name"}
    config = {"tags": ["t1"], "metadata": {"llm_conformance": 1}}
    return ctx.events(
        lambda llm: llm.with_config(own).astream_events(ctx.prompt, config, version="v2"), config=config, own=own
    )
