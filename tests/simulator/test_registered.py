"""Which cases may be announced, and which the prompt of a request finds."""

import pytest

from llm_conformance.simulator import Case, Simulator
from llm_fixtures import golden
from simulator.wire import BODY, HELLO, a_client, refusal


def test_a_prompt_without_an_announced_case_is_refused(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        status, message = refusal(client, BODY | {"prompt": ["n1", "hello?"]})

    assert status == 400
    assert message.startswith("no announced case is found in the prompt")
    assert provider.requests[0].nonces == ("n1",)


def test_a_prompt_with_two_nonces_is_refused_by_both_names(provider: Simulator) -> None:
    provider.register(HELLO)
    provider.register(Case(nonce="n12", golden=golden("repeats")))
    with a_client(provider) as client:
        status, message = refusal(client, BODY | {"prompt": "n12"})

    assert (status, message) == (400, "the prompt holds the nonces of several cases: 'n1', 'n12'")


def test_a_forgotten_case_is_found_no_more(provider: Simulator) -> None:
    provider.register(HELLO)
    provider.unregister("n1")
    provider.unregister("never announced")
    with a_client(provider) as client:
        assert refusal(client, BODY)[0] == 400


def test_a_nonce_is_announced_once(provider: Simulator) -> None:
    provider.register(HELLO)

    with pytest.raises(ValueError, match="a case with the nonce 'n1' is announced already"):
        provider.register(HELLO)


def test_a_case_in_an_unknown_format_is_not_announced(provider: Simulator) -> None:
    with pytest.raises(ValueError, match="no format is called 'openai'; nearest: 'openai-chat'"):
        provider.register(Case(nonce="n1", golden=golden("repeats"), format="openai"))
