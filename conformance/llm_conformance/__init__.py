"""The conformance harness for streaming LLM implementations: `pytest --llm-impl=module:Class`.

From Python, `run_checks("module:Class")` judges every check without pytest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llm_conformance.records.saved_run import SubjectRecord
    from llm_conformance.subject.profile import Profile

__all__ = ["run_checks"]


def run_checks(
    impl: str,
    *,
    kwargs: Mapping[str, Any] | None = None,
    profile: Profile | None = None,
    wire: str | None = None,
    timeout: float = 10.0,
    effort: str = "quick",
    call_budget: int | None = None,
    time_budget: float | None = None,
) -> SubjectRecord:
    """Judge the implementation that `impl` names, such as "acme.llms:AcmeLLM", with every check.

    Returns what is known of it, its observations as JSON data, and its verdicts by check; a verdict has a `status` such
    as "failed", a `level`, a `reason` and its `findings`.
    kwargs: constructor arguments; the text {url} in them becomes the address of the simulated provider.
    wire: the wire format of the provider; without it the model is a black box.
    timeout: seconds after which a call counts as hung.
    effort: the number of generated inputs: "quick", "ci" or "deep".
    call_budget: the number of answers that the model may be asked for.
    time_budget: the seconds in which it is called.
    Raises SpecError if `impl` is not of the form MODULE:OBJECT, LoadError if the object cannot be judged.
    """
    from llm_conformance.run import Run  # noqa: PLC0415 - importing the package must cost an idle plugin nothing
    from llm_conformance.run_spec import RunSpec  # noqa: PLC0415 - the same
    from llm_conformance.subject.spec import ImplSpec  # noqa: PLC0415 - the same

    spec = ImplSpec.parse(impl)
    asked = RunSpec.of(
        spec,
        kwargs=kwargs,
        profile=profile,
        wire=wire,
        timeout=timeout,
        effort=effort,
        call_budget=call_budget,
        time_budget=time_budget,
    )
    with Run(asked) as run:
        return run.record()
