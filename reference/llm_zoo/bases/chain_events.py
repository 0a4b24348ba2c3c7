"""The base of defects that show only in a chain: the chain passes each event through `_transform_event`."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from llm_reference import EchoLLM, RunnableBinding, RunnableConfig, RunnableSequence, StreamEvent


class ChainEventDefect(EchoLLM):
    """Makes chains of its own kind. A subclass that overrides nothing is a conforming model."""

    def _transform_event(self, event: StreamEvent, _version: str, _asked: dict[str, Any]) -> Iterator[Any]:
        """What becomes of one event of a chain that the model is a step of."""
        yield event

    def pipe(self, *others: Any, name: str | None = None) -> "_Chain":
        """A chain that retells."""
        return _Chain(self, self, *others, name=name)

    def __ror__(self, other: Any) -> "_Chain":
        return _Chain(self, other, self)


class _Chain(RunnableSequence[Any, Any]):
    """A sequence whose events the model retells."""

    def __init__(self, teller: ChainEventDefect, *steps: Any, name: str | None = None) -> None:
        self._model = teller
        super().__init__(*steps, name=name)

    def pipe(self, *others: Any, name: str | None = None) -> "_Chain":
        """A longer one."""
        return _Chain(self._model, self, *others, name=name or self.name)

    def with_config(self, config: RunnableConfig | None = None, **keys: Any) -> "_Bound":
        """One with a config, in which further steps may be put in front."""
        said: Any = {**(config or {}), **keys}
        return _Bound(bound=self, config=said)

    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, retold."""
        async for event in super().astream_events(input, config, version=version, **kwargs):
            for told in self._model._transform_event(event, version, kwargs):  # noqa: SLF001  # it is made for this
                yield told


class _Bound(RunnableBinding[Any, Any]):
    """A chain with a config."""

    def __ror__(self, other: Any) -> _Chain:
        return _Chain(self.bound._teller, other, self)  # type: ignore[attr-defined]  # bound is a _Chain
