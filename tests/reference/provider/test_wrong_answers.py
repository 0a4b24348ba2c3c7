"""Answers that contain an error or not a completion: the client raises and does not return an empty answer."""

from typing import Any

import pytest

from llm_reference import IncompleteAnswerError, ProviderError
from reference.provider.answers import ERROR, FINE, A
from reference.provider.client import a_model, call_model
from reference.provider.scripted import DONE, Steps, answer, scripted, stream

NO_STREAM = {
    "a page": (answer(200, b"<html>Log in first</html>", "Content-Type: text/html"), "text/html"),
    "an error that came at once": (answer(200, ERROR, "Content-Type: application/json"), "application/json"),
    "a whole answer": (
        answer(200, {"choices": [{"text": "ab"}]}, "Content-Type: application/json"),
        "application/json",
    ),
    "nothing": (answer(200, b""), "[DONE]"),
    "an empty stream": (stream(), "[DONE]"),
    "no content": (answer(204, b""), "[DONE]"),
}


@pytest.mark.parametrize(("steps", "message"), NO_STREAM.values(), ids=NO_STREAM)
def test_a_body_that_is_not_a_stream_is_an_error(steps: Steps, message: str, streaming: str) -> None:
    with scripted(steps, FINE) as provider:
        chunks, error = call_model(a_model(provider), streaming)

    assert (chunks, type(error)) == ([], IncompleteAnswerError)
    assert message in str(error)


FAILED = {
    "an object": (b'data: {"error": {"message": "no more today", "code": 500}}\n\n', "no more today"),
    "before done": (b'data: {"error": {"message": "no more today"}}\n\n' + DONE, "no more today"),
    "a text": (b'data: {"error": "no more today"}\n\n', "no more today"),
    "a type of event": (b'event: error\ndata: {"message": "no more today"}\n\n', "no more today"),
    "a type of event with a text": (b"event: error\ndata: no more today\n\n", "no more today"),
    "no data": (b"data:\n\n", "expected a JSON object, got ''"),
    "a control character": (A.replace(b'"a"', b'"no more today\0"'), "no more today"),
    "half of a JSON": (b'data: {"choices": [{"text": "no more today\n\n', "no more today"),
    "no JSON": (b"data: {no more today\n\n", "no more today"),
    "no object": (b'data: ["no more today"]\n\n', "no more today"),
    "no list of choices": (b'data: {"choices": 3}\n\n', "expected choices with texts"),
    "no choice": (b'data: {"choices": ["c"]}\n\n', "expected choices with texts"),
    "no text": (b'data: {"choices": [{"text": 3}]}\n\n', "expected choices with texts"),
}


@pytest.mark.parametrize(("packet", "message"), FAILED.values(), ids=FAILED)
def test_an_error_in_the_stream_is_raised_after_the_chunks_before_it(
    packet: bytes, message: str, streaming: str
) -> None:
    with scripted(stream(A + packet), FINE) as provider:
        chunks, error = call_model(a_model(provider), streaming)

    assert chunks == ["a"]
    assert isinstance(error, ProviderError)
    assert not isinstance(error, IncompleteAnswerError)
    assert message in str(error)
    assert error.status == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"choices": []}, {"choices": None}, {"choices": [], "usage": {"total_tokens": 1}}, [], b"", b"<html>", ERROR],
)
@pytest.mark.parametrize("call", ["invoke", "ainvoke"])
def test_an_answer_without_a_completion_is_an_error(body: Any, call: str) -> None:
    with scripted(answer(200, body)) as provider:
        chunks, error = call_model(a_model(provider), call)

    assert (chunks, type(error)) == ([], ProviderError)
