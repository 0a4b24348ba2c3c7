"""The streams of version v3: who reads them, who leaves them, and what they keep."""

import asyncio
import gc
import threading
import tracemalloc
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from itertools import islice
from typing import Any

import pytest

from llm_reference import (
    AIMessage,
    AIMessageChunk,
    BaseChatModel,
    BaseMessage,
    ChatGenerationChunk,
    ChatModelStream,
    EchoChatModel,
    EchoLLM,
    OneChunkChatModel,
    RunnableLambda,
)
from reference.deadline import run
from reference.handlers import handler
from reference.test_chat_models import Endless, tell

PROMPT = "How do LLMs stream?"
WORDS = ["How", " do", " LLMs", " stream?"]


class Telling(EchoChatModel):
    """Streams these chunks, and then raises `error`. On an event loop it waits before each chunk."""

    chunks: list[AIMessageChunk] = []  # noqa: RUF012  # copied for each instance
    error: Exception | None = None

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for chunk in self.chunks:
            yield ChatGenerationChunk(message=chunk)
        if self.error:
            raise self.error

    async def _astream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        for chunk in self._stream(messages):
            await asyncio.sleep(0)
            yield chunk


class Silent(EchoChatModel):
    """Says one word and then nothing."""

    ended: list[str] = []  # noqa: RUF012  # copied for each instance

    async def _astream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        try:
            yield ChatGenerationChunk(message=AIMessageChunk("a"))
            await asyncio.Event().wait()
        except BaseException as error:
            self.ended.append(type(error).__name__)
            raise


var = ContextVar("var", default="unset")


class KeepsContext(EchoChatModel):
    """Keeps a value in a context variable from one chunk to the next, and resets it at its end."""

    kept: list[str] = []  # noqa: RUF012  # copied for each instance

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        token = var.set("mine")
        try:
            for text in "abc":
                yield ChatGenerationChunk(message=AIMessageChunk(text))
                self.kept.append(var.get())
        finally:
            var.reset(token)

    async def _astream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        token = var.set("mine")
        try:
            for text in "abc":
                yield ChatGenerationChunk(message=AIMessageChunk(text))
                self.kept.append(var.get())
        finally:
            var.reset(token)


def told(*chunks: AIMessageChunk, error: Exception | None = None) -> ChatModelStream:
    return Telling(chunks=list(chunks), error=error).stream_events("hi", version="v3")


def calling(*fragments: tuple[Any, ...], content: Any = "") -> AIMessageChunk:
    keys = ("name", "args", "id", "index")
    calls: Any = [dict(zip(keys, fragment, strict=True)) for fragment in fragments]
    return AIMessageChunk(content, tool_call_chunks=calls)


async def opened(model: Any, prompt: Any = PROMPT, *config: Any) -> Any:
    return await model.astream_events(prompt, *config, version="v3")


async def collected(items: Any) -> list[Any]:
    return [item async for item in items]


async def turns() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


def kinds(events: Any) -> list[str]:
    return [event["event"].removeprefix("content-") for event in events]


@pytest.mark.parametrize("model", [EchoChatModel(), OneChunkChatModel()])
@pytest.mark.parametrize("prompt", [PROMPT, "", " ", "línea\u2028é🙂\r\n", "\ud83d half"])
def test_all_that_is_read_of_a_stream_says_the_same(model: BaseChatModel, prompt: str) -> None:
    async def asynchronously() -> list[Any]:
        stream = await opened(model, prompt)
        return [await collected(stream.text), await stream.text, (await stream.output).text, (await stream).text]

    stream = model.stream_events(prompt, version="v3")
    deltas, *texts = run(asynchronously())

    assert {"".join(stream.text), str(stream.text), stream.text.get(), stream.output.text} == {prompt}
    assert {"".join(deltas), *texts} == {prompt}
    assert stream.output.usage_metadata == model.invoke(prompt).usage_metadata
    assert stream.reasoning.get() == ""
    assert stream.tool_calls.get() == []


def test_the_deltas_are_those_of_the_model() -> None:
    async def asynchronously() -> list[Any]:
        return await collected((await opened(EchoChatModel())).text)

    assert list(EchoChatModel().stream_events(PROMPT, version="v3").text) == run(asynchronously()) == WORDS


def test_a_reader_that_is_late_or_slow_gets_what_it_has_missed_as_one_delta() -> None:
    stream = EchoChatModel().stream_events(PROMPT, version="v3")
    slow, fast = iter(stream.text), iter(stream)

    first, *_ = next(slow), *islice(fast, 5)

    assert [first, *slow] == ["How", " do LLMs", " stream?"]
    assert [*stream.text] == [PROMPT]
    assert kinds(stream) == ["message-start", "block-start", "block-delta", "block-finish", "message-finish"]


