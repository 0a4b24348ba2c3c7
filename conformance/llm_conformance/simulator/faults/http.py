"""HTTP errors: the provider fails before the first token. A correct client raises or retries."""

from dataclasses import replace

from llm_conformance.simulator.actions import Actions, End, ErrorResponse, Event, Fields, ResponseHead
from llm_conformance.simulator.faults.fault import Expected, Fault, FaultClass, FaultFamily, FaultLevel
from llm_conformance.simulator.provider_error import ProviderError

HTTP = FaultFamily(FaultClass.HTTP)

_MESSAGES = {
    401: "the simulated key is invalid",
    404: "the simulated model does not exist",
    408: "the simulated provider timed out",
    422: "the simulated provider cannot process the request",
    429: "the simulated limit is reached",
    500: "the simulated provider failed",
    503: "the simulated provider is busy",
    529: "the simulated provider is overloaded",
}
_RETRY_AFTER: Fields = (("Retry-After", "1"),)
_HTML_PAGE = b"<html><body><h1>Internal Server Error</h1></body></html>\n"


def _status_fault(status: int) -> Fault:
    def refused(actions: Actions) -> Actions:  # noqa: ARG001 - the answer is not sent
        return (ErrorResponse(ProviderError(status, _MESSAGES[status])),)

    rule = f"The provider responds with status {status} and an error in its own format."
    return Fault(f"http_{status}", HTTP.kind, Expected.RAISES, FaultLevel.MUST, rule, transform=refused, whole=refused)


HTTP.add(*map(_status_fault, _MESSAGES))


@HTTP.on_response(Expected.EITHER, FaultLevel.MUST, passing=True)
def http_429_retry_after_then_ok(actions: Actions) -> Actions:  # noqa: ARG001 - as above
    """The provider responds with status 429 and `Retry-After: 1`; the next attempt succeeds."""
    return (ErrorResponse(ProviderError(429, _MESSAGES[429]), _RETRY_AFTER),)


@HTTP.on_response(Expected.EITHER, FaultLevel.MUST, passing=True)
def http_503_then_ok(actions: Actions) -> Actions:  # noqa: ARG001 - as above
    """The provider responds with status 503; the next attempt succeeds."""
    return (ErrorResponse(ProviderError(503, _MESSAGES[503])),)


@HTTP.on_response(Expected.EITHER, FaultLevel.MUST, passing=True)
def redirect_307(actions: Actions) -> Actions:  # noqa: ARG001 - as above
    """The provider responds with status 307 and a redirect to the same path; the next attempt succeeds."""
    return (
        ResponseHead(307, (("Location", "?redirected"), ("Content-Type", "text/plain")), "length"),
        Event(b"\n"),
        End(),
    )


@HTTP.on_response(Expected.RAISES, FaultLevel.MUST)
def http_500_html(actions: Actions) -> Actions:
    """The response is an HTML page with status 500, as proxies send it."""
    start = next(action for action in actions if isinstance(action, ResponseHead))
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return (replace(start, status=500, headers=headers, delimited="length"), Event(_HTML_PAGE), End())
