"""How tools are bound: a `bind_tools()` that raises is a finding on the model, and one that is absent is none."""

from typing import Any

from llm_conformance.records import Control, Kind, Status, Verdict
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoChatModel
from llm_zoo.bases.scripted_chat import ScriptedChatModel


class RefusesTools(EchoChatModel):
    def bind_tools(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("tools: expected a Tool, got dict")


class RefusesToolsOfScript(ScriptedChatModel):
    def bind_tools(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("tools: expected a Tool, got dict")


def bound_factory() -> Any:
    return EchoChatModel().bind_tools([{"type": "function", "function": {"name": "now", "parameters": {}}}])


def verdicts(name: str, *checks: str, script: bool = False) -> list[Verdict]:
    spec = RunSpec.of(ImplSpec(__name__, name), profile=Profile(control=Control.SCRIPT if script else None), timeout=5)
    with Run(spec) as run:
        return [run.judge.verdict(check) for check in checks]


def test_a_binding_that_raises_is_a_finding() -> None:
    (verdict,) = verdicts("RefusesTools", "tools.completes")

    assert (verdict.status, verdict.findings[0].exception) == (Status.FAILED, "TypeError")


def test_a_binding_of_a_controlled_model_that_raises_is_one_finding() -> None:
    completes, tools = verdicts("RefusesToolsOfScript", "calls.completes", "tools.completes", script=True)

    assert (completes.status, completes.findings[0].exception) == (Status.FAILED, "TypeError")
    assert (tools.status, tools.blocked_by) == (Status.BLOCKED, "calls.completes")


def test_a_factory_of_a_binding_is_a_chat_model_whose_calls_are_judged() -> None:
    with Run(RunSpec.of(ImplSpec(__name__, "bound_factory"), timeout=5)) as run:
        assert run.subject_info.kind is Kind.CHAT
        assert run.judge.verdict("calls.concat").status is Status.PASSED
