"""What is done to a subject, one act a scenario. Importing this package registers them all."""

from llm_conformance.scenarios import (
    answering,
    batching,
    cancelling,
    configuring,
    crowding,
    failing,
    gathering,
    generating,
    holding,
    isolating,
    leaving,
    looping,
    narrating,
    refusing,
    stopping,
    streaming,
)

__all__ = [
    "answering",
    "batching",
    "cancelling",
    "configuring",
    "crowding",
    "failing",
    "gathering",
    "generating",
    "holding",
    "isolating",
    "leaving",
    "looping",
    "narrating",
    "refusing",
    "stopping",
    "streaming",
]
