"""The model as a step of a chain, as events."""

from typing import Any

from llm_conformance.observe.chain_steps import abehind, before
from llm_conformance.observe.context import Stage
from llm_conformance.records import Events
from llm_conformance.scenarios.config import full
from llm_conformance.scenarios.invalid_input import NONSENSE
from llm_conformance.scenarios.registry import scenario


def chain(llm: Any) -> Any:
    """A chain in a chain, with the model between steps that change nothing."""
    inner = (llm | abehind).with_config({"run_name": "inner chain"})
    return before | inner | abehind


@scenario(
    owner="nested.completes",
    method="astream_events",
    also=("__or__", "__ror__", "with_config"),
    after=("events.completes", "config.accepted"),
)
def nested_v1(stage: Stage) -> Events:
    """The first prompt through a chain that is given a config, as events of version v1."""
    return stage.events(lambda llm: chain(llm).astream_events(stage.prompt, full(), version="v1"))


@scenario(
    owner="nested.completes",
    method="astream_events",
    also=("__or__", "__ror__", "with_config"),
    after=("events.completes", "config.accepted"),
)
def nested_v2(stage: Stage) -> Events:
    """The first prompt through a chain that is given a config, as events of version v2."""
    return stage.events(lambda llm: chain(llm).astream_events(stage.prompt, full(), version="v2"))


@scenario(
    owner="nested.raises",
    method="astream_events",
    calls=0,
    also=("__or__", "__ror__", "with_config"),
    after=("nested.completes", "events.raises"),
    raises=True,
)
def nested_refused_v1(stage: Stage) -> Events:
    """A number through a chain, as events of version v1."""
    return stage.events(lambda llm: chain(llm).astream_events(NONSENSE, version="v1"), on=stage.fresh())


@scenario(
    owner="nested.raises",
    method="astream_events",
    calls=0,
    also=("__or__", "__ror__", "with_config"),
    after=("nested.completes", "events.raises"),
    raises=True,
)
def nested_refused_v2(stage: Stage) -> Events:
    """A number through a chain, as events of version v2."""
    return stage.events(lambda llm: chain(llm).astream_events(NONSENSE, version="v2"), on=stage.fresh())


@scenario(
    owner="nested.quiet-in-a-function",
    method="astream_events",
    calls=2,
    also=("__ror__", "ainvoke"),
    after=("nested.completes", "ainvoke.completes"),
)
def within_a_function(stage: Stage) -> Events:
    """The first prompt through a function that asks the model and passes the prompt on to it, as events of v2."""

    def asking(llm: Any) -> Any:
        async def ask(prompt: Any) -> Any:
            await llm.ainvoke(prompt)
            return prompt

        return ask | llm

    return stage.events(lambda llm: asking(llm).astream_events(stage.prompt, version="v2"))
