"""Every fault is survivable: a client that follows the specifications behaves as the fault expects, in every format.

The client consists of httpx, which handles HTTP and compression, and of the parser of the recorder.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from llm_conformance.simulator import FAULTS, FORMATS, Case, Ending, Expected, Fault, FaultClass, Simulator
from llm_conformance.simulator.recording import BrokenStreamError, StreamParser
from llm_fixtures import Finish, Golden, Token, Usage

TOKENS = ("He", "llo\n", "wor\U0001f44dld", "\x85x", "", " end", "!")
GOLDEN = Golden(
    name="g",
    prompt="p",
    why="w",
    pieces=tuple(Token(text=text) for text in TOKENS),
    finish=Finish.STOP,
    usage=Usage(3, len(TOKENS)),
)
# What these change is read by the same code in another format that is read here.
READ_ALIKE = (FaultClass.DELIVERY, FaultClass.SYNTAX, FaultClass.CONTENT, FaultClass.STALL, FaultClass.HTTP)
IN_MATRIX: tuple[pytest.MarkDecorator, ...] = (pytest.mark.whole_matrix,)
PAIRS = [
    pytest.param(form, fault, id=f"{form}-{name}", marks=IN_MATRIX[: form == "gemini" and fault.kind in READ_ALIKE])
    for name, fault in FAULTS.items()
    for form in fault.formats
]


def text_of_response(answer: Any) -> str:
    """The text of a response. Raises ValueError for one that has failed."""
    if answer["error"]:
        raise ValueError(answer["error"]["message"])
    return "".join(part["text"] for item in answer["output"] for part in item["content"])


def text_of_content(answer: Any) -> str:
    """The text of Gemini's answer; a prompt that is blocked has no candidate."""
    parts = [part for one in answer.get("candidates", ()) for part in one.get("content", {}).get("parts", ())]
    return "".join(part["text"] for part in parts)


TEXTS: dict[str, Callable[[Any], str]] = {
    "openai-completions": lambda answer: answer["choices"][0]["text"],
    "openai-chat": lambda answer: answer["choices"][0]["message"]["content"],
    "openai-responses": text_of_response,
    "anthropic-messages": lambda answer: "".join(block["text"] for block in answer["content"]),
    "gemini": text_of_content,
    "ollama-generate": lambda answer: answer["response"],
    "ollama-chat": lambda answer: answer["message"]["content"],
    "tgi": lambda answer: answer[0]["generated_text"],
}
# The provider does not divide the text into tokens.
WHOLE_TEXTS = {"texts_without_deltas"}
# Timeouts in seconds. Only a stall reaches its timeout, because the client does not wait after the end.
SILENCE = 0.3
PATIENCE = 20.0


def ask(client: httpx.Client, url: str, form: str, timeout: float) -> tuple[list[str], bool]:
    """The received texts, and whether the answer was complete."""
    parser = StreamParser(FORMATS[form])
    body = {"model": "m", "prompt": "p", "inputs": "p", "input": "p", "max_tokens": 9, "stream": True}
    body["messages"] = [{"role": "user", "content": "p"}]
    body["contents"] = [{"parts": [{"text": "p"}]}]
    path = FORMATS[form].stream_path()
    received: list[str] = []
    try:
        with client.stream("POST", f"{url}{path}", json=body, timeout=timeout) as response:
            response.raise_for_status()
            for data in response.iter_bytes():
                received += [piece.text or "" for piece in parser.feed(data) if isinstance(piece, Token)]
                if parser.whole:
                    return received, True
        received += [piece.text or "" for piece in parser.close() if isinstance(piece, Token)]
    except (BrokenStreamError, httpx.HTTPError):
        return received, False
    return received, True


