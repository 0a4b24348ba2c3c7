"""Which findings the framework baseline explains, and which it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks.records import about
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.judge.baseline import BaselineEntry, baseline, explanation
from llm_conformance.records import Finding, Kind, Status, matches_any
from llm_conformance.report.unreachable import unreachable
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec

WIDTH = 130
CORE = "langchain_core.language_models.llms.BaseLLM"
LOST = Finding("answers", "exceptions", code="every-slot-failed", scenario="batch_return_exceptions[batch]")
SUBJECT = replace(
    about(), method_owners={"batch": CORE, "abatch": "acme.LLM", "invoke": CORE}, versions={"langchain-core": "1.7.2"}
)
LC_004 = "LC-004"


def of(*findings: Finding, check: str = "batch.isolates-failures", **facts: Any) -> str | None:
    entry = explanation(check, findings, replace(SUBJECT, **facts))
    return None if entry is None else entry.id


def test_a_finding_on_an_inherited_method_is_inherited() -> None:
    assert of(LOST) == LC_004


@pytest.mark.parametrize(
    "finding",
    [
        replace(LOST, code="slot-failed"),
        replace(LOST, scenario="batch"),
        replace(LOST, scenario="batch_return_exceptions[abatch]"),
        replace(LOST, scenario="invoke"),
        replace(LOST, scenario="batch_kep"),
        replace(LOST, scenario=""),
    ],
    ids=["another code", "another scenario", "the subject's method", "another method", "unknown scenario", "none"],
)
def test_one_finding_that_no_entry_explains_is_enough_to_fail(finding: Finding) -> None:
    assert of(finding) is None
    assert of(LOST, finding) is None
    assert of(finding, LOST) is None


def test_an_entry_explains_one_check() -> None:
    assert of(LOST, check="batch.return-exceptions") is None


@pytest.mark.parametrize(("version", "inherited"), [("0.1.0", LC_004), ("2.0.0", None), ("1.8.0rc1", LC_004)])
def test_an_entry_applies_to_the_releases_that_have_the_deviation(version: str, inherited: str | None) -> None:
    assert of(LOST, versions={"langchain-core": version}) == inherited


def test_no_entry_applies_without_the_framework() -> None:
    assert of(LOST, versions={}) is None


def test_an_entry_applies_to_its_kinds_of_subject() -> None:
    empty = Finding("the root's start", "no event", code="no-events", scenario="events_v2")
    facts: dict[str, Any] = {"method_owners": {"astream_events": "langchain_core.runnables.base.Runnable"}}

    assert of(empty, check="events.first", kind=Kind.CHAIN, **facts) == "LC-unreported"
    assert of(empty, check="events.first", kind=Kind.LLM, **facts) is None


def test_an_entry_ignores_the_place_within_the_scenario() -> None:
    closed = Finding(
        "the model stops", "it does not", code="generated-to-end", scenario="close[nested stream]", where="anywhere"
    )
    facts: dict[str, Any] = {"method_owners": {"stream": "langchain_core.runnables.base.Runnable"}}

    assert of(closed, check="close.nested", **facts) == "LC-001"


def test_an_entry_may_name_the_exception() -> None:
    raised = Finding("ends", "raised", code="raised", scenario="events_v1", exception="JsonPointerException")
    owners = {"astream_events": "langchain_core.runnables.base.Runnable"}
    facts: dict[str, Any] = {"check": "events.completes", "kind": Kind.CHAIN, "method_owners": owners}

    assert of(raised, **facts) == "LC-unreported"
    assert of(replace(raised, exception="ValueError"), **facts) is None


def test_fallbacks_raise_the_exception_of_the_first_model() -> None:
    lost = Finding("the cause", "another", code="cause-lost", scenario="failing[astream]", exception="RuntimeError")
    owner = "langchain_core.runnables.fallbacks.RunnableWithFallbacks"
    facts: dict[str, Any] = {"check": "errors.keep-cause", "kind": Kind.CHAT}

    assert of(lost, replace(lost, scenario="failing[events-v2]"), method_owners={"astream": owner}, **facts) == "LC-007"
    assert of(lost, method_owners={"astream": "acme.LLM"}, **facts) is None


def test_v3_raises_for_a_chat_model_that_does_not_stream() -> None:
    raised = Finding("events", "raised", code="raised", scenario="stream_events_v3", exception="NotImplementedError")
    owners = {"stream_events": "langchain_core.language_models.chat_models.BaseChatModel"}
    facts: dict[str, Any] = {"check": "events-v3.completes", "kind": Kind.CHAT, "method_owners": owners}

    assert of(raised, **facts) == "LC-008"
    assert of(replace(raised, exception="TypeError"), **facts) is None


def test_v3_raises_for_arguments_that_are_no_object() -> None:
    raised = Finding("events", "raised", code="raised", scenario="stream_events_v3", exception="ValidationError")
    owners = {"stream_events": "langchain_core.language_models.chat_models.BaseChatModel"}
    facts: dict[str, Any] = {"check": "events-v3.completes", "kind": Kind.CHAT}

    assert of(raised, method_owners=owners, **facts) == "LC-v3-arguments"
    assert of(raised, method_owners={**owners, "_stream_chat_model_events": "acme.Chat"}, **facts) is None


def test_a_class_that_yields_events_of_v3_itself_is_judged() -> None:
    raised = Finding("events", "raised", code="raised", scenario="stream_events_v3", exception="NotImplementedError")
    owners = {"stream_events": "langchain_core.language_models.chat_models.BaseChatModel"}
    facts: dict[str, Any] = {"check": "events-v3.completes", "kind": Kind.CHAT}

    own = {**owners, "_stream_chat_model_events": "acme.Chat"}
    assert of(raised, method_owners=own, **facts) is None
    assert of(raised, method_owners={**owners, "_astream_chat_model_events": "acme.Chat"}, **facts) == "LC-008"
    assert of(raised, method_owners={"stream_events": "acme.Chat"}, **facts) is None


def test_v3_puts_calls_that_share_an_index_into_one_block() -> None:
    differs = Finding("id 'a'", "id 'b'", code="call-differs", scenario="astream_events_v3")
    owners = {"astream_events": "langchain_core.language_models.chat_models.BaseChatModel"}
    facts: dict[str, Any] = {"check": "events-v3.types", "kind": Kind.CHAT}

    assert of(differs, method_owners=owners, **facts) == "LC-v3-index"
    assert of(replace(differs, code="delta-type"), method_owners=owners, **facts) == "LC-v3-index"
    assert of(replace(differs, code="unheard-of"), method_owners=owners, **facts) is None
    assert of(differs, method_owners={**owners, "_astream_chat_model_events": "acme.Chat"}, **facts) is None


@pytest.mark.parametrize(
    ("check", "code", "entry"),
    [
        ("events-v3.calls", "arguments-differ", "LC-v3-calls"),
        ("events-v3.projections", "differs", "LC-v3-projections"),
        ("events-v3.reasoning", "reasoning-differs", "LC-v3-untyped"),
        ("events-v3.usage", "usage-differs", "LC-v3-usage"),
    ],
)
def test_what_the_bridge_of_v3_loses_is_inherited(check: str, code: str, entry: str) -> None:
    lost = Finding("all of it", "a part", code=code, scenario="stream_events_v3")
    owners = {"stream_events": "langchain_core.language_models.chat_models.BaseChatModel"}
    facts: dict[str, Any] = {"check": check, "kind": Kind.CHAT}

    assert of(lost, method_owners=owners, **facts) == entry
    assert of(lost, method_owners={**owners, "_stream_chat_model_events": "acme.Chat"}, **facts) is None


CHAT_MODELS = "langchain_core.language_models.chat_models."


@pytest.mark.parametrize(
    ("owner", "inherited"),
    [
        (f"{CHAT_MODELS}BaseChatModel", "LC-v3-runs-on"),
        (f"{CHAT_MODELS}_ChatModelBinding", "LC-v3-runs-on"),
        ("acme.ChatModel", None),
    ],
)
def test_who_reads_the_events_of_v3_decides_whether_the_model_runs_on(owner: str, inherited: str | None) -> None:
    ran_on = Finding(
        "the model stops", "it does not", code="generated-to-end", scenario="v3_cancelled[astream-events-v3]"
    )
    owners = {"astream_events": owner, "astream": f"{CHAT_MODELS}BaseChatModel", "_astream_chat_model_events": "acme.M"}
    facts: dict[str, Any] = {"check": "events-v3.cancel", "kind": Kind.CHAT, "method_owners": owners}

    assert of(ran_on, **facts) == inherited
    assert of(replace(ran_on, code="still-generating"), **facts) is None


def test_the_reason_fits_into_a_line_of_the_terminal() -> None:
    lines = [f"  inherited  {entry.id}: {entry.why} (more: --llm-explain={entry.id})" for entry in baseline()]

    assert [line for line in lines if len(line) > WIDTH] == []


def test_an_entry_without_codes_explains_every_code() -> None:
    stopped = Finding("an exception", "text", code="not-raised", scenario="stop_stream")
    owners = {"stream": "langchain_core.runnables.base.RunnableSequence"}
    facts: dict[str, Any] = {"check": "stop.parity", "versions": {"langchain-core": "0.2.9"}, "method_owners": owners}

    assert of(stopped, **facts) == "LC-prompt-keywords"
    assert of(replace(stopped, code="text-differs"), **facts) == "LC-prompt-keywords"


@pytest.mark.parametrize("entry", baseline(), ids=lambda entry: f"{entry.id}-{entry.check}")
def test_an_entry_names_a_check_and_scenarios_that_exist(entry: BaselineEntry) -> None:
    check = CHECKS[entry.check]
    judged = {*check.for_each, *check.observations}

    assert entry.id.startswith("LC-")
    assert all(any(matches_any(name, (one,)) for name in judged) for one in entry.scenarios)


def test_a_chat_model_without_a_stream_hook_meets_the_gate_of_should() -> None:
    with Run(RunSpec.of(ImplSpec("langchain_core.language_models.fake_chat_models", "FakeChatModel"))) as run:
        verdicts = [run.judge.verdict(check.id) for check in CHECKS.values() if check.group == "events-v3"]

    assert Status.INHERITED in {one.status for one in verdicts}
    assert Status.BLOCKED in {one.status for one in verdicts}
    assert unreachable(verdicts, "should") == {}
