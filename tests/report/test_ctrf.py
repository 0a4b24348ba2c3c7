"""The Common Test Report Format: the keys that its schema requires, and statuses that its reporters understand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llm_conformance.records import Level, Status
from llm_conformance.report.ctrf import render
from report.hostile import HOSTILE, run, verdict

REQUIRED = {"tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"}


def results(document: str) -> Any:
    return json.loads(document)["results"]


def test_a_document_has_what_the_format_requires() -> None:
    document = json.loads(render(HOSTILE))
    found = document["results"]

    assert (document["reportFormat"], document["specVersion"]) == ("CTRF", "0.0.0")
    assert found["tool"] == {"name": "pytest-llm-conformance", "version": "0.1.0"}
    assert set(found["summary"]) >= REQUIRED
    assert found["summary"]["tests"] == len(found["tests"]) == 5
    assert found["summary"]["stop"] - found["summary"]["start"] == 1500
    assert all({"name", "status", "duration"} <= set(one) for one in found["tests"])
    assert all(type(found["summary"][name]) is int for name in REQUIRED)


@pytest.mark.parametrize(
    ("status", "level", "shown"),
    [
        (Status.PASSED, Level.MUST, "passed"),
        (Status.FAILED, Level.MUST, "failed"),
        (Status.FAILED, Level.SHOULD, "other"),
        (Status.STALE, Level.MUST, "failed"),
        (Status.HARNESS_ERROR, Level.MUST, "failed"),
        (Status.EXPECTED, Level.MUST, "other"),
        (Status.INHERITED, Level.MUST, "other"),
        (Status.BLOCKED, Level.MUST, "skipped"),
        (Status.NOT_TESTABLE, Level.MUST, "skipped"),
        (Status.NOT_APPLICABLE, Level.MUST, "skipped"),
        (Status.INCONCLUSIVE, Level.MUST, "skipped"),
    ],
)
def test_a_test_fails_if_its_verdict_fails_the_run(status: Status, level: Level, shown: str) -> None:
    (test,) = results(render(run(verdict(status=status, level=level))))["tests"]

    assert (test["status"], test["rawStatus"]) == (shown, status.value)


def test_a_finding_is_the_message_and_the_trace() -> None:
    test = results(render(HOSTILE))["tests"][0]

    assert test["message"].startswith("MUST stream.concat (STREAM-001): ")
    assert "\n  code       text-differs\n" in test["trace"]
    assert "\x1b" not in test["trace"]
    assert test["extra"]["codes"] == ["text-differs"]
