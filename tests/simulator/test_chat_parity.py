"""Any answer of a chat model is the same streamed and not, in every format, dialect and order of its pieces."""

import json
from collections.abc import Callable
from typing import Any

import anthropic.types
import ollama
import openai.types.chat
import openai.types.responses
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from clients.anthropic_sdk import add_blocks, add_to_block, begin_block
from clients.chat import add_gemini, add_ollama
from clients.openai_sdk import add_openai, add_response, add_response_event, response_tools
from clients.reading import Reading
from llm_conformance.simulator import FORMATS, Case, Dialect, Gate
from llm_conformance.simulator.actions import Event, Hold
from llm_conformance.simulator.server.timing import timed
from llm_fixtures import Finish, Golden, Piece, Reasoning, Redacted, Signature, Token, ToolArguments, ToolCall, Usage
from simulator.answers import BODY, documents

NAMES = ("f", "g")
FINISH = ("own-chunk", "with-last-text")
BODIES: dict[str, dict[str, Any]] = {
    "openai-chat": {"tools": [{"type": "function", "function": {"name": name}} for name in NAMES]},
    "openai-responses": {"tools": response_tools(NAMES), "reasoning": {"summary": "auto"}},
    "anthropic-messages": {
        "tools": [{"name": name, "input_schema": {}} for name in NAMES],
        "thinking": {"type": "adaptive"},
    },
    "gemini": {
        "tools": [{"functionDeclarations": [{"name": name} for name in NAMES]}],
        "generationConfig": {"thinkingConfig": {"includeThoughts": True}},
    },
    "ollama-chat": {"tools": [{"function": {"name": name}} for name in NAMES], "think": True},
}
RESPONSE_EVENT: TypeAdapter[Any] = TypeAdapter(openai.types.responses.ResponseStreamEvent)
MESSAGE_EVENT: TypeAdapter[Any] = TypeAdapter(anthropic.types.RawMessageStreamEvent)

_TEXTS = st.text('ab\u00e9\u4f60\U0001f44d"\\{}<\n\u2028', max_size=4)
_PROSE = st.one_of(
    st.builds(lambda text: Token(text=text), _TEXTS),
    st.builds(Reasoning, _TEXTS),
    st.builds(Signature, st.just("c2ln")),
    st.builds(Redacted, st.just("b3Bh")),
)
_OBJECTS = st.dictionaries(_TEXTS, st.one_of(st.integers(), _TEXTS, st.lists(_TEXTS, max_size=2)), max_size=3)


@st.composite
def goldens(draw: st.DrawFn) -> Golden:
    """Prose, and calls whose parts may be anywhere after their beginning."""
    pieces: list[Piece] = draw(st.lists(_PROSE, max_size=5))
    places: list[int] = []
    for index in range(draw(st.integers(0, 3))):
        # Calls begin in the order of their indexes.
        place = draw(st.integers(places[-1] + 1 if places else 0, len(pieces)))
        pieces.insert(place, ToolCall(index, f"call_{index}", draw(st.sampled_from(NAMES))))
        places.append(place)
        at = place
        for part in draw(parts()):
            at = draw(st.integers(at + 1, len(pieces)))
            pieces.insert(at, ToolArguments(index, part))
    return Golden(name="g", prompt="p", why="w", pieces=tuple(pieces), finish=Finish.STOP, usage=Usage(3, len(pieces)))


@st.composite
def parts(draw: st.DrawFn) -> list[str]:
    """A JSON object in parts; none at all for a call without arguments."""
    text = json.dumps(draw(_OBJECTS), ensure_ascii=draw(st.booleans()))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=3)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return [] if text == "{}" and draw(st.booleans()) else pieces


def read(form: str, stream: Golden, finish: Any, calls: Any, *, streamed: bool) -> Reading:
    """What the types of the SDK have of the answer."""
    case = Case(nonce="n", golden=stream, format=form, finish=finish, dialect=Dialect(calls=calls))
    answer = FORMATS[form].read({**BODY, **BODIES[form], "stream": streamed}).answer([case], 7)
    reading = Reading()
    for document in documents(answer):
        (STREAMED if streamed else WHOLE)[form](reading, document)
    return reading


def _openai_chunk(reading: Reading, document: Any) -> None:
    for choice in openai.types.chat.ChatCompletionChunk.model_validate(document).choices:
        add_openai(reading, choice.delta)


def _openai_answer(reading: Reading, document: Any) -> None:
    add_openai(reading, openai.types.chat.ChatCompletion.model_validate(document).choices[0].message)


def _responses_event(reading: Reading, document: Any) -> None:
    add_response_event(reading, RESPONSE_EVENT.validate_python(document))


def _responses_answer(reading: Reading, document: Any) -> None:
    add_response(reading, openai.types.responses.Response.model_validate(document))


def _anthropic_event(reading: Reading, document: Any) -> None:
    if document["type"] == "content_block_start":
        event = MESSAGE_EVENT.validate_python(document)
        begin_block(reading, event.index, event.content_block)
    elif document["type"] == "content_block_delta":
        event = MESSAGE_EVENT.validate_python(document)
        add_to_block(reading, event.index, event.delta)


def _anthropic_answer(reading: Reading, document: Any) -> None:
    add_blocks(reading, anthropic.types.Message.model_validate(document).content)


def _ollama(reading: Reading, document: Any) -> None:
    add_ollama(reading, ollama.ChatResponse.model_validate(document))


Read = Callable[[Reading, Any], None]
STREAMED: dict[str, Read] = {
    "openai-chat": _openai_chunk,
    "openai-responses": _responses_event,
    "anthropic-messages": _anthropic_event,
    "gemini": add_gemini,
    "ollama-chat": _ollama,
}
WHOLE: dict[str, Read] = {
    "openai-chat": _openai_answer,
    "openai-responses": _responses_answer,
    "anthropic-messages": _anthropic_answer,
    "gemini": add_gemini,
    "ollama-chat": _ollama,
}


def summary(reading: Reading) -> tuple[Any, ...]:
    return reading.text, reading.valid_calls, reading.reasoning, reading.signatures, reading.redacted


@pytest.mark.parametrize("form", BODIES)
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(stream=goldens(), finish=st.sampled_from(FINISH), calls=st.sampled_from(["parts", "whole"]))
def test_any_answer_is_the_same_streamed_and_not(form: str, stream: Golden, finish: Any, calls: Any) -> None:
    streamed, whole = (read(form, stream, finish, calls, streamed=way) for way in (True, False))

    assert summary(streamed) == summary(whole)
    assert streamed.text == stream.text
    without_id = form == "ollama-chat"
    said = [("" if without_id else call.id, call.name, json.loads(call.arguments)) for call in stream.calls]
    assert streamed.valid_calls == said


@pytest.mark.parametrize("form", BODIES)
@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(stream=goldens(), data=st.data())
def test_nothing_of_a_piece_is_sent_before_its_gate(form: str, stream: Golden, data: st.DataObject) -> None:
    before = data.draw(st.integers(0, len(stream.pieces)))
    case = Case(nonce="n", golden=stream, format=form, gates=(Gate(before=before),))
    answer = FORMATS[form].read({**BODY, **BODIES[form], "stream": True}).answer([case], 7)

    actions = timed(answer.actions(), [case])

    held = next(place for place, action in enumerate(actions) if isinstance(action, Hold))
    sent = [action.token for action in actions if isinstance(action, Event) and action.token is not None]
    early = [action.token for action in actions[:held] if isinstance(action, Event) and action.token is not None]
    assert sent == sorted(sent)
    assert all(number < before for number in early)
