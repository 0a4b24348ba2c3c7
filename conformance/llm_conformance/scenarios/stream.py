"""One question, many chunks: stream, astream, transform and atransform."""

from collections.abc import AsyncIterator

from llm_conformance.observe.context import Stage
from llm_conformance.records import Stream
from llm_conformance.scenarios.registry import scenario


@scenario(owner="stream.completes", method="stream", echoes=("invoke", "repeats"))
def stream(stage: Stage) -> Stream:
    """The first prompt, streamed to its end."""
    return stage.stream(lambda llm: llm.stream(stage.prompt))


@scenario(owner="astream.completes", method="astream", echoes=("stream", "invoke", "repeats"))
def astream(stage: Stage) -> Stream:
    """The first prompt, streamed to its end on a loop."""
    return stage.astream(lambda llm: llm.astream(stage.prompt))


@scenario(owner="stream.repeats", method="stream", after=("stream.completes",))
def restream(stage: Stage) -> Stream:
    """The first prompt, streamed a second time by the same instance."""
    return stage.stream(lambda llm: llm.stream(stage.prompt))


@scenario(owner="stream.usable-after-close", method="stream", calls=2, after=("stream.completes",))
def after_leaving(stage: Stage) -> Stream:
    """The first prompt, streamed after another stream of the same instance was closed at its first chunk."""
    llm = stage.fresh()
    stage.leave_early(lambda llm: llm.stream(stage.prompt), on=llm)
    return stage.stream(lambda llm: llm.stream(stage.prompt), on=llm)


@scenario(owner="stream.transform", method="transform", after=("stream.completes",))
def transform(stage: Stage) -> Stream:
    """The first prompt, handed over in two pieces."""
    middle = len(stage.prompt) // 2
    pieces = [stage.prompt[:middle], stage.prompt[middle:]]
    return stage.stream(lambda llm: llm.transform(iter(pieces)))


@scenario(owner="stream.transform", method="atransform", after=("astream.completes",))
def atransform(stage: Stage) -> Stream:
    """The first prompt, handed over in two pieces on a loop."""
    middle = len(stage.prompt) // 2

    async def pieces() -> AsyncIterator[str]:
        yield stage.prompt[:middle]
        yield stage.prompt[middle:]

    return stage.astream(lambda llm: llm.atransform(pieces()))


@scenario(owner="input.not-mutated", method="stream", after=("stream.completes",), raises=True)
def listed_stream(stage: Stage) -> Stream:
    """The first prompt as a list of one message, streamed; a model may refuse it, but not change it."""
    messages = [("human", stage.prompt)]
    return stage.stream(lambda llm: llm.stream(messages), input=messages)
