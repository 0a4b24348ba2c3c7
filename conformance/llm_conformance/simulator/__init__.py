"""The provider simulator: plays golden streams over loopback HTTP in a provider's format. Usable without the plugin."""

from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.journal import Ending, Request
from llm_conformance.simulator.server import Simulator

__all__ = ["Case", "Ending", "FinishStyle", "Request", "Simulator"]
