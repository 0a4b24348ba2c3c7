"""An instance on a second event loop: on the wire it waits for its answer on both."""

from __future__ import annotations

from typing import Any

import pytest

from llm_conformance.control.wire import Wire
from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec


def test_a_client_waits_for_its_answer_on_both_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[str] = []
    plan = Wire.plan_golden

    def noted(self: Wire, stream: Any, *faults: Any, **more: Any) -> Any:
        planned.extend(fault.name for fault in faults)
        return plan(self, stream, *faults, **more)

    monkeypatch.setattr(Wire, "plan_golden", noted)
    model = ImplSpec.parse("llm_zoo.bases.adapter:WireAdapter")
    with Run(RunSpec.of(model, kwargs={"url": "{url}"}, wire="openai-completions")) as run:
        verdict = run.judge.verdict("isolation.second-loop")
        chunks = run.recorded["second_loop"]["chunks"]

    assert verdict.status is Status.PASSED
    assert planned == ["jitter"]
    assert chunks == run.recorded["astream"]["chunks"]
