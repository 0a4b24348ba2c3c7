"""The events of a model that is itself the root."""

from llm_conformance.observe.context import Stage
from llm_conformance.records import Events, Runs
from llm_conformance.scenarios.registry import scenario


@scenario(owner="events.completes", method="astream_events", after=("astream.completes",), echoes=("astream",))
def events_v1(stage: Stage) -> Events:
    """The first prompt, as events of version v1."""
    return stage.events(lambda llm: llm.astream_events(stage.prompt, version="v1"))


@scenario(owner="events.completes", method="astream_events", after=("astream.completes",), echoes=("astream",))
def events_v2(stage: Stage) -> Events:
    """The first prompt, as events of version v2."""
    return stage.events(lambda llm: llm.astream_events(stage.prompt, version="v2"))


@scenario(owner="events.isolated", method="astream_events", calls=2, after=("events.completes",))
def events_at_once_v1(stage: Stage) -> Runs:
    """Two prompts at the same time, as events of version v1."""
    return stage.events_at_once(
        {
            "the first prompt": lambda llm: llm.astream_events(stage.prompts[0], version="v1"),
            "the second prompt": lambda llm: llm.astream_events(stage.prompts[1], version="v1"),
        }
    )


@scenario(owner="events.isolated", method="astream_events", calls=2, after=("events.completes",))
def events_at_once_v2(stage: Stage) -> Runs:
    """Two prompts at the same time, as events of version v2."""
    return stage.events_at_once(
        {
            "the first prompt": lambda llm: llm.astream_events(stage.prompts[0], version="v2"),
            "the second prompt": lambda llm: llm.astream_events(stage.prompts[1], version="v2"),
        }
    )


@scenario(owner="events.v3", method="astream_events", after=("events.completes",), raises=True)
def events_v3(stage: Stage) -> Events:
    """The first prompt, as events of version v3."""
    return stage.events(lambda llm: llm.astream_events(stage.prompt, version="v3"))


@scenario(owner="events.unknown-version", method="astream_events", calls=0, after=("events.completes",), raises=True)
def events_v99(stage: Stage) -> Events:
    """The first prompt, as events of a version that does not exist."""
    return stage.events(lambda llm: llm.astream_events(stage.prompt, version="v99"))
