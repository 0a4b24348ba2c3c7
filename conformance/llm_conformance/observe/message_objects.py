"""The messages of a conversation as objects of the framework that a chat model is based on."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from llm_conformance.observe.tool_forms import framework_of

_CLASSES = {"system": "SystemMessage", "human": "HumanMessage", "ai": "AIMessage"}
_MODULES = {"langchain_core": "langchain_core.messages", "llm_reference": "llm_reference"}


def messages_for(llm: Any, turns: Sequence[tuple[str, str]]) -> list[Any]:
    """New messages with these roles and texts; the pairs themselves for a model of its own kind.

    A model may take pairs or dicts, too. Only an object can be changed in place.
    """
    if (module := _MODULES.get(framework_of(llm))) is None:
        return [*turns]
    classes = import_module(module)
    return [getattr(classes, _CLASSES[role])(text) for role, text in turns]
