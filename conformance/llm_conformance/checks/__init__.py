"""The contract, rule by rule. Importing this package registers every check.

A check reads records and nothing else: no model, no clock, no pytest.
"""

from llm_conformance.checks import batch, config, events, events_data, invoke, isolation, stop, stream

__all__ = ["batch", "config", "events", "events_data", "invoke", "isolation", "stop", "stream"]
