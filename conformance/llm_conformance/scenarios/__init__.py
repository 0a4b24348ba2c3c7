"""What is done to a subject, one act a scenario. Importing this package registers them all."""

from llm_conformance.scenarios import (
    answering,
    batching,
    chaining,
    configuring,
    filtering,
    isolating,
    listening,
    narrating,
    refusing,
    stopping,
    streaming,
)

__all__ = [
    "answering",
    "batching",
    "chaining",
    "configuring",
    "filtering",
    "isolating",
    "listening",
    "narrating",
    "refusing",
    "stopping",
    "streaming",
]
