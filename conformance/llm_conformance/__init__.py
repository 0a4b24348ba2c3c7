"""The conformance harness for streaming LLM implementations: `pytest --llm-impl=module:Class`.

From Python, `check_llm(model)` judges a model without pytest. An author's own tests use `assert_stream()`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llm_conformance.api import check_llm
    from llm_conformance.assertions import StreamAssertions, assert_astream, assert_stream
    from llm_conformance.report.llm_report import LLMReport

__all__ = ["LLMReport", "StreamAssertions", "assert_astream", "assert_stream", "check_llm"]

# Importing the package must cost an idle plugin nothing.
_HOMES = {
    "check_llm": "api",
    "LLMReport": "report.llm_report",
    "StreamAssertions": "assertions",
    "assert_astream": "assertions",
    "assert_stream": "assertions",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
