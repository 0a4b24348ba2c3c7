"""Errors that come when success was promised already: status 200, some text, and then no more."""

from llm_conformance.simulator.actions import Actions, End, Event, Fail, Refuse
from llm_conformance.simulator.faults.body import half
from llm_conformance.simulator.faults.fault import OPENAI, Duty, Earns, FaultClass, Shelf
from llm_conformance.simulator.refusal import Refusal

ERROR = Shelf(FaultClass.ERROR)

MESSAGE = "the simulated model broke down"
_FAILURE = Refusal(500, MESSAGE)
_JSON = b'{"error":{"message":"%b","type":"server_error","param":null,"code":null}}' % MESSAGE.encode()


def _refused(actions: Actions) -> Actions:  # noqa: ARG001 - nothing of the answer remains
    """What is no stream fails before it begins."""
    return (Refuse(_FAILURE),)


@ERROR.disturbs(Earns.RAISES, Duty.MUST, whole=_refused)
def error_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens the provider tells an error, in its own shape."""
    return (*half(actions), Fail(_FAILURE), End())


@ERROR.disturbs(Earns.RAISES, Duty.MUST, *OPENAI, whole=_refused)
def error_event_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens comes an event that is called `error`."""
    return (*half(actions), Event(b"event: error\ndata: %b\n\n" % _JSON), End())


@ERROR.disturbs(Earns.RAISES, Duty.SHOULD, *OPENAI, whole=_refused)
def error_bare_json(actions: Actions) -> Actions:
    """After half of the tokens comes an error as a line of JSON, which is no event: the stream just ends."""
    return (*half(actions), Event(_JSON + b"\n"), End())


@ERROR.disturbs(Earns.RAISES, Duty.SHOULD, *OPENAI, whole=_refused)
def error_field(actions: Actions) -> Actions:
    """After half of the tokens comes an error in a field of that name, which is no data: the stream just ends."""
    return (*half(actions), Event(b"error: %b\n\n" % _JSON), End())
