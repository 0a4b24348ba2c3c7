"""Errors that come when success was promised already: status 200, some text, and then no more."""

from llm_conformance.simulator.actions import Actions, End, ErrorEvent, ErrorResponse, Event
from llm_conformance.simulator.faults.body import half
from llm_conformance.simulator.faults.fault import OPENAI, Expected, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.provider_error import ProviderError

ERROR = FaultFamily(FaultClass.ERROR)

MESSAGE = "the simulated model broke down"
_FAILURE = ProviderError(500, MESSAGE)
_JSON = b'{"error":{"message":"%b","type":"server_error","param":null,"code":null}}' % MESSAGE.encode()


def _refused(actions: Actions) -> Actions:  # noqa: ARG001 - nothing of the answer remains
    """What is no stream fails before it begins."""
    return (ErrorResponse(_FAILURE),)


@ERROR.on_response(Expected.RAISES, FaultLevel.MUST, whole=_refused)
def error_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens the provider tells an error, in its own shape."""
    return (*half(actions), ErrorEvent(_FAILURE), End())


@ERROR.on_response(Expected.RAISES, FaultLevel.MUST, *OPENAI, whole=_refused)
def error_event_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens comes an event that is called `error`."""
    return (*half(actions), Event(b"event: error\ndata: %b\n\n" % _JSON), End())


@ERROR.on_response(Expected.RAISES, FaultLevel.SHOULD, *OPENAI, whole=_refused)
def error_bare_json(actions: Actions) -> Actions:
    """After half of the tokens comes an error as a line of JSON, which is no event: the stream just ends."""
    return (*half(actions), Event(_JSON + b"\n"), End())


@ERROR.on_response(Expected.RAISES, FaultLevel.SHOULD, *OPENAI, whole=_refused)
def error_field(actions: Actions) -> Actions:
    """After half of the tokens comes an error in a field of that name, which is no data: the stream just ends."""
    return (*half(actions), Event(b"error: %b\n\n" % _JSON), End())
