"""Scripts of the saved runs of published classes, which were recorded before runs kept how a model is made."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from llm_conformance.records.saved_run import SavedRun, load
from llm_conformance.reproduce.export import exported
from llm_conformance.reproduce.model import Construction
from llm_conformance.reproduce.refusal import NotExportedError
from reproduce.test_zoo import code_of

MATRIX = Path(__file__).parents[2] / "conformance" / "matrix"


@cache
def cell(name: str) -> SavedRun:
    """The run of the class."""
    return load(MATRIX / f"langchain_openai-{name}.json.gz")


def script(run: SavedRun, check: str) -> str:
    """The script of one check, which alone is judged again."""
    record = run.subjects[0]
    alone = {check: record.verdicts[check]}
    record.verdicts, record.partial, verdicts = alone, "1 check selected", record.verdicts
    try:
        return exported(run, check, None, Path("repro.py"))[0]
    finally:
        record.verdicts, record.partial = verdicts, ""


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("OpenAI", "wire.cut[clean_end_early]"),
        ("OpenAI", "wire.syntax[event_only]"),
        ("ChatOpenAI", "wire.error[error_field]"),
        ("ChatOpenAI", "filters.own-input"),
    ],
)
def test_a_script_shows_the_finding_on_the_published_class(name: str, check: str) -> None:
    pytest.importorskip("langchain_openai")

    text = script(cell(name), check)

    assert "llm_conformance" not in text
    assert code_of(text) == 1


@pytest.mark.matrix
@pytest.mark.parametrize("name", ["OpenAI", "ChatOpenAI"])
def test_every_finding_has_a_script(name: str) -> None:
    found = [check for check, verdict in cell(name).subjects[0].verdicts.items() if verdict.findings]

    for check in found:
        compile(script(cell(name), check), "repro.py", "exec")
    assert len(found) >= 15


def test_a_run_that_does_not_say_how_the_model_was_made_is_refused() -> None:
    record = cell("OpenAI").subjects[0]
    info = replace(record.subject_info, profile="profile.toml", construction="")

    with pytest.raises(NotExportedError, match=r"does not say how profile\.toml made the model; record it again"):
        Construction.of(info, record.arguments)
