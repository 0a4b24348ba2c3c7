"""The golden streams for chat models, read by the SDKs of the providers, streamed and not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from clients.chat import CHAT_CLIENTS
from clients.openai_sdk import responses_helper, responses_whole
from clients.reading import ChatClient
from llm_conformance.simulator import Dialect, Simulator
from llm_conformance.simulator.formats.anthropic.blocks import UNSIGNED
from llm_fixtures import Finish, Golden, Redacted, Refusal, Signature, golden, names

CHAT = [name for name in names() if name.startswith("chat-")]
TIMEOUT = 20.0
# The reason for a refusal in a format that has no text of one.
REFUSED = {"anthropic-messages": "refusal"}
FINISH: dict[str, dict[Finish, str]] = {
    "openai-chat": {finish: finish.value for finish in Finish},
    "openai-responses": {
        Finish.STOP: "completed",
        Finish.LENGTH: "max_output_tokens",
        Finish.TOOL_CALLS: "completed",
    },
    "anthropic-messages": {Finish.STOP: "end_turn", Finish.LENGTH: "max_tokens", Finish.TOOL_CALLS: "tool_use"},
    "gemini": {Finish.STOP: "STOP", Finish.LENGTH: "MAX_TOKENS", Finish.TOOL_CALLS: "STOP"},
    "ollama-chat": {Finish.STOP: "stop", Finish.LENGTH: "length", Finish.TOOL_CALLS: "stop"},
}


@pytest.fixture(scope="module")
def server() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(params=CHAT_CLIENTS.values(), ids=list(CHAT_CLIENTS))
def client(request: pytest.FixtureRequest) -> ChatClient:
    chat_client: ChatClient = request.param
    return chat_client


@pytest.fixture(params=["streamed", "whole"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def calls_of(stream: Golden, form: str) -> list[tuple[str, str, Any]]:
    """The calls that a client has: Ollama's does not read their ids. A call that is cut off is none."""
    calls = [(call.id, call.name, call.arguments) for call in stream.calls]
    whole = [call for call in calls if stream.finish is not Finish.LENGTH or call[2].endswith("}")]
    return [("" if form == "ollama-chat" else id_, name, json.loads(arguments)) for id_, name, arguments in whole]


def reasoning_of(stream: Golden, form: str) -> list[str]:
    """The reasoning that a client has: only two APIs have blocks. OpenAI's have no text for what is encrypted."""
    if form == "anthropic-messages":
        return list(stream.reasoning)
    if form == "openai-responses":
        return [text for text in stream.reasoning if text]
    return [whole] if (whole := "".join(stream.reasoning)) else []


@pytest.mark.parametrize("name", CHAT)
def test_a_client_reads_what_the_golden_stream_has(name: str, client: ChatClient, way: str, server: Simulator) -> None:
    stream, form = golden(name), client.format

    reading = client.read(server.play(name).url, TIMEOUT, stream, streamed=way == "streamed")

    assert reading.error is None
    assert reading.text == stream.text
    assert reading.valid_calls == calls_of(stream, form)
    assert reading.reasoning == reasoning_of(stream, form)
    refused = any(isinstance(piece, Refusal) for piece in stream.pieces)
    assert reading.finish == (REFUSED if refused else {}).get(form, FINISH[form][stream.finish])
    if form in ("openai-chat", "openai-responses"):
        assert reading.refusal == "".join(piece.text for piece in stream.pieces if isinstance(piece, Refusal))
    if form == "openai-responses":
        encrypted = [piece for piece in stream.pieces if isinstance(piece, Signature | Redacted)]
        assert reading.signatures == [
            piece.signature if isinstance(piece, Signature) else piece.data for piece in encrypted
        ]
    if form == "gemini":
        # The part after the thoughts has their signature, so of two blocks without a part between them only the last.
        assert reading.signatures == [piece.signature for piece in stream.pieces if isinstance(piece, Signature)][-1:]
    if form == "anthropic-messages":
        signatures = [piece.signature for piece in stream.pieces if isinstance(piece, Signature)]
        assert [one for one in reading.signatures if one != UNSIGNED] == signatures
        assert len(reading.signatures) == len(stream.reasoning)
        assert reading.redacted == [piece.data for piece in stream.pieces if isinstance(piece, Redacted)]


