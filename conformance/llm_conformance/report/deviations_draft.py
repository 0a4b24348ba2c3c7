"""Declarations of what fails now, as the text of a file of deviations; their reasons are left to the author."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from llm_conformance.checks.registry import CHECKS
from llm_conformance.records import Status, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.finding import Layout, sides_lines
from llm_conformance.report.lines import escape_line
from llm_conformance.report.text import fails_run

_REASON = "why does the model deviate? a declaration without a reason is refused"
# Of each check, as comments.
_FINDINGS = 3
_WIDTH = 118
_TABLE = "[[deviation]]"


def undeclared(verdicts: Iterable[Verdict], gate: str) -> list[Verdict]:
    """The verdicts of checks that fail the run and can be declared: those that are stale have a declaration."""
    return [one for one in verdicts if one.check in CHECKS and one.status is Status.FAILED and fails_run(one, gate)]


def draft(records: Mapping[str, SubjectRecord], gate: str, *, several: bool) -> list[str]:
    """One entry for each check that fails the run, as TOML. several: the run has several subjects: each is named."""
    lines: list[str] = []
    for spec, record in records.items():
        for verdict in undeclared(record.verdicts.values(), gate):
            lines += ["", *_entry(verdict, spec if several else "")]
    return lines


def what_was_added(lines: Iterable[str], records: Mapping[str, SubjectRecord]) -> str:
    """The outcome in one line: the number of entries among the lines, and the declarations that are stale."""
    count = [*lines].count(_TABLE)
    outcome = "nothing fails that can be declared"
    if count:
        outcome = f"{count} declaration{'s' * (count != 1)} added; give each its reason, and run without the option"
    verdicts = [one for record in records.values() for one in record.verdicts.values()]
    stale = [one.check for one in verdicts if one.status is Status.STALE]
    return f"{outcome}; stale, so remove or mend it: {', '.join(stale)}" if stale else outcome


def _entry(verdict: Verdict, spec: str) -> Iterator[str]:
    yield _TABLE
    yield f"check = {json.dumps(verdict.check)}"
    for finding in verdict.findings[:_FINDINGS]:
        where = [f"  where      {escape_line(finding.location)}"] if finding.location else []
        yield from (f"#{line}" for line in [*where, *sides_lines(finding, Layout(width=_WIDTH))])
    codes = list(dict.fromkeys(one.code for one in verdict.findings))
    yield f"code = {json.dumps(codes[0] if len(codes) == 1 else codes)}"
    if spec:
        yield f"when = {json.dumps(f'impl={spec}')}"
    yield f'reason = ""  # {_REASON}'
