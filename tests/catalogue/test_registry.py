from __future__ import annotations

import pytest

from llm_conformance.catalogue import verify as verification
from llm_conformance.catalogue.verify import verify
from llm_conformance.checks import registry as checks
from llm_conformance.checks.registry import MUST, check
from llm_conformance.observe.context import Context
from llm_conformance.records import Finding, Findings, Reply
from llm_conformance.scenarios import registry as scenarios
from llm_conformance.scenarios.registry import scenario


@pytest.fixture(autouse=True)
def _registries_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, registry in (("CHECKS", checks), ("SCENARIOS", scenarios)):
        own: dict[str, object] = {}
        monkeypatch.setattr(registry, name, own)
        monkeypatch.setattr(verification, name, own)


def answers(greeting: Reply) -> Findings:
    """It answers."""
    if greeting.failed:
        yield Finding("an answer", greeting.ended_with, code="raised")


def silent(greeting: Reply) -> Findings:
    yield Finding("an answer", greeting.ended_with, code="raised")


def greeting(stage: Context) -> Reply:
    """A greeting."""
    return stage.reply(lambda llm: llm.invoke("hello"))


def test_a_taken_id_is_refused_with_the_name_of_its_owner() -> None:
    check("greet.answers", MUST, clause="TYPE-001")(answers)

    with pytest.raises(TypeError, match=r"check 'greet.answers': the id is taken by answers\(\)"):
        check("greet.answers", MUST, clause="TYPE-001")(answers)


def test_an_id_of_another_form_is_refused() -> None:
    with pytest.raises(TypeError, match=r"check 'Greet': an id has the form group.kebab-case"):
        check("Greet", MUST, clause="TYPE-001")(answers)


def test_a_check_without_a_rule_is_refused() -> None:
    with pytest.raises(TypeError, match=r"check 'greet.silent': silent\(\) has no docstring"):
        check("greet.silent", MUST, clause="TYPE-001")(silent)


def test_a_taken_scenario_name_is_refused() -> None:
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    with pytest.raises(TypeError, match="scenario 'greeting': the name is taken"):
        scenario(reported_by="greet.answers", method="invoke")(greeting)


def test_a_parameter_that_names_no_observation_is_refused_with_the_nearest() -> None:
    check("greet.answers", MUST, clause="TYPE-001")(answers)
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    @check("greet.typo", MUST, clause="TYPE-001")
    def typo(greetings: Reply) -> Findings:
        """It has a slip of the pen."""
        yield from answers(greetings)

    with pytest.raises(TypeError, match=r"check 'greet.typo': parameter 'greetings' is unknown; did you mean greeting"):
        verify()


def test_an_after_that_names_no_check_is_refused() -> None:
    check("greet.answers", MUST, clause="TYPE-001", requires=("greet.answer",))(answers)
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    with pytest.raises(TypeError, match=r"check 'greet.answers': after 'greet.answer' is unknown; did you mean"):
        verify()


def test_an_owner_that_does_not_judge_its_scenario_is_refused() -> None:
    check("greet.answers", MUST, clause="TYPE-001")(answers)
    scenario(reported_by="greet.answers", method="invoke")(greeting)

    @scenario(reported_by="greet.answers", method="invoke")
    def farewell(stage: Context) -> Reply:
        """A farewell."""
        return stage.reply(lambda llm: llm.invoke("goodbye"))

    with pytest.raises(TypeError, match=r"scenario 'farewell': its owner 'greet.answers' does not judge it"):
        verify()
