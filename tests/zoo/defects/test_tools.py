"""The defects of tools and their calls, without the suite."""

import json
from collections.abc import Iterator
from typing import Any

from llm_fixtures import AnswerEvent, golden
from llm_reference import HumanMessage
from llm_zoo.chat_tools import CallHeldBack, ToolsSentByModelItself

WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}


class Pieces:
    """A script that answers with the pieces of a golden stream, and counts them."""

    def __init__(self, name: str) -> None:
        self.sent = 0
        self._events = golden(name).events()

    def play_events(self, _prompt: str, _stop: Any = None) -> Iterator[AnswerEvent]:
        for event in self._events:
            self.sent += 1
            yield event


def test_no_fragment_of_a_call_arrives_before_the_call_is_whole() -> None:
    script = Pieces("chat-call")
    stream = CallHeldBack(script=script).stream("hi")

    first = next(stream)

    assert first.tool_call_chunks[0]["name"] == "get_weather"
    assert script.sent > len(golden("chat-call").pieces)


def test_the_model_itself_sends_the_tools_of_a_binding() -> None:
    model = ToolsSentByModelItself(url="http://localhost")
    before = json.loads(model._body([HumanMessage("hi")], None, {}))

    model.bind_tools([WEATHER])
    after = json.loads(model._body([HumanMessage("hi")], None, {}))

    assert "tools" not in before
    assert after["tools"] == [WEATHER]
