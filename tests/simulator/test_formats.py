"""Every format without a network: what its provider says, word for word, to a stream and to a whole answer."""

import json
from typing import Any

import pytest

from llm_conformance.simulator import FORMATS, Case
from llm_conformance.simulator.actions import Answer
from llm_conformance.simulator.formats import ProviderError
from llm_fixtures import Finish, Golden, Token, Usage

BODY = {"model": "m", "prompt": "n", "inputs": "n", "messages": [{"role": "user", "content": "n"}], "max_tokens": 9}
STOPS: dict[str, dict[str, Any]] = {
    "openai-completions": {"stop": ["b"]},
    "openai-chat": {"stop": "b"},
    "anthropic-messages": {"stop_sequences": ["b"]},
    "ollama-generate": {"options": {"stop": ["b"]}},
    "ollama-chat": {"options": {"stop": ["b"]}},
    "tgi": {"parameters": {"stop": ["b"]}},
}
PLAIN = [name for name in FORMATS if name not in {"anthropic-messages", "tgi"}]


def a_golden(*texts: str, finish: Finish = Finish.STOP) -> Golden:
    tokens = tuple(Token(text=text) for text in texts)
    return Golden(name="g", prompt="p", why="w", tokens=tokens, finish=finish, usage=Usage(3, len(texts)))


AB = a_golden("a", "b")


def ask(form: str, golden: Golden = AB, *, stream: bool = True, finish: Any = "own-chunk", **body: Any) -> Answer:
    order = FORMATS[form].read({**BODY, "stream": stream, **body})
    return order.answer([Case(nonce="n", golden=golden, format=form, finish=finish)], 7)


def raw(answer: Answer) -> list[bytes]:
    return [event.data for event in answer.events]


def documents(answer: Answer) -> list[Any]:
    """The JSON of all events, or of the whole answer; names and terminators left out."""
    lines = (line.removeprefix(b"data:").strip() for data in raw(answer) for line in data.split(b"\n"))
    return [json.loads(line) for line in lines if line.startswith((b"{", b'[{"'))]


def test_a_chat_begins_with_a_role_and_ends_with_an_empty_delta() -> None:
    answer = ask("openai-chat")

    opening, first, _, last = documents(answer)[:4]
    assert opening == {
        "id": "chatcmpl-7",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "delta": {"role": "assistant", "content": "", "refusal": None},
                "logprobs": None,
                "finish_reason": None,
            }
        ],
    }
    assert first["choices"] == [{"index": 0, "delta": {"content": "a"}, "logprobs": None, "finish_reason": None}]
    assert last["choices"] == [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]
    assert raw(answer)[-1] == b"data: [DONE]\n\n"


def test_a_chat_can_end_with_its_last_text() -> None:
    *_, last = documents(ask("openai-chat", finish="with-last-text"))

    assert last["choices"] == [{"index": 0, "delta": {"content": "b"}, "logprobs": None, "finish_reason": "stop"}]


def test_a_chat_that_is_not_streamed_is_a_message_with_a_bill() -> None:
    (answer,) = documents(ask("openai-chat", stream=False))

    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "ab", "refusal": None}
    assert answer["usage"] == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def test_a_message_is_told_in_named_events() -> None:
    events = raw(ask("anthropic-messages"))

    assert events[0] == (
        b"event: message_start\n"
        b'data: {"type":"message_start","message":{"id":"msg_7","type":"message","role":"assistant","model":"m",'
        b'"content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}\n\n'
    )
    assert events[1:] == [
        (
            b"event: content_block_start\n"
            b'data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n'
        ),
        b'event: ping\ndata: {"type":"ping"}\n\n',
        (
            b"event: content_block_delta\n"
            b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}\n\n'
        ),
        (
            b"event: content_block_delta\n"
            b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"b"}}\n\n'
        ),
        b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
        (
            b"event: message_delta\n"
            b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},'
            b'"usage":{"output_tokens":2}}\n\n'
        ),
        b'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ]


