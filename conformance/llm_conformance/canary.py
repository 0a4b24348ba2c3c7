"""A planted defect that every run must find: if the same machinery passes it, the verdicts of the run prove nothing.

It is judged at the end of a run, in each process that judged, so that it also notices what a model has changed there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import GivenObject

_CHECK, _CODE, _AT = "stream.concat", "text-differs", 3
_WORDS = ("one", "two", "three")


class VoidRunError(RuntimeError):
    """The planted defect was not found, so the run proves nothing."""


class _Canary:
    """A model that loses the blanks when it streams."""

    def invoke(self, _prompt: Any, *_: Any, **_options: Any) -> str:
        return " ".join(_WORDS)

    def stream(self, _prompt: Any, *_: Any, **_options: Any) -> Iterator[str]:
        yield from _WORDS

    async def astream(self, _prompt: Any, *_: Any, **_options: Any) -> AsyncIterator[str]:
        for word in _WORDS:
            yield word


def void_because() -> str:
    """Why the verdicts of this process prove nothing, in one line; empty if the planted defect is found."""
    try:
        with Run(RunSpec(impl=GivenObject.of(_Canary))) as run:
            verdict = run.judge.verdict(_CHECK)
    except Exception as error:  # noqa: BLE001 - whatever a model has broken
        return f"void: a model with a planted defect could not be judged: {type(error).__name__}"
    found = [(one.code, one.at) for one in verdict.findings]
    if verdict.status is Status.FAILED and found == [(_CODE, _AT)]:
        return ""
    what = f"{_CHECK} is {verdict.status.value}" if verdict.status is not Status.FAILED else "another finding was made"
    return f"void: a planted defect was not found: {what} for a model that loses the blanks"
