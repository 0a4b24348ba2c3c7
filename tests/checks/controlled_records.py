"""Records of controlled models: calls of a planned answer, and searches."""

from typing import Any

from checks.records import value_of
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, GenerationRecord, Search

TOKENS = tuple(f" {place}" for place in range(8))
CLOSED, RUNNING, DONE = (
    GenerationRecord(sent=4, total=8, outcome="closed"),
    GenerationRecord(sent=4, total=8),
    GenerationRecord(sent=8, total=8, outcome="finished"),
)


def outcome(*chunks: Any, tokens: tuple[str, ...] = TOKENS, **facts: Any) -> ControlledOutcome:
    """One call of a model that is made to generate eight tokens."""
    return ControlledOutcome(tokens=tokens, chunks=tuple(map(value_of, chunks)), **facts)


def outcomes(**by: ControlledOutcome) -> ControlledOutcomes:
    """Calls by name; underscores are read as spaces."""
    return ControlledOutcomes(by_label={name.replace("_", " "): one for name, one in by.items()})


STREAMED = outcome(*TOKENS, generations=(DONE,))
NONE_FOUND = Search(examples=20)
FOUND = Search(examples=3, counterexample=outcome("b", tokens=("", "b", "c")))
FLAKY = Search(flaky=True, counterexample=outcome("b"), steps=("open stream 1", "pull stream 1"))
