"""Stalls: the connection stays open without data. A correct client raises after its read timeout."""

from llm_conformance.simulator.actions import Actions, End, Event, Hold, Pause
from llm_conformance.simulator.faults.body import first_half
from llm_conformance.simulator.faults.fault import SSE, Expected, FaultClass, FaultFamily, FaultLevel

STALL = FaultFamily(FaultClass.STALL)

_COMMENTS = 5
_INTERVAL = 0.4


@STALL.on_response(Expected.RAISES, FaultLevel.MUST)
def stall(actions: Actions) -> Actions:
    """After half of the tokens, the provider sends nothing until the client disconnects."""
    return (*first_half(actions), Hold())


@STALL.on_response(Expected.RAISES, FaultLevel.MUST)
def stall_headers(actions: Actions) -> Actions:  # noqa: ARG001 - the answer is not sent
    """The provider sends nothing at all until the client disconnects."""
    return (Hold(),)


@STALL.on_response(Expected.RAISES, FaultLevel.SHOULD, *SSE, whole=False)
def stall_with_comments(actions: Actions) -> Actions:
    """After half of the tokens, only comments arrive, one every 0.4 s; the body terminates cleanly after 2 s."""
    comments = (action for _ in range(_COMMENTS) for action in (Pause(_INTERVAL), Event(b": ping\n\n")))
    return (*first_half(actions), *comments, End())