@pytest.fixture(scope="module")
def server() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.mark.parametrize(("form", "fault"), PAIRS)
def test_a_correct_client_behaves_as_the_fault_expects(
    form: str, fault: Fault, server: Simulator, client: httpx.Client
) -> None:
    served = server.play(GOLDEN, fault.name)

    received, whole = ask(client, served.url, form, SILENCE if fault.kind is FaultClass.STALL else PATIENCE)

    exact = [text for text in served.tokens if text] == [text for text in received if text]
    if fault.name in WHOLE_TEXTS:
        exact = served.text == "".join(received)
    assert {Expected.EXACT: whole and exact, Expected.RAISES: not whole, Expected.EITHER: exact or not whole}[
        fault.expected
    ]
    # The tokens before a failure are the beginning of the answer.
    assert whole or [*served.tokens][: len(received)] == received
    assert served.requests[0].fault == (None if fault.name == "baseline" else fault.name)


def ask_without_stream(client: httpx.Client, url: str, form: str, timeout: float) -> str | None:
    """The text of an answer that is not streamed; None if the request fails."""
    body = {"model": "m", "prompt": "p", "inputs": "p", "input": "p", "max_tokens": 9, "stream": False}
    body["messages"] = [{"role": "user", "content": "p"}]
    body["contents"] = [{"parts": [{"text": "p"}]}]
    *_, path = FORMATS[form].paths
    try:
        answer = client.post(f"{url}{path}", json=body, timeout=timeout).raise_for_status()
        return TEXTS[form](json.loads(answer.content.decode("utf-8", "replace")))
    except (ValueError, httpx.HTTPError):
        return None


@pytest.mark.parametrize("form", FORMATS)
def test_a_correct_client_without_a_stream_behaves_as_the_fault_expects(
    form: str, server: Simulator, client: httpx.Client
) -> None:
    wrong = []
    for fault in FAULTS.values():
        if form in fault.formats and (fault.whole or fault.retext):
            served = server.play(GOLDEN, fault.name)
            received = ask_without_stream(
                client, served.url, form, SILENCE if fault.kind is FaultClass.STALL else PATIENCE
            )
            # In one document, two surrogate halves are one character.
            exact = received == served.text.encode("utf-16", "surrogatepass").decode("utf-16")
            correct = {
                Expected.EXACT: exact,
                Expected.RAISES: received is None,
                Expected.EITHER: exact or received is None,
            }
            wrong += [] if correct[fault.expected] else [(fault.name, received)]

    assert wrong == []


@pytest.mark.parametrize("name", ["stall", "stall_headers", "late_close"])
def test_a_client_that_disconnects_during_a_stall_is_detected(
    name: str, server: Simulator, client: httpx.Client
) -> None:
    served = server.play(GOLDEN, name)

    ask(client, served.url, "ollama-chat", SILENCE)

    assert served.disconnects() == 1


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.passing])
def test_a_passing_fault_does_not_affect_the_second_attempt(name: str, server: Simulator, client: httpx.Client) -> None:
    served = server.play(GOLDEN, name)

    answers = [ask(client, served.url, "openai-chat", PATIENCE)[1] for _ in range(2)]

    assert answers == [False, True]
    assert [request.fault for request in served.wait_settled()] == [name, None]
    assert served.attempts == 2


def test_a_reset_lets_the_client_read_what_was_sent_before(server: Simulator, client: httpx.Client) -> None:
    served = server.play(GOLDEN, "rst_mid_stream")

    received, whole = ask(client, served.url, "tgi", PATIENCE)

    assert (received, whole) == ([*TOKENS[:4]], False)


def test_a_fault_applies_to_registered_cases_too(server: Simulator, client: httpx.Client) -> None:
    server.register(Case(nonce="<registered>", golden=GOLDEN, format="ollama-generate", fault="fin_mid_stream"))

    body = {"model": "m", "prompt": "<registered>"}
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(f"{server.url}/api/generate", json=body)

    assert [request.ended for request in server.wait_settled() if "<registered>" in request.nonces] == [Ending.ANSWERED]
