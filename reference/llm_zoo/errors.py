"""Errors that are lost, raised too early, or never forgotten."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from llm_reference import EchoLLM, RunnableConfig, StreamEvent
from llm_reference.messages.conversion import to_prompt
from llm_zoo.defect import defect


@defect(
    "errors-swallowed",
    story="An error in the stream ends it as if the answer were complete: the caller gets an empty text without an "
    "exception, and stores it as the answer.",
    citation="D068: BerriAI/litellm#31619; D069: vercel/ai#4726",
    caught_by=("input.rejects-invalid",),
)
class ErrorsSwallowed(EchoLLM):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        with suppress(Exception):
            yield from super().stream(*args, **kwargs)

    async def astream(self, *args: Any, **kwargs: Any) -> Any:
        with suppress(Exception):
            async for chunk in super().astream(*args, **kwargs):
                yield chunk


@defect(
    "errors-raised-at-call",
    story="`stream()` checks its input when it is called, not at the first `next()`: the error is raised outside the "
    "try block, retry or fallback around the reading loop.",
    citation="STREAM-005",
    caught_by=("stream.refuses-at-first-next",),
)
class ErrorsRaisedAtCall(EchoLLM):
    def stream(self, input: Any, *args: Any, **kwargs: Any) -> Any:
        return super().stream(to_prompt(input), *args, **kwargs)


@defect(
    "failure-disables-model",
    story="After one failed call the model refuses every later call: one bad input breaks the instance until the "
    "process restarts.",
    citation="STREAM-012",
    caught_by=("invoke.usable-after-error",),
)
class FailureDisablesModel(EchoLLM):
    _failed: bool = False

    def invoke(self, *args: Any, **kwargs: Any) -> str:
        if self._failed:
            raise RuntimeError("an earlier call has failed")
        try:
            return super().invoke(*args, **kwargs)
        except Exception:
            self._failed = True
            raise


@defect(
    "event-errors-swallowed",
    story="When the model fails, `astream_events()` ends without an exception: the failed run looks like a successful "
    "one.",
    citation="EVENT-015",
    caught_by=("events.raises",),
)
class EventErrorsSwallowed(EchoLLM):
    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        if kwargs.get("version") not in {"v1", "v2"}:
            raise NotImplementedError(f"version: expected 'v1' or 'v2', got {kwargs.get('version')!r}")
        with suppress(Exception):
            async for event in super().astream_events(input, config, **kwargs):
                yield event


@defect(
    "works-once",
    story="The client is closed after an answer and not reopened: an instance answers one call and raises on every "
    "later one.",
    citation="STREAM-013",
    caught_by=("isolation.repeated-calls",),
)
class WorksOnce(EchoLLM):
    _closed: bool = False

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if self._closed:
            raise RuntimeError("the client has been closed")
        self._closed = True
        return super()._tokens(prompt, stop)
