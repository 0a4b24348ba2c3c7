"""Stalls: the connection stands, and nothing more comes. A client raises when its time is up."""

from llm_conformance.simulator.actions import Actions, End, Event, Hold, Pause
from llm_conformance.simulator.faults.body import half
from llm_conformance.simulator.faults.fault import SSE, Expected, FaultClass, FaultFamily, FaultLevel

STALL = FaultFamily(FaultClass.STALL)

_COMMENTS = 5
_BETWEEN = 0.4


@STALL.on_response(Expected.RAISES, FaultLevel.MUST)
def stall(actions: Actions) -> Actions:
    """Nothing comes after half of the tokens, until the client goes away."""
    return (*half(actions), Hold())


@STALL.on_response(Expected.RAISES, FaultLevel.MUST)
def stall_headers(actions: Actions) -> Actions:  # noqa: ARG001 - nothing of the answer remains
    """Nothing comes at all, until the client goes away."""
    return (Hold(),)


@STALL.on_response(Expected.RAISES, FaultLevel.SHOULD, *SSE, whole=False)
def stall_with_comments(actions: Actions) -> Actions:
    """After half of the tokens come comments only, one in 0.4 s, and after 2 s the body ends well."""
    comments = (action for _ in range(_COMMENTS) for action in (Pause(_BETWEEN), Event(b": ping\n\n")))
    return (*half(actions), *comments, End())
