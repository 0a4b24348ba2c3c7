"""The base of defects that show only in a chain: the chain passes each event through `_transform_event`."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from llm_reference import EchoLLM, RunnableBinding, RunnableConfig, RunnableSequence, StreamEvent


class ChainEventDefect(EchoLLM):
    """Its `pipe()` builds chains of a special class. A subclass without overrides is a conforming model."""

    def _transform_event(self, event: StreamEvent, _version: str, _kwargs: dict[str, Any]) -> Iterator[Any]:
        """The events that replace one event of a chain in which the model is a step."""
        yield event

    def pipe(self, *others: Any, name: str | None = None) -> "_Chain":
        """A chain whose events pass through `_transform_event`."""
        return _Chain(self, self, *others, name=name)

    def __ror__(self, other: Any) -> "_Chain":
        return _Chain(self, other, self)


class _Chain(RunnableSequence[Any, Any]):
    """A sequence whose events pass through `_transform_event` of the model."""

    def __init__(self, model: ChainEventDefect, *steps: Any, name: str | None = None) -> None:
        self._model = model
        super().__init__(*steps, name=name)

    def pipe(self, *others: Any, name: str | None = None) -> "_Chain":
        """The chain with further steps at its end."""
        return _Chain(self._model, self, *others, name=name or self.name)

    def with_config(self, config: RunnableConfig | None = None, **keys: Any) -> "_Bound":
        """The chain with a config; steps can still be prepended."""
        merged: Any = {**(config or {}), **keys}
        return _Bound(bound=self, config=merged)

    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, transformed."""
        async for event in super().astream_events(input, config, version=version, **kwargs):
            for transformed in self._model._transform_event(event, version, kwargs):  # noqa: SLF001  # it is made for this
                yield transformed


class _Bound(RunnableBinding[Any, Any]):
    """A chain with a config."""

    def __ror__(self, other: Any) -> _Chain:
        return _Chain(self.bound._model, other, self)  # type: ignore[attr-defined]  # bound is a _Chain
