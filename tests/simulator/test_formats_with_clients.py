"""The real clients of each provider give the exact text of the golden streams, streamed or not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest

from clients.real import CLIENTS, Client
from llm_conformance.simulator import FORMATS, FinishStyle, Simulator
from llm_fixtures import Golden, Rendering, golden, names

_LEFT_OUT = {"long-1e5", "long-token", "surrogate-halves"}
SMALL = [name for name in names() if name not in _LEFT_OUT and golden(name).is_text]
# The streams that these clients cannot read, because they split lines at more characters than LF and CR.
MISSED = {
    "hf text_generation": ("line-separators", "nel-vt-ff"),
    "hf chat": ("line-separators", "nel-vt-ff"),
    "ollama generate": ("nel-vt-ff",),
    "ollama chat": ("nel-vt-ff",),
}
TIMEOUT = 20.0
WHOLE = [client for client in CLIENTS.values() if client.whole]


@pytest.fixture(scope="module")
def server() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def all_small(client: Client) -> Golden:
    """The tokens of all small golden streams that this client can read."""
    readable = [golden(name) for name in SMALL if name not in MISSED.get(client.name, ())]
    return replace(golden("plain-ascii"), pieces=tuple(chain.from_iterable(one.pieces for one in readable)))


def visible(texts: Iterator[str] | tuple[str, ...]) -> list[str]:
    """The texts that are not empty: a client may skip empty ones."""
    return [text for text in texts if text]


def test_every_format_has_a_client() -> None:
    assert {client.format for client in CLIENTS.values()} == set(FORMATS)
    assert {client.format for client in WHOLE} == set(FORMATS)


@pytest.mark.parametrize("finish", ["own-chunk", "with-last-text"])
@pytest.mark.parametrize("client", CLIENTS.values(), ids=lambda client: client.name)
def test_a_stream_arrives_token_for_token(client: Client, finish: FinishStyle, server: Simulator) -> None:
    served = server.play(all_small(client), finish=finish)

    assert visible(client.stream(served.url, TIMEOUT)) == visible(served.tokens)
    assert [(request.status, str(request.ended)) for request in served.wait_settled()] == [(200, "answered")]


@pytest.mark.parametrize("rendering", ["hold", "replace"])
@pytest.mark.parametrize("client", WHOLE, ids=lambda client: client.name)
def test_an_answer_that_is_not_streamed_arrives(client: Client, rendering: Rendering, server: Simulator) -> None:
    served = server.play(all_small(client), rendering=rendering)
    assert client.whole is not None

    assert client.whole(served.url, TIMEOUT) == served.text


@pytest.mark.parametrize(("name", "stream"), [(name, stream) for name, missed in MISSED.items() for stream in missed])
def test_a_stream_that_a_client_cannot_read_is_an_error(name: str, stream: str, server: Simulator) -> None:
    with pytest.raises(json.JSONDecodeError):
        list(CLIENTS[name].stream(server.play(stream).url, TIMEOUT))