def test_a_stream_is_lazy() -> None:
    model = Endless()
    stream = model.stream_events(PROMPT, version="v3")
    texts = iter(stream.text)

    assert model.made == []
    assert next(texts) == "again "
    assert model.made == [0]
    stream.close()
    assert len(model.closed) == 1


def test_a_stream_that_was_closed_has_what_had_arrived_and_then_raises() -> None:
    with Endless().stream_events(PROMPT, version="v3") as stream:
        next(iter(stream.text))
    texts = iter(stream.text)

    assert next(texts) == "again "
    for read in (lambda: next(texts), lambda: stream.output, lambda: list(stream), lambda: str(stream.text)):
        with pytest.raises(RuntimeError, match="the stream was closed before its answer was complete"):
            read()


def test_closing_a_stream_that_was_read_changes_nothing() -> None:
    stream = EchoChatModel().stream_events(PROMPT, version="v3")
    message = stream.output

    stream.close()

    assert stream.output == message
    assert [*stream.text] == [PROMPT]


def leave_by_break(stream: ChatModelStream) -> None:
    for _ in stream:
        break


def leave_by_exception(stream: ChatModelStream) -> None:
    with suppress(LookupError):
        for _ in stream.text:
            raise LookupError


def leave_by_close(stream: ChatModelStream) -> None:
    next(iter(stream))
    stream.close()


@pytest.mark.parametrize("leave", [leave_by_break, leave_by_exception, leave_by_close])
def test_leaving_a_stream_ends_its_run(leave: Callable[[ChatModelStream], None]) -> None:
    model, recorder = Endless(), handler("sync")
    leave(model.stream_events(PROMPT, {"callbacks": [recorder]}, version="v3"))
    gc.collect(0)

    assert len(model.closed) == 1
    assert [name for name in recorder.log.names if name != "on_llm_new_token"] == ["on_llm_start", "on_llm_error"]


async def leave_async_by_break(stream: Any) -> None:
    async for _ in stream:
        break


async def leave_by_dropped_delta(stream: Any) -> None:
    await anext(aiter(stream.text))


async def leave_by_aclose(stream: Any) -> None:
    await anext(aiter(stream))
    await stream.aclose()


async def leave_by_end_of_with(stream: Any) -> None:
    async with stream:
        await anext(aiter(stream))


async def leave_by_cancelled_reader(stream: Any) -> None:
    await cancelled(collected(stream))


async def leave_by_cancelled_awaiter(stream: Any) -> None:
    await cancelled(stream.output)


async def cancelled(reading: Any) -> None:
    task = asyncio.ensure_future(reading)
    await turns()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()


@pytest.mark.parametrize(
    "leave",
    [
        leave_async_by_break,
        leave_by_dropped_delta,
        leave_by_aclose,
        leave_by_end_of_with,
        leave_by_cancelled_reader,
        leave_by_cancelled_awaiter,
    ],
)
def test_leaving_an_asynchronous_stream_ends_its_run(leave: Callable[[Any], Any]) -> None:
    model, recorder = Endless(), handler("async")

    async def main() -> None:
        await leave(await opened(model, PROMPT, {"callbacks": [recorder]}))
        await turns()
        assert len(model.closed) == 1
        made = len(model.made)
        await turns()
        assert len(model.made) == made

    run(main())
    assert [name for name in recorder.log.names if name != "on_llm_new_token"] == ["on_llm_start", "on_llm_error"]


def test_a_reader_that_keeps_nothing_makes_the_memory_grow_by_the_text_alone() -> None:
    texts = iter(Endless().stream_events(PROMPT, version="v3").text)
    deque(islice(texts, 100), maxlen=0)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        deque(islice(texts, 1000), maxlen=0)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    # Its own list of numbers, and 4 bytes for each character of "again ".
    assert grown < 75_000


def test_the_model_waits_for_its_reader() -> None:
    async def main() -> list[int]:
        model = Endless()
        stream = await opened(model)
        await anext(aiter(stream.text))
        await turns()
        await stream.aclose()
        return model.made

    assert run(main()) == [0]


