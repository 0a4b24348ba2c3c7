"""A model that ends the process is a finding, and never a success."""

from __future__ import annotations

import pytest

from llm_conformance.__main__ import main
from plugin.bench import Bench, failed, impls

ALONE = "llm-conformance"
MODELS = """
import ctypes
import os
from os import _exit as leave

from llm_reference import EchoLLM

class Leaves(EchoLLM):
    def _call(self, *args, **kwargs):
        os._exit(0)

class LeavesQuietly(EchoLLM):
    def _stream(self, *args, **kwargs):
        try:
            os._exit(0)
        except BaseException:
            pass
        yield from super()._stream(*args, **kwargs)

class LeavesWhenMade(EchoLLM):
    def __init__(self):
        os._exit(0)

class LeavesInvalidInput(EchoLLM):
    def invoke(self, input, *args, **kwargs):
        return os._exit(0) if not isinstance(input, (str, list)) else super().invoke(input, *args, **kwargs)

class LeavesByABoundName(EchoLLM):
    def _call(self, *args, **kwargs):
        leave(0)

class LeavesThroughC(EchoLLM):
    async def _astream(self, *args, **kwargs):
        ctypes.CDLL(None).exit(0)
        yield

class DiesWhenMade(EchoLLM):
    def __init__(self):
        ctypes.CDLL(None).kill(os.getpid(), 9)

class ReadsNothing(EchoLLM):
    def _stream(self, *args, **kwargs):
        ctypes.string_at(0)
        yield

class Dies(EchoLLM):
    async def _astream(self, *args, **kwargs):
        ctypes.CDLL(None).kill(os.getpid(), 9)
        yield
"""
FINDINGS = {
    "Leaves": ("invoke.completes", "invoke. or stream."),
    "LeavesQuietly": ("stream.completes", "invoke. or stream."),
    "LeavesWhenMade": ("load", "load or stream."),
    "LeavesInvalidInput": ("input.rejects-invalid", "invoke. or input."),
}


@pytest.fixture
def leaving(bench: Bench) -> Bench:
    bench.pytester.makepyfile(leaving=MODELS, leaves="import os\nos._exit(0)")
    return bench


@pytest.mark.parametrize(("name", "check", "some"), [(name, *one) for name, one in FINDINGS.items()])
def test_a_model_that_ends_the_process_has_a_finding(
    leaving: Bench, capsys: pytest.CaptureFixture[str], name: str, check: str, some: str
) -> None:
    result = leaving.saved(ALONE, *impls(name, module="leaving"), "-k", some)

    assert result.ret == 1
    assert failed(leaving.statuses[f"leaving:{name}"]) == [check]
    result.stdout.fnmatch_lines(["*raised ProcessExitError: os._exit(0) ends the*"])
    assert main(["judge", str(leaving.report)]) == 1


def test_a_name_that_was_bound_before_the_run_is_replaced(leaving: Bench) -> None:
    leaving.pytester.makeconftest("import leaving")

    result = leaving.saved(ALONE, *impls("LeavesByABoundName", module="leaving"), "-k", "invoke.")

    assert result.ret == 1
    assert failed(leaving.statuses["leaving:LeavesByABoundName"]) == ["invoke.completes"]


def test_a_module_that_ends_the_process_is_a_finding(leaving: Bench) -> None:
    result = leaving.saved(ALONE, *impls("Model", module="leaves"))

    assert result.ret == 1
    assert leaving.statuses == {"leaves:Model": {"load": "failed"}}


def test_workers_that_die_are_findings_and_the_other_models_are_judged(
    leaving: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    deadly = ["Dies", "LeavesThroughC", "ReadsNothing", "DiesWhenMade"]
    subjects = [*impls(*deadly, module="leaving"), *impls("Conformant")]
    result = leaving.saved(ALONE, *subjects, "-n", "1", "-k", "stream.completes or stream.concat")

    assert result.ret == 1
    assert {name: leaving.statuses[f"leaving:{name}"]["crash"] for name in deadly} == dict.fromkeys(deadly, "failed")
    assert set(leaving.statuses["llms:Conformant"].values()) == {"passed"}
    result.stdout.fnmatch_lines_random(
        [
            "MUST crash: The process in which the model runs does not end before the run does.",
            "  where      astream: while astream.completes was judged",
            "  where      stream: while stream.completes was judged",
            "  where      while it was constructed",
            "*pytest llm-conformance::leaving:DiesWhenMade --llm-impl=leaving:DiesWhenMade",
        ]
    )
    assert main(["judge", str(leaving.report)]) == 1
