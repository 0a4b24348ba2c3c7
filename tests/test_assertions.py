"""`assert_stream()` and `assert_astream()`, as an author uses them in tests of a model."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_conformance import StreamAssertions, assert_astream, assert_stream
from llm_reference import AIMessageChunk, EchoChatModel, EchoLLM
from llm_reference.messages.tool_call import tool_call_chunk


def weather(city: str) -> str:
    """The weather in a city."""
    return city


class Plays:
    """Streams the chunks that it is given, and raises the last of them if it is an exception."""

    def __init__(self, *chunks: Any) -> None:
        self._chunks = chunks

    def stream(self, _prompt: Any) -> Iterator[Any]:
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def astream(self, prompt: Any) -> AsyncIterator[Any]:
        for chunk in self.stream(prompt):
            yield chunk


def both(*chunks: Any) -> tuple[StreamAssertions, StreamAssertions]:
    model = Plays(*chunks)
    return assert_stream(model, "hi"), asyncio.run(_read(model))


async def _read(model: Any) -> StreamAssertions:
    return await assert_astream(model, "hi")


def call(*fragments: str, name: str = "weather") -> list[AIMessageChunk]:
    pieces = [tool_call_chunk(name=name, args="", id="1", index=0)]
    pieces += [tool_call_chunk(name=None, args=one, id=None, index=0) for one in fragments]
    return [AIMessageChunk("", tool_call_chunks=[piece]) for piece in pieces]


def test_a_string_model_and_a_chat_model_pass() -> None:
    assert_stream(EchoLLM(), "one two three").text("one two three").chunks(at_least=3).tool_calls()
    assert_stream(EchoChatModel(), "one two").text("one two").chunks(at_least=2, at_most=2).tool_calls()


async def _tools() -> None:
    model = EchoChatModel().bind_tools([weather])
    read = await assert_astream(model, "Paris", stop=["?"])
    read.text("").tool_calls("weather").tool_calls(("weather", {"city": "Paris"})).finish_reason("tool_calls")


def test_the_calls_of_a_tool_and_the_finish_reason_pass() -> None:
    asyncio.run(_tools())


def test_a_text_that_differs_shows_the_chunks_and_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for read in both("hel", "lo", "\x1b[2J", "wrld"):
        with pytest.raises(AssertionError) as failure:
            read.text("hello world")

        name = str(failure.value).partition(" ")[0]
        assert str(failure.value).splitlines() == [
            f"{name} of Plays: the text differs",
            "  expected   hello world",
            "  actual     hel|lo|\\x1b[2J|wrld",
            "                    ^ first difference at character 5",
        ]


@pytest.mark.parametrize(
    ("chunks", "asserted", "shown"),
    [
        (["a"], lambda read: read.chunks(at_least=2), r"expected   at least 2 .*actual     1\n.*chunks     a$"),
        (["a", "b"], lambda read: read.chunks(at_most=1), r"expected   at most 1 .*actual     2\n.*chunks     a\|b$"),
        ([], lambda read: read.chunks(), r"actual     0\n  chunks     \(none\)$"),
        (["", "a"], lambda read: read.chunks(at_least=2), r"actual     1\n"),
        (
            call('{"city": ', '"Paris"}'),
            lambda read: read.tool_calls(("weather", {"city": "Rome"})),
            r"weather\(city='Rome'\)\n  actual     weather\(city='Paris'\)\n  chunks     weather\|.*\|\"Paris\"}$",
        ),
        (call("{}"), lambda read: read.tool_calls(), r"expected   no calls\n  actual     weather\(\)\n"),
        (call("{}"), lambda read: read.tool_calls("time"), r"expected   time\(\.\.\)\n  actual     weather\(\)\n"),
        (["a"], lambda read: read.tool_calls("time"), r"expected   time\(\.\.\)\n  actual     no calls\n"),
        (call("{}"), lambda read: read.tool_calls("weather", "time"), r"weather\(\.\.\), time\(\.\.\)\n"),
        (["a"], lambda read: read.finish_reason("stop"), r"expected   stop\n  actual     a stream without a finish"),
        (
            [AIMessageChunk("a", response_metadata={"finish_reason": "length\x1b"})],
            lambda read: read.finish_reason("stop"),
            r"expected   stop\n  actual     length\\x1b\n",
        ),
        ([object(), object()], lambda read: read.finish_reason("stop"), r"the chunks do not add up\n.*TypeError"),
    ],
)
def test_a_failure_shows_what_was_expected_and_the_chunks(chunks: list[Any], asserted: Any, shown: str) -> None:
    for read in both(*chunks):
        with pytest.raises(AssertionError) as failure:
            asserted(read)

        assert re.search(shown, str(failure.value), re.DOTALL)


def test_arguments_that_are_not_json_fail() -> None:
    read, _ = both(*call("[1"))

    with pytest.raises(AssertionError, match="the arguments of a call are not JSON"):
        read.tool_calls("weather")


def test_an_exception_of_the_model_has_the_chunks_before_it_as_a_note() -> None:
    model = Plays("a", "b\n", ConnectionError("reset"))

    with pytest.raises(ConnectionError) as sync:
        assert_stream(model, "hi")
    with pytest.raises(ConnectionError) as asynchronous:
        asyncio.run(_read(Plays("a", ConnectionError("reset"))))

    assert sync.value.__notes__ == ["stream() of Plays gave 2 chunks before: a|b\\n"]
    assert asynchronous.value.__notes__ == ["astream() of Plays gave 1 chunk before: a"]


def test_an_assertion_that_is_not_awaited_cannot_pass() -> None:
    coroutine = assert_astream(Plays("a"), "hi")

    with pytest.raises(AttributeError):
        coroutine.text("a")  # type: ignore[attr-defined]

    coroutine.close()
