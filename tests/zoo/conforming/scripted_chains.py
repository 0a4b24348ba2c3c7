"""Scripted models with something around them: arguments, another model, a second try, a prompt, a parser."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import GenerationChunk
from langchain_core.prompts import PromptTemplate

from zoo.conforming.scripted import Both, ChatBoth, SyncOnly

__all__ = [
    "bound",
    "chain",
    "falling_back",
    "parsed",
    "retried",
    "taken_over",
]


class _Failing(Both):
    """Fails at once."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        raise ConnectionError("no provider")

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        raise ConnectionError("no provider")
        yield

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        raise ConnectionError("no provider")

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        raise ConnectionError("no provider")
        yield


def bound(script: Any) -> Any:
    """A model with arguments of its own."""
    return Both(script=script).bind(user="somebody")


def taken_over(script: Any) -> Any:
    """A model that is not there, and the one that answers for it."""
    return _Failing(script=script).with_fallbacks([Both(script=script)])


def falling_back(script: Any) -> Any:
    """A model that has another to fall back on."""
    return Both(script=script).with_fallbacks([SyncOnly(script=script)])


def retried(script: Any) -> Any:
    """A model that is asked once more."""
    return Both(script=script).with_retry(stop_after_attempt=2, wait_exponential_jitter=False)


def parsed(script: Any) -> Any:
    """A chat model whose answer is made a text."""
    return ChatBoth(script=script) | StrOutputParser()


def chain(script: Any) -> Any:
    """A prompt before a model."""
    return PromptTemplate.from_template("Dear model, {question}") | Both(script=script)
