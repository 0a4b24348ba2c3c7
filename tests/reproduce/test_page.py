"""docs/publish-a-result.md shows what the script of the README's model prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.reproduce.export import exported
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from regenerate import shown_files
from reproduce.test_zoo import code_of

ROOT = Path(__file__).parents[2]


def test_the_script_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in shown_files((ROOT / "README.md").read_text(encoding="utf-8")).items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    page = (ROOT / "docs" / "publish-a-result.md").read_text(encoding="utf-8")
    shown = page.partition("```text\n$ python repro.py\n")[2].partition("```")[0]
    with Run(RunSpec.of(ImplSpec.parse("verse:Verse"))) as run:
        verdict = run.judge.verdict("stream.concat")
        record = SubjectRecord(run.subject_info, dict(run.recorded), {"stream.concat": verdict}, partial="1 check")

    text = exported(SavedRun([record], "must", interrupted=False), "stream.concat", None, Path("repro.py"))[0]

    assert code_of(text) == 1
    assert capsys.readouterr().out == shown
