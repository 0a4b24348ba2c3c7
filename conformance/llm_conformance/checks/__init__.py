"""The contract, rule by rule. Importing this package registers every check.

A check reads records and nothing else: no model, no clock, no pytest.
"""

from llm_conformance.checks import (
    any_text,
    batch,
    callbacks,
    config,
    errors,
    events,
    events_data,
    filters,
    growth,
    invoke,
    isolation,
    leaving,
    live,
    loop,
    nested,
    requests,
    shapes,
    stop,
    stream,
    together,
    versions,
    wire,
)

__all__ = [
    "any_text",
    "batch",
    "callbacks",
    "config",
    "errors",
    "events",
    "events_data",
    "filters",
    "growth",
    "invoke",
    "isolation",
    "leaving",
    "live",
    "loop",
    "nested",
    "requests",
    "shapes",
    "stop",
    "stream",
    "together",
    "versions",
    "wire",
]
