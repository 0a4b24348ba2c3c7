"""From a saved run to the script and the issue of one finding."""

from __future__ import annotations

from pathlib import Path

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records import Finding
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.reproduce.evidence import Evidence
from llm_conformance.reproduce.issue import issue
from llm_conformance.reproduce.model import Construction
from llm_conformance.reproduce.recipe import Recipe, recipe_of
from llm_conformance.reproduce.refusal import NotExportedError, no_recipe
from llm_conformance.reproduce.script import Script
from llm_conformance.suggest import did_you_mean

__all__ = ["NotExportedError", "exported"]


def exported(run: SavedRun, check: str, impl: str | None, script: Path) -> tuple[str, str]:
    """The source of the script and the issue, both judged again with this version.

    impl: the subject, if the run has several. script: where the script will be.
    NotExportedError says why there is none.
    """
    if check not in CHECKS:
        raise NotExportedError(f"{check}: not the id of a check{did_you_mean(check, CHECKS)}")
    record = judge_again(_subject(run, impl))
    finding, recipe = _shown(record, check)
    evidence = Evidence(CHECKS[check], finding, record)
    construction = Construction.of(record.subject_info, record.arguments)
    text = Script(evidence, recipe, construction).text
    return text, issue(evidence, construction.wire, script, text)


def _subject(run: SavedRun, impl: str | None) -> SubjectRecord:
    specs = [record.subject_info.spec for record in run.subjects]
    if impl is None:
        if len(specs) != 1:
            raise NotExportedError(f"the run has {len(specs)} models: choose one with --llm-impl: {', '.join(specs)}")
        return run.subjects[0]
    if impl not in specs:
        raise NotExportedError(f"--llm-impl={impl}: not in the run{did_you_mean(impl, specs)}")
    return run.subjects[specs.index(impl)]


def _shown(record: SubjectRecord, check: str) -> tuple[Finding, Recipe]:
    """The first finding of the check that a script can show, and the recipe for it."""
    verdict = record.verdicts.get(check)
    if verdict is None or not verdict.findings:
        status = "not in the run" if verdict is None else f"{verdict.status}{verdict.reason and f' ({verdict.reason})'}"
        raise NotExportedError(f"{check}: nothing to export: it is {status}")
    for finding in verdict.findings:
        if (recipe := recipe_of(CHECKS[check], finding)) is not None:
            return finding, recipe
    raise no_recipe(CHECKS[check], verdict.findings[0])
