"""Each defect is caught by the checks that its story names, and by no other; each check catches some defect."""

from collections.abc import Iterable
from typing import Any

import pytest

from llm_conformance.catalogue import CHECKS
from llm_conformance.model import Control, Level, Word
from llm_conformance.profile import Profile
from llm_conformance.run import Run
from llm_conformance.spec import ImplSpec
from llm_reference.zoo import DEFECTS, Defect

# Only a defect meets the deadline, and one that is held in hand meets it for certain.
PATIENCE = {True: 1, False: 5}
# Long enough to be looked for in exceptions.
KEY = "key-of-the-kill-matrix"
GATING = {check.id for check in CHECKS.values() if check.level is not Level.MAY}


def failures(model: type[Any], defect: Defect) -> dict[str, str]:
    spec = ImplSpec(model.__module__, model.__qualname__)
    kwargs = {"url": "{url}", "api_key": KEY} if defect.wire else {}
    profile = Profile(
        claims={**defect.declares, **({"gives-up": True} if defect.haste else {})},
        control=Control.SCRIPT if defect.script else None,
        haste=defect.haste,
    )
    with Run(spec, kwargs=kwargs, profile=profile, wire=defect.wire, timeout=PATIENCE[defect.script]) as run:
        verdicts = run.record().verdicts.values()
    assert [one.details for one in verdicts if one.word is Word.HARNESS_ERROR] == []
    return {one.check: str(one.findings) for one in verdicts if one.word is Word.FAILED and one.check in GATING}


@pytest.mark.parametrize(("model", "defect"), DEFECTS.items(), ids=[one.id for one in DEFECTS.values()])
def test_a_defect_is_caught_by_the_checks_of_its_story_alone(model: type[Any], defect: Defect) -> None:
    found = failures(model, defect)

    assert told(found, defect) == {*defect.caught_by, *defect.also}, found


def told(found: Iterable[str], defect: Defect) -> set[str]:
    """What was found; what is named as some of a family, and not by itself, is told as that."""
    named = {*defect.caught_by, *defect.also}
    return {name if name in named or some_of(name) not in named else some_of(name) for name in found}


def some_of(name: str) -> str:
    return f"{CHECKS[name].family}[*]"


def test_a_defect_names_one_to_three_checks_that_exist() -> None:
    families = {some_of(name) for name in GATING if CHECKS[name].fault}
    for defect in DEFECTS.values():
        assert 1 <= len(defect.caught_by) <= 3, defect.id
        assert set(defect.caught_by) <= GATING, defect.id
        assert set(defect.also) <= GATING | families, defect.id
        assert not set(defect.caught_by) & set(defect.also), defect.id


def test_every_check_or_its_family_catches_some_defect() -> None:
    caught = {CHECKS[name].family for defect in DEFECTS.values() for name in defect.caught_by}

    assert sorted({CHECKS[name].family for name in GATING} - caught) == []
