"""A run in the Common Test Report Format (ctrf.io), which the reporters of that format read.

Checks share the calls of the model, so a check has no duration of its own. A saved run knows the day on which it was
made: the summary starts with it, and lasts as long as the model was called.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from llm_conformance.checks.registry import CHECKS
from llm_conformance.records import Status, Verdict
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.report.finding import verdict_lines
from llm_conformance.report.lines import escape_line
from llm_conformance.report.section import rerun
from llm_conformance.report.text import exit_code, fails_run, worst

_SPEC_VERSION = "0.0.0"
_NAME = "pytest-llm-conformance"
# A violation that does not fail the run is neither passed nor failed there.
_STATUSES = {Status.PASSED: "passed", Status.FAILED: "other", Status.EXPECTED: "other", Status.INHERITED: "other"}
_COUNTED = ("passed", "failed", "skipped", "pending", "other")


def render(run: SavedRun) -> str:
    """The document."""
    tests = [_test(record, verdict, run.gate) for record in run.subjects for verdict in record.verdicts.values()]
    counts = Counter(one["status"] for one in tests)
    day = dt.datetime.fromisoformat(run.date or "1970-01-01").replace(tzinfo=dt.UTC)
    start, duration = int(day.timestamp() * 1000), int(sum(one.seconds for one in run.subjects) * 1000)
    codes = [exit_code(one.verdicts.values(), run.gate, one.partial) for one in run.subjects]
    results = {
        "tool": {"name": _NAME, **_version(run.subjects)},
        "summary": {
            "tests": len(tests),
            **{status: counts[status] for status in _COUNTED},
            "suites": len(run.subjects),
            "start": start,
            "stop": start + duration,
            "extra": {"exitCode": worst([*codes, *([2] if run.interrupted else [])])},
        },
        "tests": tests,
    }
    document = {"reportFormat": "CTRF", "specVersion": _SPEC_VERSION, "generatedBy": _NAME, "results": results}
    return json.dumps(document, indent=1) + "\n"


def _test(record: SubjectRecord, verdict: Verdict, gate: str) -> dict[str, Any]:
    status = "failed" if _fails(verdict, gate) else _STATUSES.get(verdict.status, "skipped")
    spec = escape_line(record.subject_info.spec)
    test = {
        "name": f"{spec} {verdict.check}",
        "status": status,
        "duration": 0,
        "rawStatus": verdict.status.value,
        "suite": [spec, verdict.check.partition(".")[0]],
        "type": "conformance",
        "tags": [verdict.level.value],
        "extra": dict(_facts(verdict)),
    }
    if verdict.findings:
        lines = verdict_lines(verdict, rerun(record, verdict.check))
        test["message"] = lines[0]
        test["trace"] = "\n".join(lines[1:])
    elif verdict.reason:
        test["message"] = escape_line(verdict.reason)
    return test


def _fails(verdict: Verdict, gate: str) -> bool:
    return verdict.status is Status.HARNESS_ERROR or fails_run(verdict, gate)


def _facts(verdict: Verdict) -> Mapping[str, Any]:
    codes = list(dict.fromkeys(one.code for one in verdict.findings))
    rule = CHECKS[verdict.check].rule if verdict.check in CHECKS else ""
    facts = {"level": verdict.level.value, "clause": verdict.clause, "codes": codes, "rule": rule}
    facts["blockedBy"] = verdict.blocked_by
    return {name: value for name, value in facts.items() if value}


def _version(subjects: list[SubjectRecord]) -> dict[str, str]:
    """The version of the harness, where a subject has it."""
    found = [one.subject_info.versions[_NAME] for one in subjects if _NAME in one.subject_info.versions]
    return {"version": found[0]} if found else {}
