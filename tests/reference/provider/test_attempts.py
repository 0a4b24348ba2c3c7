"""Whom the adapter asks again, how often, and how long it waits in between."""

import httpx
import pytest

from llm_reference import ProviderError
from llm_reference.models.openai.completions import _as_provider_error
from reference.provider.answers import ERROR, FINE, OK
from reference.provider.asking import IMPATIENT, STREAMS, a_model, ask
from reference.provider.scripted import Step, answer, scripted


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
def test_a_refusal_that_may_pass_is_asked_again_when_the_provider_wants(
    status: int, call: str, waits: list[float]
) -> None:
    refusal = answer(status, ERROR, "Retry-After: 3")

    with scripted(refusal, refusal, FINE if call in STREAMS else OK) as provider:
        came, error = ask(a_model(provider), call)

    assert ("".join(came), error) == ("ab", None)
    assert waits == [3, 3]
    assert provider.requests[0] == provider.requests[2]


def test_a_refusal_that_may_pass_may_break_off(call: str, waits: list[float]) -> None:
    cut = (b"HTTP/1.1 429 Slowly\r\nRetry-After: 3\r\nContent-Length: 99\r\n\r\nslow",)

    with scripted(cut, FINE if call in STREAMS else OK) as provider:
        came, error = ask(a_model(provider), call)

    assert ("".join(came), error, waits) == ("ab", None, [3])


def test_a_provider_that_says_nothing_is_asked_again_later_and_later(call: str, waits: list[float]) -> None:
    with scripted(*[answer(500, b"")] * 4) as provider:
        came, error = ask(a_model(provider, max_retries=3), call)

    assert (came, waits) == ([], [0.5, 1.0, 2.0])
    assert isinstance(error, ProviderError)
    assert error.status == 500


@pytest.mark.parametrize("steps", [(), (Step.RESET,)], ids=["fin", "reset"])
def test_a_provider_that_hangs_up_unanswered_is_asked_again(
    steps: tuple[Step, ...], call: str, waits: list[float]
) -> None:
    with scripted(steps, FINE if call in STREAMS else OK) as provider:
        came, error = ask(a_model(provider), call)

    assert ("".join(came), error, waits) == ("ab", None, [0.5])


def test_a_provider_that_is_not_there_is_looked_for_again(call: str, waits: list[float]) -> None:
    with scripted() as provider:
        pass

    came, error = ask(a_model(provider), call)

    assert (came, waits) == ([], [0.5, 1.0])
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
def test_only_a_provider_that_was_not_reached_or_hung_up_is_asked_again(
    failure: httpx.HTTPError,
    may_pass: bool,  # noqa: FBT001  # an expectation
) -> None:
    with pytest.raises(ProviderError) as raised, _as_provider_error():
        raise failure

    assert raised.value.transient is may_pass


def test_whoever_waited_too_long_does_not_wait_again(call: str, waits: list[float]) -> None:
    with scripted((Step.HOLD,), FINE) as provider:
        came, error = ask(a_model(provider, timeout=IMPATIENT), call)
        assert provider.left.wait(20)

    assert (came, waits) == ([], [])
    assert isinstance(error, ProviderError)
    assert isinstance(error.__cause__, httpx.ReadTimeout)
