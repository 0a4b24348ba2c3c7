"""Structured output that is wrong in `ainvoke()` alone is reported by the check of its form, and by no other."""

from __future__ import annotations

from typing import Any

import pytest

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import JsonOutputKeyToolsParser
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from llm_zoo.chat_structured_forms import ParsedMissingOnLoops
from zoo.conforming.chat_tool_forms import GivesMessageToo

_CHECKS = ("tools.structured", "tools.structured-class", "tools.structured-raw")


class _NothingOnLoop(JsonOutputKeyToolsParser):
    """Reads nothing in `ainvoke()`."""

    async def _ainvoke(self, *args: Any, **kwargs: Any) -> Any:
        return None


class PlainIsWrong(ScriptedChatModel):
    def __init__(self, script: Any) -> None:
        super().__init__(script=script)

    def with_structured_output(self, schema: Any) -> Any:
        return self.bind_tools([schema], tool_choice="any") | _NothingOnLoop(
            key_name=schema["title"], first_tool_only=True
        )


@pytest.mark.parametrize(
    ("model", "found"),
    [(GivesMessageToo, {}), (PlainIsWrong, {"tools.structured": ""}), (ParsedMissingOnLoops, {_CHECKS[2]: "parsed"})],
)
def test_an_object_that_is_missing_on_the_loop_is_a_finding_of_one_check(
    model: type[Any], found: dict[str, str]
) -> None:
    with Run(RunSpec.of(ImplSpec(model.__module__, model.__name__))) as run:
        verdicts = [run.judge.verdict(name) for name in _CHECKS]

    failed = {one.check: one.findings[0] for one in verdicts if one.status is Status.FAILED}
    assert {name: one.where for name, one in failed.items()} == found
    assert all(one.scenario.endswith("[ainvoke]") for one in failed.values())
