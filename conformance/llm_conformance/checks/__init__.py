"""The contract, rule by rule. Importing this package registers every check.

A check reads records and nothing else: no model, no clock, no pytest.
"""

from llm_conformance.checks import (
    batch,
    callbacks,
    config,
    events,
    events_data,
    filters,
    invoke,
    isolation,
    nested,
    shapes,
    stop,
    stream,
)

__all__ = [
    "batch",
    "callbacks",
    "config",
    "events",
    "events_data",
    "filters",
    "invoke",
    "isolation",
    "nested",
    "shapes",
    "stop",
    "stream",
]
