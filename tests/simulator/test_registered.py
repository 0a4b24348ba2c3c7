"""Which cases may be registered, and which case a prompt selects."""

import pytest

from llm_conformance.simulator import Case, Simulator
from llm_fixtures import golden
from simulator.wire import BODY, HELLO, a_client, error_of


def test_a_prompt_without_a_registered_case_is_an_error(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        status, message = error_of(client, BODY | {"prompt": ["n1", "hello?"]})

    assert status == 400
    assert message == "the prompt does not contain the nonce of a registered case"
    assert provider.requests[0].nonces == ("n1",)


def test_a_prompt_with_two_nonces_is_an_error_with_both(provider: Simulator) -> None:
    provider.register(HELLO)
    provider.register(Case(nonce="n12", golden=golden("repeats")))
    with a_client(provider) as client:
        status, message = error_of(client, BODY | {"prompt": "n12"})

    assert (status, message) == (400, "the prompt contains the nonces of several cases: 'n1', 'n12'")


def test_an_unregistered_case_does_not_answer(provider: Simulator) -> None:
    provider.register(HELLO)
    provider.unregister("n1")
    provider.unregister("never registered")
    with a_client(provider) as client:
        assert error_of(client, BODY)[0] == 400


def test_a_nonce_is_registered_once(provider: Simulator) -> None:
    provider.register(HELLO)

    with pytest.raises(ValueError, match="a case with the nonce 'n1' is already registered"):
        provider.register(HELLO)


def test_a_case_in_an_unknown_format_is_not_registered(provider: Simulator) -> None:
    with pytest.raises(ValueError, match="unknown format 'openai'; nearest: 'openai-chat'"):
        provider.register(Case(nonce="n1", golden=golden("repeats"), format="openai"))
