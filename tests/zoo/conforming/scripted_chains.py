"""Scripted models inside a wrapper: bound arguments, a fallback, a retry, a prompt, a parser."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import GenerationChunk
from langchain_core.prompts import PromptTemplate

from zoo.conforming.scripted import Both, ChatBoth, SyncOnly

__all__ = [
    "bound",
    "chain",
    "fallback_answers",
    "parsed",
    "retried",
    "with_fallback",
]


class _Failing(Both):
    """Raises in every call."""

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
    """A model with bound arguments."""
    return Both(script=script).bind(user="user")


def fallback_answers(script: Any) -> Any:
    """A model that always fails, with a fallback that answers."""
    return _Failing(script=script).with_fallbacks([Both(script=script)])


def with_fallback(script: Any) -> Any:
    """A model with a fallback that is not needed."""
    return Both(script=script).with_fallbacks([SyncOnly(script=script)])


def retried(script: Any) -> Any:
    """A model with a second attempt."""
    return Both(script=script).with_retry(stop_after_attempt=2, wait_exponential_jitter=False)


def parsed(script: Any) -> Any:
    """A chat model with a string parser."""
    return ChatBoth(script=script) | StrOutputParser()


def chain(script: Any) -> Any:
    """A prompt template before a model."""
    return PromptTemplate.from_template("Dear model, {question}") | Both(script=script)
