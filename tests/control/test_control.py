"""How a subject becomes scripted, and the reasons if it cannot."""

from pathlib import Path

import pytest

import llm_conformance
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records import Control, Status
from llm_conformance.report.text import exit_code
from llm_conformance.subject.profile import Profile, ProfileError, read
from llm_conformance.subject.spec import LoadError

REFERENCE = "llm_zoo.bases.scripted:ScriptedModel"
SCRIPTED = Profile(control=Control.SCRIPT)


def test_a_factory_with_a_parameter_script_gets_the_script() -> None:
    record = llm_conformance.run_checks("zoo.conforming.scripted:of_reference")

    assert record.subject_info.control is Control.SCRIPT
    assert record.verdicts["live.stream"].status is Status.PASSED
    assert exit_code(record.verdicts.values(), "should") == 0


def test_a_class_without_a_visible_parameter_is_scripted_by_its_profile() -> None:
    record = llm_conformance.run_checks(REFERENCE, profile=SCRIPTED)

    assert record.subject_info.control is Control.SCRIPT
    assert record.verdicts["stream.exact"].status is Status.PASSED


def test_a_scripted_run_judged_again_has_the_same_verdicts() -> None:
    record = llm_conformance.run_checks(REFERENCE, profile=SCRIPTED)

    assert judge_again(record).verdicts == record.verdicts


def test_a_check_that_needs_a_script_is_not_testable_for_a_black_box() -> None:
    record = llm_conformance.run_checks("llm_reference:EchoLLM")

    verdict = record.verdicts["errors.stream"]
    assert (verdict.status, verdict.reason) == (Status.NOT_TESTABLE, "needs control script, the run has blackbox")


def test_backpressure_is_not_testable_for_a_simulated_provider() -> None:
    record = llm_conformance.run_checks(
        "llm_zoo.bases.adapter:WireAdapter", kwargs={"url": "{url}"}, wire="openai-completions"
    )

    assert record.verdicts["close.stream"].status is Status.PASSED
    pulled = record.verdicts["stream.backpressure"]
    assert (pulled.status, pulled.reason) == (Status.NOT_TESTABLE, "a provider sends ahead of what the client reads")


def test_an_instance_cannot_get_a_script() -> None:
    with pytest.raises(LoadError, match="an instance is constructed already and cannot get a script"):
        llm_conformance.run_checks("zoo.conforming.plain:instance", profile=SCRIPTED)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('control = "wire"', "for a simulated provider, declare wire"),
        ('control = "none"', 'control must be "script" or "blackbox", got \'none\''),
        ('control = "script"\nwire = "openai-completions"', "exclude each other"),
    ],
)
def test_another_control_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ProfileError, match=message):
        read(path, "acme:Acme")
