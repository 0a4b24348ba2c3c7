"""The wire: a provider on the loopback interface says what an adapter is asked to stream."""

from llm_conformance.control.wire.answer import SimulatedAnswer
from llm_conformance.control.wire.wire import Wire

__all__ = ["SimulatedAnswer", "Wire"]
