"""The findings of the suite on one defect of the zoo; as a script, it prints those of the named model as JSON."""

import json
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Control, Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_zoo import DEFECTS, Defect

# Seconds. A scripted model and one with a short timeout hang at once or not at all.
_SHORT_TIMEOUT, _TIMEOUT = 1, 5
# Long enough that exceptions are searched for it.
_KEY = "key-of-the-kill-matrix"
_COSTLY = ("-timing", ".releases", "break-releases", "batch.many", ".slow-consumer", ".paused-consumer", "v3.isolated")
# They take most of the time; the ones about timing wait. A check that requires a search has that search made.
COSTLY = frozenset(
    check.id
    for check in CHECKS.values()
    if check.group in {"any-text", "concurrency", "wire"}
    or ".flat-" in check.id
    or check.id.endswith(_COSTLY)
    or any(required.startswith("any-text.") for required in check.requires)
)

# They judge the same few calls: one of them costs as much as all.
GROUPS_OF_MESSAGES = {"calls", "usage", "blocks", "metadata"}
# It compares whole messages, too, of each entry point.
_OF_WHOLE_MESSAGES = "input.conversation"
# Each of its checks has calls of its own, so a defect meets the others of them in the matrix alone.
_APART = {"tools"}
# The same, of a scripted model.
_APART_IF_SCRIPTED = {"events-v3"}


def checks_of(defect: Defect) -> set[str]:
    """The checks and families that the defect names, and the other checks of their groups, except the costly ones."""
    named = {*defect.caught_by, *defect.also_fails, *defect.may_also_fail}
    groups = {name.partition(".")[0] for name in named} - _APART
    groups -= _APART_IF_SCRIPTED if defect.script else set()
    if groups & GROUPS_OF_MESSAGES:
        groups |= GROUPS_OF_MESSAGES
        named.add(_OF_WHOLE_MESSAGES)
    return {
        check.id
        for check in CHECKS.values()
        if {check.id, f"{check.family}[*]"} & named or (check.group in groups and check.id not in COSTLY)
    }


def affordable_checks_of(defect: Defect) -> set[str]:
    """All checks except the costly ones that need not fail; of a family that the defect fails, every fault."""
    families = {name.partition("[")[0] for name in (*defect.caught_by, *defect.also_fails)}
    return {check.id for check in CHECKS.values() if check.id not in COSTLY or check.family in families}


@contextmanager
def judging(model: type[Any], defect: Defect) -> Iterator[Callable[[Collection[str]], dict[str, str]]]:
    """Finds with some checks what fails, by the id of the check; each observation is made once."""
    spec = ImplSpec(model.__module__, model.__qualname__)
    kwargs = {"url": "{url}", "api_key": _KEY} if defect.wire else {}
    profile = Profile(
        claims={**defect.declares, **({"short-timeout": True} if defect.short_timeout else {})},
        control=Control.SCRIPT if defect.script else None,
        short_timeout=defect.short_timeout,
    )
    timeout = _SHORT_TIMEOUT if defect.script or defect.short_timeout else _TIMEOUT
    with Run(RunSpec.of(spec, kwargs=kwargs, profile=profile, wire=defect.wire, timeout=timeout)) as run:

        def found(checks: Collection[str]) -> dict[str, str]:
            verdicts = [run.judge.verdict(name) for name in CHECKS if name in checks]
            assert [one.details for one in verdicts if one.status is Status.HARNESS_ERROR] == []
            return {one.check: str(one.findings) for one in verdicts if one.status is Status.FAILED}

        yield found


def found_in(model: type[Any], defect: Defect, checks: Collection[str] = tuple(CHECKS)) -> dict[str, str]:
    """The findings by the id of the failed check, of these checks."""
    with judging(model, defect) as found:
        return found(checks)


if __name__ == "__main__":
    named = ImplSpec.parse(sys.argv[1]).load()
    print(json.dumps(found_in(named, DEFECTS[named])))  # noqa: T201 - it is a script
