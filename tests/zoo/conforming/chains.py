"""Runnables that are no model, or that stand around one: instances, and factories."""

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
    "bound",
    "chosen",
    "configured",
    "fallen_back",
    "falling_back",
    "function",
    "generator",
    "parallel",
    "parsed",
    "parsed_chat",
    "prompted",
    "retried",
    "through",
    "two_models",
    "with_function",
]


class HalfStreamer(Runnable[Any, str]):
    """Streams synchronously, and leaves astream() to the framework, which gives the answer as one chunk."""

    def invoke(self, input: Any, config: Any = None, **_kwargs: Any) -> str:  # noqa: A002
        """The text it was given, which has to be one."""
        return str.__str__(input)

    def stream(self, input: Any, config: Any = None, **_kwargs: Any) -> Iterator[str]:  # noqa: A002
        """Letter by letter."""
        yield from self.invoke(input, config)


def shout(text: str) -> str:
    """A step that waits for its whole input."""
    return text.upper()


def shouting(texts: Iterator[str]) -> Iterator[str]:
    """A step that passes on what it has."""
    for text in texts:
        yield text.upper()


async def ashouting(texts: AsyncIterator[str]) -> AsyncIterator[str]:
    """The same on a loop."""
    async for text in texts:
        yield text.upper()


class Failing(Both):
    """Fails at once."""

    def said(self, prompt: str, stop: list[str] | None) -> list[str]:
        raise ConnectionError("no provider")


class Template(Runnable[Any, str]):
    """A step that is no model: anything can be put into its text, a number too."""

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> str:  # noqa: A002 - its name in the interface
        return f"Dear model, {input}"


function = RunnableLambda(shout)
generator = RunnableGenerator(shouting, ashouting)
through: Any = RunnablePassthrough()
bound = Both().bind(user="somebody")
configured = Both().with_config(tags=["own"], metadata={"own": 1})
retried = Both().with_retry()
fallen_back = Failing().with_fallbacks([Both()])
falling_back = Both().with_fallbacks([CallOnly()])
parallel: Any = RunnableParallel(left=Both(), right=CallOnly())
chosen = Both().configurable_alternatives(ConfigurableField(id="which"), default_key="both", call=CallOnly())
parsed = Both() | StrOutputParser()
with_function = Both() | shout


def prompted() -> Any:
    """A prompt before a model."""
    return PromptTemplate.from_template("Dear model, {question}") | Both()


def parsed_chat() -> Any:
    """A chat model whose answer is made a text."""
    return StreamsOnLoops() | StrOutputParser()


def two_models() -> Any:
    """A model that answers another."""
    return CallOnly() | Both()
