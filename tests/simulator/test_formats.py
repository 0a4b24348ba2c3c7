"""The rules that every format follows, without a network."""

from typing import Any

import pytest

from llm_conformance.simulator import FORMATS
from llm_conformance.simulator.formats import ProviderError
from llm_conformance.simulator.formats.completion import MODEL_FAILED
from llm_fixtures import Finish, Golden
from simulator.answers import AB, BODY, a_golden, ask, documents, raw

# The responses API has no stop texts.
STOPS: dict[str, dict[str, Any]] = {
    "openai-completions": {"stop": ["b"]},
    "openai-chat": {"stop": "b"},
    "anthropic-messages": {"stop_sequences": ["b"]},
    "gemini": {"generationConfig": {"stopSequences": ["b"]}},
    "ollama-generate": {"options": {"stop": ["b"]}},
    "ollama-chat": {"options": {"stop": ["b"]}},
    "tgi": {"parameters": {"stop": ["b"]}},
}
PLAIN = [name for name in FORMATS if name not in {"openai-responses", "anthropic-messages", "tgi"}]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("finish", ["own-chunk", "with-last-text"])
def test_every_token_has_one_event_in_order(form: str, finish: Any) -> None:
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
def test_only_the_last_event_ends_the_answer(form: str, golden: Golden) -> None:
    *others, last = ask(form, golden).events

    assert last.end
    assert not any(event.end for event in others)


@pytest.mark.parametrize("form", PLAIN)
def test_the_finish_reason_is_sent_where_the_case_says(form: str) -> None:
    own, last = (ask(form, finish=style).events for style in ("own-chunk", "with-last-text"))

    assert len(own) == len(last) + 1


@pytest.mark.parametrize("form", STOPS)
def test_a_stop_text_ends_the_answer(form: str) -> None:
    body = b"".join(raw(ask(form, a_golden("a", "b", "c"), **STOPS[form])))

    assert b'"c"' not in body
    # Only TGI includes the stop text in the answer.
    assert (b'"text":"b"' in body) is (form == "tgi")


@pytest.mark.parametrize("form", FORMATS)
def test_a_failing_model_sends_an_error_in_the_provider_format(form: str) -> None:
    golden = a_golden("a", finish=Finish.ERROR)

    events, answer = raw(ask(form, golden)), ask(form, golden, stream=False)

    assert any(b'"a"' in data for data in events)
    if form == "openai-responses":
        *_, last = documents(ask(form, golden))
        assert (last["type"], last["response"]["status"]) == ("response.failed", "failed")
        assert last["response"]["error"]["message"].startswith("the model failed")
    else:
        assert FORMATS[form].fail(MODEL_FAILED) in b"".join(events)
    assert answer.status == 500


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (
            "openai-completions",
            {"error": {"message": "no", "type": "requests", "param": "p", "code": "rate_limit_exceeded"}},
        ),
        ("openai-chat", {"error": {"message": "no", "type": "requests", "param": "p", "code": "rate_limit_exceeded"}}),
        (
            "openai-responses",
            {"error": {"message": "no", "type": "requests", "param": "p", "code": "rate_limit_exceeded"}},
        ),
        (
            "anthropic-messages",
            {"type": "error", "error": {"type": "rate_limit_error", "message": "no"}, "request_id": "req_7"},
        ),
        (
            "gemini",
            {
                "error": {
                    "code": 429,
                    "message": "no",
                    "status": "RESOURCE_EXHAUSTED",
                    "details": [
                        {
                            "@type": "type.googleapis.com/google.rpc.BadRequest",
                            "fieldViolations": [{"field": "p", "description": "no"}],
                        }
                    ],
                }
            },
        ),
        ("ollama-generate", {"error": "no"}),
        ("ollama-chat", {"error": "no"}),
        ("tgi", {"error": "no", "error_type": "overloaded"}),
    ],
)
def test_an_error_response_has_the_provider_format(form: str, error: Any) -> None:
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
        ("openai-responses", {"input": None}, "'input' is missing; chat completions call it 'messages'"),
        ("openai-responses", {"input": []}, "'input' is missing; chat completions call it 'messages'"),
        ("openai-responses", {"input": 1}, "'input' must be a string or an array of items, got an integer"),
        ("openai-responses", {"input": ["n"]}, "'input[0]' must be an object, got a string"),
        ("openai-responses", {"input": [{"content": "n"}]}, "'input[0].role' is missing"),
        (
            "openai-responses",
            {"input": [{"role": "user", "content": 3}]},
            "'input[0].content' must be a string or an array of parts, got an integer",
        ),
        ("openai-responses", {"input": [{"type": "function_call_output"}]}, "'input[0].call_id' is missing"),
        ("openai-responses", {"instructions": []}, "'instructions' must be a string, got an array"),
        ("openai-responses", {"max_output_tokens": "9"}, "'max_output_tokens' must be an integer, got a string"),
        (
            "openai-responses",
            {"stop": ["b"]},
            "unsupported parameter: 'stop'; stop texts do not exist in the responses API",
        ),
        ("openai-responses", {"response_format": {}}, "unsupported parameter: 'response_format'; use 'text.format'"),
        (
            "openai-responses",
            {"previous_response_id": "resp_1"},
            "'previous_response_id' is not found: this simulator keeps no responses; send all items as 'input'",
        ),
        (
            "openai-responses",
            {"background": True},
            "unsupported parameter: 'background'; this simulator keeps no responses",
        ),
        (
            "openai-responses",
            {"stream_options": {"include_obfuscation": False}},
            "'stream_options' is only allowed when 'stream' is true",
        ),
        ("anthropic-messages", {"max_tokens": None}, "'max_tokens' is missing"),
        ("anthropic-messages", {"stop_sequences": [""]}, "'stop_sequences' must not be empty"),
        ("gemini", {"contents": None}, "'contents' is missing"),
        ("gemini", {"contents": ["n"]}, "'contents' must be an array of objects, got a string"),
        ("gemini", {"contents": [{"parts": "n"}]}, "'contents[0].parts' must be an array of objects, got a string"),
        (
            "gemini",
            {"contents": [{"role": "assistant", "parts": []}]},
            "'contents[0].role' must be one of 'user', 'model', 'function', got 'assistant'",
        ),
        ("gemini", {"generationConfig": []}, "'generationConfig' must be an object, got an array"),
        (
            "gemini",
            {"generation_config": {"candidate_count": 2}},
            "multiple candidates is not enabled for this model",
        ),
        ("ollama-generate", {"model": None}, "'model' is missing"),
        ("ollama-chat", {"stream": "no"}, "'stream' must be a boolean, got a string"),
        ("tgi", {"inputs": None}, "'inputs' is missing"),
        ("tgi", {"parameters": []}, "'parameters' must be an object, got an array"),
    ],
)
def test_an_invalid_parameter_is_an_error_with_its_name(form: str, body: dict[str, Any], message: str) -> None:
    with pytest.raises(ProviderError) as raised:
        FORMATS[form].read({**BODY, **body})

    assert raised.value.message == message
