"""Presets by themselves: what is found for which class, and what wins over it."""

from __future__ import annotations

import subprocess
import sys
import types

import langchain_openai
import pytest
from langchain_openai.llms.base import OpenAI

from llm_conformance.records import Control, Kind
from llm_conformance.simulator import FORMATS
from llm_conformance.subject.presets import preset_for, presets, without_aliases
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from plugin.subjects import known

PRESET = Profile(
    kind=Kind.LLM,
    claims={"streams": True, "token-exact": True},
    wire="tgi",
    kwargs={"base": "{url}/v1", "model": "m"},
    source="preset acme",
)
ELSEWHERE = {
    "another address": Profile(kwargs={"base": "http://127.0.0.1:9"}),
    "no wire": Profile(wire="none", kwargs={"model": "x"}),
    "a script": Profile(control=Control.SCRIPT),
}
IMPORTED_NOTHING = """
import sys
from llm_conformance.subject.presets import preset_for, presets
class OpenAI: pass
assert presets() and preset_for(OpenAI) is None
assert not [name for name in sys.modules if name.startswith("langchain")]
"""


@pytest.mark.parametrize("spec", presets())
def test_a_preset_points_its_class_at_the_simulated_provider(spec: str) -> None:
    preset = presets()[spec]

    assert str(ImplSpec.parse(spec)) == spec
    assert preset.wire in FORMATS
    assert preset.uses_url
    assert "streams" in preset.claims


def test_there_are_presets_for_more_than_fifteen_string_models() -> None:
    chat = [spec for spec in presets() if ":Chat" in spec]

    assert len(presets()) - len(chat) >= 15


def test_a_known_class_has_its_preset_under_any_name() -> None:
    for found in (OpenAI, known.OpenAI, known.Renamed):
        assert preset_for(found) is presets()["langchain_openai:OpenAI"]


def test_another_class_does_not_have_a_preset() -> None:
    for other in (known.Own, type("OpenAI", (), {}), OpenAI.model_construct(), lambda: OpenAI, 1):
        assert preset_for(other) is None


def test_a_lazy_module_is_searched_only_for_a_class_of_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    module = types.ModuleType("langchain_community.llms")
    monkeypatch.setattr(module, "__getattr__", looked_up.append, raising=False)
    monkeypatch.setitem(sys.modules, module.__name__, module)

    preset_for(type("Ollama", (), {"__module__": "acme"}))
    preset_for(type("Mine", (), {"__module__": "langchain_community.llms.mine"}))
    preset_for(type("Ollama", (), {"__module__": "langchain_community.llms.ollama"}))

    assert looked_up == ["Ollama"]


def test_finding_a_preset_imports_nothing() -> None:
    subprocess.run([sys.executable, "-c", IMPORTED_NOTHING], check=True)


def test_a_profile_overrides_the_preset_key_by_key() -> None:
    mine = Profile(claims={"streams": False}, kwargs={"model": "x"}, source="claims.toml")

    merged = mine.merged_over(PRESET)

    assert (merged.kind, merged.wire) == (Kind.LLM, "tgi")
    assert merged.claims == {"streams": False, "token-exact": True}
    assert merged.kwargs == {"base": "{url}/v1", "model": "x"}
    assert merged.source == "claims.toml over preset acme"


@pytest.mark.parametrize("mine", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_model_with_another_address_does_not_get_the_arguments_of_its_preset(mine: Profile) -> None:
    merged = mine.merged_over(PRESET)

    assert (merged.wire_format, merged.kwargs, merged.control) == (None, mine.kwargs, mine.control)
    assert merged.claims == PRESET.claims, "what it is remains true"


def test_another_wire_overrides_the_preset_and_keeps_its_arguments() -> None:
    merged = Profile(wire="ollama-chat").merged_over(PRESET)

    assert (merged.wire, merged.kwargs) == ("ollama-chat", PRESET.kwargs)


def test_another_wire_of_a_preset_has_its_own_arguments() -> None:
    preset = presets()["langchain_openai:ChatOpenAI"]

    usual, responses, mine = (
        Profile(wire=wire, kwargs=given).merged_over(preset)
        for wire, given in ((None, {}), ("openai-responses", {}), ("openai-responses", {"use_responses_api": None}))
    )

    assert (usual.wire, usual.kwargs) == ("openai-chat", preset.kwargs)
    assert (responses.wire, responses.kwargs) == ("openai-responses", {**preset.kwargs, "use_responses_api": True})
    assert mine.kwargs["use_responses_api"] is None
    assert responses.claims == preset.claims


@pytest.mark.parametrize("wire", [None, "tgi"])
def test_a_profile_has_what_applies_in_one_wire_alone(wire: str | None) -> None:
    own = Profile(claims={"streams": False}, kwargs={"model": "y"})
    mine = Profile(wire="tgi", kwargs={"model": "x", "n": 1}, wires={"tgi": own, "openai-chat": Profile()})

    chosen = mine.with_options(wire, {"n": 2})

    assert (chosen.wire, chosen.kwargs, chosen.claims) == ("tgi", {"model": "y", "n": 2}, {"streams": False})


@pytest.mark.parametrize("name", ["base_url", "openai_api_base"])
def test_an_argument_overrides_its_alias(name: str) -> None:
    preset = presets()["langchain_openai:OpenAI"]
    given = {name: "http://127.0.0.1:9"}

    merged = Profile(kwargs=given).merged_over(without_aliases(preset, given, langchain_openai.OpenAI))

    assert (merged.wire_format, merged.kwargs) == (None, given)
