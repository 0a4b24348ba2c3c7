"""Which class answers a call: the one that defines the method, or the base that it hands the call on to."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from llm_conformance.subject.classes import method_owners


class Base:
    def batch(self, inputs: Any) -> Any:
        return inputs

    def astream_events(self, question: Any, **more: Any) -> Any:
        return (question, more)

    def bind_tools(self, tools: Any) -> Any:
        return tools


class Between(Base):
    """Has neither method."""


class HandsOn(Between):
    def astream_events(self, question: Any, **more: Any) -> Any:
        return super().astream_events(question, **more)

    def batch(self, inputs: Any) -> Any:
        return Base.batch(self, inputs)

    def bind_tools(self, tools: Any) -> Any:
        return super().bind_tools(tools)


class HandsOnTwice(HandsOn):
    def astream_events(self, question: Any, **more: Any) -> Any:
        async def later() -> AsyncIterator[Any]:
            yield super(HandsOnTwice, self).astream_events(question, **more)

        return later()


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any, **more: Any) -> Any:
        return function(*arguments, **more)

    return call


class HandsOnLogged(Base):
    @logged
    def batch(self, inputs: Any) -> Any:
        return super().batch(inputs)


class Delegates(Base):
    def __init__(self, inner: Any = None) -> None:
        self.inner = inner

    def batch(self, inputs: Any) -> Any:
        return self.inner.batch(inputs)


class Own(Base):
    def batch(self, inputs: Any) -> Any:
        return [*super().astream_events(inputs)]


class OfFramework(Base):
    __module__ = "langchain_core.language_models.chat_models"

    def batch(self, inputs: Any) -> Any:
        return super().batch(inputs)


@pytest.mark.parametrize(
    ("model", "method", "owner"),
    [
        (HandsOn, "batch", "Base"),
        (HandsOn, "astream_events", "Base"),
        (HandsOnTwice, "astream_events", "Base"),
        (HandsOnLogged, "batch", "Base"),
        (HandsOn, "bind_tools", "HandsOn"),
        (Delegates, "batch", "Delegates"),
        (Own, "batch", "Own"),
        (OfFramework, "batch", "OfFramework"),
        (Between, "batch", "Base"),
    ],
)
def test_a_call_is_answered_by(model: type[Base], method: str, owner: str) -> None:
    assert method_owners(model())[method].rpartition(".")[2] == owner
