"""Retries of the client: which requests, how often, and how long it waits in between."""

import httpx
import pytest

from llm_reference import ProviderError
from llm_reference.models.openai.client import _as_provider_error
from reference.provider.answers import ERROR, FINE, OK
from reference.provider.client import SHORT_TIMEOUT, STREAMS, a_model, call_model
from reference.provider.scripted import Step, answer, scripted


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
def test_a_transient_error_is_retried_when_the_provider_allows(status: int, call: str, waits: list[float]) -> None:
    refusal = answer(status, ERROR, "Retry-After: 3")

    with scripted(refusal, refusal, FINE if call in STREAMS else OK) as provider:
        chunks, error = call_model(a_model(provider), call)

    assert ("".join(chunks), error) == ("ab", None)
    assert waits == [3, 3]
    assert provider.requests[0] == provider.requests[2]


def test_a_transient_error_may_be_cut_off(call: str, waits: list[float]) -> None:
    cut = (b"HTTP/1.1 429 Slowly\r\nRetry-After: 3\r\nContent-Length: 99\r\n\r\nslow",)

    with scripted(cut, FINE if call in STREAMS else OK) as provider:
        chunks, error = call_model(a_model(provider), call)

    assert ("".join(chunks), error, waits) == ("ab", None, [3])


def test_without_a_header_each_retry_waits_longer(call: str, waits: list[float]) -> None:
    with scripted(*[answer(500, b"")] * 4) as provider:
        chunks, error = call_model(a_model(provider, max_retries=3), call)

    assert (chunks, waits) == ([], [0.5, 1.0, 2.0])
    assert isinstance(error, ProviderError)
    assert error.status == 500


@pytest.mark.parametrize("steps", [(), (Step.RESET,)], ids=["fin", "reset"])
def test_a_connection_closed_without_an_answer_is_retried(
    steps: tuple[Step, ...], call: str, waits: list[float]
) -> None:
    with scripted(steps, FINE if call in STREAMS else OK) as provider:
        chunks, error = call_model(a_model(provider), call)

    assert ("".join(chunks), error, waits) == ("ab", None, [0.5])


def test_a_refused_connection_is_retried(call: str, waits: list[float]) -> None:
    with scripted() as provider:
        pass

    chunks, error = call_model(a_model(provider), call)

    assert (chunks, waits) == ([], [0.5, 1.0])
    assert isinstance(error, ProviderError)
    assert isinstance(error.__cause__, httpx.ConnectError)
    assert error.status is None


@pytest.mark.parametrize(
    ("failure", "may_pass"),
    [
        (httpx.ConnectError("x"), True),
        (httpx.ConnectTimeout("x"), True),
        (httpx.WriteError("x"), True),
        (httpx.ReadTimeout("x"), False),
        (httpx.UnsupportedProtocol("x"), False),
    ],
)
def test_only_errors_of_the_connection_are_retried(
    failure: httpx.HTTPError,
    may_pass: bool,  # noqa: FBT001  # an expectation
) -> None:
    with pytest.raises(ProviderError) as raised, _as_provider_error():
        raise failure

    assert raised.value.transient is may_pass


def test_a_read_timeout_is_not_retried(call: str, waits: list[float]) -> None:
    with scripted((Step.HOLD,), FINE) as provider:
        chunks, error = call_model(a_model(provider, timeout=SHORT_TIMEOUT), call)
        assert provider.disconnected.wait(20)

    assert (chunks, waits) == ([], [])
    assert isinstance(error, ProviderError)
    assert isinstance(error.__cause__, httpx.ReadTimeout)
