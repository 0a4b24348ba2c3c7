"""`--llm-explain` shows the defects that a check catches, from a generated file."""

import subprocess
import sys
from importlib.resources import files

import pytest

from checks.finding_codes import render as render_codes
from llm_conformance.catalogue.catalogue import CHECKS, GROUPS, SCENARIOS
from llm_conformance.catalogue.clauses import clauses
from llm_conformance.catalogue.defects import defects, finding_codes
from llm_conformance.catalogue.remedies import remedies
from llm_conformance.report.explain import explain
from zoo.explain_defects import render


@pytest.mark.parametrize(("name", "made"), [("defects.json", render), ("findings.json", render_codes)])
def test_a_generated_file_is_up_to_date(name: str, made: object) -> None:
    assert callable(made)
    assert files("llm_conformance.catalogue").joinpath(name).read_text(encoding="utf-8") == made()


@pytest.mark.parametrize(
    ("check", "shown", "hidden"),
    [
        ("stream.lazy", "request-at-call", "close-drains"),
        ("wire.cut[fin_mid_stream]", "connection-error-ends-stream", "cut-taken-for-whole"),
        ("wire.cut[gzip_truncated]", "cut-taken-for-whole", "error-event-ends-stream"),
    ],
    ids=["check", "member that a defect names", "member of a family"],
)
def test_explain_shows_the_defects_that_a_check_catches(check: str, shown: str, hidden: str) -> None:
    lines = explain(check)

    assert any(line.startswith(f"  {shown}: ") for line in lines)
    assert not any(hidden in line for line in lines)


def test_a_check_is_explained_with_cause_remedy_report_and_code() -> None:
    lines = explain("wire.cut[clean_end_early]")

    for label in ("fault ", "why ", "causes ", "remedy ", "looks at ", "needs ", "codes "):
        assert any(line.startswith(label) for line in lines)
    assert "    reported: https://github.com/pydantic/pydantic-ai/issues/6610" in lines
    assert "    class CutTakenForWhole(WireAdapter):" in lines
    assert "    class _AnyEndIsComplete(Answer):" in lines
    assert any("SIMULATOR.md" in line for line in lines)
    assert not any("explain=control" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("utf8_cuts", "wire.delivery[utf8_cuts]  MUST  WIRE-001"),
        ("close[stream]: at the first chunk; close[stream]: in the middle", "judged by    close.stream"),
        ("close", "why          A user closes the tab"),
        ("stream#2", "calls        stream (stream())"),
        ("truncated", "wire.cut"),
        ("WIRE-006", "covered by   wire.cut"),
        ("packets-parsed-separately", "    class _ParserPerPacket(Answer):"),
        ("wire.cut", "why          The provider breaks off"),
    ],
)
def test_explain_knows_what_a_run_prints(name: str, line: str) -> None:
    assert any(one.startswith(line) for one in explain(name))


@pytest.mark.parametrize("name", ["stream.concat", "wire.stall", "EVENT-018", "raised", "close"])
def test_the_prose_of_an_explanation_respects_the_width(name: str) -> None:
    code = {line.strip() for one in remedies().values() for line in one.example}
    prose = [line for line in explain(name, 100) if not line.startswith("  ") and line.strip() not in code]

    assert [line for line in prose if len(line) > 100] == []


def test_an_explanation_can_be_had_for_everything_that_is_named() -> None:
    names = {*CHECKS, *(one.family for one in CHECKS.values()), *GROUPS, *SCENARIOS, *clauses(), *finding_codes()}

    explanations = {name: "\n".join(explain(name)) for name in (*names, *defects())}

    assert [name for name, text in explanations.items() if len(text) < 40 or "never:" in text] == []


def test_the_nearest_name_comes_first() -> None:
    with pytest.raises(LookupError, match=r"did you mean stream\.concat\?"):
        explain("stream.conct")


def test_a_pipe_that_is_closed_gives_no_traceback() -> None:
    for module, arguments in (("llm_conformance", ["contract"]), ("llm_reference", [])):
        command = [sys.executable, "-m", module, *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            assert run.stdout is not None
            assert run.stderr is not None
            run.stdout.close()
            assert run.stderr.read() == b""
