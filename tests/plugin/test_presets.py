"""A known class needs only its name; options and profiles override its preset."""

from __future__ import annotations

import shutil

import httpx2
import pytest

from plugin.bench import Bench, failed, impls
from plugin.conftest import SUBJECTS

ALONE = "llm-conformance"
OPENAI = "langchain_openai:OpenAI"
QUICK = ["-k", "stream and (exact or chunk or boundaries)"]


@pytest.fixture(autouse=True)
def no_key(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SUBJECTS / "known.py", bench.folder)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_a_known_class_needs_only_its_name(bench: Bench) -> None:
    result = bench.saved(ALONE, f"--llm-impl={OPENAI}", *QUICK)

    assert result.ret == 0
    assert bench.statuses[OPENAI]["stream.exact"] == "passed"
    assert bench.statuses[OPENAI]["stream.boundaries"] == "passed"
    result.stdout.fnmatch_lines([f"{OPENAI} (class, kind: llm, control: wire, profile: preset langchain-openai)"])


@pytest.mark.parametrize("spec", ["langchain_openai.llms.base:OpenAI", "known:OpenAI", "known:Renamed"])
def test_a_known_class_is_known_under_other_names(bench: Bench, spec: str) -> None:
    result = bench.saved(ALONE, f"--llm-impl={spec}", *QUICK)

    assert result.ret == 0
    assert bench.statuses[spec]["stream.exact"] == "passed"
    result.stdout.fnmatch_lines([f"{spec} (*, profile: preset langchain-openai)", "*langchain-openai *"])


def test_a_subclass_of_a_known_class_does_not_have_its_preset(bench: Bench) -> None:
    result = bench(ALONE, *impls("Own", module="known"))

    assert result.ret == 1
    result.stdout.fnmatch_lines(["--llm-impl=known:Own: constructing it raised *"])


def test_a_profile_overrides_a_preset_key_by_key(bench: Bench) -> None:
    bench.pytester.makepyprojecttoml(f'[tool.llm-conformance."{OPENAI}"]\nstreams = false\n')

    result = bench.saved(ALONE, f"--llm-impl={OPENAI}", *QUICK)

    assert failed(bench.statuses[OPENAI]) == ["stream.one-chunk-fallback"]
    source = "pyproject.toml [[]tool.llm-conformance] over preset langchain-openai"
    result.stdout.fnmatch_lines([f"{OPENAI} (*, control: wire, profile: {source})"])


def test_arguments_override_a_preset_key_by_key(bench: Bench) -> None:
    result = bench.saved(ALONE, f"--llm-impl={OPENAI}", '--llm-kwargs={"streaming": true}', "-k", "batch and completes")

    assert result.ret == 1
    assert failed(bench.statuses[OPENAI]) == ["batch.completes", "abatch.completes"], "it streams for one prompt alone"


def test_the_preset_is_not_used_with_wire_none(bench: Bench) -> None:
    result = bench(ALONE, f"--llm-impl={OPENAI}", "--llm-wire=none")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["*::load - *"])
    result.stdout.fnmatch_lines([f"--llm-impl={OPENAI}: constructing it raised *"])


def test_a_known_class_that_is_not_installed_is_reported_with_its_distribution(bench: Bench) -> None:
    result = bench(ALONE, "--llm-impl=langchain_kserve:KServeLLM")

    assert result.ret == 4
    remedy = "no module named 'langchain_kserve'; it comes with langchain-kserve: pip install langchain-kserve"
    result.stderr.fnmatch_lines([f"ERROR: --llm-impl=langchain_kserve:KServeLLM: {remedy}"])


def test_a_run_within_a_test_leaves_the_http_client_usable(bench: Bench) -> None:
    bench(ALONE, f"--llm-impl={OPENAI}", *QUICK)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get("http://127.0.0.1:1")
