"""Each defect is caught by the checks that its story names, and by no other; each check catches some defect."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level
from llm_zoo import DEFECTS, Defect
from zoo.findings import found_in

BY_TIME = {"loop.not-blocked-timing", "live.stream-timing", "live.events-timing"}
GATING = {check.id for check in CHECKS.values() if check.level is not Level.MAY}


def failures(model: type[Any], defect: Defect) -> dict[str, str]:
    found = found_alone(model) if BY_TIME & set(defect.caught_by) else found_in(model, defect)
    return {name: findings for name, findings in found.items() if name in GATING}


def found_alone(model: type[Any]) -> dict[str, str]:
    """Where time tells, the process must not be busy with what other defects have left in it."""
    command = [sys.executable, "-m", "zoo.findings", f"{model.__module__}:{model.__qualname__}"]
    run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, encoding="utf-8", check=True)
    found: dict[str, str] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(("model", "defect"), DEFECTS.items(), ids=[one.id for one in DEFECTS.values()])
def test_a_defect_is_caught_by_the_checks_of_its_story_alone(model: type[Any], defect: Defect) -> None:
    found = failures(model, defect)

    assert told(found, defect) - set(defect.may_also_fail) == {*defect.caught_by, *defect.also_fails}, found


def told(found: Iterable[str], defect: Defect) -> set[str]:
    """What was found; what is named as some of a family, and not by itself, is told as that."""
    named = {*defect.caught_by, *defect.also_fails, *defect.may_also_fail}
    return {name if name in named or some_of(name) not in named else some_of(name) for name in found}


def some_of(name: str) -> str:
    return f"{CHECKS[name].family}[*]"


def test_a_defect_names_one_to_three_checks_that_exist() -> None:
    families = {some_of(name) for name in GATING if CHECKS[name].fault}
    for defect in DEFECTS.values():
        assert 1 <= len(defect.caught_by) <= 3, defect.id
        assert set(defect.caught_by) <= GATING, defect.id
        assert set(defect.also_fails) <= GATING | families, defect.id
        assert set(defect.may_also_fail) <= GATING, defect.id
        named = [*defect.caught_by, *defect.also_fails, *defect.may_also_fail]
        assert sorted(named) == sorted(set(named)), defect.id


def test_every_check_or_its_family_catches_some_defect() -> None:
    caught = {CHECKS[name].family for defect in DEFECTS.values() for name in defect.caught_by}

    assert sorted({CHECKS[name].family for name in GATING} - caught) == []