def test_readers_in_several_tasks_get_all_of_the_answer() -> None:
    chunks = [AIMessageChunk("a"), calling(("f", '{"a":', "1", 0)), AIMessageChunk("b"), calling((None, "1}", None, 0))]

    async def main() -> list[Any]:
        stream = await opened(Telling(chunks=chunks))
        readers = (collected(stream.text), collected(stream.tool_calls), collected(stream), stream.output)
        return [*await asyncio.gather(*readers)]

    texts, fragments, events, message = run(main())

    assert texts == ["a", "b"]
    assert [(each["id"], each["name"], each["args"]) for each in fragments] == [("1", "f", '{"a":'), ("1", "f", "1}")]
    assert kinds(events)[-1] == "message-finish"
    assert message.tool_calls[0]["args"] == {"a": 1}


def test_a_task_that_waits_for_the_message_leaves_the_deltas_to_the_others() -> None:
    async def main() -> list[Any]:
        stream = await opened(Telling(chunks=[AIMessageChunk(word) for word in WORDS]))
        message, texts = await asyncio.gather(stream.output, collected(stream.text))
        return [message.text, *texts]

    assert run(main()) == [PROMPT, *WORDS]


def test_readers_in_several_threads_get_all_of_the_answer() -> None:
    words = " ".join(map(str, range(300)))
    stream = EchoChatModel().stream_events(words, version="v3")
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append("".join(stream.text))) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert texts == [words] * 4


def test_a_task_that_waits_when_the_stream_is_closed_gets_an_error_and_is_not_cancelled() -> None:
    async def main() -> list[Any]:
        model = Silent()
        stream = await opened(model)
        tasks = [asyncio.ensure_future(stream.output), asyncio.ensure_future(collected(stream.text))]
        await turns()
        await stream.aclose()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        return [*map(type, answers), *(task.cancelling() for task in tasks), *model.ended]

    assert run(main()) == [RuntimeError, RuntimeError, 0, 0, "CancelledError"]


def test_when_one_reader_is_cancelled_the_others_get_an_error() -> None:
    async def main() -> Any:
        stream = await opened(Silent())
        reading = asyncio.ensure_future(collected(stream))
        await turns()
        other = asyncio.ensure_future(stream.output)
        await turns()
        reading.cancel()
        return await asyncio.gather(other, return_exceptions=True)

    assert "cancelled before the answer was complete" in str(run(main())[0])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_model_keeps_its_context_whoever_reads_or_closes_the_stream(count: int) -> None:
    model = KeepsContext()

    async def first_text(stream: Any) -> Any:
        texts = aiter(stream)
        return [await anext(texts) for _ in range(count)]

    async def main() -> None:
        stream = await opened(model)
        for _ in range(2):
            await asyncio.create_task(first_text(stream))
        await stream.aclose()
        assert var.get() == "unset"

    def in_thread(act: Callable[[], Any]) -> None:
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()

    run(main())
    stream = model.stream_events(PROMPT, version="v3")
    in_thread(lambda: list(islice(stream, count)))
    in_thread(stream.close)

    assert {*model.kept} <= {"mine"}
    with pytest.raises(RuntimeError, match="was closed"):
        list(stream)


def test_what_the_model_raises_every_reader_gets_after_what_had_arrived() -> None:
    error = ConnectionError("lost")

    async def asynchronously() -> None:
        stream = await opened(Telling(chunks=[AIMessageChunk("a")], error=error))
        texts = aiter(stream.text)
        assert await anext(texts) == "a"
        for read in (anext(texts), stream.output, collected(stream), stream.text, stream):
            with pytest.raises(ConnectionError, match="lost"):
                await read

    stream = told(AIMessageChunk("a"), error=error)
    texts = iter(stream.text)
    assert next(texts) == "a"
    for read in (lambda: next(texts), lambda: stream.output, lambda: list(stream), stream.tool_calls.get):
        with pytest.raises(ConnectionError, match="lost"):
            read()
    run(asynchronously())


def test_parallel_calls_keep_apart() -> None:
    begun = calling(("f", "", "1", 0), ("g", "", "2", 1))
    stream = told(begun, calling((None, '{"b": 2}', None, 1)), calling((None, '{"a": 1}', None, 0)))

    assert [(call["name"], call["args"]) for call in stream.tool_calls.get()] == [("f", {"a": 1}), ("g", {"b": 2})]
    assert [(each["id"], each["args"]) for each in stream.tool_calls] == [("1", '{"a": 1}'), ("2", '{"b": 2}')]
    assert stream.output.tool_calls == stream.output.content == stream.tool_calls.get()


def test_what_is_reported_of_each_token_is_added_up_and_a_repeated_name_is_not() -> None:
    reports: list[dict[str, Any]] = [
        {"model_name": "m", "logprobs": {"content": [0.5]}, "finish_reason": None},
        {"model_name": "m", "logprobs": {"content": [0.25]}, "finish_reason": "stop"},
        {"finish_reason": None},
    ]
    stream = told(*(AIMessageChunk("a", response_metadata=report) for report in reports))

    assert stream.output.response_metadata == {
        "model_name": "m",
        "logprobs": {"content": [0.5, 0.25]},
        "finish_reason": "stop",
        "output_version": "v1",
    }


