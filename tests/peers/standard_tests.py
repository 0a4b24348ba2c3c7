"""langchain-tests' standard tests of chat models, once for each subject. `python tests/peers` collects this file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests

import llm_reference
from llm_conformance.simulator import Simulator
from peers import adapter
from peers.subjects import Subject, subjects

_SUITES = {"unit": ChatModelUnitTests, "integration": ChatModelIntegrationTests}


@pytest.fixture(scope="module", autouse=True)
def _provider() -> Iterator[None]:
    with Simulator() as simulator:
        adapter.Adapter.simulator = simulator
        yield


def _summed(self: Any, *, stream: bool = False) -> Any:
    model = self.chat_model_class(**self.chat_model_params)
    if not stream:
        return model.invoke("Hello")
    first, *others = model.stream("Hello")
    return first.add(others) if hasattr(first, "add") else sum(others, first)


def _properties(subject: Subject) -> dict[str, Any]:
    """What the author of an integration declares: everything that the sound base supports."""
    wrapped = adapter.around(subject.model, subject.defect.wire)
    whole = issubclass(subject.model, llm_reference.BaseChatModel)
    # Ollama counts neither the tokens of the reasoning nor those of a cache.
    counted = not issubclass(subject.model, llm_reference.EchoChatModel) and subject.defect.wire != "ollama-chat"
    detailed = whole and counted
    details = ["reasoning_output", "cache_read_input"] if detailed else []
    declared = {
        "chat_model_class": wrapped,
        "chat_model_params": {},
        "has_tool_calling": whole,
        "has_tool_choice": whole,
        "has_structured_output": whole,
        "returns_usage_metadata": whole,
        "supported_usage_metadata_details": {"invoke": details, "stream": details},
    }
    return {name: _property(value) for name, value in declared.items()}


def _property(value: Any) -> Any:
    return property(lambda _: value)


for _subject in subjects():
    for _suite, _tests in _SUITES.items():
        _name = f"Test_{_suite}_{_subject.name}"
        _methods = {"invoke_with_reasoning_output": _summed, "invoke_with_cache_read_input": _summed}
        globals()[_name] = type(_name, (_tests,), {**_properties(_subject), **_methods})
