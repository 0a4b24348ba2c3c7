"""The parser turns the output of any model into text."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk

from llm_reference import Runnable, RunnableGenerator, StrOutputParser
from llm_zoo.chat_models import EchoChat
from reference.deadline import run
from reference.models import Streams

Chain = Runnable[Any, Any]

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]
parser = StrOutputParser()


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in stream]


async def one_by_one(values: list[Any]) -> AsyncIterator[Any]:
    for value in values:
        yield value


def test_text_passes_unchanged() -> None:
    assert parser.invoke("hi ") == run(parser.ainvoke("hi ")) == parser.parse("hi ") == "hi "
    assert list(parser.stream("hi ")) == run(collected(parser.astream("hi "))) == ["hi "]


def test_each_chunk_passes_without_delay() -> None:
    assert list((Streams() | parser).stream("hi")) == CHUNKS
    assert run(collected((Streams() | parser).astream("hi"))) == CHUNKS


def test_empty_chunks_pass_too() -> None:
    assert list(parser.transform(iter(["", "a", ""]))) == ["", "a", ""]
    assert run(collected(parser.atransform(one_by_one(["", "a", ""])))) == ["", "a", ""]


@pytest.mark.parametrize(
    "message",
    [AIMessage("hi"), AIMessageChunk(content="hi"), AIMessage([{"type": "text", "text": "h"}, "i"])],
    ids=["message", "chunk", "blocks"],
)
def test_a_message_becomes_its_text(message: Any) -> None:
    assert parser.invoke(message) == "hi"
    assert list(parser.transform(iter([message, message]))) == ["hi", "hi"]


def test_the_output_of_a_chat_model_becomes_text() -> None:
    chain: Chain = EchoChat() | parser

    assert chain.invoke("hi there") == "".join(chain.stream("hi there")) == "hi there"
    assert "".join(run(collected(chain.astream("hi there")))) == "hi there"


@pytest.mark.parametrize("value", [3, None, {"a": 1}, ["a"]])
def test_an_input_without_text_raises(value: Any) -> None:
    with pytest.raises(ValueError, match=f"expected text or a message, got {type(value).__name__}"):
        parser.invoke(value)
    with pytest.raises(ValueError, match=f"expected text or a message, got {type(value).__name__}"):
        list(parser.transform(iter(["a", value])))


def test_a_subclass_may_override_parse() -> None:
    class Shout(StrOutputParser):
        def parse(self, text: str) -> str:
            return text.upper()

    chain: Chain = Streams() | Shout()

    assert chain.invoke("hi") == "".join(CHUNKS).upper()
    assert list(chain.stream("hi")) == [chunk.upper() for chunk in CHUNKS]


def test_an_error_of_the_model_comes_after_its_chunks() -> None:
    def breaks(pieces: Any) -> Any:
        yield next(pieces)
        raise ConnectionError("connection lost")

    chain: Chain = RunnableGenerator(breaks) | parser
    stream = chain.stream("hi")

    assert next(stream) == "hi"
    with pytest.raises(ConnectionError, match="connection lost"):
        next(stream)
