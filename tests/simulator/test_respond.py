"""The response to a request, without a network."""

import json
from typing import Any

import pytest

from llm_conformance.simulator import FORMATS, Case
from llm_conformance.simulator.faults.body import events
from llm_conformance.simulator.formats import format_at, format_named
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.respond import Decision, respond
from llm_fixtures import golden

HELLO = Case(nonce="n1", golden=golden("plain-ascii"))
BODY = {"model": "m", "prompt": "n1"}


def ask(path: str, body: Any, *cases: Case, **registered: Any) -> Decision:
    return respond(Head("POST", path, {}), json.dumps(body).encode(), RegisteredCases(cases, **registered), 1)


def document(decision: Decision) -> Any:
    return json.loads(b"".join(event.data for event in events(decision.actions)))


def message(decision: Decision) -> str:
    return str(document(decision)["error"]["message"])


def test_a_case_answers_only_in_the_format_it_is_registered_for() -> None:
    decision = ask("/v1/completions", BODY, Case(nonce="n1", golden=golden("repeats"), format="tgi"))

    assert message(decision) == "case 'n1' is registered for 'tgi', but the request uses 'openai-completions'"
    assert decision.nonces == ("n1",)


@pytest.mark.parametrize("body", [None, [], "n1"])
def test_a_body_that_is_not_an_object_is_an_error(body: Any) -> None:
    decision = ask("/v1/completions", body, HELLO)

    assert (decision.status, message(decision)) == (400, "the request body must be a JSON object")


def test_an_unknown_format_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="unknown format 'openai-completion'; nearest: 'openai-completions'"):
        format_named("openai-completion")


@pytest.mark.parametrize("served", [(name, path) for name, form in FORMATS.items() for path in form.paths], ids=str)
def test_the_path_selects_the_format(served: tuple[str, str]) -> None:
    name, suffix = served

    implied = {**FORMATS[name].paths[suffix], **({"model": "<model>"} if "<model>" in suffix else {})}
    path, _, query = suffix.partition("?")

    assert format_at(path, query) == (FORMATS[name], implied, "")
    assert format_at(f"/a/b{path}", query) == (FORMATS[name], implied, "/a/b")


@pytest.mark.parametrize("base", ["/openai/deployments/my-model", "/openai/v1"], ids=["azure", "groq"])
@pytest.mark.parametrize("end", ["/completions", "/chat/completions"])
def test_another_base_has_the_format_of_openai(base: str, end: str) -> None:
    form = format_at(f"/v1{end}")[0]

    assert format_at(f"/a/b{base}{end}") == (form, {}, "/a/b")


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/v1/models/gemini-3:generateContent", "gemini-3"),
        ("/v1beta/models/gemini-3%3AgenerateContent", "gemini-3"),
        ("/v1alpha/tunedModels/my-own:generateContent", "my-own"),
        ("/v1beta1/projects/p/locations/l/publishers/google/models/a%2Fb:generateContent", "a/b"),
    ],
)
def test_another_base_has_the_format_of_gemini(path: str, model: str) -> None:
    assert format_at(f"/a/b{path}") == (FORMATS["gemini"], {"stream": False, "model": model}, "/a/b")


def test_the_path_selects_golden_stream_and_fault() -> None:
    decision = ask("/plain-ascii/http_429/v1/completions", BODY)

    assert (decision.status, decision.fault) == (429, "http_429")
    assert decision.nonces == ("/plain-ascii/http_429",)


@pytest.mark.parametrize("path", ["/plain-ascii/generate", "/plain-ascii/tgi/generate", "/plain-ascii/baseline/tgi"])
def test_the_path_may_contain_what_clients_of_tgi_append(path: str) -> None:
    assert ask(path, {"inputs": "anything"}).status == 200


@pytest.mark.parametrize("path", ["/", "/tgi", "/tgi/", "/tgi/generate_stream", "/generate"])
def test_a_tgi_client_works_without_a_path(path: str) -> None:
    decision = ask(path, {"inputs": "n1"}, Case(nonce="n1", golden=golden("repeats"), format="tgi"))

    assert (decision.status, decision.nonces) == (200, ("n1",))


def test_a_case_at_a_path_takes_precedence_over_golden_streams() -> None:
    own = Case(nonce="own", golden=golden("repeats"), fault="coalesced")

    decision = ask("/own/v1/completions", BODY, path_cases={"own": own})

    assert document(decision)["choices"][0]["text"] == "hahahaha..."
    assert decision.fault == "coalesced"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/plain-asci/v1/completions", "unknown golden stream 'plain-asci'; nearest: plain-ascii"),
        ("/plain-ascii/crfl/v1/completions", "unknown fault 'crfl'; nearest: 'crlf'"),
        ("/plain-ascii/crlf/x/v1/completions", "expected /<golden> or /<golden>/<fault>"),
    ],
)
def test_an_unknown_path_is_an_error_with_the_reason(path: str, reason: str) -> None:
    decision = ask(path, BODY)

    assert decision.status == 404
    assert reason in message(decision)


def test_a_fault_that_does_not_apply_is_an_error_with_its_name() -> None:
    decision = ask("/plain-ascii/crlf/api/generate", {"model": "m"})

    assert decision.status == 400
    assert document(decision)["error"].startswith(
        "fault 'crlf' does not apply to 'ollama-generate', only to openai-comp"
    )


def test_a_fault_that_changes_nothing_is_not_logged() -> None:
    assert ask("/plain-ascii/crlf/v1/completions", BODY).fault is None
    assert ask("/plain-ascii/crlf/v1/completions", BODY | {"stream": True}).fault == "crlf"


def test_a_fault_of_compression_needs_a_client_that_accepts_gzip() -> None:
    assert ask("/plain-ascii/gzip_flushed/v1/completions", BODY | {"stream": True}).fault is None


@pytest.mark.parametrize(("attempts", "status"), [(0, 503), (1, 200), (2, 503), (3, 200)])
def test_a_passing_fault_applies_to_every_other_attempt(attempts: int, status: int) -> None:
    path = "/plain-ascii/http_503_then_ok"

    assert ask(f"{path}/v1/completions", BODY, attempts={path: attempts}).status == status


def test_several_prompts_of_one_request_share_a_fault() -> None:
    other = Case(nonce="n2", golden=golden("repeats"), fault="crlf")

    decision = ask("/v1/completions", BODY | {"prompt": ["n1", "n2"]}, HELLO, other)

    assert message(decision) == "the cases of one request have different faults: baseline, crlf"
