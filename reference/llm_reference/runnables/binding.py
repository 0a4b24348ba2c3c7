"""A runnable with fixed keyword arguments and config: what `bind` and `with_config` return."""

# ruff: noqa: A002, RUF012  # langchain-core names the parameter "input"; `Fields` copies each default

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from llm_reference.runnables.runnable import AsyncStream, Input, Output, Runnable, Stream
from llm_reference.runs.config import RunnableConfig, merge_configs
from llm_reference.runs.events import StreamEvent


class RunnableBinding(Runnable[Input, Output]):
    """Passes every call on to `bound`. The arguments and config of the call win. It does not start a run."""

    bound: Runnable[Input, Output]
    kwargs: dict[str, Any] = {}
    config: RunnableConfig = {}

    def get_name(self) -> str:
        """Return the name of `bound`: the runs are those of `bound`."""
        return self.bound.get_name()

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Invoke `bound`."""
        return self.bound.invoke(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    async def ainvoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Invoke `bound`."""
        return await self.bound.ainvoke(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def stream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Return the stream of `bound` itself."""
        return self.bound.stream(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def astream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[Output]:
        """Return the asynchronous stream of `bound` itself."""
        return self.bound.astream(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Transform the input with `bound`."""
        return self.bound.transform(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def atransform(
        self, input: AsyncIterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncStream[Output]:
        """Transform the input with `bound`."""
        return self.bound.atransform(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def batch(
        self,
        inputs: Sequence[Input],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        **kwargs: Any,
    ) -> list[Any]:
        """Invoke `bound` for every input."""
        return self.bound.batch(inputs, self._merged(config), **self.kwargs | kwargs)

    async def abatch(
        self,
        inputs: Sequence[Input],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        **kwargs: Any,
    ) -> list[Any]:
        """Invoke `bound` for every input."""
        return await self.bound.abatch(inputs, self._merged(config), **self.kwargs | kwargs)

    def astream_events(
        self, input: Input, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncStream[StreamEvent]:
        """Return the events of `bound`."""
        return self.bound.astream_events(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def stream_events(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """Return the stream of version v3 of `bound`, which must be a chat model."""
        bound: Any = self.bound
        return bound.stream_events(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def with_config(self, config: RunnableConfig | None = None, **keys: Any) -> "RunnableBinding[Input, Output]":
        """Return a binding whose config has these keys. A new value replaces the old one and is not merged with it."""
        updated: Any = {**self.config, **(config or {}), **keys}
        return RunnableBinding(bound=self.bound, kwargs=self.kwargs, config=updated)

    def with_retry(self, **keywords: Any) -> Any:
        """Return a binding of the runnable with retries: the fixed config applies to the attempts as a whole."""
        return RunnableBinding(bound=self.bound.with_retry(**keywords), kwargs=self.kwargs, config=self.config)

    def _merged(
        self, config: RunnableConfig | Sequence[RunnableConfig] | None
    ) -> RunnableConfig | Sequence[RunnableConfig]:
        if config is None or isinstance(config, dict):
            return merge_configs(self.config, config)
        return [merge_configs(self.config, item_config) for item_config in config]
