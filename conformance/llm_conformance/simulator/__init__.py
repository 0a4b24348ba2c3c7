"""The provider simulator: plays golden streams over loopback HTTP in a provider's format. Usable without the plugin."""

from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.faults import FAULTS, Duty, Earns, Fault, FaultClass, fault_named
from llm_conformance.simulator.formats import FORMATS
from llm_conformance.simulator.gate import Gate
from llm_conformance.simulator.server.request_log import Ending, Request
from llm_conformance.simulator.server.served_stream import Playing
from llm_conformance.simulator.server.simulator import Simulator, told

__all__ = [
    "FAULTS",
    "FORMATS",
    "Case",
    "Duty",
    "Earns",
    "Ending",
    "Fault",
    "FaultClass",
    "FinishStyle",
    "Gate",
    "Playing",
    "Request",
    "Simulator",
    "fault_named",
    "told",
]
