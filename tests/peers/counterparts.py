"""The standard tests of langchain-tests that a check of ours has the question of, at least."""

from __future__ import annotations

from collections.abc import Iterable

from llm_conformance.catalogue.catalogue import CHECKS

# The other standard tests ask what no check of ours does. `test_usage_metadata` is one of them: we accept a model that
# reports no usage. `test_tool_choice` is another: we compare entry points, and accept a model that calls no tool.
_CHECKS = {
    "test_invoke": "invoke.returns-message",
    "test_ainvoke": "ainvoke.completes",
    "test_stream": "stream.yields-messages",
    "test_astream": "astream.completes",
    "test_batch": "batch.completes",
    "test_abatch": "abatch.completes",
    "test_usage_metadata_streaming": "usage.once",
    "test_stop_sequence": "stop.cuts",
    "test_tool_calling": "tools.parity",
    "test_tool_calling_async": "tools.parity",
    "test_tool_calling_with_no_arguments": "calls.exact",
    "test_unicode_tool_call_integration": "calls.exact",
    "test_stream_events_v3": "events-v3.completes",
    "test_astream_events_v3": "events-v3.completes",
    "test_bind_tool_pydantic": "tools.takes-forms",
    "test_structured_output": "tools.structured-class",
    "test_structured_output_async": "tools.structured-class",
    "test_tool_message_histories_string_content": "tools.takes-results",
    "test_agent_loop": "tools.takes-results",
}
# They judge the test class, or measure time and expect nothing.
_NO_TESTS = {"test_no_overrides_DO_NOT_OVERRIDE", "test_init_time", "test_stream_time"}


def without_counterpart(tests: Iterable[str]) -> list[str]:
    """These standard tests, without the ones that a check corresponds to."""
    if unknown := sorted(set(_CHECKS.values()) - CHECKS.keys()):
        raise LookupError(f"expected ids of checks, got {', '.join(unknown)}: correct peers/counterparts.py")
    return sorted(set(tests) - _CHECKS.keys() - _NO_TESTS)
