from __future__ import annotations

import pytest

from bad_input.answer import of_suite, shown

FORMS = (
    "",
    ":",
    "llm_reference",
    "llm_reference:",
    ":EchoLLM",
    "llm_reference:EchoLLM:x",
    "llm_reference:EchoLLM::stream",
    "llm_reference;EchoLLM",
    "llm_reference: EchoLLM",
    " llm_reference:EchoLLM",
    "llm_reference:1x",
    "llm_reference..x:X",
    "llm_reference:X.",
    "llms.py",
    "a:A,b:B",
    "llms:\x1b[31mX",
    "llms:X\nY",
    "llms:X\u202e",
    "llms:\ud800",
    "x" * 5000,
)
MEANT = {
    "llm_reference.EchoLLM": "llm_reference:EchoLLM",
    "acme/llms.py:AcmeLLM": "acme.llms:AcmeLLM",
    "./llms.py:AcmeLLM": "llms:AcmeLLM",
    "acme/llms:AcmeLLM": "acme.llms:AcmeLLM",
    "llm_reference/EchoLLM": "llm_reference:EchoLLM",
    "llm_reference:EchoLLM()": "llm_reference:EchoLLM",
}
LACKS = "lacks invoke(), stream(), astream()"
# To load an object takes as long as ten other rows: tests/plugin has more of them.
OBJECTS = {
    "os:path": f"not a Runnable: the module object {LACKS}",
    "builtins:int": f"not a Runnable: the class int {LACKS}",
    "llm_reference:EcoLLM": "module 'llm_reference' has no 'EcoLLM'; *EchoLLM*",
    "numbers:Model": "module 'numbers' has no 'Model'; it does not contain a Runnable: an object with invoke, *",
    "llm_reference.modles:X": "no module named 'llm_reference.modles'; did you mean llm_reference.models*?",
    "xyzzy_zyx.deep.er:X": "no module named 'xyzzy_zyx'; install it, or run pytest in the folder that holds it",
}
LONG = "llm_reference:" + "x." * 800 + "x"


@pytest.mark.parametrize("spec", FORMS, ids=lambda spec: f"{spec:.40}")
def test_another_form_is_refused(spec: str) -> None:
    example = "expected MODULE:OBJECT, such as acme.llms:AcmeLLM"

    of_suite(model=spec).assert_refused(f"--llm-impl={shown(spec)}: {example}; got '{shown(spec)}'")


@pytest.mark.parametrize(("spec", "meant"), MEANT.items(), ids=MEANT)
def test_what_was_meant_is_proposed(spec: str, meant: str) -> None:
    of_suite(model=spec).assert_refused(f"--llm-impl={spec}: *; got '{spec}'; did you mean {meant}?")


@pytest.mark.parametrize(("spec", "line"), OBJECTS.items(), ids=OBJECTS)
def test_an_object_that_is_no_model_is_refused(spec: str, line: str) -> None:
    of_suite(model=spec).assert_refused(f"--llm-impl={spec}: {line}")


def test_a_long_name_is_cut() -> None:
    of_suite(model=LONG).assert_refused("--llm-impl=llm_reference:x.x*\u2026*")
