"""The parameters of a constructor, and what was wrong with the arguments that it refused."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator
from typing import Any

from llm_conformance.suggest import nearest

# Names in a message.
_SHOWN = 12
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def required(target: Any) -> tuple[str, ...]:
    """The parameters without a default that can be given by name."""
    return tuple(one.name for one in _named(target) if one.default is one.empty)


def wanted(target: Any, given: Collection[str], error: BaseException) -> tuple[str, ...]:
    """The required arguments that are missing, by the signature or by pydantic's report."""
    if report := _report(error):
        return tuple(".".join(map(str, one["loc"])) for one in report if one.get("type") == "missing")
    if not isinstance(error, TypeError):
        return ()
    return tuple(name for name in required(target) if name not in given)


def refused(target: Any, given: Collection[str], error: BaseException) -> tuple[str, ...]:
    """The arguments that the constructor does not have, by the signature or by pydantic's report."""
    if report := _report(error):
        extra = (".".join(map(str, one["loc"])) for one in report if one.get("type") == "extra_forbidden")
        return tuple(name for name in extra if name in given)
    if not isinstance(error, TypeError) or not _closed(target):
        return ()
    names = {one.name for one in _named(target)}
    return tuple(name for name in given if name not in names)


def meant(target: Any, given: Collection[str]) -> str:
    """The parameters that arguments of unknown names may be meant for, as the end of a message."""
    known = tuple(dict.fromkeys(_known(target)))
    pairs = ((name, nearest(name, known)) for name in given if name not in known)
    found = [(name, close[0]) for name, close in pairs if close]
    if len(given) == 1 and found:
        return f"; did you mean {found[0][1]}?"
    words = " and ".join(f"{other} instead of {name}" for name, other in found)
    return f"; did you mean {words}?" if found else ""


def listed(target: Any) -> str:
    """The parameters, for a message; empty if they are not known."""
    known = sorted(dict.fromkeys(_known(target)))
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return ", ".join(known[:_SHOWN]) + more


def _parameters(target: Any) -> tuple[inspect.Parameter, ...] | None:
    """The parameters; None if the constructor has no signature."""
    try:
        return tuple(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        return None


def _named(target: Any) -> Iterator[inspect.Parameter]:
    return (one for one in _parameters(target) or () if one.kind in _BY_NAME)


def _closed(target: Any) -> bool:
    """Whether the constructor takes no other names than those of its parameters; pydantic ignores others by default."""
    found = _parameters(target)
    if found is None or hasattr(target, "model_fields"):
        return False
    return all(one.kind is not inspect.Parameter.VAR_KEYWORD for one in found)


def _known(target: Any) -> Iterator[str]:
    """The names by which arguments can be given; a field of pydantic may have an alias."""
    yield from (one.name for one in _named(target))
    fields = getattr(target, "model_fields", None)
    for name, one in fields.items() if isinstance(fields, dict) else ():
        alias = getattr(one, "alias", None)
        yield from (name, alias) if isinstance(alias, str) else (name,)


def _report(error: BaseException) -> list[dict[str, Any]]:
    """What pydantic says of each argument; none of another error."""
    report = getattr(error, "errors", None)
    return list(report()) if type(error).__name__ == "ValidationError" and callable(report) else []
