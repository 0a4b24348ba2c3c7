"""What every fault earns can be had: a client that keeps to the specifications gets it from every format.

The client is the ear of the recorder behind httpx, which knows HTTP and compression and nothing of any format.
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
    tokens=tuple(Token(text=text) for text in TOKENS),
    finish=Finish.STOP,
    usage=Usage(3, len(TOKENS)),
)
PAIRS = [pytest.param(form, fault, id=f"{form}-{name}") for name, fault in FAULTS.items() for form in fault.formats]
TEXTS: dict[str, Callable[[Any], str]] = {
    "openai-completions": lambda answer: answer["choices"][0]["text"],
    "openai-chat": lambda answer: answer["choices"][0]["message"]["content"],
    "anthropic-messages": lambda answer: "".join(block["text"] for block in answer["content"]),
    "ollama-generate": lambda answer: answer["response"],
    "ollama-chat": lambda answer: answer["message"]["content"],
    "tgi": lambda answer: answer[0]["generated_text"],
}
# Only a stall ever waits for it, and what follows the end is not waited for.
SILENCE = 0.3
PATIENCE = 20.0


def ask(client: httpx.Client, url: str, form: str, timeout: float) -> tuple[list[str], bool]:
    """The texts that came, and whether the answer was whole."""
    hearing = StreamParser(FORMATS[form])
    body = {"model": "m", "prompt": "p", "inputs": "p", "max_tokens": 9, "stream": True}
    body["messages"] = [{"role": "user", "content": "p"}]
    path = next(iter(FORMATS[form].paths))
    came: list[str] = []
    try:
        with client.stream("POST", f"{url}{path}", json=body, timeout=timeout) as response:
            response.raise_for_status()
            for data in response.iter_bytes():
                came += [heard.text for heard in hearing.feed(data)]
                if hearing.whole:
                    return came, True
        came += [heard.text for heard in hearing.close()]
    except (BrokenStreamError, httpx.HTTPError):
        return came, False
    return came, True


@pytest.fixture(scope="module")
def server() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.mark.parametrize(("form", "fault"), PAIRS)
def test_a_correct_client_gets_what_the_fault_earns(
    form: str, fault: Fault, server: Simulator, client: httpx.Client
) -> None:
    playing = server.play(GOLDEN, fault.name)

    came, whole = ask(client, playing.url, form, SILENCE if fault.kind is FaultClass.STALL else PATIENCE)

    exact = [text for text in playing.tokens if text] == [text for text in came if text]
    assert {Expected.EXACT: whole and exact, Expected.RAISES: not whole, Expected.EITHER: exact or not whole}[
        fault.expected
    ]
    # What came before a failure is a beginning of the answer, token by token.
    assert whole or [*playing.tokens][: len(came)] == came
    assert playing.requests[0].fault == (None if fault.name == "baseline" else fault.name)


def ask_at_once(client: httpx.Client, url: str, form: str, timeout: float) -> str | None:
    """The text of an answer that is not streamed; None if there is none."""
    body = {"model": "m", "prompt": "p", "inputs": "p", "max_tokens": 9, "stream": False}
    body["messages"] = [{"role": "user", "content": "p"}]
    *_, path = FORMATS[form].paths
    try:
        answer = client.post(f"{url}{path}", json=body, timeout=timeout).raise_for_status()
        return TEXTS[form](json.loads(answer.content.decode("utf-8", "replace")))
    except (ValueError, httpx.HTTPError):
        return None


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_that_is_not_streamed_earns_the_same(form: str, server: Simulator, client: httpx.Client) -> None:
    wrong = []
    for fault in FAULTS.values():
        if form in fault.formats and (fault.whole or fault.retext):
            playing = server.play(GOLDEN, fault.name)
            came = ask_at_once(client, playing.url, form, SILENCE if fault.kind is FaultClass.STALL else PATIENCE)
            # Two halves in one document are the character that they are halves of.
            exact = came == playing.text.encode("utf-16", "surrogatepass").decode("utf-16")
            earned = {Expected.EXACT: exact, Expected.RAISES: came is None, Expected.EITHER: exact or came is None}
            wrong += [] if earned[fault.expected] else [(fault.name, came)]

    assert wrong == []


@pytest.mark.parametrize("name", ["stall", "stall_headers", "late_close"])
def test_who_leaves_while_nothing_comes_is_seen_to_leave(name: str, server: Simulator, client: httpx.Client) -> None:
    playing = server.play(GOLDEN, name)

    ask(client, playing.url, "ollama-chat", SILENCE)

    assert playing.disconnects() == 1


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.passing])
def test_a_passing_fault_is_gone_at_the_second_attempt(name: str, server: Simulator, client: httpx.Client) -> None:
    playing = server.play(GOLDEN, name)

    answers = [ask(client, playing.url, "openai-chat", PATIENCE)[1] for _ in range(2)]

    assert answers == [False, True]
    assert [request.fault for request in playing.wait_settled()] == [name, None]
    assert playing.attempts == 2


def test_a_reset_lets_the_client_read_what_was_sent_before(server: Simulator, client: httpx.Client) -> None:
    playing = server.play(GOLDEN, "rst_mid_stream")

    came, whole = ask(client, playing.url, "tgi", PATIENCE)

    assert (came, whole) == ([*TOKENS[:4]], False)


def test_a_fault_is_played_to_announced_cases_as_well(server: Simulator, client: httpx.Client) -> None:
    server.register(Case(nonce="<announced>", golden=GOLDEN, format="ollama-generate", fault="fin_mid_stream"))

    body = {"model": "m", "prompt": "<announced>"}
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(f"{server.url}/api/generate", json=body)

    assert [request.ended for request in server.wait_settled() if "<announced>" in request.nonces] == [Ending.ANSWERED]
