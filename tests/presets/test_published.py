"""Published classes, each judged on its wire: every finding has a confirmed cause."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Control, Status, Stream
from llm_conformance.records.codec import decode
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.text import CONCLUSIVE, summary_line
from llm_fixtures import golden
from presets.published import FINDINGS, causes, findings, installed, known, known_findings, run_suite, saved


def text_of(subject: SubjectRecord, scenario: str) -> str:
    """The answer of the class to the first prompt."""
    stream = decode(subject.observations[scenario])
    assert isinstance(stream, Stream)
    return stream.text


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With `-m preset` every check on every installed class; beside other tests a few checks on one class."""
    if "spec" in metafunc.fixturenames:
        whole = metafunc.config.option.markexpr == "preset"
        found = [spec for spec in installed() if whole or spec == "langchain_openai:OpenAI"]
        metafunc.parametrize(
            ("spec", "options"), [(spec, [] if whole else ["-k", "exact"]) for spec in found], ids=found
        )


@pytest.mark.preset
def test_a_known_class_is_judged_on_its_wire_by_its_name_alone(spec: str, options: list[str], tmp_path: Path) -> None:
    printed = run_suite(spec, tmp_path, *options)

    subject = saved(spec, tmp_path)
    assert subject is not None, f"it was not loaded:\n{printed}"
    print(f"\n{spec}: {summary_line(subject.subject_info, subject.verdicts.values(), 'must')}")  # noqa: T201 - shown by -s
    assert (subject.subject_info.control, subject.subject_info.profile) == (Control.WIRE, known()[spec].source)
    assert Status.HARNESS_ERROR not in {verdict.status for verdict in subject.verdicts.values()}
    assert {subject.verdicts[check].status for check in ("invoke.exact", "stream.exact")} <= CONCLUSIVE
    broken = findings(subject)
    for scenario in [one for one in ("stream", "astream") if f"{one}.completes" not in broken]:
        assert text_of(subject, scenario) == "".join(golden("sparkling-water").text_tokens())
    explained = {check for check in known_findings(spec) if check in subject.verdicts}
    assert broken == explained, f"confirm it, then name its cause in {FINDINGS.name}"


def test_a_finding_is_one_of_a_known_class_and_has_one_cause() -> None:
    pairs = [pair for cause in causes() for pair in cause.fails]

    assert {spec for spec, _ in pairs} <= set(known())
    assert {check for _, check in pairs} <= set(CHECKS)
    assert [one for one, times in Counter(pairs).items() if times > 1] == []
