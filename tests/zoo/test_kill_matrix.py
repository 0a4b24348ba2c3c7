"""The checks that a defect names fail for it, and no other check; each check fails for some defect.

The default run takes one defect of each check, and judges the checks that it names and the others of their groups.
`-m matrix` does so with all defects. Those that are not in the parts of a message then meet every check, except the
costly ones that they do not name. `-m whole_matrix` judges every check of every defect, in the order of a user's run.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level
from llm_zoo import DEFECTS, Defect
from zoo.findings import affordable_checks_of, checks_of, found_in, judging

TIMING = {"loop.not-blocked-timing", "live.stream-timing", "live.events-timing"}
GATING = {check.id for check in CHECKS.values() if check.level is not Level.MAY}
# It needs a quarter of a minute of processor time.
SLOW = {"events-summed-at-each-chunk"}
MEASURED = {defect.id for defect in DEFECTS.values() if TIMING & set(defect.caught_by)}
MODELS = {defect.id: model for model, defect in DEFECTS.items()}
# Each of them calls a provider some two hundred times.
OF_OTHER_APIS = {
    "llm_zoo.chat_anthropic": pytest.mark.matrix,
    "llm_zoo.chat_gemini": pytest.mark.whole_matrix,
    "llm_zoo.chat_ollama": pytest.mark.matrix,
}
# The default run judges them by every check of messages.
OF_PARTS = {name for name, model in MODELS.items() if model.__module__.startswith("llm_zoo.chat_")}
# The first defect that a check, or a check of its family, catches.
FIRST_OF_A_CHECK = {
    CHECKS[caught].family: name
    for name in sorted(MODELS, reverse=True)
    if MODELS[name].__module__ not in OF_OTHER_APIS
    for caught in DEFECTS[MODELS[name]].caught_by
}.values()


def longest_first(names: Iterable[str]) -> list[str]:
    """In an order that leaves short tests for the end, when a worker may have nothing else to do."""

    def rank(name: str) -> tuple[bool, ...]:
        defect = DEFECTS[MODELS[name]]
        return name not in SLOW, name not in MEASURED, defect.wire is None, not defect.script

    return sorted(sorted(names), key=rank)


def marks_of(name: str) -> list[pytest.MarkDecorator]:
    """The matrix begins with what this test does, except for the parts of a message."""
    if (mark := OF_OTHER_APIS.get(MODELS[name].__module__)) is not None:
        return [mark]
    marks = [] if name in FIRST_OF_A_CHECK else [pytest.mark.matrix]
    return marks if name in OF_PARTS else [*marks, pytest.mark.begins_matrix]


def found_alone(model: type[Any]) -> dict[str, str]:
    """The findings in its own process, which has no threads of earlier models that take its processor time."""
    command = [sys.executable, "-m", "zoo.findings", f"{model.__module__}:{model.__qualname__}"]
    run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, encoding="utf-8", check=True)
    found: dict[str, str] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=marks_of(name)) for name in longest_first(MODELS.keys() - SLOW - MEASURED)],
)
def test_a_defect_fails_the_checks_that_it_names(name: str) -> None:
    defect = DEFECTS[MODELS[name]]

    found = found_in(MODELS[name], defect, checks_of(defect))

    assert_expected(found, defect)


@pytest.mark.matrix
@pytest.mark.parametrize("name", longest_first(MODELS.keys() - MEASURED - OF_PARTS))
def test_a_defect_fails_no_other_check(name: str) -> None:
    defect = DEFECTS[MODELS[name]]

    with judging(MODELS[name], defect) as found:
        assert_expected(found(checks_of(defect)), defect)
        assert_expected(found(checks_of(defect) | affordable_checks_of(defect)), defect)


@pytest.mark.matrix
@pytest.mark.parametrize("name", sorted(MEASURED))
def test_a_defect_that_a_clock_measures_fails_no_other_check(name: str) -> None:
    assert_expected(found_alone(MODELS[name]), DEFECTS[MODELS[name]])


@pytest.mark.whole_matrix
@pytest.mark.parametrize("name", longest_first(MODELS.keys() - MEASURED))
def test_a_defect_fails_no_other_check_however_costly(name: str) -> None:
    defect = DEFECTS[MODELS[name]]

    assert_expected(found_in(MODELS[name], defect), defect)


def assert_expected(found: Mapping[str, str], defect: Defect) -> None:
    failed = in_families(GATING & set(found), defect) - set(defect.may_also_fail)

    assert failed == {*defect.caught_by, *defect.also_fails}, found


def in_families(failed: Iterable[str], defect: Defect) -> set[str]:
    """These checks; a check that the defect names only by its family is replaced by the family."""
    named = {*defect.caught_by, *defect.also_fails, *defect.may_also_fail}
    return {name if name in named or family_of(name) not in named else family_of(name) for name in failed}


def family_of(name: str) -> str:
    return f"{CHECKS[name].family}[*]"


def test_a_defect_names_one_to_three_checks_that_exist() -> None:
    families = {family_of(name) for name in GATING if CHECKS[name].fault}
    for defect in DEFECTS.values():
        assert 1 <= len(defect.caught_by) <= 3, defect.id
        assert set(defect.caught_by) <= GATING, defect.id
        assert set(defect.also_fails) <= GATING | families, defect.id
        assert set(defect.may_also_fail) <= GATING, defect.id
        named = [*defect.caught_by, *defect.also_fails, *defect.may_also_fail]
        assert sorted(named) == sorted(set(named)), defect.id


def test_every_check_or_its_family_catches_some_defect() -> None:
    caught = {CHECKS[name].family for defect in DEFECTS.values() for name in defect.caught_by}

    assert sorted({CHECKS[name].family for name in GATING} - caught) == [], "add a defect that they catch to llm_zoo"