def test_a_call_that_was_cut_off_is_invalid() -> None:
    stream = told(calling(("f", '{"a"', "1", 0)))

    assert stream.tool_calls.get() == []
    assert stream.output.invalid_tool_calls[0]["args"] == '{"a"'


def test_a_call_whose_name_is_in_each_fragment_has_it_once() -> None:
    stream = told(calling(("f", "{", "1", 0)), calling(("f", "}", "1", 0)))

    assert [(call["name"], call["args"]) for call in stream.tool_calls.get()] == [("f", {})]


def test_the_blocks_are_those_of_the_sum_of_the_chunks() -> None:
    chunks = [
        AIMessageChunk("", additional_kwargs={"reasoning_content": "So"}),
        AIMessageChunk([{"type": "thinking", "thinking": " it", "index": 0}]),
        AIMessageChunk([{"type": "thinking", "signature": "s", "index": 0}]),
        AIMessageChunk([{"type": "text", "text": "a", "index": 1}]),
        AIMessageChunk("b"),
        AIMessageChunk([{"type": "text", "text": "c", "index": 1}, {"type": "image", "url": "u"}]),
        AIMessageChunk([{"type": "new", "text": "d", "index": 2}]),
        AIMessageChunk([{"type": "new", "text": "e", "index": 2}, {"type": "tool_use", "id": "1"}]),
        AIMessageChunk("f", additional_kwargs={"refusal": "no"}),
    ]
    stream = told(*chunks)

    content: Any = stream.output.content
    blocks = [{key: value for key, value in block.items() if key != "index"} for block in content]

    assert blocks == [
        {"type": "reasoning", "reasoning": "So"},
        {"type": "reasoning", "reasoning": " it", "extras": {"signature": "s"}},
        {"type": "text", "text": "ac"},
        {"type": "text", "text": "b"},
        {"type": "image", "url": "u"},
        {"type": "non_standard", "value": {"type": "new", "text": "de"}},
        {"type": "text", "text": "f"},
    ]
    assert stream.output.text == (chunks[0] + chunks[1:]).text
    assert stream.reasoning.get() == "".join(stream.reasoning) == "So it"
    assert stream.output.additional_kwargs == {"refusal": "no"}


def test_a_message_with_blocks_can_be_sent_again() -> None:
    model: Any = EchoChatModel().bind_tools([tell])
    answer = model.stream_events("Oslo", version="v3").output

    again = OneChunkChatModel().stream_events([answer], version="v3").output

    assert isinstance(answer, AIMessage)
    assert (answer.tool_calls[0]["args"], again.text) == ({"city": "Oslo"}, "")


def test_a_stream_of_a_nested_call_is_a_child_run() -> None:
    recorder = handler("sync")

    def ask(text: str) -> str:
        return EchoChatModel().stream_events(text, version="v3").output.text

    chain: Any = RunnableLambda(ask)

    assert chain.invoke(PROMPT, {"callbacks": [recorder]}) == PROMPT
    assert recorder.log.names[:2] == ["on_chain_start", "on_llm_start"]


def test_a_loop_that_shuts_down_closes_a_stream_that_was_kept() -> None:
    errors: list[Any] = []

    async def main(read: Callable[[Any], Any]) -> Any:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        return await read(EchoChatModel())

    async def v3(model: Any) -> Any:
        stream = await opened(model)
        await anext(aiter(stream))
        return stream

    async def plain(model: Any) -> Any:
        stream = model.astream(PROMPT)
        await anext(stream)
        return stream

    kept = [asyncio.run(main(read)) for read in (v3, plain) for _ in range(8)]

    assert (len(kept), errors) == (16, [])


@pytest.mark.parametrize("version", ["v1", "v2", "v4"])
def test_stream_events_has_version_v3_alone(version: Any) -> None:
    with pytest.raises(NotImplementedError, match="expected 'v3', got 'v"):
        EchoChatModel().stream_events(PROMPT, version=version)


def test_a_string_model_does_not_speak_v3() -> None:
    with pytest.raises(NotImplementedError, match="expected 'v1' or 'v2', or of a chat model 'v3'"):
        run(collected(EchoLLM().astream_events(PROMPT, version="v3")))  # type: ignore[arg-type]  # as mypy says
    assert not hasattr(EchoLLM(), "stream_events")
