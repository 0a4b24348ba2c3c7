"""The whole page: one file without a reference to anything outside, and a policy that lets it load nothing."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from llm_conformance.records.saved_run import SavedRun
from llm_conformance.report.html.environment import asset, fill
from llm_conformance.report.html.matrix import Matrix, Row, fault_of, group_of, matrix, rule_of
from llm_conformance.report.html.outcome import ALL
from llm_conformance.report.html.rule import rule
from llm_conformance.report.html.subject import Subject

_DISTRIBUTION = "pytest-llm-conformance"
# The styles of the signs that are counted above the matrix.
_COUNTED = {"error", "must", "should"}
# Without network, frames, forms and plugins; the hashes allow the style sheet and the script of the page alone.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
    "base-uri 'none'; form-action 'none'"
)


def render(run: SavedRun) -> str:
    """The page as text: the same for the same run, byte by byte."""
    from markupsafe import Markup  # noqa: PLC0415 - it comes with the template engine

    found = matrix(run.subjects, run.gate)
    style, script = asset("page.css"), asset("page.js")
    met = {code for row in found.rows for code in row.codes}
    present = [sign for sign in ALL if sign.code in met]
    return fill(
        "page.html",
        title=_title(found),
        policy=_POLICY.format(style=_hash(style), script=_hash(script)),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        matrix=found,
        failures=[(sign, *counts) for sign in present if sign.style in _COUNTED for counts in [found.failed(sign)]],
        date=run.date,
        gate=run.gate,
        interrupted=run.interrupted,
        signs=present,
        findings="".join(sign.code for sign in ALL if sign.is_finding),
        version=_version(),
        index={"checks": list(_checks(found, run))},
        rules=_packed({name: fill("rule.html", rule=rule(name)) for name in found.checks}),
        subjects=[_subject(row, run) for row in found.rows],
    )


def _title(found: Matrix) -> str:
    subject = found.rows[0].spec if len(found.rows) == 1 else f"{len(found.rows)} models"
    return f"LLM conformance: {subject}"


def _checks(found: Matrix, run: SavedRun) -> Iterator[tuple[str, str, str, str]]:
    """The id, the level, the group, and the rule and the fault of each check, which a search finds."""
    levels = {one.check: one.level.value for record in run.subjects for one in record.verdicts.values()}
    for name in found.checks:
        yield name, levels[name], group_of(name), f"{rule_of(name)} {fault_of(name)}"


def _subject(row: Row, run: SavedRun) -> str:
    """Everything of one subject, which the script unpacks when it is opened."""
    subject = Subject(row.number, run.subjects[row.number], run.gate)
    return _packed(
        {
            "page": fill("subject.html", subject=subject, row_of_matrix=row, last=len(run.subjects) - 1),
            "verdicts": {
                name: fill("verdict.html", entry=entry, number=row.number) for name, entry in subject.entries.items()
            },
            "figures": {name: fill("figure.html", figure=drawn) for name, drawn in subject.figures()},
        }
    )


def _packed(data: Mapping[str, Any]) -> str:
    """JSON, compressed, in letters that mean nothing in HTML."""
    return base64.b64encode(gzip.compress(json.dumps(data).encode(), mtime=0)).decode()


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _version() -> str:
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return ""
