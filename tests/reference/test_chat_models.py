"""Chat models from the view of the consumer, and the two smallest ones."""

# all models have the same hook signatures

import asyncio
import threading
import tracemalloc
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_reference import (
    AIMessage,
    AIMessageChunk,
    BaseChatModel,
    BaseMessage,
    ChatGeneration,
    ChatGenerationChunk,
    ChatResult,
    EchoChatModel,
    HumanMessage,
    OneChunkChatModel,
    ToolMessage,
)
from reference.chunks import collected
from reference.deadline import run

MODELS = [EchoChatModel(), OneChunkChatModel()]
PROMPTS = ["How do LLMs stream?", " two  spaces ", "", " ", "\n", "one", "línea\u2028é🙂 ZWJ👩‍👩‍👧", "\ud83d half"]


def tell(city: str, days: int = 1) -> None:
    """Tell the weather."""


class Endless(EchoChatModel):
    """Streams endlessly. It counts its chunks and records when it is closed."""

    made: list[int] = []  # noqa: RUF012  # copied for each instance
    closed: list[str] = []  # noqa: RUF012  # as above

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        try:
            while True:
                self.made.append(len(self.made))
                yield ChatGenerationChunk(message=AIMessageChunk("again "))
        except GeneratorExit:
            self.closed.append(threading.current_thread().name)
            raise

    async def _astream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        try:
            while True:
                self.made.append(len(self.made))
                yield ChatGenerationChunk(message=AIMessageChunk("again "))
                await asyncio.sleep(0)
        except BaseException as error:
            self.closed.append(type(error).__name__)
            raise


class Nothing(OneChunkChatModel):
    """Streams without a chunk."""

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        return iter(())


class Constant(OneChunkChatModel):
    """Yields the same chunk object in every stream."""

    chunk: Any = ChatGenerationChunk(message=AIMessageChunk("a"), generation_info={"model_name": "m"})

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        yield self.chunk


def messages_of(model: Any, prompt: Any, **kwargs: Any) -> list[Any]:
    """The whole message of every call."""

    async def asynchronous() -> list[Any]:
        events = [event async for event in model.astream_events(prompt, **kwargs)]
        chunks = [chunk async for chunk in model.astream(prompt, **kwargs)]
        return [
            await model.ainvoke(prompt, **kwargs),
            chunks[0] + chunks[1:],
            *await model.abatch([prompt], **kwargs),
            events[-1]["data"]["output"],
        ]

    first, *others = model.stream(prompt, **kwargs)
    return [
        model.invoke(prompt, **kwargs),
        first + others,
        *model.batch([prompt], **kwargs),
        *run(asynchronous()),
    ]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_call_gives_the_same_message(model: BaseChatModel, prompt: str) -> None:
    answers = messages_of(model, prompt)

    assert {answer.text for answer in answers} == {prompt}
    assert [answer.usage_metadata for answer in answers] == [answers[0].usage_metadata] * len(answers)
    assert [answer.response_metadata for answer in answers] == [answers[0].response_metadata] * len(answers)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("stop", "answer"), [(["LLMs"], "How do "), (["How"], ""), ([""], "How do LLMs?"), ([], "How do LLMs?")]
)
def test_every_call_stops_before_the_first_stop_word(model: BaseChatModel, stop: list[str], answer: str) -> None:
    assert {message.text for message in messages_of(model, "How do LLMs?", stop=stop)} == {answer}


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_call_of_a_tool_is_the_same(prompt: str) -> None:
    for answer in messages_of(EchoChatModel().bind_tools([tell]), prompt):
        assert answer.text == ""
        assert [(call["name"], call["args"]) for call in answer.tool_calls] == [("tell", {"city": prompt})]
        assert answer.invalid_tool_calls == []
        assert answer.response_metadata["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    ("choice", "name"), [(None, "tell"), ("auto", "tell"), ("any", "tell"), ("other", "other"), ("none", None)]
)
def test_the_choice_of_a_tool(choice: str | None, name: str | None) -> None:
    other = {"type": "function", "function": {"name": "other"}}
    answer = EchoChatModel().bind_tools([tell, other], tool_choice=choice).invoke("hi")

    assert [call["name"] for call in answer.tool_calls] == ([name] if name else [])
    assert answer.text == ("" if name else "hi")


@pytest.mark.parametrize("choice", [None, "tell"])
def test_the_result_of_a_tool_is_answered_unless_a_call_is_demanded(choice: str | None) -> None:
    result = ToolMessage("sunny", tool_call_id="1")

    answer = EchoChatModel().bind_tools([tell], tool_choice=choice).invoke([result])

    assert (answer.text, len(answer.tool_calls)) == (("", 1) if choice else ("sunny", 0))


