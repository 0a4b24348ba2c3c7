"""The comparison with langchain-tests, without langchain-tests: `python tests/peers` runs it."""

from typing import Any

import pytest
from langchain_core.tools import tool

from llm_conformance.simulator import Simulator
from llm_zoo import DEFECTS
from llm_zoo.bases.chat import ChatDefect
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from llm_zoo.chat_models import ChatStreamsText
from llm_zoo.chat_usage import UsageInEachChunk
from peers.adapter import Adapter, around
from peers.counterparts import without_counterpart
from peers.subjects import Subject, subjects
from peers.table import lines


@tool
def magic(number: int) -> int:
    """Some number."""
    return number


def summed(model: Any, prompt: str) -> Any:
    first, *others = model.stream(prompt)
    return first + others


def test_each_defect_has_a_sound_base_that_is_judged_too() -> None:
    judged = subjects()
    bases = {each.name: each.model for each in judged if each.base}

    assert {each.base_name for each in judged} == bases.keys()
    assert set(bases.values()).isdisjoint(DEFECTS)
    assert {each.model for each in judged if not each.base} <= set(DEFECTS)


@pytest.mark.parametrize("base", [ChatDefect, ScriptedChatModel])
def test_a_wrapped_model_calls_the_tool_of_the_test(base: type[Any]) -> None:
    model = around(base, None)().bind_tools([magic], tool_choice="any")

    for message in (model.invoke("magic(3)"), summed(model, "magic(3)")):
        assert [(call["name"], call["args"]) for call in message.tool_calls] == [("magic", {"number": 3})]


@pytest.mark.parametrize(
    "base", [each for each in subjects() if each.base and each.defect.wire], ids=lambda one: one.name
)
def test_a_wrapped_model_on_the_wire_reaches_its_provider(base: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator() as simulator:
        monkeypatch.setattr(Adapter, "simulator", simulator)
        model = around(base.model, base.defect.wire)()

        assert summed(model, "Hello you").text == model.invoke("Hello you").text == "Hello you"


def test_the_defect_shows_through_the_wrapping() -> None:
    sound, defect = (around(model, None)() for model in (ChatDefect, UsageInEachChunk))

    assert summed(sound, "Hello").usage_metadata["input_tokens"] == 2
    assert summed(defect, "Hello").usage_metadata["input_tokens"] > 2


def test_what_is_not_a_message_is_passed_on_as_it_is() -> None:
    with pytest.raises(ValueError, match="message"):
        summed(around(ChatStreamsText, None)(), "Hello")


def test_a_standard_test_without_a_check_is_listed() -> None:
    assert without_counterpart(["test_invoke", "test_pdf_inputs", "test_init_time"]) == ["test_pdf_inputs"]


def test_what_the_sound_base_fails_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peers.table.version", lambda _: "1")
    defect = next(each for each in subjects() if not each.base)
    base = next(each for each in subjects() if each.name == defect.base_name)
    checks, tests = ({name: {same} for name in (base.name, defect.name)} for same in ("a check", "a test"))

    table = list(lines([base, defect], checks, tests, {base.name: set()}))

    assert table[-3:] == [
        "noticed by both: 0, by neither: 1",
        "by this suite: 0, alone: 0",
        "by langchain-tests: 0, alone: 0",
    ]
