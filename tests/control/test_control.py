"""How a subject becomes scripted, and the reasons if it cannot."""

from pathlib import Path

import pytest

import llm_conformance
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.observe.controlled_call import SENDS_EAGERLY
from llm_conformance.records import Control, Status
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile, ProfileError, read
from llm_conformance.subject.spec import ImplSpec, LoadError
from zoo.findings import COSTLY

REFERENCE = "llm_zoo.bases.scripted:ScriptedModel"
SCRIPTED = Profile(control=Control.SCRIPT)


@pytest.fixture(scope="module")
def scripted() -> SubjectRecord:
    """A model that its profile makes scripted, judged by the checks that cost little."""
    with Run(RunSpec.of(ImplSpec.parse(REFERENCE), profile=SCRIPTED)) as run:
        verdicts = {name: run.judge.verdict(name) for name in CHECKS if name not in COSTLY}
        return SubjectRecord(run.subject_info, dict(run.recorded), verdicts)


def test_a_factory_with_a_parameter_script_gets_the_script() -> None:
    with Run(RunSpec.of(ImplSpec.parse("zoo.conforming.scripted:of_reference"))) as run:
        assert run.subject_info.control is Control.SCRIPT
        assert run.judge.verdict("live.stream").status is Status.PASSED


def test_a_class_without_a_visible_parameter_is_scripted_by_its_profile(scripted: SubjectRecord) -> None:
    assert scripted.subject_info.control is Control.SCRIPT
    assert scripted.verdicts["stream.exact"].status is Status.PASSED


def test_a_scripted_run_judged_again_has_the_same_verdicts(scripted: SubjectRecord) -> None:
    again = judge_again(scripted).verdicts

    # What was not judged is found not observed, and a check that requires it is left out.
    both = again.keys() & scripted.verdicts.keys()
    assert len(both) > len(CHECKS) / 2
    assert {name: again[name] for name in both} == {name: scripted.verdicts[name] for name in both}


def test_a_check_that_needs_a_script_is_not_testable_for_a_black_box() -> None:
    record = llm_conformance.check_llm("llm_reference:EchoLLM").record

    verdict = record.verdicts["errors.stream"]
    assert (verdict.status, verdict.reason) == (Status.NOT_TESTABLE, "needs control script, the run has blackbox")


def test_backpressure_is_not_testable_for_a_simulated_provider() -> None:
    adapter = ImplSpec.parse("llm_zoo.bases.adapter:WireAdapter")
    with Run(RunSpec.of(adapter, kwargs={"url": "{url}"}, wire="openai-completions")) as run:
        closed, pulled = run.judge.verdict("close.stream"), run.judge.verdict("stream.backpressure")

    assert closed.status is Status.PASSED
    assert (pulled.status, pulled.reason) == (Status.NOT_TESTABLE, SENDS_EAGERLY)


def test_an_instance_cannot_get_a_script() -> None:
    with pytest.raises(LoadError, match="an instance is constructed already and cannot get a script"):
        llm_conformance.check_llm("zoo.conforming.plain:instance", profile={"control": "script"})


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