def test_a_model_without_tools_refuses_them() -> None:
    with pytest.raises(NotImplementedError, match="OneChunkChatModel does not call tools"):
        OneChunkChatModel().bind_tools([tell])
    with pytest.raises(NotImplementedError):
        OneChunkChatModel().with_structured_output({"title": "t"})


@pytest.mark.parametrize("value", [42, None, b"hi", {"role": "user"}, object(), AIMessage("hi")])
def test_any_other_input_raises(value: Any) -> None:
    with pytest.raises(ValueError, match="input: expected text, a list of messages or a prompt value, got "):
        EchoChatModel().invoke(value)


def test_only_the_last_chunk_is_marked() -> None:
    for model in MODELS:
        positions = [chunk.chunk_position for chunk in model.stream("a b")]

        assert positions == [*[None] * (len(positions) - 1), "last"]


def test_the_chunks_of_a_stream_share_an_id_and_streams_do_not() -> None:
    first, second = ({chunk.id for chunk in EchoChatModel().stream("a b")} for _ in range(2))

    assert len(first) == len(second) == 1
    assert first != second


def test_a_chunk_of_the_model_is_not_changed() -> None:
    model = Constant()

    ids = [{chunk.id for chunk in model.stream("hi")} for _ in range(2)]

    assert ids[0] != ids[1]
    assert Constant.chunk == ChatGenerationChunk(message=AIMessageChunk("a"), generation_info={"model_name": "m"})
    assert next(model.stream("hi")).response_metadata == {"model_name": "m"}


def test_a_stream_starts_with_its_first_chunk() -> None:
    model = Endless()
    stream, astream = model.stream("hi"), model.astream("hi")

    assert model.made == []
    next(stream)
    assert model.made == [0]
    stream.close()
    run(astream.aclose())
    assert model.made == [0]


def test_a_stream_closed_early_stops_the_model() -> None:
    model = Endless()
    stream = model.stream("hi")
    next(stream)
    next(stream)

    stream.close()

    assert model.made == [0, 1]
    assert len(model.closed) == 1
    assert list(stream) == []


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_closing_the_events_stops_the_model(version: Any) -> None:
    model = Endless()

    async def read() -> None:
        events = model.astream_events("hi", version=version)
        for _ in range(4):
            await anext(events)
        await events.aclose()

    run(read())

    assert model.closed == ["CancelledError"]


@pytest.mark.parametrize("model", [Endless(disable_streaming=True), Endless(disable_streaming="tool_calling")])
def test_streaming_can_be_disabled(model: BaseChatModel) -> None:
    assert [chunk.text for chunk in model.bind_tools([tell], tool_choice="none").stream("a b")] == ["a b"]


def test_a_stream_without_a_chunk_is_an_error() -> None:
    with pytest.raises(ValueError, match="No generation chunks were returned"):
        list(Nothing().stream("hi"))
    with pytest.raises(ValueError, match="No generation chunks were returned"):
        run(collected(Nothing().astream("hi")))


def test_a_long_answer_does_not_use_more_memory() -> None:
    stream = Endless().stream("hi")
    deque((next(stream) for _ in range(100)), maxlen=0)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        deque((next(stream) for _ in range(2000)), maxlen=0)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    # Its own list of numbers, and no more.
    assert grown < 100_000


def test_a_repr_shows_what_a_message_has() -> None:
    assert repr(HumanMessage("hi")) == "HumanMessage(content='hi')"
    assert repr(AIMessageChunk("", id="1", chunk_position="last")) == (
        "AIMessageChunk(content='', id='1', chunk_position='last')"
    )


def test_messages_are_equal_if_they_say_the_same() -> None:
    assert HumanMessage("hi") == HumanMessage("hi")
    assert AIMessage("hi") != AIMessageChunk("hi")
    assert AIMessage([{"type": "text", "text": "h"}, "i", {"type": "image", "text": "no"}]).text == "hi"


def test_a_result_with_several_answers_gives_the_first() -> None:
    class Two(OneChunkChatModel):
        def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
            generations = [ChatGeneration(message=AIMessage(text), generation_info={"n": text}) for text in "ab"]
            return ChatResult(generations=generations, llm_output={"request": "r"})

    answer = Two().invoke("hi")

    assert (answer.text, answer.response_metadata) == ("a", {"n": "a"})
