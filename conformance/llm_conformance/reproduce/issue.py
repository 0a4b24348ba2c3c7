"""A finding as an issue for the tracker of the model, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llm_conformance.catalogue.remedies import remedy_of
from llm_conformance.records import one_line
from llm_conformance.report.lines import escape_line
from llm_conformance.report.markdown_text import block, code
from llm_conformance.reproduce.citation import citations_of
from llm_conformance.reproduce.evidence import Evidence
from llm_conformance.reproduce.script import shortened

_SUITE = "pytest-llm-conformance"


def issue(evidence: Evidence, form: str, script: Path, text: str) -> str:
    """The issue. form: the wire format of the run, or empty. script: where the script is. text: its source."""
    parts = (_what(evidence), _rule(evidence, form), _how(evidence, script.name, text), _versions(evidence))
    return "\n".join(
        [f"# {code(evidence.call)}: {escape_line(evidence.title)}", "", *(line for part in parts for line in part)]
    )


def _what(evidence: Evidence) -> Iterator[str]:
    check, finding = evidence.check, evidence.finding
    yield remedy_of(check).why
    yield ""
    if check.fault_rule:
        yield f"What the provider does: {escape_line(check.fault_rule)}"
        yield ""
    yield f"- Expected: {code(shortened(one_line(finding.expected)))}"
    yield f"- Actual: {code(shortened(one_line(finding.actual)))}"
    if finding.where:
        yield f"- Where: {code(finding.where)}"
    yield ""


def _rule(evidence: Evidence, form: str) -> Iterator[str]:
    yield "## The rule"
    yield ""
    yield evidence.check.rule.partition("\n")[0]
    yield ""
    for citation in citations_of(evidence.check, form):
        yield f"- {citation.source}{':' if citation.quote else ''}"
        if citation.quote:
            yield f"  > {citation.quote}"
    yield ""
    if evidence.finding.hint:
        yield f"A likely cause, and its remedy: {code(evidence.finding.hint)}"
        yield ""


def _how(evidence: Evidence, script: str, text: str) -> Iterator[str]:
    install = " ".join(("pip install", *evidence.packages))
    installed = f"{code(install)}, and " if evidence.packages else ""
    yield "## Steps to reproduce"
    yield ""
    run = code(f"python {script}")
    yield f"{installed}{run}. The script uses no network but the loopback interface, and prints both sides."
    yield "Its exit code is 1 while the defect is there, and 0 when it is mended."
    yield ""
    yield from ("<details>", "<summary>The script</summary>", "")
    # A line of the script may look like the end of a block.
    yield from _python(text)
    yield from ("", "</details>", "")


def _versions(evidence: Evidence) -> Iterator[str]:
    versions = evidence.about.versions
    yield "## Versions"
    yield ""
    yield from block(f"{name} {version}" for name, version in versions.items() if name != _SUITE)
    yield ""
    yield (
        f"Found by the check {code(evidence.check.id)} of {_SUITE} {escape_line(versions.get(_SUITE, ''))}".rstrip()
        + "."
    )
    yield ""


def _python(text: str) -> Iterator[str]:
    fence = max(block(text.splitlines())[0].removesuffix("text"), "```", key=len)
    yield f"{fence}python"
    yield text.rstrip("\n")
    yield fence
