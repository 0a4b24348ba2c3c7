"""Every real defect is in the zoo or has a reason why it is not; the zoo cites real defects by number."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.catalogue.clauses import clauses
from llm_zoo import DEFECTS, Defect

REAL_DEFECTS = tomllib.loads(Path(__file__).with_name("real_defects.toml").read_text(encoding="utf-8"))
REASONS = ("wire: ", "content: ", "outside: ", "allowed: ")
THREAD = r"[\w.-]+/[\w.-]+#\d+"
REAL = re.compile(rf"D\d{{3}}: {THREAD}(, {THREAD})*")

each_defect = pytest.mark.parametrize("defect", DEFECTS.values(), ids=[one.id for one in DEFECTS.values()])


def cited(defect: Defect) -> list[str]:
    """The numbers in the citation."""
    return re.findall(r"D\d{3}", defect.citation)


def test_the_real_defects_are_numbered_without_a_gap() -> None:
    assert list(REAL_DEFECTS) == [f"D{number:03}" for number in range(1, len(REAL_DEFECTS) + 1)]


@pytest.mark.parametrize(("number", "row"), REAL_DEFECTS.items())
def test_a_real_defect_is_cited_in_the_zoo_or_has_a_reason(number: str, row: dict[str, Any]) -> None:
    citing = sorted(defect.id for defect in DEFECTS.values() if number in cited(defect))

    assert row["about"]
    assert citing == row.get("zoo", [])
    assert bool(citing) != row.get("why", "").startswith(REASONS)
    assert bool(citing) != bool(re.fullmatch(THREAD, row.get("report", "")))


@each_defect
def test_a_defect_of_the_zoo_cites_real_defects_or_one_clause(defect: Defect) -> None:
    real = all(REAL.fullmatch(one) for one in defect.citation.split("; "))
    baseline = re.fullmatch(r"LC-\d+: [\w.]+", defect.citation)

    assert real or baseline or defect.citation in clauses()
    assert len(set(cited(defect))) == len(cited(defect))
    assert set(cited(defect)) <= set(REAL_DEFECTS)


def test_an_allowed_defect_names_the_clause_that_allows_it() -> None:
    reasons = [row["why"] for row in REAL_DEFECTS.values() if row.get("why", "").startswith("allowed: ")]

    assert reasons
    assert all(set(re.findall(r"[A-Z]+-\d{3}", reason)) & set(clauses()) for reason in reasons)
