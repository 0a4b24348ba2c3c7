"""Models that answer in another way when somebody listens, or that tell one side of their callers only."""

# ruff: noqa: A002  # callers know the first parameter as "input"

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
    story="With a handler in the config invoke() goes through the stream, so that tokens can be told, and the stream "
    "strips them: a trace is switched on, and the answers of the model are others.",
    citation="D104: langchain-ai/langchain#20980, langchain-ai/langchainjs#10098",
    caught_by=("callbacks.same-answer",),
)
class HandlersChangeTheAnswer(EchoLLM):
    """Is another model when it is watched."""

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:
        """The answer, or what the stream makes of it."""
        if (config or {}).get("callbacks"):
            return "".join(chunk.strip() for chunk in self.stream(input, config, **kwargs))
        return super().invoke(input, config, **kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:
        """The same on a loop."""
        if (config or {}).get("callbacks"):
            return "".join([chunk.strip() async for chunk in self.astream(input, config, **kwargs)])
        return await super().ainvoke(input, config, **kwargs)


@defect(
    "async-tokens-untold",
    story="The asynchronous stream was written without the handlers: they hear each token of stream(), "
    "and of astream() a start and an end.",
    citation="D090: langchain-ai/langchain#5074, langchain-ai/langchain#22000",
    caught_by=("callbacks.async-parity",),
)
class AsyncTokensUntold(EchoLLM):
    """Reports where it was first asked to."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, *_args: Any, **_kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self._tokens(prompt, stop):
            yield GenerationChunk(text=token)


_traced: ContextVar[bool] = ContextVar("traced", default=False)


def _tracing() -> Context:
    """The caller's context, with the note that this call is traced."""
    context = copy_context()
    context.run(_traced.set, True)
    return context


@defect(
    "handlers-lost-in-a-task",
    story="That a call is traced is noted in a context variable. The asynchronous stream works in a context of its "
    "own, where nothing is noted: handlers in the config hear nothing at all of it.",
    citation="D101: langchain-ai/langchain#31398, langchain-ai/langchain#16643",
    caught_by=("callbacks.async-parity",),
)
class HandlersLostInATask(EchoLLM):
    """Trusts that every context is a copy of its caller's."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        run.handlers = run.handlers if _traced.get() else []
        return run

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> str:
        """The answer, traced."""
        call = super().invoke
        return _tracing().run(lambda: call(input, config, **kwargs))

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[str]:
        """The chunks, traced."""
        with closing(iterate_in(_tracing(), super().stream(input, config, **kwargs))) as chunks:
            yield from chunks

    async def astream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[str]:
        """The chunks."""
        async with aclosing(aiterate_in(Context(), super().astream(input, config, **kwargs))) as chunks:
            async for chunk in chunks:
                yield chunk


class _Untapped(Tracer):
    """Hears where a run starts and where it ends."""

    def __init__(self, watcher: Tracer) -> None:
        self.started, self.ended, self.failed = watcher.started, watcher.ended, watcher.failed  # type: ignore[method-assign]


@defect(
    "untapped-in-a-chain",
    story="A chain drives the model by its synchronous stream, which has no tap for events: handlers hear every token, "
    "and the events of the chain show a model that starts and ends.",
    citation="D100: langchain-ai/langchain#21668",
    caught_by=("nested.streams",),
)
class UntappedInAChain(EchoLLM):
    """Is tapped on one of its two sides."""

    def _run(self, prompt: str, config: RunnableConfig | None) -> Run:
        run = super()._run(prompt, config)
        if run.parent:
            run.tracers = [_Untapped(watcher) for watcher in run.tracers]
        return run
