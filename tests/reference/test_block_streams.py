"""The streams of version v3: who reads them, who leaves them, and what they keep."""

import asyncio
import threading
import tracemalloc
from collections import deque
from itertools import islice
from typing import Any

import pytest

from llm_reference import (
    AIMessageChunk,
    BaseChatModel,
    EchoChatModel,
    EchoLLM,
    OneChunkChatModel,
    RunnableLambda,
)
from reference.block_models import PROMPT, WORDS, Telling, calling, collected, kinds, opened, told, turns
from reference.deadline import run
from reference.handlers import handler
from reference.test_chat_models import Endless


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


def test_a_stream_of_a_nested_call_is_a_child_run() -> None:
    recorder = handler("sync")

    def ask(text: str) -> str:
        return EchoChatModel().stream_events(text, version="v3").output.text

    chain: Any = RunnableLambda(ask)

    assert chain.invoke(PROMPT, {"callbacks": [recorder]}) == PROMPT
    assert recorder.log.names[:2] == ["on_chain_start", "on_llm_start"]


@pytest.mark.parametrize("version", ["v1", "v2", "v4"])
def test_stream_events_has_version_v3_alone(version: Any) -> None:
    with pytest.raises(NotImplementedError, match="expected 'v3', got 'v"):
        EchoChatModel().stream_events(PROMPT, version=version)


def test_a_string_model_does_not_speak_v3() -> None:
    with pytest.raises(NotImplementedError, match="expected 'v1' or 'v2', or of a chat model 'v3'"):
        run(collected(EchoLLM().astream_events(PROMPT, version="v3")))  # type: ignore[arg-type]  # as mypy says
    assert not hasattr(EchoLLM(), "stream_events")
