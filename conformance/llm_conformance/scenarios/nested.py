"""The model as a step of a chain, as events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from llm_conformance.observe.call_styles import EVENTS, CallStyle
from llm_conformance.observe.chain_steps import abehind, before
from llm_conformance.observe.context import Context
from llm_conformance.observe.kept_answers import KEPT_ANSWERS, unasked_prompt
from llm_conformance.records import Events
from llm_conformance.scenarios.config import full
from llm_conformance.scenarios.invalid_input import NOT_A_PROMPT
from llm_conformance.scenarios.registry import scenario

_CHAIN = ("__or__", "__ror__", "with_config")


def chain(llm: Any) -> Any:
    """A chain in a chain, with the model between steps that change nothing."""
    inner = (llm | abehind).with_config({"run_name": "inner chain"})
    return before | inner | abehind


@scenario(
    method="astream_events",
    reported_by="nested.completes",
    other_methods=_CHAIN,
    requires=("events.completes", "config.accepted"),
)
def nested_v1(ctx: Context) -> Events:
    """The first prompt through a chain with a config, as events of version v1.

    In v1 of langchain-core the end of an answer of its cache may be missing: then that of a new
    prompt is there, and is missing when the prompt is asked again.
    """

    def run(prompt: str) -> Events:
        return ctx.events(lambda llm: chain(llm).astream_events(prompt, full(), version="v1"))

    found = run(ctx.prompt)
    if _lacks_end(found):
        with unasked_prompt(ctx) as prompt:
            kept = _has_end(run(prompt)) and _lacks_end(run(prompt))
        return replace(found, inconclusive=KEPT_ANSWERS) if kept else found
    return found


@scenario(
    method="astream_events",
    reported_by="nested.completes",
    other_methods=_CHAIN,
    requires=("events.completes", "config.accepted"),
)
def nested_v2(ctx: Context) -> Events:
    """The first prompt through a chain with a config, as events of version v2."""
    return ctx.events(lambda llm: chain(llm).astream_events(ctx.prompt, full(), version="v2"))


@scenario(
    styles=EVENTS,
    reported_by="nested.raises",
    model_calls=0,
    other_methods=_CHAIN,
    requires=("nested.completes", "events.raises"),
    may_raise=True,
)
def nested_invalid_input(ctx: Context, style: CallStyle) -> Events:
    """A number through a chain, as events."""
    return ctx.events(lambda llm: style.call(chain(llm), NOT_A_PROMPT), on=ctx.new_instance())


@scenario(
    reported_by="nested.silent-in-function",
    method="astream_events",
    model_calls=2,
    other_methods=("__ror__", "ainvoke"),
    requires=("nested.completes", "ainvoke.completes"),
)
def inside_function(ctx: Context) -> Events:
    """The first prompt through a function that invokes the model and passes the prompt on to it, as events of v2."""

    def asking(llm: Any) -> Any:
        async def ask(prompt: Any) -> Any:
            await llm.ainvoke(prompt)
            return prompt

        return ask | llm

    return ctx.events(lambda llm: asking(llm).astream_events(ctx.prompt, version="v2"))


def _lacks_end(run: Events) -> bool:
    return not run.failed and bool(run.of_model) and not _has_end(run)


def _has_end(run: Events) -> bool:
    return not run.failed and any(event.phase == "end" for event in run.of_model)
