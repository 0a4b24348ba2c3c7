"""What the suite finds of one defect of the zoo; run as a script, it prints that of the one that is named, as JSON."""

import json
import sys
from typing import Any

from llm_conformance.records import Control, Status
from llm_conformance.run import Run
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_zoo import DEFECTS, Defect

# Seconds. Only a defect meets the deadline, and one that is held or gives up soon meets it for certain.
_SOON, _LATE = 1, 5
# Long enough to be looked for in exceptions.
_KEY = "key-of-the-kill-matrix"


def found_in(model: type[Any], defect: Defect) -> dict[str, str]:
    """The findings by the checks that failed."""
    spec = ImplSpec(model.__module__, model.__qualname__)
    kwargs = {"url": "{url}", "api_key": _KEY} if defect.wire else {}
    profile = Profile(
        claims={**defect.declares, **({"short-timeout": True} if defect.short_timeout else {})},
        control=Control.SCRIPT if defect.script else None,
        short_timeout=defect.short_timeout,
    )
    timeout = _SOON if defect.script or defect.short_timeout else _LATE
    with Run(spec, kwargs=kwargs, profile=profile, wire=defect.wire, timeout=timeout) as run:
        verdicts = run.record().verdicts.values()
    assert [one.details for one in verdicts if one.status is Status.HARNESS_ERROR] == []
    return {one.check: str(one.findings) for one in verdicts if one.status is Status.FAILED}


if __name__ == "__main__":
    named = ImplSpec.parse(sys.argv[1]).load()
    print(json.dumps(found_in(named, DEFECTS[named])))  # noqa: T201 - it is a script
