"""Which class answers a call: the one that defines the method, or the base that it hands the call on to."""

from __future__ import annotations

import functools
import sys
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from llm_conformance.subject.classes import is_cached, method_owners


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


class Proxy:
    """Defines one method, and leaves the others to the object behind it."""

    def __init__(self) -> None:
        self._behind = Between()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    def bind_tools(self, tools: Any) -> Any:
        return tools


class Piped(Between):
    def __or__(self, other: Any) -> Any:
        return other


def test_behind_a_proxy_the_class_of_the_object_answers() -> None:
    owners = method_owners(Proxy())

    assert owners["batch"] == f"{__name__}.Base"
    assert owners["bind_tools"] == f"{__name__}.Proxy"


def test_a_proxy_does_not_hand_operators_on() -> None:
    proxy = Proxy()
    proxy._behind = Piped()

    assert "__or__" in method_owners(Piped())
    assert "__or__" not in method_owners(proxy)


class BaseLLM:
    cache: Any = None


class NotCached(BaseLLM):
    cache = False


@pytest.mark.parametrize(("shared", "expected"), [(None, [True, False, False]), (object(), [True, True, False])])
def test_a_string_model_may_have_a_cache(monkeypatch: pytest.MonkeyPatch, shared: object, expected: list[bool]) -> None:
    monkeypatch.setitem(sys.modules, "langchain_core.globals", SimpleNamespace(get_llm_cache=lambda: shared))
    own = BaseLLM()
    own.cache = object()

    assert [is_cached(one) for one in (own, BaseLLM(), NotCached())] == expected
