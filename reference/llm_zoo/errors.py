"""What goes wrong when something goes wrong: errors lost, too early, or never forgotten."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from llm_reference import EchoLLM, RunnableConfig, StreamEvent
from llm_reference.models.messages import to_prompt
from llm_zoo.defect import defect


@defect(
    "errors-swallowed",
    story="An error in the stream ends it as if the answer were complete: the caller has an empty text and no "
    "exception, and stores it as the model's answer.",
    citation="D068: BerriAI/litellm#31619; D069: vercel/ai#4726",
    caught_by=("input.rejects-invalid",),
)
class ErrorsSwallowed(EchoLLM):
    """Catches everything, tells nothing."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """What came before the error."""
        with suppress(Exception):
            yield from super().stream(*args, **kwargs)

    async def astream(self, *args: Any, **kwargs: Any) -> Any:
        """The same on a loop."""
        with suppress(Exception):
            async for chunk in super().astream(*args, **kwargs):
                yield chunk


@defect(
    "errors-come-early",
    story="stream() looks at its input when it is called, not when it is read: the error escapes the try block, "
    "the retry and the fallback that stand around the reading.",
    citation="STREAM-005",
    caught_by=("stream.refuses-at-first-next",),
)
class ErrorsComeEarly(EchoLLM):
    """Works before it is asked to."""

    def stream(self, input: Any, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, its input looked at already."""
        return super().stream(to_prompt(input), *args, **kwargs)


@defect(
    "errors-not-forgotten",
    story="A call that fails marks the model as failed for good: one bad input, and it refuses every good one "
    "until the process is started again.",
    citation="STREAM-012",
    caught_by=("invoke.usable-after-error",),
)
class ErrorsNotForgotten(EchoLLM):
    """Bears a grudge."""

    _failed: bool = False

    def invoke(self, *args: Any, **kwargs: Any) -> str:
        """The answer of the reference, up to the first error."""
        if self._failed:
            raise RuntimeError("an earlier call has failed")
        try:
            return super().invoke(*args, **kwargs)
        except Exception:
            self._failed = True
            raise


@defect(
    "event-errors-swallowed",
    story="astream_events() ends like a success when the model failed: start, end, and no exception.",
    citation="EVENT-015",
    caught_by=("events.raises",),
)
class EventErrorsSwallowed(EchoLLM):
    """Narrates a success."""

    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events up to the error."""
        if kwargs.get("version") not in {"v1", "v2"}:
            raise NotImplementedError(f"version: expected 'v1' or 'v2', got {kwargs.get('version')!r}")
        with suppress(Exception):
            async for event in super().astream_events(input, config, **kwargs):
                yield event


@defect(
    "works-once",
    story="The client is closed after each answer and never opened again: an instance answers one call, "
    "and raises on every other.",
    citation="STREAM-013",
    caught_by=("isolation.repeated-calls",),
)
class WorksOnce(EchoLLM):
    """Closes what it still needs."""

    _closed: bool = False

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if self._closed:
            raise RuntimeError("the client has been closed")
        self._closed = True
        return super()._tokens(prompt, stop)
