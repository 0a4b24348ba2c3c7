"""All faults by name."""

import re
from difflib import get_close_matches

from llm_conformance.simulator.faults.content import CONTENT
from llm_conformance.simulator.faults.cut import CUT
from llm_conformance.simulator.faults.delivery import DELIVERY, cut_after
from llm_conformance.simulator.faults.error import ERROR
from llm_conformance.simulator.faults.fault import (
    Expected,
    Fault,
    FaultClass,
    FaultLevel,
    RequestTraits,
    collect_families,
)
from llm_conformance.simulator.faults.gemini import FAMILIES as OF_GEMINI
from llm_conformance.simulator.faults.http import HTTP
from llm_conformance.simulator.faults.responses import FAMILIES as OF_RESPONSES
from llm_conformance.simulator.faults.stall import STALL, slow_for
from llm_conformance.simulator.faults.syntax import SYNTAX
from llm_conformance.simulator.faults.terminator import TERMINATOR
from llm_conformance.simulator.faults.unspecified import UNSPECIFIED

__all__ = ["FAULTS", "Expected", "Fault", "FaultClass", "FaultLevel", "RequestTraits", "fault_named"]

BASELINE = Fault(
    "baseline", FaultClass.DELIVERY, Expected.EXACT, FaultLevel.MUST, "The provider sends the answer without a fault."
)
FAULTS = {
    BASELINE.name: BASELINE,
    **collect_families(
        (DELIVERY, SYNTAX, CONTENT, TERMINATOR, ERROR, CUT, STALL, HTTP, UNSPECIFIED, *OF_RESPONSES, *OF_GEMINI)
    ),
}
_CUT = "cut_at="
_SLOW = re.compile(r"slow_but_steady=(\d{1,3}(?:\.\d{1,3})?)", re.ASCII)


def fault_named(name: str) -> Fault:
    """The fault of this name, `cut_at=<bytes>` or `slow_but_steady=<seconds>`.

    Raises ValueError with the nearest known names.
    """
    position = name.removeprefix(_CUT)
    if position != name and position.isascii() and position.isdigit():
        return cut_after(int(position))
    if slow := _SLOW.fullmatch(name):
        return slow_for(float(slow[1]))
    if name not in FAULTS:
        nearest = ", ".join(repr(known) for known in get_close_matches(name, FAULTS, cutoff=0))
        raise ValueError(f"unknown fault {name!r}; nearest: {nearest}")
    return FAULTS[name]
