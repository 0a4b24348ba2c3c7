"""A runnable with keywords and config fixed in advance: what `bind` and `with_config` return."""

# ruff: noqa: A002, RUF012  # callers know the first parameter as "input"; a default is copied for each instance

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from llm_reference.runnables.runnable import AsyncStream, Input, Output, Runnable, Stream
from llm_reference.runs.config import RunnableConfig, merge_configs
from llm_reference.runs.events import StreamEvent


class RunnableBinding(Runnable[Input, Output]):
    """Passes every call on to `bound`; what the call says itself wins. It is no run of its own."""

    bound: Runnable[Input, Output]
    kwargs: dict[str, Any] = {}
    config: RunnableConfig = {}

    def get_name(self) -> str:
        """Its runs are those of what it binds."""
        return self.bound.get_name()

    def invoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Invoke `bound`."""
        return self.bound.invoke(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    async def ainvoke(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Output:
        """Invoke `bound`."""
        return await self.bound.ainvoke(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def stream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Stream from `bound`, directly: nothing stands between it and the consumer."""
        return self.bound.stream(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def astream(self, input: Input, config: RunnableConfig | None = None, **kwargs: Any) -> AsyncStream[Output]:
        """Stream from `bound`, directly."""
        return self.bound.astream(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def transform(self, input: Iterator[Input], config: RunnableConfig | None = None, **kwargs: Any) -> Stream[Output]:
        """Let `bound` transform."""
        return self.bound.transform(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def atransform(
        self, input: AsyncIterator[Input], config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncStream[Output]:
        """Let `bound` transform."""
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
        """What happens in `bound`."""
        return self.bound.astream_events(input, merge_configs(self.config, config), **self.kwargs | kwargs)

    def with_config(self, config: RunnableConfig | None = None, **keys: Any) -> "RunnableBinding[Input, Output]":
        """The same with another config: a key that is said anew takes the place of the old one, and is not merged."""
        said: Any = {**self.config, **(config or {}), **keys}
        return RunnableBinding(bound=self.bound, kwargs=self.kwargs, config=said)

    def with_retry(self, **keywords: Any) -> Any:
        """What is fixed holds for all attempts together, and not for each."""
        return RunnableBinding(bound=self.bound.with_retry(**keywords), kwargs=self.kwargs, config=self.config)

    def _merged(
        self, config: RunnableConfig | Sequence[RunnableConfig] | None
    ) -> RunnableConfig | Sequence[RunnableConfig]:
        if config is None or isinstance(config, dict):
            return merge_configs(self.config, config)
        return [merge_configs(self.config, each) for each in config]
