"""Models whose answer depends on callback handlers, or that report some call styles only."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncIterator
from contextvars import Context, ContextVar, copy_context
from typing import Any

from llm_reference import EchoLLM, GenerationChunk
from llm_reference.aio.closing import aclosing, closing
from llm_reference.runnables.context import aiterate_in, iterate_in
from llm_reference.runnables.runnable import AsyncStream, Stream
from llm_reference.runs.config import RunnableConfig
from llm_reference.runs.run import Run, Tracer
from llm_zoo.defect import defect


@defect(
    "handlers-change-the-answer",
    story="With a handler in the config, `invoke()` goes through the stream to report tokens, and the stream strips "
    "them: switching on tracing changes the answers.",
    citation="D104: langchain-ai/langchain#20980, langchain-ai/langchainjs#10098",
    caught_by=("callbacks.same-answer",),
    also_fails={"callbacks.end-text": "the stream reports its answer before it is stripped"},
)
class HandlersChangeTheAnswer(EchoLLM):
    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:
        if (config or {}).get("callbacks"):
            return "".join(chunk.strip() for chunk in self.stream(input, config, **kwargs))
        return super().invoke(input, config, **kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:
        if (config or {}).get("callbacks"):
            return "".join([chunk.strip() async for chunk in self.astream(input, config, **kwargs)])
        return await super().ainvoke(input, config, **kwargs)


@defect(
    "async-tokens-not-reported",
    story="The asynchronous stream does not call the handlers for its tokens: they get every token of `stream()`, but "
    "only a start and an end of `astream()`.",
    citation="D090: langchain-ai/langchain#5074, langchain-ai/langchain#22000",
    caught_by=("callbacks.async-parity",),
)
class AsyncTokensNotReported(EchoLLM):
    async def _astream(
        self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self._tokens(prompt, stop):
            yield GenerationChunk(text=token)


_traced: ContextVar[bool] = ContextVar("traced", default=False)


def _tracing() -> Context:
    """The caller's context with a variable that marks the call as traced."""
    context = copy_context()
    context.run(_traced.set, True)
    return context


@defect(
    "handlers-lost-in-task",
    story="A context variable records that a call is traced. The asynchronous stream runs in another context, where "
    "the variable is not set: handlers in the config get nothing.",
    citation="D101: langchain-ai/langchain#31398, langchain-ai/langchain#16643",
    caught_by=("callbacks.async-parity",),
)
class HandlersLostInTask(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        run.handlers = run.handlers if _traced.get() else []
        return run

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:
        call = super().invoke
        return _tracing().run(lambda: call(input, config, **kwargs))

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[str]:
        with closing(iterate_in(_tracing(), super().stream(input, config, **kwargs))) as chunks:
            yield from chunks

    async def astream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[str]:
        async with aclosing(aiterate_in(Context(), super().astream(input, config, **kwargs))) as chunks:
            async for chunk in chunks:
                yield chunk


class _WithoutStreamEvents(Tracer):
    """A callback handler that gets the start and the end of a run, but not its tokens."""

    def __init__(self, tracer: Tracer) -> None:
        self.started, self.ended, self.failed = tracer.started, tracer.ended, tracer.failed  # type: ignore[method-assign]


@defect(
    "no-stream-events-in-chain",
    story="A chain reads the model by its synchronous stream, which is not connected to the event stream: handlers get "
    "every token, but the chain's events show only the start and the end of the model.",
    citation="D100: langchain-ai/langchain#21668",
    caught_by=("nested.streams",),
)
class NoStreamEventsInChain(EchoLLM):
    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        if run.parent:
            run.tracers = [_WithoutStreamEvents(tracer) for tracer in run.tracers]
        return run
