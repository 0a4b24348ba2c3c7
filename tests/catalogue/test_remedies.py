"""remedies.toml: every check has an entry, and every entry covers something that exists."""

from __future__ import annotations

import ast

import pytest

from llm_conformance.catalogue.catalogue import CHECKS, GROUPS
from llm_conformance.catalogue.clauses import clauses
from llm_conformance.catalogue.remedies import Remedy, remedies, remedy_of

KNOWN = {*CHECKS, *(check.family for check in CHECKS.values()), *GROUPS, *clauses()}
LINES = 9


@pytest.mark.parametrize("check", sorted({check.family for check in CHECKS.values()}))
def test_every_check_has_a_remedy(check: str) -> None:
    member = next(one for one in CHECKS.values() if one.family == check)

    assert remedy_of(member).why


@pytest.mark.parametrize("one", remedies().values(), ids=remedies())
def test_an_entry_covers_what_exists_and_has_a_short_example(one: Remedy) -> None:
    assert set(one.covers) <= KNOWN
    assert 0 < len(one.example) <= LINES
    code = "\n".join(f"    {line}" for line in one.example)
    ast.parse(f"async def example():\n{code.replace('(..)', '(...)').replace('    ..', '    ...')}\n")


def test_nothing_is_covered_twice() -> None:
    names = [name for one in remedies().values() for name in one.covers]

    assert sorted(names) == sorted(set(names))
