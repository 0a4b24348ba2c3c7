"""A run of a model whose name, whose text and whose exceptions try to be more than text."""

from __future__ import annotations

from dataclasses import replace

from checks.records import about
from llm_conformance.records import Finding, Level, Status, Text, Verdict
from llm_conformance.records.saved_run import SavedRun, SubjectRecord

MARKUP = "```\n# heading\n</details><script>x()</script> [a](javascript:b) @team #1 | \n::error::x%0A \x1b[2J \u202e"
SPEC = "acme:Acme`|<b>"


def verdict(check: str = "stream.concat", status: Status = Status.FAILED, level: Level = Level.MUST) -> Verdict:
    finding = Finding(MARKUP, Text((MARKUP, "````")), code="text-differs", scenario="stream", hint=MARKUP)
    findings = () if status in {Status.PASSED, Status.BLOCKED} else (finding,)
    return Verdict(check, level, "STREAM-001", status, MARKUP, findings, details=MARKUP)


def run(*verdicts: Verdict, interrupted: bool = False, partial: str = "") -> SavedRun:
    subject = replace(about(), spec=SPEC, versions={"pytest-llm-conformance": "0.1.0", "acme": MARKUP})
    arguments = (f"--llm-kwargs={MARKUP}",)
    record = SubjectRecord(subject, {}, {one.check: one for one in verdicts}, partial=partial, arguments=arguments)
    record.seconds = 1.5
    return SavedRun([record], "must", interrupted, "2026-11-29")


HOSTILE = run(
    verdict(),
    verdict("stream.exact", Status.EXPECTED),
    verdict("stream.lazy", Status.FAILED, Level.SHOULD),
    verdict("stream.transform", Status.BLOCKED),
    verdict("stream.single-use", Status.PASSED),
)
