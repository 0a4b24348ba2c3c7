"""One prompt, many chunks: stream, astream, transform and atransform."""

from collections.abc import AsyncIterator

from llm_conformance.observe.context import Context
from llm_conformance.records import Stream
from llm_conformance.scenarios.registry import scenario


@scenario(reported_by="stream.completes", method="stream", same_failure_as=("invoke", "repeat"))
def stream(ctx: Context) -> Stream:
    """The first prompt, streamed to its end."""
    return ctx.stream(lambda llm: llm.stream(ctx.prompt))


@scenario(reported_by="astream.completes", method="astream", same_failure_as=("stream", "invoke", "repeat", "ainvoke"))
def astream(ctx: Context) -> Stream:
    """The first prompt, streamed to its end on a loop."""
    return ctx.stream(lambda llm: llm.astream(ctx.prompt), on_loop=True)


@scenario(reported_by="stream.repeats", method="stream", requires=("stream.completes",))
def repeat_stream(ctx: Context) -> Stream:
    """The first prompt, streamed a second time by the same instance."""
    return ctx.stream(lambda llm: llm.stream(ctx.prompt))


@scenario(reported_by="stream.usable-after-close", method="stream", model_calls=2, requires=("stream.completes",))
def after_close(ctx: Context) -> Stream:
    """The first prompt, streamed after another stream of the same instance was closed at its first chunk."""
    llm = ctx.new_instance()
    ctx.read_one_and_close(lambda llm: llm.stream(ctx.prompt), on=llm)
    return ctx.stream(lambda llm: llm.stream(ctx.prompt), on=llm)


@scenario(reported_by="stream.transform", method="transform", requires=("stream.completes",))
def transform(ctx: Context) -> Stream:
    """The first prompt, handed over in two pieces."""
    middle = len(ctx.prompt) // 2
    pieces = [ctx.prompt[:middle], ctx.prompt[middle:]]
    return ctx.stream(lambda llm: llm.transform(iter(pieces)))


@scenario(reported_by="stream.transform", method="atransform", requires=("astream.completes",))
def atransform(ctx: Context) -> Stream:
    """The first prompt, handed over in two pieces on a loop."""
    middle = len(ctx.prompt) // 2

    async def pieces() -> AsyncIterator[str]:
        yield ctx.prompt[:middle]
        yield ctx.prompt[middle:]

    return ctx.stream(lambda llm: llm.atransform(pieces()), on_loop=True)


@scenario(reported_by="input.not-mutated", method="stream", requires=("stream.completes",), may_raise=True)
def message_list_stream(ctx: Context) -> Stream:
    """The first prompt as a list of one message, streamed; a model may reject it, but not mutate it."""
    messages = [("human", ctx.prompt)]
    return ctx.stream(lambda llm: llm.stream(messages), input=messages)


@scenario(reported_by="input.not-mutated", method="astream", requires=("astream.completes",), may_raise=True)
def message_list_astream(ctx: Context) -> Stream:
    """The first prompt as a list of one message, streamed on a loop; a model may reject it, but not mutate it."""
    messages = [("human", ctx.prompt)]
    return ctx.stream(lambda llm: llm.astream(messages), on_loop=True, input=messages)
