"""Streams of one instance beside each other: a chunk of each in turn, or each in a task of its own."""

from llm_conformance.observe.context import Stage
from llm_conformance.records import Stream, Streams
from llm_conformance.scenarios.registry import scenario


@scenario(owner="isolation.interleaved", method="stream", calls=2, after=("stream.completes",))
def interleaved(stage: Stage) -> Streams:
    """Two prompts, streamed a chunk of each at a time."""
    return stage.in_turn(
        {
            "the first prompt": lambda llm: llm.stream(stage.prompts[0]),
            "the second prompt": lambda llm: llm.stream(stage.prompts[1]),
        }
    )


@scenario(owner="isolation.concurrent", method="astream", calls=3, after=("astream.completes",))
def concurrent(stage: Stage) -> Streams:
    """Three prompts, streamed at the same time on one loop."""
    return stage.at_once(
        {
            "the first prompt": lambda llm: llm.astream(stage.prompts[0]),
            "the second prompt": lambda llm: llm.astream(stage.prompts[1]),
            "the third prompt": lambda llm: llm.astream(stage.prompts[2]),
        }
    )


@scenario(owner="isolation.second-loop", method="astream", calls=2, after=("astream.completes",), raises=True)
def second_loop(stage: Stage) -> Stream:
    """The first prompt, streamed on a second event loop by an instance that has streamed it on a first."""
    llm = stage.fresh()
    first = stage.astream(lambda llm: llm.astream(stage.prompt), on=llm)
    return first if first.broken else stage.astream_elsewhere(lambda llm: llm.astream(stage.prompt), on=llm)
