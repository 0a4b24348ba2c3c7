"""The page of HTML of a hostile run, and that of a real one."""

from pathlib import Path

import pytest

from llm_conformance.records.saved_run import load
from llm_conformance.report.html.page import render
from report.html_page import Page, hostile_run

CELL = Path(__file__).parents[2] / "conformance" / "matrix" / "langchain_iointelligence-IOIntelligenceLLM.json.gz"


@pytest.fixture(scope="session")
def source() -> str:
    return render(hostile_run())


@pytest.fixture(scope="session")
def page(source: str) -> Page:
    return Page(source)


@pytest.fixture(scope="session")
def real() -> Page:
    return Page(render(load(CELL)))
