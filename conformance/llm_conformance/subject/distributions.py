"""Installed distributions: which of them have a package, and which are the clients of a class.

A client is an HTTP library, or a distribution that requires one, such as the SDK of a provider.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

FRAMEWORK = "langchain-core"
_HARNESS = "pytest-llm-conformance"
_HTTP = {
    *("aiohttp", "botocore", "grpcio", "httpcore", "httpx", "httpx2", "httpx-aiohttp", "httpx-sse"),
    *("requests", "urllib3", "websockets"),
}
# They load their tables over HTTP, and have no part in a call.
_TOKENIZERS = {"tiktoken", "tokenizers"}
# What a client imports without saying so.
_UNDECLARED = {"httpx-sse": ("httpx",)}


def distributions_of(module: str) -> list[str]:
    """The installed distributions that have the package of the module: the top-level one, in a namespace the next."""
    root, _, rest = module.partition(".")
    if root in sys.stdlib_module_names or root not in sys.modules:
        return []
    is_namespace = getattr(sys.modules[root], "__file__", None) is None
    return _having(f"{root}/{rest.partition('.')[0]}" if is_namespace and rest else root)


def clients_of(distributions: Iterable[str], held: Iterable[str]) -> list[str]:
    """The clients that these distributions require, and those that the class holds with what they require."""
    required = [name for one in distributions if one != _HARNESS for name in _required_by(one)]
    of_held = [name for one in held if is_client(one) for name in (one, *_required_by(one))]
    return [name for name in dict.fromkeys((*required, *of_held)) if is_client(name)]


def is_client(name: str) -> bool:
    """Whether the distribution sends requests for a class: it is neither a part of the framework, nor an adapter."""
    if name in _HTTP:
        return True
    if name == _HARNESS or name in _TOKENIZERS or is_framework(name) or name.startswith("langchain"):
        return False
    return not _HTTP.isdisjoint(_requirements(name))


def is_framework(name: str) -> bool:
    """Whether it is the framework, or what the framework itself requires: every class has these."""
    return name == FRAMEWORK or name in _requirements(FRAMEWORK)


@cache
def _required_by(name: str) -> tuple[str, ...]:
    """What the distribution requires, directly or not, except by way of the framework; the nearest first."""
    found: dict[str, None] = {}
    nearest = [name]
    while nearest:
        further = dict.fromkeys(one for each in nearest if _leads_on(each) for one in _requirements(each))
        nearest = [one for one in further if one not in found]
        found |= dict.fromkeys(nearest)
    return tuple(found)


def _leads_on(name: str) -> bool:
    return name in _HTTP or not (name in _TOKENIZERS or is_framework(name))


@cache
def _requirements(name: str) -> tuple[str, ...]:
    """The names of what the distribution requires here, without its extras."""
    found = _distribution(name)
    declared = _applying(found.requires or ()) if found is not None else ()
    return (*declared, *_UNDECLARED.get(name, ()))


def _applying(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        try:
            one = Requirement(line)
        except InvalidRequirement:
            continue
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            yield canonicalize_name(one.name)


def _distribution(name: str) -> Distribution | None:
    try:
        return importlib.metadata.distribution(name)
    except PackageNotFoundError:
        return None


@cache
def _having(package: str) -> list[str]:
    """The installed distributions that have this package, such as "openai" or "google/genai".

    `importlib.metadata.packages_distributions()` takes a tenth of a second: it parses the files of every distribution.
    """
    names: list[str] = []
    for one in importlib.metadata.distributions():
        declared, files = one.read_text("top_level.txt"), one.read_text("RECORD") or ""
        found = f"\n{files}".find
        by_files = found(f"\n{package}/") >= 0 or found(f"\n{package}.") >= 0
        if package in declared.split() if declared and "/" not in package else by_files:
            names.append(canonicalize_name(one.metadata["Name"]))
    return names
