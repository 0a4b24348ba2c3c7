"""The rules that every format follows, without a network."""

from typing import Any

import pytest

from llm_conformance.simulator import FORMATS
from llm_conformance.simulator.formats import ProviderError
from llm_fixtures import Finish, Golden
from simulator.answers import AB, BODY, a_golden, ask, documents, raw

STOPS: dict[str, dict[str, Any]] = {
    "openai-completions": {"stop": ["b"]},
    "openai-chat": {"stop": "b"},
    "anthropic-messages": {"stop_sequences": ["b"]},
    "ollama-generate": {"options": {"stop": ["b"]}},
    "ollama-chat": {"options": {"stop": ["b"]}},
    "tgi": {"parameters": {"stop": ["b"]}},
}
PLAIN = [name for name in FORMATS if name not in {"anthropic-messages", "tgi"}]


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


@pytest.mark.parametrize("form", FORMATS)
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
    assert FORMATS[form].fail(
        ProviderError(500, "the model failed: its golden stream finishes with an error")
    ) in b"".join(events)
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
            "anthropic-messages",
            {"type": "error", "error": {"type": "rate_limit_error", "message": "no"}, "request_id": "req_7"},
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
        ("anthropic-messages", {"max_tokens": None}, "'max_tokens' is missing"),
        ("anthropic-messages", {"stop_sequences": [""]}, "'stop_sequences' must not be empty"),
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
