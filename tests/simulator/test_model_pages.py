"""What clients ask of a provider before they ask for an answer: its models, its version, its health."""

from collections.abc import Iterator

import anthropic
import httpx
import ollama
import openai
import pytest

from llm_conformance.simulator import Simulator


@pytest.fixture(scope="module")
def server() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def test_openai_lists_its_models_and_has_each(server: Simulator) -> None:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="k") as client:
        assert [model.id for model in client.models.list()] == ["m"]
        assert client.models.retrieve("org/any").id == "org/any"


def test_anthropic_lists_its_models_and_has_each(server: Simulator) -> None:
    with anthropic.Anthropic(base_url=server.url, api_key="k") as client:
        assert [model.id for model in client.models.list()] == ["m"]
        assert client.models.retrieve("any").display_name == "any"


def test_ollama_lists_its_models_and_shows_each(server: Simulator) -> None:
    with ollama.Client(host=server.url) as client:
        assert [model.model for model in client.list().models] == ["m"]
        assert [model.model for model in client.ps().models] == ["m"]
        assert client.show("any").capabilities == ["completion", "tools", "thinking"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/api/version", {"version": "0.12.0"}), ("/info", "m"), ("/health", b""), ("/openai/models", "m")],
)
def test_other_pages_answer(path: str, expected: object, server: Simulator) -> None:
    response = httpx.get(f"{server.url}{path}")

    assert response.status_code == 200
    match expected:
        case bytes():
            assert response.content == expected
        case dict():
            assert response.json() == expected
        case _:
            assert f'"{expected}"' in response.text


def test_the_pages_are_the_same_below_a_golden_stream_and_a_fault(server: Simulator) -> None:
    served = server.play("chat-call", "http_500")

    assert httpx.get(f"{served.url}/v1/models").json() == httpx.get(f"{server.url}/v1/models").json()


def test_a_page_without_its_model_is_an_error_in_one_line(server: Simulator) -> None:
    response = httpx.post(f"{server.url}/api/show", json={})

    assert (response.status_code, response.json()) == (400, {"error": "'model' is missing"})


def test_a_page_needs_the_key_that_an_answer_needs() -> None:
    with Simulator(key="required") as server:
        refused, answered = (
            httpx.get(f"{server.url}/v1/models", headers=headers).status_code
            for headers in ({}, {"Authorization": "Bearer k"})
        )
        assert [request.nonces for request in server.wait_settled()] == [(), ()]

    assert (refused, answered) == (401, 200)
