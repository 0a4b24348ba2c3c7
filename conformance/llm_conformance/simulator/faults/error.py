"""Errors inside a stream: they arrive after status 200 and some of the text."""

from llm_conformance.simulator.actions import Actions, End, ErrorEvent, ErrorResponse, Event
from llm_conformance.simulator.faults.body import first_half
from llm_conformance.simulator.faults.fault import OPENAI, Expected, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.provider_error import ProviderError

ERROR = FaultFamily(FaultClass.ERROR)

MESSAGE = "the simulated model failed"
_ERROR = ProviderError(500, MESSAGE)
_JSON = b'{"error":{"message":"%b","type":"server_error","param":null,"code":null}}' % MESSAGE.encode()


def refused(actions: Actions) -> Actions:  # noqa: ARG001 - nothing of the answer remains
    """An answer that is not streamed fails with an error response."""
    return (ErrorResponse(_ERROR),)


@ERROR.on_response(Expected.RAISES, FaultLevel.MUST, whole=refused)
def error_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens, the provider sends an error in its own format."""
    return (*first_half(actions), ErrorEvent(_ERROR), End())


@ERROR.on_response(Expected.RAISES, FaultLevel.MUST, *OPENAI, whole=refused)
def error_event_mid_stream(actions: Actions) -> Actions:
    """After half of the tokens, the provider sends an event named `error`."""
    return (*first_half(actions), Event(b"event: error\ndata: %b\n\n" % _JSON), End())


@ERROR.on_response(Expected.RAISES, FaultLevel.SHOULD, *OPENAI, whole=refused)
def error_bare_json(actions: Actions) -> Actions:
    """After half of the tokens, an error arrives as a line of JSON that is not an event, and the body ends."""
    return (*first_half(actions), Event(_JSON + b"\n"), End())


@ERROR.on_response(Expected.RAISES, FaultLevel.SHOULD, *OPENAI, whole=refused)
def error_field(actions: Actions) -> Actions:
    """After half of the tokens, an error arrives in a field named `error` instead of `data`, and the body ends."""
    return (*first_half(actions), Event(b"error: %b\n\n" % _JSON), End())
