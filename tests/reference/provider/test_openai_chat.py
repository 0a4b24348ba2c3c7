"""The chat client and a correct provider: golden streams of calls, reasoning and refusals, and the HTTP requests."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_conformance.simulator import Case, Simulator
from llm_fixtures import Golden, golden, names
from llm_reference import (
    AIMessage,
    HumanMessage,
    IncompleteAnswerError,
    OpenAIChat,
    ProviderError,
    SystemMessage,
    ToolMessage,
)
from llm_reference.messages.tool_call import InvalidToolCall
from reference.deadline import run
from reference.provider.client import SECRET
from reference.provider.scripted import DONE, Scripted, answer, scripted, stream

CHAT = [name for name in names() if name.startswith("chat-")]
HELLO = "<plain-ascii>"


@pytest.fixture(scope="module")
def provider() -> Iterator[Simulator]:
    with Simulator() as simulator:
        for name in (*CHAT, "plain-ascii", "cut-by-length"):
            simulator.register(Case(nonce=f"<{name}>", golden=golden(name), format="openai-chat"))
        yield simulator


@pytest.fixture
def model(provider: Simulator) -> OpenAIChat:
    return OpenAIChat(base_url=f"{provider.url}/v1", api_key=SECRET, model="m", max_retries=0)


def asking(model: OpenAIChat, name: str) -> Any:
    """The model with the tools that the golden stream calls."""
    called = sorted({call.name for call in golden(name).calls})
    return model.bind_tools([{"name": tool, "parameters": {"type": "object"}} for tool in called]) if called else model


async def collected(chunks: AsyncIterator[Any]) -> list[Any]:
    return [chunk async for chunk in chunks]


def whole(chunks: list[Any]) -> Any:
    first, *others = chunks
    return first + others


def parsed(arguments: str) -> Any:
    """The arguments of a call; None if they are broken off."""
    try:
        return json.loads(arguments, strict=False)
    except ValueError:
        return None


def expected_calls(stream_: Golden) -> list[Any]:
    calls = ((call.name, parsed(call.arguments), call.id) for call in stream_.calls)
    return [(name, args, call_id) for name, args, call_id in calls if args is not None]


@pytest.mark.parametrize("name", [name for name in CHAT if name != "chat-long-arguments"])
def test_every_call_gives_the_golden_answer(name: str, model: OpenAIChat) -> None:
    said, asked = golden(name), asking(model, name)

    async def asynchronous() -> list[Any]:
        return [whole(await collected(asked.astream(f"<{name}>"))), await asked.ainvoke(f"<{name}>")]

    for message in (whole(list(asked.stream(f"<{name}>"))), asked.invoke(f"<{name}>"), *run(asynchronous())):
        assert message.text == "".join(said.text_tokens())
        assert [(call["name"], call["args"], call["id"]) for call in message.tool_calls] == expected_calls(said)
        assert len(message.tool_calls) + len(message.invalid_tool_calls) == len(said.calls)
        assert message.response_metadata["finish_reason"] == str(said.finish)
        assert message.usage_metadata["input_tokens"] == said.usage.prompt
        assert message.usage_metadata["output_tokens"] == said.usage.completion


def test_long_arguments_are_whole(model: OpenAIChat) -> None:
    asked = asking(model, "chat-long-arguments")

    (call,) = whole(list(asked.stream("<chat-long-arguments>"))).tool_calls

    assert call["args"] == json.loads(golden("chat-long-arguments").calls[0].arguments)


def test_a_call_that_was_cut_off_is_invalid(model: OpenAIChat) -> None:
    asked = asking(model, "chat-call-cut-by-length")

    broken: list[InvalidToolCall] = whole(list(asked.stream("<chat-call-cut-by-length>"))).invalid_tool_calls

    assert [call["args"] for call in broken] == [golden("chat-call-cut-by-length").calls[0].arguments]
    assert asked.invoke("<chat-call-cut-by-length>").invalid_tool_calls == broken


def test_usage_and_the_mark_of_the_end_are_in_the_last_chunk_only(model: OpenAIChat) -> None:
    *others, last = model.stream(HELLO)

    assert {chunk.chunk_position for chunk in others} == {None}
    assert [chunk.usage_metadata for chunk in others] == [None] * len(others)
    assert last.chunk_position == "last"
    assert last.usage_metadata == {"input_tokens": 9, "output_tokens": 4, "total_tokens": 13} | _details(last)
    assert len({chunk.id for chunk in (*others, last)}) == 1
    assert not (last.id or "lc_").startswith("lc_")


def _details(chunk: Any) -> dict[str, Any]:
    return {key: value for key, value in chunk.usage_metadata.items() if key.endswith("details")}


def test_the_request_holds_the_conversation_and_the_tools(model: OpenAIChat, provider: Simulator) -> None:
    call: Any = {"name": "f", "args": {"a": 1}, "id": "call_1"}
    broken: Any = {"name": "g", "args": "{", "id": "call_2", "error": None}
    said = AIMessage([{"type": "text", "text": "hm"}], tool_calls=[call], invalid_tool_calls=[broken])
    asked = model.bind_tools([tell], tool_choice="any")

    asked.invoke(
        [SystemMessage("s"), HumanMessage(HELLO), said, ToolMessage("r", tool_call_id="call_1"), HELLO], stop=["x"]
    )

    body = provider.requests[-1].body
    calls = [
        {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
        {"id": "call_2", "type": "function", "function": {"name": "g", "arguments": "{"}},
    ]
    assert body["messages"] == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": HELLO},
        {"role": "assistant", "content": "hm", "tool_calls": calls},
        {"role": "tool", "content": "r", "tool_call_id": "call_1"},
        {"role": "user", "content": HELLO},
    ]
    assert (body["tool_choice"], body["stop"]) == ("required", ["x"])
    assert body["tools"] == [{"type": "function", "function": TOLD}]
    assert "stream" not in body
    assert "stream_options" not in body


def tell(city: str, days: int = 1, units: list[str] | None = None, extra: Any = None) -> None:
    """Tell the weather."""


TOLD = {
    "name": "tell",
    "description": "Tell the weather.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}, "units": {}, "extra": {}},
        "required": ["city"],
    },
}


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        (None, None),
        ("auto", "auto"),
        ("none", "none"),
        ("any", "required"),
        ("tell", {"type": "function", "function": {"name": "tell"}}),
    ],
)
def test_the_choice_of_a_tool_is_sent_as_the_api_takes_it(
    choice: Any, sent: Any, model: OpenAIChat, provider: Simulator
) -> None:
    list(model.bind_tools([tell], tool_choice=choice).stream(HELLO))

    body = provider.requests[-1].body
    assert body.get("tool_choice") == sent
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})


def test_a_tool_of_an_unknown_form_raises(model: OpenAIChat) -> None:
    with pytest.raises(ValueError, match="tool: expected a function, a pydantic class, a JSON schema with a title or"):
        model.bind_tools([42])


def delta(**fields: Any) -> bytes:
    choice = {"index": 0, "delta": fields, "finish_reason": None}
    return b"data: " + json.dumps({"id": "chat-1", "model": "m", "choices": [choice]}).encode() + b"\n\n"


def used(count: int) -> bytes:
    usage = {"prompt_tokens": 5, "completion_tokens": count, "total_tokens": 5 + count}
    return b"data: " + json.dumps({"id": "chat-1", "choices": [], "usage": usage}).encode() + b"\n\n"


def a_model(provider: Scripted) -> OpenAIChat:
    return OpenAIChat(base_url=provider.url, api_key=SECRET, max_retries=0, timeout=20)


def test_usage_that_grows_with_each_object_is_counted_once() -> None:
    with scripted(stream(delta(content="a"), used(1), delta(content="b"), used(2), DONE)) as provider:
        message = whole(list(a_model(provider).stream("hi")))

    assert message.text == "ab"
    assert message.usage_metadata == {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7}


def test_calls_without_an_index_are_told_apart_by_their_place() -> None:
    calls = [{"id": f"call_{name}", "function": {"name": name, "arguments": "{}"}} for name in "fg"]
    with scripted(stream(delta(tool_calls=calls), DONE)) as provider:
        message = whole(list(a_model(provider).stream("hi")))

    assert [(call["name"], call["id"], call["args"]) for call in message.tool_calls] == [
        ("f", "call_f", {}),
        ("g", "call_g", {}),
    ]


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_is_beside_the_content(name: str) -> None:
    with scripted(stream(delta(**{name: "hm"}), delta(**{name: "m"}), delta(content="a"), DONE)) as provider:
        message = whole(list(a_model(provider).stream("hi")))

    assert (message.content, message.additional_kwargs) == ("a", {"reasoning_content": "hmm"})


def test_a_stream_without_its_end_keeps_its_call_open_and_raises() -> None:
    part = {"index": 0, "id": "call_1", "function": {"name": "f", "arguments": '{"a": "b'}}
    chunks: list[Any] = []
    with scripted(stream(delta(tool_calls=[part]))) as provider, pytest.raises(IncompleteAnswerError):
        chunks.extend(a_model(provider).stream("hi"))

    assert chunks == [] or chunks[0].chunk_position is None


@pytest.mark.parametrize(
    "fields",
    [
        {"content": 1},
        {"tool_calls": 1},
        {"tool_calls": [1]},
        {"tool_calls": [{"function": 1}]},
        {"tool_calls": [{"function": {"arguments": {"a": 1}}}]},
        {"reasoning": [1]},
    ],
)
def test_an_answer_of_another_form_is_an_error(fields: Any) -> None:
    with (
        scripted(stream(delta(**fields), DONE)) as provider,
        pytest.raises(ProviderError, match="expected choices with messages"),
    ):
        list(a_model(provider).stream("hi"))


@pytest.mark.parametrize("usage", [1, {}, {"prompt_tokens": "5"}])
def test_usage_of_another_form_is_an_error(usage: Any) -> None:
    whole_answer = answer(200, {"choices": [{"index": 0, "message": {"content": "a"}}], "usage": usage})
    if not usage:
        with scripted(whole_answer) as provider:
            assert a_model(provider).invoke("hi").usage_metadata is None
        return
    with scripted(whole_answer) as provider, pytest.raises(ProviderError, match="expected choices with messages"):
        a_model(provider).invoke("hi")


def test_a_whole_answer_without_a_choice_is_an_error() -> None:
    with scripted(answer(200, {"choices": []})) as provider, pytest.raises(ProviderError, match="got one without"):
        a_model(provider).invoke("hi")


def test_concurrent_streams_do_not_mix(model: OpenAIChat) -> None:
    asked = [name for name in CHAT if name != "chat-long-arguments"] * 3

    async def calls() -> Any:
        return await asyncio.gather(*(collected(asking(model, name).astream(f"<{name}>")) for name in asked))

    for name, chunks in zip(asked, run(calls()), strict=True):
        assert whole(chunks).text == "".join(golden(name).text_tokens())


def test_the_key_is_not_shown() -> None:
    model = OpenAIChat(base_url="http://localhost:1/v1", api_key=SECRET)

    assert SECRET not in repr(model)
    assert repr(model).startswith("OpenAIChat(")