def test_a_client_reads_the_usage_with_its_details(client: ChatClient, way: str, server: Simulator) -> None:
    stream = golden("chat-usage-details")

    usage = client.read(server.play(stream).url, TIMEOUT, stream, streamed=way == "streamed").usage

    match client.format:
        case "openai-chat":
            details = usage.prompt_tokens_details.cached_tokens, usage.completion_tokens_details.reasoning_tokens
            assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (2048, 6, 2054)
            assert details == (1536, 2)
        case "openai-responses":
            details = usage.input_tokens_details.cached_tokens, usage.output_tokens_details.reasoning_tokens
            assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (2048, 6, 2054)
            assert details == (1536, 2)
        case "anthropic-messages":
            assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (512, 1536, 6)
            assert usage.output_tokens_details.thinking_tokens == 2
        case "gemini":
            assert usage == {
                "promptTokenCount": 2048,
                "cachedContentTokenCount": 1536,
                "candidatesTokenCount": 4,
                "thoughtsTokenCount": 2,
                "totalTokenCount": 2054,
            }
        case _:
            assert (usage.prompt_eval_count, usage.eval_count) == (2048, 6)


@pytest.mark.parametrize("name", [*CHAT, "sparkling-water", "zero-tokens"])
def test_the_helper_of_the_sdk_adds_up_the_response(name: str, server: Simulator) -> None:
    """It keeps its own state of each item, and fails if an event does not fit to those before it."""
    stream = golden(name)
    helper = ChatClient("openai-responses", (), responses_helper, responses_whole)

    streamed, whole = (helper.read(server.play(name).url, TIMEOUT, stream, streamed=way) for way in (True, False))

    assert (streamed.text, streamed.valid_calls) == (stream.text, calls_of(stream, "openai-responses"))
    assert streamed == whole


@pytest.mark.parametrize("finish", ["own-chunk", "with-last-text"])
@pytest.mark.parametrize("name", ["chat-call", "chat-parallel-calls", "chat-refusal", "chat-reasoning-then-text"])
def test_the_finish_reason_may_come_with_the_last_piece(
    name: str, finish: Any, client: ChatClient, server: Simulator
) -> None:
    stream = golden(name)

    reading = client.read(server.play(name, finish=finish).url, TIMEOUT, stream, streamed=True)

    assert (reading.error, reading.text, reading.valid_calls) == (None, stream.text, calls_of(stream, client.format))
    assert reading.finish is not None


@pytest.mark.parametrize("usage", ["own-chunk", "with-finish", "every-chunk"])
def test_usage_may_come_in_a_chunk_of_its_own_or_with_the_others(usage: Any, server: Simulator) -> None:
    stream = golden("chat-text-then-call")

    url = server.play(stream, dialect=Dialect(usage=usage)).url
    reading = CHAT_CLIENTS["openai-chat"].read(url, TIMEOUT, stream, streamed=True)

    assert (reading.usage.prompt_tokens, reading.usage.completion_tokens) == (20, 8)


@pytest.mark.parametrize(("counted", "completion"), [("included", 6), ("excluded", 4)])
def test_the_completion_tokens_may_be_without_those_of_reasoning(
    counted: Any, completion: int, way: str, server: Simulator
) -> None:
    stream = golden("chat-usage-details")

    url = server.play(stream, dialect=Dialect(reasoning_tokens=counted)).url
    usage = CHAT_CLIENTS["openai-chat"].read(url, TIMEOUT, stream, streamed=way == "streamed").usage

    assert (usage.completion_tokens, usage.total_tokens) == (completion, 2054)
    assert usage.completion_tokens_details.reasoning_tokens == 2


def test_the_last_event_of_a_message_may_state_the_output_tokens_alone(server: Simulator) -> None:
    stream = golden("chat-call")

    url = server.play(stream, dialect=Dialect(final_usage="output-only")).url
    usage = CHAT_CLIENTS["anthropic-messages"].read(url, TIMEOUT, stream, streamed=True).usage

    assert (usage.input_tokens, usage.output_tokens) == (None, 4)


def test_reasoning_may_have_another_key(way: str, server: Simulator) -> None:
    stream = golden("chat-reasoning-then-text")

    url = server.play(stream, dialect=Dialect(reasoning="reasoning")).url
    reading = CHAT_CLIENTS["openai-chat"].read(url, TIMEOUT, stream, streamed=way == "streamed")

    assert reading.reasoning == list(stream.reasoning)


@pytest.mark.parametrize("name", ["chat-parallel-calls", "chat-interleaved-calls", "chat-call-then-text"])
def test_all_calls_may_come_whole_in_one_chunk(name: str, server: Simulator) -> None:
    stream = golden(name)

    url = server.play(stream, dialect=Dialect(calls="whole")).url
    reading = CHAT_CLIENTS["openai-chat"].read(url, TIMEOUT, stream, streamed=True)

    assert reading.valid_calls == calls_of(stream, "openai-chat")
    assert reading.text == stream.text