def test_a_message_that_is_not_streamed_is_one_block_of_text() -> None:
    (answer,) = documents(ask("anthropic-messages", stream=False))

    assert answer["content"] == [{"type": "text", "text": "ab"}]
    assert (answer["stop_reason"], answer["usage"]) == ("end_turn", {"input_tokens": 3, "output_tokens": 2})


def test_a_message_says_which_stop_text_ended_it() -> None:
    (answer,) = documents(ask("anthropic-messages", stream=False, stop_sequences=["zz", "b"]))

    assert (answer["stop_reason"], answer["stop_sequence"]) == ("stop_sequence", "b")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("ollama-generate", {"response": "a"}),
        ("ollama-chat", {"message": {"role": "assistant", "content": "a"}}),
    ],
)
def test_ollama_says_a_token_a_line(form: str, said: dict[str, Any]) -> None:
    answer = ask(form)

    first, _, last = documents(answer)
    assert dict(answer.headers)["Content-Type"] == "application/x-ndjson"
    assert first == {"model": "m", "created_at": "2026-01-01T00:00:00.000000Z", **said, "done": False}
    assert (last["done"], last["done_reason"], last["prompt_eval_count"], last["eval_count"]) == (True, "stop", 3, 2)
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in raw(answer))


def test_ollama_streams_unless_it_is_told_otherwise() -> None:
    order = FORMATS["ollama-generate"].read({"model": "m", "prompt": "n"})

    assert order.answer([Case(nonce="n", golden=AB, format="ollama-generate")], 7).streamed


def test_ollama_escapes_as_go_does_and_leaves_u0085_alone() -> None:
    first, *_ = raw(ask("ollama-generate", a_golden("<&>\u2028\u2029\x85")))

    assert b'"response":"\\u003c\\u0026\\u003e\\u2028\\u2029\xc2\x85"' in first


def test_ollama_leaves_counters_out_that_are_zero() -> None:
    (answer,) = documents(ask("ollama-generate", a_golden(), stream=False))

    assert "eval_count" not in answer
    assert (answer["response"], answer["prompt_eval_count"]) == ("", 3)


def test_tgi_writes_no_space_and_sums_up_with_its_last_token() -> None:
    first, last = raw(ask("tgi", parameters={"details": True}))

    assert first == (
        b'data:{"index":1,"token":{"id":100,"text":"a","logprob":-0.5,"special":false},'
        b'"generated_text":null,"details":null}\n\n'
    )
    assert last == (
        b'data:{"index":2,"token":{"id":101,"text":"b","logprob":-0.5,"special":false},"generated_text":"ab",'
        b'"details":{"finish_reason":"eos_token","seed":null,"generated_tokens":2,"input_length":3}}\n\n'
    )


def test_tgi_tells_details_to_those_who_ask() -> None:
    assert documents(ask("tgi"))[-1]["details"] is None


def test_tgi_answers_in_a_list_but_for_one_path() -> None:
    assert documents(ask("tgi", stream=False)) == [[{"generated_text": "ab"}]]
    assert documents(ask("tgi", **FORMATS["tgi"].paths["/generate"])) == [{"generated_text": "ab"}]


def test_tgi_begins_with_success_where_it_refuses_a_stream() -> None:
    form = FORMATS["tgi"]
    assert form.refuse_stream is not None

    answer = form.refuse_stream(ProviderError(400, "no"), 7)

    assert (answer.status, raw(answer)) == (200, [b'data:{"error":"no","error_type":"validation"}\n\n'])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("finish", ["own-chunk", "with-last-text"])
def test_every_token_has_one_event_of_its_own_in_order(form: str, finish: Any) -> None:
    golden = a_golden("a", "", "b", "c")

    events = [event for event in ask(form, golden, finish=finish).events if event.token is not None]

    assert [event.token for event in events] == [0, 1, 2, 3]
    assert [b'"%b"' % text in event.data for text, event in zip((b"a", b"", b"b", b"c"), events, strict=True)] == [
        True
    ] * 4


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "golden", [AB, a_golden(), a_golden("a", finish=Finish.LENGTH)], ids=["stop", "none", "length"]
)
def test_the_last_event_and_no_other_ends_the_answer(form: str, golden: Golden) -> None:
    *others, last = ask(form, golden).events

    assert last.end
    assert not any(event.end for event in others)


