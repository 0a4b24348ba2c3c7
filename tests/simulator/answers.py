"""Answers of the formats without a network, for the tests of the formats."""

import json
from typing import Any

from llm_conformance.simulator import FORMATS, Case
from llm_conformance.simulator.actions import Answer
from llm_fixtures import Finish, Golden, Token, Usage

# A request body with the parameters of every format.
BODY = {
    "model": "m",
    "prompt": "n",
    "inputs": "n",
    "input": "n",
    "messages": [{"role": "user", "content": "n"}],
    "contents": [{"role": "user", "parts": [{"text": "n"}]}],
    "alt": "sse",
    "max_tokens": 9,
}


def a_golden(*texts: str, finish: Finish = Finish.STOP) -> Golden:
    tokens = tuple(Token(text=text) for text in texts)
    return Golden(name="g", prompt="p", why="w", pieces=tokens, finish=finish, usage=Usage(3, len(texts)))


AB = a_golden("a", "b")


def ask(form: str, golden: Golden = AB, *, stream: bool = True, finish: Any = "own-chunk", **body: Any) -> Answer:
    request = FORMATS[form].read({**BODY, "stream": stream, **body})
    return request.answer([Case(nonce="n", golden=golden, format=form, finish=finish)], 7)


def raw(answer: Answer) -> list[bytes]:
    return [event.data for event in answer.events]


def documents(answer: Answer) -> list[Any]:
    """The JSON of all events, or of the whole answer, without event names and terminators."""
    lines = (line.removeprefix(b"data:").strip() for data in raw(answer) for line in data.split(b"\n"))
    return [json.loads(line) for line in lines if line.startswith((b"{", b'[{"'))]
