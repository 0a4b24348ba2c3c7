"""The source of the functions and classes that a script needs, and their imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_PIECES = "llm_conformance.reproduce.pieces"
# What scripts import that the pieces do not.
_MORE = {
    "asyncio": "import asyncio",
    "copy": "import copy",
    "gc": "import gc",
    "itertools": "import itertools",
    "json": "import json",
    "os": "import os",
    "re": "import re",
    "sys": "import sys",
    "threading": "import threading",
    "time": "import time",
    "unicodedata": "import unicodedata",
    "uuid": "import uuid",
    "Any": "from typing import Any",
}
_OF_LANGCHAIN = {"BaseCallbackHandler": "from langchain_core.callbacks import BaseCallbackHandler"}
# Remarks for our own linter.
_REMARK = ("  # noqa", "  # type:")


@dataclass(frozen=True, slots=True)
class Piece:
    """One function or class. uses: the names that it uses."""

    name: str
    text: str
    uses: frozenset[str]


def source_of(body: str) -> list[str]:
    """The sources of the pieces that this code needs, and that they need, in the order in which they are defined."""
    needed, pending = set[str](), names_in(body)
    while pending:
        name = pending.pop()
        if name in _pieces() and name not in needed:
            needed.add(name)
            pending |= _pieces()[name].uses
    return [piece.text for piece in _pieces().values() if piece.name in needed]


def imports_of(code: str) -> list[str]:
    """The lines that import what this code uses of the standard library and of langchain-core, in isort's order."""
    used = names_in(code)
    lines = {line for name, line in (*_MORE.items(), *_imports().items()) if name in used}
    froms: dict[str, set[str]] = {}
    for line in sorted(lines):
        if line.startswith("from "):
            module, _, names = line.removeprefix("from ").partition(" import ")
            froms.setdefault(module, set()).update(names.split(", "))
    plain = sorted(line for line in lines if line.startswith("import "))
    return [*plain, *(f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(froms.items()))]


def foreign_imports_of(code: str) -> list[str]:
    """The lines that import what this code uses of langchain-core."""
    used = names_in(code)
    return [line for name, line in _OF_LANGCHAIN.items() if name in used]


def names_in(code: str) -> set[str]:
    """The names that the code uses."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


@cache
def _pieces() -> dict[str, Piece]:
    return {piece.name: piece for text in _modules() for piece in _defined_in(text)}


@cache
def _imports() -> dict[str, str]:
    """The line that imports a name, for each name that a piece imports of the standard library."""
    found: dict[str, str] = {}
    for text in _modules():
        for node in ast.parse(text).body:
            if isinstance(node, ast.Import):
                found |= {one.name.partition(".")[0]: f"import {one.name}" for one in node.names}
            elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("llm_conformance"):
                found |= {one.name: f"from {node.module} import {one.name}" for one in node.names}
    return found


@cache
def _modules() -> tuple[str, ...]:
    # A class stands before those that are made of it.
    names = ("calls", "answers", "source", "hooks", "provider", "handler")
    return tuple(files(_PIECES).joinpath(f"{name}.py").read_text(encoding="utf-8") for name in names)


def _defined_in(text: str) -> Iterator[Piece]:
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own = _without_remarks(lines[node.lineno - 1 : node.end_lineno])
            yield Piece(node.name, own, frozenset(names_in(own)))


def _without_remarks(lines: Iterable[str]) -> str:
    return "\n".join(min((line.partition(remark)[0] for remark in _REMARK), key=len) for line in lines)
