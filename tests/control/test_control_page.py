"""The chat model of CONTROL.md, word for word, is judged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import llm_conformance.control
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec

PAGE = Path(llm_conformance.control.__file__).with_name("CONTROL.md").read_text(encoding="utf-8")
HEAD = """
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool


class AcmeChat(BaseChatModel):
    script: Any

    @property
    def _llm_type(self):
        return "acme"

    def bind_tools(self, tools, **kwargs):
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools])

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        first, *others = (chunk.message for chunk in self._stream(messages, stop))
        total = first.__add__(others)
        message = AIMessage(content=total.content, tool_calls=total.tool_calls)
        return ChatResult(generations=[ChatGeneration(message=message)])

"""


def test_the_chat_model_of_the_page_passes_every_check_of_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [hook] = [code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "play_events" in code]
    (tmp_path / "acme_of_the_page.py").write_text(
        HEAD + re.sub(r"^", "    ", hook, flags=re.MULTILINE), encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)

    with Run(RunSpec.of(ImplSpec("acme_of_the_page", "AcmeChat"))) as run:
        verdicts = [run.judge.verdict(one.id) for one in CHECKS.values() if one.group in {"calls", "usage", "blocks"}]

    assert [(one.check, one.findings) for one in verdicts if one.status is Status.FAILED] == []
    assert {"calls.completes", "calls.exact"} <= {one.check for one in verdicts if one.status is Status.PASSED}
