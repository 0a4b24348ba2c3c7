"""The completions format without a network: from a request body and its cases to an answer."""

import json
from typing import Any

import pytest

from llm_conformance.simulator import Case
from llm_conformance.simulator.actions import Answer
from llm_conformance.simulator.formats import ProviderError, format_named
from llm_conformance.simulator.formats.json_bytes import json_bytes
from llm_conformance.simulator.formats.openai.completions import OPENAI_COMPLETIONS
from llm_fixtures import Finish, Golden, Token, Usage, golden

HELLO = Case(nonce="n1", golden=golden("plain-ascii"))
LAUGH = Case(nonce="n2", golden=golden("repeats"))
BODY = {"model": "m", "prompt": "n1"}
STREAM = BODY | {"stream": True}


def a_golden(*texts: str, finish: Finish = Finish.STOP) -> Golden:
    tokens = tuple(Token(text=text) for text in texts)
    return Golden(name="g", prompt="p", why="w", pieces=tokens, finish=finish, usage=Usage(3, len(texts)))


def ask(body: Any, *cases: Case) -> Answer:
    return OPENAI_COMPLETIONS.read(body).answer(cases, 7)


def sent(answer: Answer) -> list[bytes]:
    return [event.data for event in answer.events]


def document(answer: Answer) -> Any:
    return json.loads(b"".join(sent(answer)))


def chunks(answer: Answer) -> list[Any]:
    """The JSON of all events. The last event must be the terminator."""
    *events, done = sent(answer)
    assert done == b"data: [DONE]\n\n"
    assert all(event.startswith(b"data: {") and event.endswith(b"}\n\n") for event in events)
    return [json.loads(event[6:]) for event in events]


def choices_of(answer: Answer) -> list[tuple[int, str, str | None]]:
    """Index, text and finish reason of every choice of a stream."""
    choices = [choice for chunk in chunks(answer) for choice in chunk["choices"]]
    return [(choice["index"], choice["text"], choice["finish_reason"]) for choice in choices]


def error_of(body: Any) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        OPENAI_COMPLETIONS.read(body)
    return raised.value


def test_a_stream_has_one_event_for_each_token_and_one_for_the_end() -> None:
    answer = ask(STREAM, HELLO)

    assert choices_of(answer) == [
        (0, "Hello", None),
        (0, ",", None),
        (0, " world", None),
        (0, "!", None),
        (0, "", "stop"),
    ]
    assert answer.streamed


def test_every_chunk_is_the_completion_object_of_the_provider() -> None:
    first, *others = chunks(ask(STREAM, HELLO))

    assert first == {
        "id": "cmpl-7",
        "object": "text_completion",
        "created": 1_700_000_000,
        "model": "m",
        "choices": [{"index": 0, "text": "Hello", "logprobs": None, "finish_reason": None}],
    }
    assert [chunk | {"choices": []} for chunk in others] == [first | {"choices": []}] * 4


def test_a_stream_has_the_headers_of_server_sent_events() -> None:
    assert dict(ask(STREAM, HELLO).headers) == {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-cache",
        "X-Accel-Buffering": "no",
        "X-Request-Id": "req_7",
    }


def test_the_last_text_can_carry_the_finish_reason() -> None:
    case = Case(nonce="n1", golden=a_golden("a", "b"), finish="with-last-text")

    assert choices_of(ask(STREAM, case)) == [(0, "a", None), (0, "b", "stop")]


def test_the_finish_reason_is_sent_without_text_if_there_is_none() -> None:
    case = Case(nonce="n1", golden=golden("zero-tokens"), finish="with-last-text")

    assert choices_of(ask(STREAM, case)) == [(0, "", "stop")]


def test_an_answer_without_tokens_is_only_its_finish_reason() -> None:
    assert choices_of(ask(STREAM, Case(nonce="n1", golden=golden("zero-tokens")))) == [(0, "", "stop")]


def test_empty_tokens_are_sent() -> None:
    texts = [text for _, text, _ in choices_of(ask(STREAM, Case(nonce="n1", golden=golden("empty-tokens"))))]

    assert texts == ["", "a", "", "", "b", "", ""]


