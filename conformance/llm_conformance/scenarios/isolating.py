"""Streams of one instance beside each other: a chunk of each in turn, or each in a task of its own."""

from llm_conformance.model import Streams
from llm_conformance.registry import scenario
from llm_conformance.scenarios.stage import Stage


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
