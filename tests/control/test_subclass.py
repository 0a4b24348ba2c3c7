"""The subclass with wrapped hooks: it behaves like its class."""

import inspect
from typing import Any, final

import pytest

from llm_conformance.control.hooks import Hooks, hooked_subclass, hooks_of, not_hookable_because
from llm_reference import LLM, EchoLLM
from llm_zoo.chat_models import EchoChat
from zoo.conforming import chat_models, langchain_based, reference_based

HOOKS = Hooks(("Sing.",), str)


@final
class Last(EchoLLM):
    """Has no subclass."""


@pytest.mark.parametrize(
    ("model", "hooks"),
    [
        (EchoLLM, ("_stream", "_astream")),
        (reference_based.StreamOnly, ("_stream",)),
        (reference_based.AstreamOnly, ("_astream",)),
        (langchain_based.Both, ("_stream", "_astream")),
        (langchain_based.StreamOnly, ("_stream",)),
        (langchain_based.CallOnly, ()),
        (chat_models.Streams, ("_stream",)),
        (LLM, ()),
        (object, ()),
    ],
)
def test_a_hook_is_one_that_overrides_its_frameworks(model: type[Any], hooks: tuple[str, ...]) -> None:
    assert hooks_of(model) == hooks


def test_an_attribute_that_is_not_a_function_is_not_a_hook() -> None:
    class Wrapped(EchoLLM):
        _stream = staticmethod(len)  # type: ignore[assignment]

    assert hooks_of(Wrapped) == ("_astream",)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (EchoLLM, ""),
        (Last, "it is a final class"),
        (EchoChat, "it overrides neither _stream nor _astream"),
        (EchoLLM(), "it is not a class"),
        (langchain_based.one_answer, "it is not a class"),
    ],
)
def test_the_reason_says_why_hooks_cannot_be_controlled(target: Any, why: str) -> None:
    assert not_hookable_because(target) == why


@pytest.mark.parametrize("model", [EchoLLM, langchain_based.Both, chat_models.StreamsOnLoops])
def test_the_subclass_has_the_names_of_its_class(model: type[Any]) -> None:
    made = hooked_subclass(model, HOOKS)

    assert made is not model
    assert issubclass(made, model)
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        assert getattr(made, name) == getattr(model, name)
    for name in hooks_of(model):
        assert inspect.signature(getattr(made, name)) == inspect.signature(getattr(model, name))
        assert getattr(made, name).__qualname__ == getattr(model, name).__qualname__


def test_a_pydantic_model_keeps_its_fields() -> None:
    model = hooked_subclass(langchain_based.WithFields, HOOKS)(heat=0.5)

    assert model.temperature == 0.5
    assert list(model.stream("Sing.")) == list(langchain_based.WithFields().stream("Sing."))
    assert model._count == 1


def test_the_subclass_gives_the_answer_of_its_class() -> None:
    model = hooked_subclass(EchoLLM, HOOKS)()

    assert list(model.stream("Sing.")) == list(EchoLLM().stream("Sing."))
    assert model.get_name() == "EchoLLM"
