"""Control by the wire: a simulated provider on the loopback interface answers the requests of a client."""

from llm_conformance.control.wire.answer import SimulatedAnswer, WireGeneration
from llm_conformance.control.wire.wire import Wire

__all__ = ["SimulatedAnswer", "Wire", "WireGeneration"]
