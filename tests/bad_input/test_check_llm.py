"""The arguments of `check_llm()`: ValueError in one line, before the model is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bad_input.answer import MODEL
from llm_conformance import check_llm
from llm_conformance.records import matches_any

INF, NAN = float("inf"), float("nan")
ENDLESS: list[Any] = []
ENDLESS += [ENDLESS, ENDLESS]
WIRES = "expected one of openai-completions, *, tgi, none"
WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"gate": ""}, "gate: expected must, should, *, got ''"),
    ({"gate": "may"}, "gate: expected must, should, *, got 'may'"),
    ({"effort": "much"}, "effort: expected quick, ci, deep, got 'much'"),
    ({"effort": "\x1b"}, "effort: expected quick, ci, deep, got '\\x1b'"),
    ({"spec": "2026"}, "spec: expected 2026.12, got '2026'*"),
    ({"wire": "tgy"}, f"wire: {WIRES}, got 'tgy'; did you mean tgi?"),
    ({"wire": "tgi"}, f"{MODEL}: its arguments do not contain {{url}}, *"),
    ({"kwargs": {"url": "{url}"}}, f"{MODEL}: {{url}} is the address of a simulated provider; add *wire=FORMAT*"),
    ({"gate": None}, "gate: expected a text, got None"),
    ({"effort": []}, "effort: expected a text, got []"),
    ({"spec": 2026}, "spec: expected a text, got 2026"),
    ({"wire": 3}, "wire: expected a text, got 3"),
    ({"kwargs": [1]}, "kwargs: expected a mapping with texts as its keys, got [1]"),
    ({"kwargs": "x"}, "kwargs: expected a mapping with texts as its keys, got 'x'"),
    ({"kwargs": {1: 2}}, "kwargs: expected a mapping with texts as its keys, got {1: 2}"),
    ({"kwargs": {"a": ENDLESS}}, "kwargs: it is nested more than 100 levels deep"),
    ({"kwargs": {"a": 10**5000}}, "kwargs: it has a number of more than 4300 digits"),
    ({"profile": 3}, "profile: expected a mapping with texts as its keys, got 3"),
    ({"profile": {1: 2}}, "profile: expected a mapping with texts as its keys, got {1: 2}"),
    ({"profile": {"kwargs": {"a": ENDLESS}}}, "profile: it is nested more than 100 levels deep"),
    ({"deviations": 3}, "deviations: expected the name of a file, got 3"),
    ({"timeout": 0}, "timeout: expected a number of seconds above 0, at most a year, got 0"),
    ({"timeout": -1}, "timeout: expected a number of seconds above 0, at most a year, got -1"),
    ({"timeout": NAN}, "timeout: expected a number of seconds above 0, at most a year, got nan"),
    ({"timeout": INF}, "timeout: expected a number of seconds above 0, at most a year, got inf"),
    ({"timeout": 9.3e9}, "timeout: expected a number of seconds above 0, at most a year, got 9300000000.0"),
    ({"timeout": "10"}, "timeout: expected a number of seconds above 0, at most a year, got '10'"),
    ({"timeout": None}, "timeout: expected a number of seconds above 0, at most a year, got None"),
    ({"timeout": True}, "timeout: expected a number of seconds above 0, at most a year, got True"),
    ({"call_budget": 0}, "call_budget: expected a whole number above 0, got 0"),
    ({"call_budget": 1.5}, "call_budget: expected a whole number above 0, got 1.5"),
    ({"call_budget": "5"}, "call_budget: expected a whole number above 0, got '5'"),
    ({"call_budget": NAN}, "call_budget: expected a whole number above 0, got nan"),
    ({"time_budget": 0}, "time_budget: expected a number of seconds above 0, at most a year, got 0"),
    ({"time_budget": INF}, "time_budget: expected a number of seconds above 0, at most a year, got inf"),
    ({"profile": {"stream": True}}, "profile: unknown key 'stream'; did you mean streams?"),
    ({"profile": {"streams": 1}}, "profile: streams must be true or false, got 1"),
    ({"profile": {"wire": "tgy"}}, f"profile: {WIRES}, got 'tgy'; did you mean tgi?"),
    ({"profile": {"wires": {"tgy": {}}}}, f"profile: {WIRES}, got 'tgy'; did you mean tgi?"),
    ({"profile": "nowhere.toml"}, "nowhere.toml: cannot be read: No such file or directory"),
    ({"profile": Path("a\0b")}, "*: cannot be read: embedded null byte"),
    ({"profile": "deep.toml"}, "deep.toml: it is nested more than 100 levels deep"),
    ({"deviations": "nowhere.toml"}, "nowhere.toml: cannot be read: No such file or directory"),
    ({"deviations": "deep.toml"}, "deep.toml: it is nested more than 100 levels deep"),
    ({"deviations": "twice.toml"}, "twice.toml: deviation 2: 'stream.concat' is declared twice for *"),
)
MODELS = {
    "": "expected MODULE:OBJECT, such as acme.llms:AcmeLLM; got ''",
    "llm_reference.EchoLLM": "*; got 'llm_reference.EchoLLM'; did you mean llm_reference:EchoLLM?",
}


@pytest.mark.parametrize(("arguments", "line"), WRONG, ids=[f"{n}-{next(iter(row[0]))}" for n, row in enumerate(WRONG)])
def test_a_wrong_argument_is_refused(arguments: dict[str, Any], line: str, folder: Path) -> None:
    (folder / "deep.toml").write_text("kwargs = " + "[" * 5000 + "]" * 5000, encoding="utf-8")
    entry = "[[deviation]]\ncheck = 'stream.concat'\nreason = 'x'\n"
    (folder / "twice.toml").write_text(entry * 2, encoding="utf-8")

    with pytest.raises(ValueError, match=r"\w") as refused:
        check_llm(MODEL, **arguments)

    assert matches_any(str(refused.value), [line]), str(refused.value)


@pytest.mark.parametrize("model", MODELS)
def test_a_text_that_names_no_model_is_refused(model: str) -> None:
    with pytest.raises(ValueError, match="expected MODULE:OBJECT") as refused:
        check_llm(model)

    assert matches_any(str(refused.value), [f"{model}: {MODELS[model]}"]), str(refused.value)
