"""A task that ends before the model begins cannot be cancelled: that is no finding of its own."""

from __future__ import annotations

from typing import Any

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_zoo.bases.scripted import ScriptedModel


class NoEvents(ScriptedModel):
    async def astream_events(self, *_args: Any, **_kwargs: Any) -> Any:
        return
        yield


def test_a_model_without_events_is_not_blamed_for_their_cancellation() -> None:
    with Run(RunSpec.of(ImplSpec(__name__, "NoEvents"))) as run:
        statuses = [run.judge.verdict(one).status for one in ("events.first", "cancel.events")]

    assert statuses == [Status.FAILED, Status.INCONCLUSIVE]
