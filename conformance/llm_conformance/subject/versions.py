"""The versions of what a run depends on, for its report."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Iterator
from typing import Any

from llm_conformance.subject.distributions import FRAMEWORK, clients_of, distributions_of, is_framework


def versions_of(module: str, instance: object) -> dict[str, str]:
    """The versions of Python, the harness, langchain-core, and of the distributions that take part in a call.

    These are the distribution of the module, those of the bases of the instance, and their clients: the SDK of a
    provider and the HTTP libraries, by what the distributions require and what the instance holds.

    module: the one that the subject is loaded from.
    """
    modules = [module, *(base.__module__ for base in type(instance).__mro__)]
    theirs = [name for one in modules for name in distributions_of(one) if not is_framework(name)]
    held = [name for one in _held_by(instance) for name in distributions_of(one)]
    core = [FRAMEWORK] if "langchain_core" in sys.modules else []
    versions = {"python": platform.python_version()}
    for name in dict.fromkeys(["pytest-llm-conformance", *core, *theirs, *clients_of(theirs, held)]):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _held_by(instance: object) -> Iterator[str]:
    """The modules of the classes of what the instance holds. It runs no code of the instance."""
    for name in ("__dict__", "__pydantic_private__"):
        try:
            attributes: Any = object.__getattribute__(instance, name)
        except AttributeError:
            continue
        if type(attributes) is dict:
            yield from {type(value).__module__: None for value in attributes.values()}
