"""Callback handlers are given beside the other fields of a config, as a server gives them."""

from __future__ import annotations

from typing import Any

import pytest

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from zoo.conforming.langchain_based import CallOnly


class PassesMetadataAlone(CallOnly):
    """Makes a new config of the metadata, and forgets the handlers."""

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> str:  # noqa: A002
        if config and "metadata" in config:
            config = {"metadata": config["metadata"], "tags": config.get("tags"), "run_name": config.get("run_name")}
        return await super().ainvoke(input, config, **kwargs)


@pytest.mark.parametrize(("model", "status"), [(CallOnly, Status.PASSED), (PassesMetadataAlone, Status.FAILED)])
def test_handlers_that_are_lost_with_metadata_are_a_finding(model: type[Any], status: Status) -> None:
    with Run(RunSpec.of(ImplSpec(model.__module__, model.__name__))) as run:
        verdict = run.judge.verdict("callbacks.async-parity")

    assert verdict.status is status, verdict
