"""`--llm-explain` shows the defects that a check catches, from a generated file."""

from importlib.resources import files

import pytest

from llm_conformance.report.explain import explain
from zoo.explain_defects import render


def test_the_generated_file_is_up_to_date() -> None:
    assert files("llm_conformance.catalogue").joinpath("defects.json").read_text(encoding="utf-8") == render()


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

    assert any(line.startswith(f"defects      {shown}: ") for line in lines)
    assert not any(hidden in line for line in lines)
