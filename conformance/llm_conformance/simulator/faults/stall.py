"""Stalls: the connection stays open without data. A correct client raises after its read timeout, and not before."""

from dataclasses import replace

from llm_conformance.simulator.actions import Action, Actions, End, Event, Hold, Pause
from llm_conformance.simulator.faults.body import first_half
from llm_conformance.simulator.faults.fault import SSE, Expected, Fault, FaultClass, FaultFamily, FaultLevel

STALL = FaultFamily(FaultClass.STALL)

_SLOW_SECONDS = 1.2
_PAUSES = 12
_COMMENTS = 4
_INTERVAL = 0.3


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
    """After half of the tokens, only comments arrive, one every 0.3 s; the body terminates cleanly after 1.2 s."""
    comments = (action for _ in range(_COMMENTS) for action in (Pause(_INTERVAL), Event(b": ping\n\n")))
    return (*first_half(actions), *comments, End())


@STALL.on_response(Expected.EXACT, FaultLevel.MUST, whole=False)
def slow_but_steady(actions: Actions) -> Actions:
    """The stream takes 1.2 s, or `slow_but_steady` seconds; it never stops for longer than a twelfth of that."""
    return _slowed(actions, _SLOW_SECONDS)


def slow_for(seconds: float) -> Fault:
    """The fault that delays a stream by this number of seconds in all."""

    def slowed(actions: Actions) -> Actions:
        return _slowed(actions, seconds)

    return replace(STALL.faults["slow_but_steady"], name=f"slow_but_steady={seconds:g}", transform=slowed)


def _slowed(actions: Actions, seconds: float) -> Actions:
    """The actions with pauses of equal length before events that are as far apart from each other as possible."""
    events = [index for index, action in enumerate(actions) if isinstance(action, Event)]
    paused = [events[turn * len(events) // _PAUSES] for turn in range(_PAUSES)] if events else []
    slowed: list[Action] = []
    for index, action in enumerate(actions):
        slowed += [Pause(seconds / _PAUSES)] * paused.count(index)
        slowed.append(action)
    return tuple(slowed)
