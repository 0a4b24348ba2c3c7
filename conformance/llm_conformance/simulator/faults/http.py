"""HTTP errors: the provider refuses before the first token. A client raises or tries again; it is no empty answer."""

from dataclasses import replace

from llm_conformance.simulator.actions import Actions, End, ErrorResponse, Event, Fields, ResponseHead
from llm_conformance.simulator.faults.fault import Expected, Fault, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.provider_error import ProviderError

HTTP = FaultFamily(FaultClass.HTTP)

_MESSAGES = {
    401: "the simulated key is wrong",
    404: "the simulated model does not exist",
    408: "the simulated provider waited too long",
    422: "the simulated provider cannot process this",
    429: "the simulated limit is reached",
    500: "the simulated provider has broken down",
    503: "the simulated provider is busy",
    529: "the simulated provider is overloaded",
}
_SOON: Fields = (("Retry-After", "1"),)
_PAGE = b"<html><body><h1>Internal Server Error</h1></body></html>\n"


def _refusing(status: int) -> Fault:
    def refused(actions: Actions) -> Actions:  # noqa: ARG001 - nothing of the answer remains
        return (ErrorResponse(ProviderError(status, _MESSAGES[status])),)

    rule = f"The provider answers {status}, in its own shape."
    return Fault(f"http_{status}", HTTP.kind, Expected.RAISES, FaultLevel.MUST, rule, transform=refused, whole=refused)


HTTP.add(*map(_refusing, _MESSAGES))


@HTTP.on_response(Expected.EITHER, FaultLevel.MUST, passing=True)
def http_429_retry_after_then_ok(actions: Actions) -> Actions:  # noqa: ARG001 - as above
    """The provider answers 429 with `Retry-After: 1`, and the next attempt as if nothing had been."""
    return (ErrorResponse(ProviderError(429, _MESSAGES[429]), _SOON),)


@HTTP.on_response(Expected.EITHER, FaultLevel.MUST, passing=True)
def http_503_then_ok(actions: Actions) -> Actions:  # noqa: ARG001 - as above
    """The provider answers 503, and the next attempt as if nothing had been."""
    return (ErrorResponse(ProviderError(503, _MESSAGES[503])),)


@HTTP.on_response(Expected.EITHER, FaultLevel.MUST, passing=True)
def redirect_307(actions: Actions) -> Actions:  # noqa: ARG001 - as above
    """The provider answers 307 with the same place as location, and the next attempt as if nothing had been."""
    return (
        ResponseHead(307, (("Location", "?redirected"), ("Content-Type", "text/plain")), "length"),
        Event(b"\n"),
        End(),
    )


@HTTP.on_response(Expected.RAISES, FaultLevel.MUST)
def http_500_html(actions: Actions) -> Actions:
    """The answer is a page of HTML with status 500, as proxies have it."""
    start = next(action for action in actions if isinstance(action, ResponseHead))
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return (replace(start, status=500, headers=headers, delimited="length"), Event(_PAGE), End())