@pytest.mark.parametrize("form", PLAIN)
def test_the_reason_to_end_stands_where_the_case_wants_it(form: str) -> None:
    own, last = (ask(form, finish=style).events for style in ("own-chunk", "with-last-text"))

    assert len(own) == len(last) + 1


@pytest.mark.parametrize("form", FORMATS)
def test_a_stop_text_ends_the_answer(form: str) -> None:
    said = b"".join(raw(ask(form, a_golden("a", "b", "c"), **STOPS[form])))

    assert b'"c"' not in said
    # This provider says the stop text, as the only one.
    assert (b'"text":"b"' in said) is (form == "tgi")


@pytest.mark.parametrize("form", FORMATS)
def test_a_model_that_fails_tells_so_in_the_shape_of_its_provider(form: str) -> None:
    golden = a_golden("a", finish=Finish.ERROR)

    events, whole = raw(ask(form, golden)), ask(form, golden, stream=False)

    assert any(b'"a"' in data for data in events)
    assert FORMATS[form].fail(
        ProviderError(500, "the model failed: its golden stream finishes with an error")
    ) in b"".join(events)
    assert whole.status == 500


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (
            "openai-completions",
            {"error": {"message": "no", "type": "requests", "param": "p", "code": "rate_limit_exceeded"}},
        ),
        ("openai-chat", {"error": {"message": "no", "type": "requests", "param": "p", "code": "rate_limit_exceeded"}}),
        (
            "anthropic-messages",
            {"type": "error", "error": {"type": "rate_limit_error", "message": "no"}, "request_id": "req_7"},
        ),
        ("ollama-generate", {"error": "no"}),
        ("ollama-chat", {"error": "no"}),
        ("tgi", {"error": "no", "error_type": "overloaded"}),
    ],
)
def test_a_refusal_has_the_shape_of_its_provider(form: str, error: Any) -> None:
    answer = FORMATS[form].refuse(ProviderError(429, "no", "p"), 7)

    assert (answer.status, documents(answer)) == (429, [error])


@pytest.mark.parametrize(
    ("form", "body", "message"),
    [
        ("openai-chat", {"messages": None}, "'messages' is missing"),
        ("openai-chat", {"messages": {"role": "user"}}, "'messages' must be an array of objects, got an object"),
        ("openai-chat", {"messages": ["n"]}, "'messages' must be an array of objects, got a string"),
        ("openai-chat", {"messages": [{"content": "n"}]}, "'messages.role' must be a string, got null"),
        (
            "openai-chat",
            {"messages": [{"role": "user", "content": 3}]},
            "'messages.content' must be a string or an array of parts, got an integer",
        ),
        ("anthropic-messages", {"max_tokens": None}, "'max_tokens' is missing"),
        ("anthropic-messages", {"stop_sequences": [""]}, "'stop_sequences' must not be empty"),
        ("ollama-generate", {"model": None}, "'model' is missing"),
        ("ollama-chat", {"stream": "no"}, "'stream' must be a boolean, got a string"),
        ("tgi", {"inputs": None}, "'inputs' is missing"),
        ("tgi", {"parameters": []}, "'parameters' must be an object, got an array"),
    ],
)
def test_a_wrong_parameter_is_refused_by_its_name(form: str, body: dict[str, Any], message: str) -> None:
    with pytest.raises(ProviderError) as refused:
        FORMATS[form].read({**BODY, **body})

    assert refused.value.message == message


def test_the_prompt_of_a_conversation_is_what_the_user_said_last() -> None:
    parts = [{"type": "text", "text": "and "}, {"type": "image_url", "image_url": {}}, {"type": "text", "text": "now?"}]
    messages = [
        {"role": "system", "content": "be nice"},
        {"role": "user", "content": "before"},
        {"role": "assistant", "content": None},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": "well"},
    ]

    assert FORMATS["openai-chat"].read({**BODY, "messages": messages}).prompts == ("and now?",)
