"""What the classes of a model say about it: its kind, and which of them defines each method."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from llm_conformance.records import Kind
from llm_conformance.subject.spec import has_method

_METHODS = (
    "invoke",
    "ainvoke",
    "batch",
    "abatch",
    "batch_as_completed",
    "abatch_as_completed",
    "stream",
    "astream",
    "transform",
    "atransform",
    "stream_events",
    "astream_events",
    "bind",
    "bind_tools",
    "with_structured_output",
    "with_config",
    "__or__",
    "__ror__",
)
# Those that make a call. The others make another Runnable, and may do so in a way of their own.
_CALLS = {*_METHODS[: _METHODS.index("bind")]}
# Their classes answer a call by themselves, although they have a part of it from one another.
_FRAMEWORKS = ("langchain_core.", "llm_reference.")
_BINDING = "RunnableBinding"
_HOOKS = ("_call", "_acall", "_stream", "_astream", "_generate", "_agenerate")
# Hooks that no framework has itself: whichever class defines one of them, the model yields events of v3 by itself.
_V3_HOOKS = ("_stream_chat_model_events", "_astream_chat_model_events")


def kind_of(instance: Any) -> Kind:
    """The kind, by the names of the base classes; unknown for a class that is independent of langchain-core.

    A binding around a chat model, as of `bind_tools()`, is a chat model.
    """
    if _BINDING in map(_name, type(instance).__mro__) and kind_of(getattr(instance, "bound", None)) is Kind.CHAT:
        return Kind.CHAT
    return kind_of_class(type(instance))


def kind_of_class(target: type) -> Kind:
    """The kind of the instances of a class, by the names of its base classes."""
    kinds = target.__mro__
    names = [*map(_name, kinds)]
    if "BaseChatModel" in names:
        return Kind.CHAT
    if "BaseLLM" in names or "LLM" in names:
        return Kind.LLM
    if names[0].startswith("Runnable") or any(one.__module__ == "langchain_core.runnables.base" for one in kinds):
        return Kind.CHAIN
    return Kind.UNKNOWN


def _name(kind: type) -> str:
    return kind.__name__


def is_cached(instance: Any) -> bool:
    """Whether langchain-core may take the answer of a string model from a cache: its own, or that of the process.

    Chat models report a run for such an answer, too.
    """
    if "BaseLLM" not in [kind.__name__ for kind in type(instance).__mro__]:
        return False
    own = getattr(instance, "cache", None)
    shared = sys.modules.get("langchain_core.globals")
    return own is not False and (own is not None or (shared is not None and shared.get_llm_cache() is not None))


def method_owners(instance: Any) -> dict[str, str]:
    """The class that defines each method, and each streaming hook that is the model's own.

    Of a method that hands its call on to `super()`, it is the class that answers the call.
    """
    owners = {name: owner for name in (*_METHODS, *_V3_HOOKS) if (owner := _owner(instance, name))}
    return owners | {name: _owner(instance, name) or "" for name in _HOOKS if _own(instance, name)}


def _owner(instance: Any, name: str) -> str | None:
    """The class whose `__dict__` has the method. A method's `__module__` is not used: `functools.wraps` copies it."""
    if not has_method(instance, name):
        return None
    if name in getattr(instance, "__dict__", {}):
        return "the instance"
    kinds = [kind for kind in type(instance).__mro__ if name in kind.__dict__]
    if not kinds:
        # A proxy: the method is bound to the object behind it, whose class answers the call.
        behind = getattr(getattr(instance, name), "__self__", instance)
        return "its __getattr__" if behind is instance else _owner(behind, name)
    handed_on = name in _CALLS
    kind = next((one for one in kinds[:-1] if not (handed_on and _hands_on(one, name))), kinds[-1])
    return f"{kind.__module__}.{kind.__qualname__}"


def _hands_on(kind: type, name: str) -> bool:
    """Whether a class calls the method of that name of one of its bases in its own, as by `super()`."""
    function = kind.__dict__[name]
    if kind.__module__.startswith(_FRAMEWORKS) or not isinstance(function, FunctionType):
        return False
    names = set(_names(inspect.unwrap(function).__code__))
    return name in names and not names.isdisjoint(("super", *(base.__name__ for base in kind.__mro__[1:])))


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function uses, and those of the functions in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _own(instance: Any, hook: str) -> bool:
    """Whether the model has this streaming hook itself. A framework's own method of that name is not a hook."""
    kinds = [kind for kind in type(instance).__mro__ if hook in kind.__dict__]
    return hook in getattr(instance, "__dict__", {}) or len(kinds) > 1 or type(instance) in kinds
