"""A saved run contains everything that its verdicts depend on."""

from __future__ import annotations

import json

from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records.saved_run import load
from plugin.bench import Bench

WAVERING = f"--llm-kwargs={json.dumps({'responses': [*['x y'] * 14, 'z']})}"


def test_a_saved_run_of_a_nondeterministic_model_judged_again_has_the_same_verdicts(bench: Bench) -> None:
    bench.saved("llm-conformance", "--llm-impl=langchain_core.language_models:FakeListLLM", WAVERING)

    (saved,) = load(bench.report).subjects

    assert any("#2" in name for name in saved.observations)
    assert judge_again(saved).verdicts == saved.verdicts
