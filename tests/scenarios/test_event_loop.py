from __future__ import annotations

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec


def test_what_goes_on_once_the_deadline_has_opened_the_gates_is_not_taken_for_an_overlap() -> None:
    spec = ImplSpec("zoo.conforming.scripted_threads", "OneCallOfAProcess")
    with Run(RunSpec.of(spec, timeout=1)) as run:
        verdict = run.judge.verdict("loop.concurrent-calls")

    assert verdict.status is Status.INCONCLUSIVE
    assert verdict.reason.startswith("the model does not answer another instance")
