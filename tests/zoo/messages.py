"""The whole messages of a chat model, read without the suite."""

import asyncio
import operator
from collections.abc import Iterable
from functools import reduce
from typing import Any

from zoo.callers import PROMPT, astreamed, events_of, streamed


def added(chunks: Iterable[Any]) -> Any:
    """The sum of chunks, by their own `+`."""
    return reduce(operator.add, chunks)


def stream_total(model: Any, *asked: Any) -> Any:
    """The sum of the chunks of `stream()`."""
    return added(streamed(model, *asked))


def astream_total(model: Any, *asked: Any) -> Any:
    """The sum of the chunks of `astream()`."""
    return added(astreamed(model, *asked))


def ainvoked(model: Any) -> Any:
    """What `ainvoke()` returns."""
    return asyncio.run(model.ainvoke(PROMPT))


def calls(message: Any) -> list[tuple[str, dict[str, Any]]]:
    """The name and the arguments of each call."""
    return [(call["name"], call["args"]) for call in message.tool_calls]


def invalid(message: Any) -> list[str]:
    """The arguments of each invalid call."""
    return [call["args"] for call in message.invalid_tool_calls]


def total_of_events(model: Any) -> tuple[Any, Any]:
    """The sum of the chunks of the stream events, and the output of the end."""
    events = events_of(model)
    return added(event["data"]["chunk"] for event in events if "chunk" in event["data"]), events[-1]["data"]["output"]


class Handler:
    """Keeps the messages that a callback handler gets. tokens: those of the chunks. end: that of the end."""

    def __init__(self) -> None:
        self.tokens: list[Any] = []
        self.end: Any = None

    def on_llm_new_token(self, _token: Any, *, chunk: Any, **_kwargs: Any) -> None:
        self.tokens.append(chunk.message)

    def on_llm_end(self, response: Any, **_kwargs: Any) -> None:
        self.end = response.generations[0][0].message


def handled(model: Any) -> tuple[Any, Any]:
    """The sum of the chunks that a handler gets from a stream, and the message of the end."""
    handler = Handler()
    streamed(model, config={"callbacks": [handler]})
    return added(handler.tokens), handler.end
