"""The provider simulator: serves golden streams on loopback HTTP in a provider's format. Usable without the plugin."""

from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.dialect import DIALECTS, Dialect
from llm_conformance.simulator.faults import FAULTS, Expected, Fault, FaultClass, FaultLevel, fault_named
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.simulator.formats.asked import Asked
from llm_conformance.simulator.gate import Gate
from llm_conformance.simulator.server.request_log import Ending, Request
from llm_conformance.simulator.server.served_stream import ServedStream
from llm_conformance.simulator.server.simulator import Simulator, golden_of

__all__ = [
    "DIALECTS",
    "FAULTS",
    "FORMATS",
    "Asked",
    "Case",
    "Dialect",
    "Ending",
    "Expected",
    "Fault",
    "FaultClass",
    "FaultLevel",
    "FinishStyle",
    "Gate",
    "Request",
    "ServedStream",
    "Simulator",
    "fault_named",
    "golden_of",
]
