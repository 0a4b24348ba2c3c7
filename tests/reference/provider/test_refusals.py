"""Error responses: the exception has the status and the message, even if the response is cut off."""

from typing import Any

import pytest

from llm_reference import ProviderError
from reference.provider.answers import ERROR, FINE
from reference.provider.client import SHORT_TIMEOUT, a_model, call_model
from reference.provider.scripted import Step, Steps, answer, scripted


@pytest.mark.parametrize("status", [307, 400, 401, 403, 404, 422])
def test_an_error_response_raises_with_status_message_and_request_id(
    status: int, call: str, waits: list[float]
) -> None:
    refusal = answer(status, ERROR, "x-request-id: req_9", "Location: http://elsewhere.invalid/")

    with scripted(refusal, FINE) as provider:
        chunks, error = call_model(a_model(provider), call)

    assert (chunks, waits) == ([], [])
    assert isinstance(error, ProviderError)
    assert (error.status, error.request_id) == (status, "req_9")
    assert str(error) == f"the provider answered {status}: no more today (request req_9)"


BODIES = {
    "empty": (b"", "the provider answered 400"),
    "a page": (b"<html>Bad Gateway</html>", "the provider answered 400: <html>Bad Gateway</html>"),
    "no UTF-8": (b"caf\xe9", "the provider answered 400: caf\ufffd"),
    "a byte order mark": (b'\xef\xbb\xbf{"message": "no"}', "the provider answered 400: no"),
    "a text": (b'"no more today"', "the provider answered 400: no more today"),
    "a list": (b"[1]", "the provider answered 400: [1]"),
    "deep": (b"[" * 100_000, f"the provider answered 400: {'[' * 500}"),
    "a message": ({"object": "error", "message": "no more today"}, "the provider answered 400: no more today"),
    "an error without words": ({"error": {"code": 7}}, 'the provider answered 400: {"error": {"code": 7}}'),
    "another key": ({"detail": "no"}, 'the provider answered 400: {"detail": "no"}'),
}


@pytest.mark.parametrize(("body", "message"), BODIES.values(), ids=BODIES)
def test_an_error_response_raises_with_the_text_that_it_has(body: Any, message: str, call: str) -> None:
    with scripted(answer(400, body)) as provider:
        chunks, error = call_model(a_model(provider), call)

    assert (chunks, type(error)) == ([], ProviderError)
    assert str(error) == message


REFUSED_BADLY: dict[str, Steps] = {
    "cut": (b"HTTP/1.1 401 No\r\nContent-Length: 99\r\n\r\nwho are",),
    "silent": (b"HTTP/1.1 401 No\r\nContent-Length: 99\r\n\r\nwho are", Step.HOLD),
    "not zipped": (b"HTTP/1.1 401 No\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nwho are",),
}


@pytest.mark.parametrize("steps", REFUSED_BADLY.values(), ids=REFUSED_BADLY)
def test_a_cut_error_response_is_an_error_response(steps: Steps, call: str, waits: list[float]) -> None:
    with scripted(steps, FINE) as provider:
        chunks, error = call_model(a_model(provider, timeout=SHORT_TIMEOUT), call)

    assert (chunks, type(error), waits) == ([], ProviderError, [])
    assert isinstance(error, ProviderError)
    assert error.status == 401
