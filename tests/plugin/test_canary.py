"""A run whose machinery does not find the planted defect is void."""

from __future__ import annotations

from typing import Any

import pytest

from llm_conformance import canary, check_llm
from llm_conformance.__main__ import main
from llm_conformance.judge.verdict import verdict_of
from llm_conformance.records import Status
from llm_conformance.records.saved_run import load
from llm_reference import EchoLLM
from plugin.bench import ONE, Bench, impls

ALONE = "llm-conformance"
VOID = "void: a planted defect was not found: stream.concat is passed for a model that loses the blanks"
BLINDS = """
from llm_conformance.judge import judge

of_checks = judge.verdict_of
judge.verdict_of = lambda check, cases, subject: of_checks(check, [], subject)
"""
LOSES_BLANKS = """
from llm_reference import EchoLLM

class LosesBlanks(EchoLLM):
    def stream(self, *args, **kwargs):
        for chunk in super().stream(*args, **kwargs):
            yield chunk.strip()
"""


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    def passes(check: Any, _cases: Any, subject: Any) -> Any:
        return verdict_of(check, [], subject)

    monkeypatch.setattr("llm_conformance.judge.judge.verdict_of", passes)


@pytest.fixture
def put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The controller of workers, in this process, imports what they import."""
    monkeypatch.setattr("llm_conformance.judge.judge.verdict_of", verdict_of)


def test_the_planted_defect_is_found() -> None:
    assert canary.void_because() == ""


@pytest.mark.usefixtures("blind")
def test_a_run_that_passes_everything_is_void(bench: Bench) -> None:
    result = bench.saved(ALONE, *impls("Conformant"), *ONE)

    assert result.ret == 3
    result.stdout.fnmatch_lines([f"partial: must 1/1, * {VOID}, 1 of * items selected)", f"{VOID}; please report it"])
    assert load(bench.report).interrupted
    assert main(["judge", str(bench.report)]) == 2


@pytest.mark.usefixtures("put_back")
def test_a_worker_whose_machinery_was_changed_is_noticed(bench: Bench) -> None:
    bench.pytester.makeconftest(BLINDS)

    result = bench.saved(ALONE, *impls("Conformant"), *ONE, "-n1")

    assert result.ret == 3
    result.stdout.fnmatch_lines([f"partial: must 1/1, * {VOID}, *"])


@pytest.mark.usefixtures("put_back")
def test_a_model_cannot_change_the_machinery_that_judges_it(bench: Bench) -> None:
    bench.pytester.makepyfile(blinds=BLINDS + LOSES_BLANKS)

    bench.saved(ALONE, "--llm-impl=blinds:LosesBlanks", *ONE, "-n1")

    assert bench.statuses["blinds:LosesBlanks"]["stream.concat"] == Status.FAILED


@pytest.mark.usefixtures("blind")
def test_a_void_run_has_no_report() -> None:
    with pytest.raises(canary.VoidRunError, match=VOID):
        check_llm(EchoLLM, call_budget=1)


def test_a_machinery_that_breaks_is_void(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary, "Run", None)

    assert canary.void_because() == "void: a model with a planted defect could not be judged: TypeError"


def test_a_run_in_which_the_canary_is_found_says_nothing_of_it(bench: Bench) -> None:
    result = bench.saved(ALONE, *impls("Conformant"), *ONE)

    assert result.ret == 0
    assert bench.statuses["llms:Conformant"]["stream.concat"] == Status.PASSED
    result.stdout.no_fnmatch_line("*void*")
