"""On CI the short test summary shows whole messages; a finding is still printed only once."""

from __future__ import annotations

import pytest

from plugin.bench import ONE, Bench, impls


def test_a_finding_is_printed_once_on_ci(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    result = bench("llm-conformance", *impls("Forgetful"), *ONE)

    printed = result.stdout.str()
    assert printed.count("first difference at character 0") == 1
    result.stdout.fnmatch_lines(["FAILED llm-conformance::llms:Forgetful::stream::concat - MUST text-differs"])
