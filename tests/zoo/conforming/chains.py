"""Runnables that are not models, or that wrap one: instances and factories."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import (
    ConfigurableField,
    Runnable,
    RunnableGenerator,
    RunnableLambda,
    RunnableParallel,
    RunnablePassthrough,
)

from zoo.conforming.chat_models import StreamsOnLoops
from zoo.conforming.langchain_based import Both, CallOnly

__all__ = [
    "HalfStreamer",
    "Template",
    "Traced",
    "bound",
    "chosen",
    "configured",
    "fallback_used",
    "function",
    "generator",
    "parallel",
    "parsed",
    "parsed_chat",
    "prompted",
    "retried",
    "retrieved",
    "through",
    "two_models",
    "with_fallback",
    "with_function",
]


class HalfStreamer(Runnable[Any, str]):
    """Streams synchronously; the fallback of the framework for `astream()` yields one chunk."""

    def invoke(self, input: Any, config: Any = None, **_kwargs: Any) -> str:  # noqa: A002
        """The input, which must be a `str`."""
        return str.__str__(input)

    def stream(self, input: Any, config: Any = None, **_kwargs: Any) -> Iterator[str]:  # noqa: A002
        """The input, letter by letter."""
        yield from self.invoke(input, config)


def shout(text: str) -> str:
    """A step that needs its whole input."""
    return text.upper()


def shouting(texts: Iterator[str]) -> Iterator[str]:
    """A step that streams."""
    for text in texts:
        yield text.upper()


async def ashouting(texts: AsyncIterator[str]) -> AsyncIterator[str]:
    """A step that streams asynchronously."""
    async for text in texts:
        yield text.upper()


class Failing(Both):
    """Raises in every call."""

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        raise ConnectionError("no provider")


class Template(Runnable[Any, str]):
    """A step that is not a model: it accepts any input, such as a number."""

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> str:  # noqa: A002 - its name in the interface
        return f"Dear model, {input}"


function = RunnableLambda(shout)
generator = RunnableGenerator(shouting, ashouting)
through: Any = RunnablePassthrough()
bound = Both().bind(user="user")
configured = Both().with_config(tags=["own"], metadata={"own": 1})
retried = Both().with_retry()
fallback_used = Failing().with_fallbacks([Both()])
with_fallback = Both().with_fallbacks([CallOnly()])
parallel: Any = RunnableParallel(left=Both(), right=CallOnly())
chosen = Both().configurable_alternatives(ConfigurableField(id="which"), default_key="both", call=CallOnly())
parsed = Both() | StrOutputParser()
with_function = Both() | shout


def prompted() -> Any:
    """A prompt template before a model."""
    return PromptTemplate.from_template("Dear model, {question}") | Both()


def retrieved() -> Any:
    """Looks up what belongs to the question, beside it. The lookup ignores or refuses what a model takes, as `stop`."""
    return {"question": RunnablePassthrough()} | PromptTemplate.from_template("Dear model, {question}") | Both()


class Traced:
    """A proxy: it counts the calls of `invoke()`, and leaves everything else to the model."""

    def __init__(self) -> None:
        self._model = Both()
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        """Count the call, and let the model answer."""
        self._calls += 1
        return self._model.invoke(*args, **kwargs)


def parsed_chat() -> Any:
    """A chat model with a string parser."""
    return StreamsOnLoops() | StrOutputParser()


def two_models() -> Any:
    """A model that answers another model."""
    return CallOnly() | Both()
