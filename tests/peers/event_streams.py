"""The wrong event streams of version v3 in the zoo, and the validator of langchain-tests."""

from __future__ import annotations

from langchain_tests.utils.stream_lifecycle import assert_valid_event_stream

from llm_zoo import DEFECTS
from zoo.callers import PROMPT
from zoo.defects.test_v3 import WRONG_EVENTS


def validator_line() -> str:
    """How many of them the validator accepts, and which. The kill matrix shows that this suite rejects each."""
    accepted = [DEFECTS[model].id for model in WRONG_EVENTS if _is_accepted(model)]
    count = f"{len(accepted)} of {len(WRONG_EVENTS)}"
    return f"wrong event streams that the validator accepts: {count}: {', '.join(accepted)}"


def _is_accepted(model: type) -> bool:
    try:
        assert_valid_event_stream(model().stream_events(PROMPT, version="v3"))
    except AssertionError:
        return False
    return True
