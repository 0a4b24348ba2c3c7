"""The constructor arguments of a subject. An argument may itself be an object: a client, or a wrapped model.

A table with the key `()` is such an object: `{"()": "acme:Client", "base_url": ..}` is `acme.Client(base_url=..)`. The
key is that of the standard library's `logging.config`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from llm_conformance.subject.spec import ImplSpec, LoadError, SpecError

FACTORY = "()"


class Arguments:
    """Constructor arguments. Their objects are made anew for each instance."""

    def __init__(self, spec: ImplSpec, given: Mapping[str, Any]) -> None:
        """Import the classes of the objects; raises LoadError with the name of the argument if that fails."""
        self._makers = {key: _maker(value, f"--llm-impl={spec}: argument {key}") for key, value in given.items()}

    def make(self) -> dict[str, Any]:
        """The arguments by name. Raises whatever the constructor of an object raises."""
        return {key: maker() for key, maker in self._makers.items()}


def merged(given: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with more of them, which win. Tables are merged key by key, those of objects too."""
    both = {key: merged(given[key], more[key]) for key in more if _are_tables(given.get(key), more[key])}
    return {**given, **more, **both}


def _are_tables(*values: Any) -> bool:
    return all(isinstance(value, dict) for value in values)


def _maker(value: Any, where: str) -> Callable[[], Any]:
    if not _has_object(value):
        return lambda: value
    if isinstance(value, list):
        items = [_maker(item, where) for item in value]
        return lambda: [maker() for maker in items]
    makers = {key: _maker(item, where) for key, item in value.items() if key != FACTORY}
    factory = _loaded(value[FACTORY], where) if FACTORY in value else dict
    return lambda: factory(**{key: maker() for key, maker in makers.items()})


def _has_object(value: Any) -> bool:
    if isinstance(value, dict):
        return FACTORY in value or any(map(_has_object, value.values()))
    return isinstance(value, list) and any(map(_has_object, value))


def _loaded(text: Any, where: str) -> Callable[..., Any]:
    expected = f"{where}: {FACTORY!r} must name a class or a function, MODULE:OBJECT"
    if not isinstance(text, str):
        raise LoadError(f"{expected}; got {text!r}")
    try:
        factory: Any = ImplSpec.parse(text).load()
    except SpecError:
        raise LoadError(f"{expected}; got {text!r}") from None
    except LoadError as error:
        message = str(error).removeprefix(f"--llm-impl={text}: ")
        raise LoadError(f"{where}: {text}: {message}", error.traceback, error.hint, error.code) from None
    if not callable(factory):
        raise LoadError(f"{expected}; {text} is of type {type(factory).__name__}")
    return cast("Callable[..., Any]", factory)