@pytest.mark.parametrize("finish", [Finish.STOP, Finish.LENGTH, Finish.CONTENT_FILTER])
def test_the_finish_of_the_golden_stream_becomes_the_finish_reason(finish: Finish) -> None:
    case = Case(nonce="n1", golden=a_golden("a", finish=finish))

    assert choices_of(ask(STREAM, case))[-1] == (0, "", finish.value)
    assert document(ask(BODY, case))["choices"][0]["finish_reason"] == finish.value


def test_a_failing_model_sends_an_error_after_its_tokens() -> None:
    first, _, failure = chunks(ask(STREAM, Case(nonce="n1", golden=a_golden("a", finish=Finish.ERROR))))

    assert first["choices"][0]["text"] == "a"
    assert failure["error"]["type"] == "server_error"


def test_a_failing_model_is_a_server_error_without_a_stream() -> None:
    answer = ask(BODY, Case(nonce="n1", golden=a_golden("a", finish=Finish.ERROR)))

    assert answer.status == 500
    assert document(answer)["error"]["type"] == "server_error"


def test_an_answer_that_is_not_streamed_has_the_whole_text_and_usage() -> None:
    answer = ask(BODY, HELLO)

    assert document(answer) == {
        "id": "cmpl-7",
        "object": "text_completion",
        "created": 1_700_000_000,
        "model": "m",
        "choices": [{"index": 0, "text": "Hello, world!", "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13},
        "system_fingerprint": None,
    }
    assert dict(answer.headers) == {"Content-Type": "application/json", "X-Request-Id": "req_7"}


def test_the_chunks_of_several_prompts_are_interleaved() -> None:
    a, b = Case(nonce="a", golden=a_golden("a1", "a2", "a3")), Case(nonce="b", golden=a_golden("b1"))

    answer = ask({"model": "m", "prompt": ["a", "b"], "stream": True}, a, b)

    assert choices_of(answer) == [
        (0, "a1", None),
        (1, "b1", None),
        (0, "a2", None),
        (1, "", "stop"),
        (0, "a3", None),
        (0, "", "stop"),
    ]


def test_n_choices_of_a_prompt_precede_those_of_the_next() -> None:
    body = {"model": "m", "prompt": ["n1", "n2"], "n": 2}

    answer = document(ask(body, HELLO, LAUGH))

    choices = [(choice["index"], choice["text"]) for choice in answer["choices"]]
    assert choices == [(0, "Hello, world!"), (1, "Hello, world!"), (2, "hahahaha..."), (3, "hahahaha...")]
    assert answer["usage"] == {"prompt_tokens": 18, "completion_tokens": 22, "total_tokens": 40}


def test_usage_arrives_in_a_separate_chunk_if_the_request_asks_for_it() -> None:
    *others, last = chunks(ask(STREAM | {"stream_options": {"include_usage": True}}, HELLO))

    assert [chunk["usage"] for chunk in others] == [None] * 5
    assert last["choices"] == []
    assert last["usage"] == {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}
    assert last["id"] == others[0]["id"]


@pytest.mark.parametrize("body", [STREAM, STREAM | {"stream_options": {"include_usage": False}}])
def test_usage_is_not_sent_if_the_request_does_not_ask_for_it(body: Any) -> None:
    assert not any("usage" in chunk for chunk in chunks(ask(body, HELLO)))


@pytest.mark.parametrize(
    ("stop", "texts"),
    [
        ("lo, w", ["Hel"]),
        (" world", ["Hello", ","]),
        ("world", ["Hello", ",", " "]),
        (["!", ","], ["Hello"]),
        (["absent", "o"], ["Hell"]),
        ("Hello", []),
    ],
)
def test_a_stop_text_may_span_tokens(stop: Any, texts: list[str]) -> None:
    body = {"stop": stop}

    assert choices_of(ask(STREAM | body, HELLO)) == [*((0, text, None) for text in texts), (0, "", "stop")]
    assert document(ask(BODY | body, HELLO))["choices"][0]["text"] == "".join(texts)


def test_a_stop_text_changes_finish_reason_and_usage() -> None:
    case = Case(nonce="n1", golden=a_golden("a", "b", "c", finish=Finish.LENGTH))

    answer = document(ask(BODY | {"stop": "b"}, case))

    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"]["completion_tokens"] == 1


def test_a_stop_text_before_the_failure_prevents_it() -> None:
    case = Case(nonce="n1", golden=a_golden("a", "b", finish=Finish.ERROR))

    assert choices_of(ask(STREAM | {"stop": "b"}, case)) == [(0, "a", None), (0, "", "stop")]


def test_a_stop_text_that_does_not_occur_changes_nothing() -> None:
    assert ask(STREAM | {"stop": ["nowhere"]}, HELLO) == ask(STREAM, HELLO)


def test_max_tokens_is_ignored_because_the_golden_stream_is_the_answer() -> None:
    assert ask(STREAM | {"max_tokens": 1}, HELLO) == ask(STREAM, HELLO)


def test_null_equals_absent() -> None:
    nothing = dict.fromkeys(("n", "stop", "stream_options", "max_tokens", "logprobs"))

    assert ask(STREAM | nothing, HELLO) == ask(STREAM, HELLO)


@pytest.mark.parametrize(
    ("rendering", "texts"),
    [("hold", ["", "你", "好", "!", ""]), ("replace", ["\ufffd", "\ufffd\ufffd", "\ufffd\ufffd", "!", ""])],
)
def test_split_characters_are_joined_or_replaced(rendering: Any, texts: list[str]) -> None:
    case = Case(nonce="n1", golden=golden("cjk-split-bytes"), rendering=rendering)

    assert [text for _, text, _ in choices_of(ask(STREAM, case))] == texts


def test_text_is_sent_as_utf_8_and_only_lone_surrogates_are_escaped() -> None:
    assert json_bytes("好\u2028\x85\\ud83d\ud83d") == '"好\u2028\x85\\\\ud83d\\ud83d"'.encode()


def test_an_escaped_mark_in_the_model_name_changes_no_text() -> None:
    body = STREAM | {"model": '"text":""'}

    assert [chunk["model"] for chunk in chunks(ask(body, HELLO))] == ['"text":""'] * 5


@pytest.mark.parametrize(
    ("body", "param", "message"),
    [
        ({"prompt": "n1"}, "model", "'model' is missing"),
        ({"model": 5, "prompt": "n1"}, "model", "'model' must be a string, got an integer"),
        ({"model": "m"}, "prompt", "'prompt' is missing"),
        ({"model": "m", "prompt": []}, "prompt", "'prompt' is missing"),
        (
            {"model": "m", "prompt": [1, 2]},
            "prompt",
            "'prompt' must be a string or an array of strings, got an integer",
        ),
        ({"model": "m", "prompt": {}}, "prompt", "'prompt' must be a string or an array of strings, got an object"),
        (BODY | {"stop": 7.5}, "stop", "'stop' must be a string or an array of strings, got a number"),
        (BODY | {"stop": [None]}, "stop", "'stop' must be a string or an array of strings, got null"),
        (BODY | {"stop": ""}, "stop", "'stop' must not be empty"),
        (BODY | {"stream": "yes"}, "stream", "'stream' must be a boolean, got a string"),
        (BODY | {"n": True}, "n", "'n' must be an integer, got a boolean"),
        (BODY | {"n": 0}, "n", "'n' must be between 1 and 128, got 0"),
        (BODY | {"n": 129}, "n", "'n' must be between 1 and 128, got 129"),
        (STREAM | {"stream_options": []}, "stream_options", "'stream_options' must be an object, got an array"),
        (
            BODY | {"stream_options": {"include_usage": True}},
            "stream_options",
            "'stream_options' is only allowed when 'stream' is true",
        ),
    ],
)
def test_an_invalid_parameter_is_an_error_with_its_name(body: Any, param: str | None, message: str) -> None:
    error = error_of(body)

    assert (error.status, error.param, error.message) == (400, param, message)


def test_an_error_response_has_the_provider_format() -> None:
    answer = format_named("openai-completions").refuse(ProviderError(400, "no such thing", "prompt"), 7)

    assert answer.status == 400
    assert document(answer) == {
        "error": {"message": "no such thing", "type": "invalid_request_error", "param": "prompt", "code": None}
    }
