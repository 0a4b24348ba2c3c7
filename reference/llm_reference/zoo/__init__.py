"""The reference with one defect at a time: what a conformance suite has to catch, and what it must not confuse."""

from llm_reference.zoo import (
    batches,
    callbacks,
    chains,
    chats,
    chunks,
    configs,
    envelopes,
    errors,
    events,
    filters,
    isolation,
    outputs,
    stops,
    text,
    twins,
    wire,
)
from llm_reference.zoo.defect import DEFECTS, Defect

__all__ = [
    "DEFECTS",
    "Defect",
    "batches",
    "callbacks",
    "chains",
    "chats",
    "chunks",
    "configs",
    "envelopes",
    "errors",
    "events",
    "filters",
    "isolation",
    "outputs",
    "stops",
    "text",
    "twins",
    "wire",
]
