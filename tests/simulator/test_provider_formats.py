"""The wire format of each provider, byte for byte, without a network."""

import json
from typing import Any

import pytest

from llm_conformance.simulator import FORMATS, Case
from llm_conformance.simulator.formats import ProviderError
from llm_fixtures import Finish, golden
from simulator.answers import AB, BODY, a_golden, ask, documents, raw


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


def test_a_chat_that_is_not_streamed_is_a_message_with_usage() -> None:
    (answer,) = documents(ask("openai-chat", stream=False))

    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "ab", "refusal": None}
    assert answer["usage"] == {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def test_a_message_is_sent_in_named_events() -> None:
    events = raw(ask("anthropic-messages"))

    assert events[0] == (
        b"event: message_start\n"
        b'data: {"type":"message_start","message":{"id":"msg_7","type":"message","role":"assistant","model":"m",'
        b'"content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,'
        b'"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}\n\n'
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
            b'"usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,'
            b'"output_tokens":2}}\n\n'
        ),
        b'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ]


def test_a_message_that_is_not_streamed_is_one_block_of_text() -> None:
    (answer,) = documents(ask("anthropic-messages", stream=False))

    assert answer["content"] == [{"type": "text", "text": "ab"}]
    assert answer["stop_reason"] == "end_turn"
    assert answer["usage"] == {
        "input_tokens": 3,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 2,
    }


def test_a_message_names_the_stop_text_that_ended_it() -> None:
    (answer,) = documents(ask("anthropic-messages", stream=False, stop_sequences=["zz", "b"]))

    assert (answer["stop_reason"], answer["stop_sequence"]) == ("stop_sequence", "b")


def test_gemini_sends_a_candidate_and_the_usage_so_far_in_every_event() -> None:
    assert raw(ask("gemini", a_golden("a", "<'b'>"), finish="with-last-text")) == [
        (
            b'data: {"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"},"index":0}],'
            b'"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1,"totalTokenCount":4},'
            b'"modelVersion":"m","responseId":"response-7"}\n\n'
        ),
        (
            b'data: {"candidates":[{"content":{"parts":[{"text":"\\u003c\\u0027b\\u0027\\u003e"}],"role":"model"},'
            b'"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,'
            b'"totalTokenCount":5},"modelVersion":"m","responseId":"response-7"}\n\n'
        ),
    ]


@pytest.mark.parametrize("finish", [Finish.STOP, Finish.ERROR])
def test_gemini_sends_one_array_to_a_request_without_alt_sse(finish: Finish) -> None:
    stream = a_golden("a", "b", finish=finish)
    answer = ask("gemini", stream, alt="json")

    items = json.loads(b"".join(raw(answer)))
    # Google's older SDK for Python raises for anything after the bracket.
    assert raw(answer)[-1].endswith(b"}\n]")
    assert (answer.streamed, answer.in_array) == (True, True)
    assert dict(answer.headers)["Content-Type"] == "application/json; charset=UTF-8"
    assert items == documents(ask("gemini", stream))


def test_gemini_counts_thoughts_that_it_does_not_send() -> None:
    stream = golden("chat-usage-details")

    first, *_, last = documents(ask("gemini", stream))

    assert first["candidates"][0]["content"]["parts"] == [{"text": "It"}]
    assert (first["usageMetadata"]["thoughtsTokenCount"], last["usageMetadata"]["thoughtsTokenCount"]) == (2, 2)
    assert [one["usageMetadata"]["candidatesTokenCount"] for one in (first, last)] == [1, 4]


@pytest.mark.parametrize("stream", [True, False])
def test_gemini_has_no_candidate_for_a_blocked_prompt(*, stream: bool) -> None:
    (answer,) = documents(ask("gemini", a_golden(finish=Finish.CONTENT_FILTER), stream=stream))

    assert answer["promptFeedback"] == {"blockReason": "SAFETY"}
    assert "candidates" not in answer


def test_gemini_has_no_content_of_what_is_filtered() -> None:
    *_, text, last = documents(ask("gemini", a_golden("a", finish=Finish.CONTENT_FILTER)))

    assert text["candidates"][0]["content"]["parts"] == [{"text": "a"}]
    assert last["candidates"] == [{"finishReason": "SAFETY", "index": 0}]


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("ollama-generate", {"response": "a"}),
        ("ollama-chat", {"message": {"role": "assistant", "content": "a"}}),
    ],
)
def test_ollama_sends_one_line_per_token(form: str, fields: dict[str, Any]) -> None:
    answer = ask(form)

    first, _, last = documents(answer)
    assert dict(answer.headers)["Content-Type"] == "application/x-ndjson"
    assert first == {"model": "m", "created_at": "2026-01-01T00:00:00.000000Z", **fields, "done": False}
    assert (last["done"], last["done_reason"], last["prompt_eval_count"], last["eval_count"]) == (True, "stop", 3, 2)
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in raw(answer))


def test_ollama_streams_by_default() -> None:
    request = FORMATS["ollama-generate"].read({"model": "m", "prompt": "n"})

    assert request.answer([Case(nonce="n", golden=AB, format="ollama-generate")], 7).streamed


def test_ollama_escapes_as_go_does_and_does_not_escape_u0085() -> None:
    first, *_ = raw(ask("ollama-generate", a_golden("<&>\u2028\u2029\x85")))

    assert b'"response":"\\u003c\\u0026\\u003e\\u2028\\u2029\xc2\x85"' in first


def test_ollama_omits_counters_that_are_zero() -> None:
    (answer,) = documents(ask("ollama-generate", a_golden(), stream=False))

    assert "eval_count" not in answer
    assert (answer["response"], answer["prompt_eval_count"]) == ("", 3)


def test_tgi_writes_fields_without_a_space_and_a_summary_with_the_last_token() -> None:
    first, last = raw(ask("tgi", parameters={"details": True}))

    assert first == (
        b'data:{"index":1,"token":{"id":100,"text":"a","logprob":-0.5,"special":false},'
        b'"generated_text":null,"details":null}\n\n'
    )
    assert last == (
        b'data:{"index":2,"token":{"id":101,"text":"b","logprob":-0.5,"special":false},"generated_text":"ab",'
        b'"details":{"finish_reason":"eos_token","seed":null,"generated_tokens":2,"input_length":3}}\n\n'
    )


def test_tgi_sends_details_only_if_the_request_asks_for_them() -> None:
    assert documents(ask("tgi"))[-1]["details"] is None


def test_tgi_answers_with_a_list_except_at_one_path() -> None:
    assert documents(ask("tgi", stream=False)) == [[{"generated_text": "ab"}]]
    assert documents(ask("tgi", **FORMATS["tgi"].paths["/generate"])) == [{"generated_text": "ab"}]


def test_tgi_sends_status_200_for_an_invalid_streaming_request() -> None:
    form = FORMATS["tgi"]
    assert form.refuse_stream is not None

    answer = form.refuse_stream(ProviderError(400, "no"), 7)

    assert (answer.status, raw(answer)) == (200, [b'data:{"error":"no","error_type":"validation"}\n\n'])


def test_the_prompt_of_a_chat_is_the_last_user_message() -> None:
    parts = [{"type": "text", "text": "and "}, {"type": "image_url", "image_url": {}}, {"type": "text", "text": "now?"}]
    messages = [
        {"role": "system", "content": "be nice"},
        {"role": "user", "content": "before"},
        {"role": "assistant", "content": None},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": "well"},
    ]

    assert FORMATS["openai-chat"].read({**BODY, "messages": messages}).prompts == ("and now?",)
