"""From request to answer without a network."""

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


def ask(path: str, body: Any, *cases: Case, **board: Any) -> Decision:
    return respond(Head("POST", path, {}), json.dumps(body).encode(), RegisteredCases(cases, **board), 1)


def said(seen: Decision) -> Any:
    return json.loads(b"".join(event.data for event in events(seen.actions)))


def message(seen: Decision) -> str:
    return str(said(seen)["error"]["message"])


def test_a_case_speaks_only_the_format_it_was_announced_for() -> None:
    seen = ask("/v1/completions", BODY, Case(nonce="n1", golden=golden("repeats"), format="tgi"))

    assert message(seen) == "case 'n1' was announced for 'tgi', asked was 'openai-completions'"
    assert seen.nonces == ("n1",)


@pytest.mark.parametrize("body", [None, [], "n1"])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    seen = ask("/v1/completions", body, HELLO)

    assert (seen.status, message(seen)) == (400, "the request body must be a JSON object")


def test_an_unknown_format_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="no format is called 'openai-completion'; nearest: 'openai-completions'"):
        format_named("openai-completion")


@pytest.mark.parametrize("path", [(name, path) for name, form in FORMATS.items() for path in form.paths], ids=str)
def test_formats_are_found_by_path(path: tuple[str, str]) -> None:
    name, end = path

    assert format_at(end) == (FORMATS[name], end, "")
    assert format_at(f"/a/b{end}") == (FORMATS[name], end, "/a/b")


@pytest.mark.parametrize("end", ["/completions", "/chat/completions"])
def test_a_deployment_of_azure_is_asked_as_openai_is(end: str) -> None:
    form = format_at(f"/v1{end}")[0]

    assert format_at(f"/a/b/openai/deployments/my-model{end}") == (form, f"/v1{end}", "/a/b")


def test_an_address_names_golden_stream_and_fault() -> None:
    seen = ask("/plain-ascii/http_429/v1/completions", BODY)

    assert (seen.status, seen.fault) == (429, "http_429")
    assert seen.nonces == ("/plain-ascii/http_429",)


@pytest.mark.parametrize("path", ["/plain-ascii/generate", "/plain-ascii/tgi/generate", "/plain-ascii/baseline/tgi"])
def test_an_address_has_room_for_what_clients_append(path: str) -> None:
    assert ask(path, {"inputs": "anything"}).status == 200


@pytest.mark.parametrize("path", ["/", "/tgi", "/tgi/", "/tgi/generate_stream", "/generate"])
def test_a_client_of_tgi_needs_no_address(path: str) -> None:
    seen = ask(path, {"inputs": "n1"}, Case(nonce="n1", golden=golden("repeats"), format="tgi"))

    assert (seen.status, seen.nonces) == (200, ("n1",))


def test_an_address_of_ones_own_goes_before_the_shipped_ones() -> None:
    own = Case(nonce="own", golden=golden("repeats"), fault="coalesced")

    seen = ask("/own/v1/completions", BODY, addresses={"own": own})

    assert said(seen)["choices"][0]["text"] == "hahahaha..."
    assert seen.fault == "coalesced"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/plain-asci/v1/completions", "no golden stream is called 'plain-asci'; nearest: plain-ascii"),
        ("/plain-ascii/crfl/v1/completions", "no fault is called 'crfl'; nearest: 'crlf'"),
        ("/plain-ascii/crlf/x/v1/completions", "expected /<golden> or /<golden>/<fault>"),
    ],
)
def test_an_address_that_leads_nowhere_says_why(path: str, why: str) -> None:
    seen = ask(path, BODY)

    assert seen.status == 404
    assert why in message(seen)


def test_a_fault_that_does_not_apply_is_refused_by_its_name() -> None:
    seen = ask("/plain-ascii/crlf/api/generate", {"model": "m"})

    assert seen.status == 400
    assert said(seen)["error"].startswith("fault 'crlf' does not apply to 'ollama-generate', only to openai-comp")


def test_a_fault_that_left_the_answer_alone_was_not_played() -> None:
    assert ask("/plain-ascii/crlf/v1/completions", BODY).fault is None
    assert ask("/plain-ascii/crlf/v1/completions", BODY | {"stream": True}).fault == "crlf"


def test_a_fault_of_compression_spares_a_client_that_does_not_ask_for_it() -> None:
    assert ask("/plain-ascii/gzip_flushed/v1/completions", BODY | {"stream": True}).fault is None


@pytest.mark.parametrize(("before", "status"), [(0, 503), (1, 200), (2, 503), (3, 200)])
def test_a_passing_fault_spares_every_second_attempt(before: int, status: int) -> None:
    address = "/plain-ascii/http_503_then_ok"

    assert ask(f"{address}/v1/completions", BODY, attempts={address: before}).status == status


def test_several_prompts_of_one_request_share_a_fault() -> None:
    other = Case(nonce="n2", golden=golden("repeats"), fault="crlf")

    seen = ask("/v1/completions", BODY | {"prompt": ["n1", "n2"]}, HELLO, other)

    assert message(seen) == "the cases of one request have different faults: baseline, crlf"
