"""Runs each file of examples on both libraries. Only its import lines change."""

import asyncio
import contextlib
import inspect
import io
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models.llms import LLM

import llm_reference
from reference.deadline import run
from reference.imports import for_langchain, for_reference, loaded

EXAMPLES = Path(__file__).with_name("examples")
SHARED = EXAMPLES / "custom.py"


def examples(rewrite: Callable[[str], str]) -> dict[str, ModuleType]:
    """Load every file of examples on one library, including what the files import from each other."""
    shared = loaded(SHARED, rewrite)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "reference.examples.custom", shared)
        others = {path.stem: loaded(path, rewrite) for path in sorted(EXAMPLES.glob("*.py")) if path != SHARED}
    return {SHARED.stem: shared, **others}


THEIRS, OURS = examples(for_langchain), examples(for_reference)
CASES = [
    pytest.param(theirs, OURS[stem], name, id=f"{stem}-{name}")
    for stem, theirs in THEIRS.items()
    for name, thing in vars(theirs).items()
    if inspect.isfunction(thing) and thing.__module__ == theirs.__name__ and not inspect.signature(thing).parameters
]


def outcome(module: ModuleType, name: str) -> tuple[str, str]:
    """Return the output of the example and the repr of its result."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # langchain-core calls v1 deprecated
        returned = getattr(module, name)()
        if asyncio.iscoroutine(returned):
            returned = run(returned)
    return printed.getvalue(), repr(returned)


@pytest.mark.parametrize(("theirs", "ours", "name"), CASES)
def test_an_example_gives_the_same_on_both(theirs: ModuleType, ours: ModuleType, name: str) -> None:
    printed, returned = outcome(ours, name)

    assert printed or returned != "None"
    assert (printed, returned) == outcome(theirs, name)


@pytest.mark.parametrize("library", ["langchain_core", "llm_reference"])
def test_there_are_examples_written_for_either_library(library: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.py")]

    assert any(re.search(rf"^from {library}\b", source, re.MULTILINE) for source in sources)
    assert len(CASES) > 40


@pytest.mark.parametrize(
    ("side", "library"), [(THEIRS, LLM), (OURS, llm_reference.LLM)], ids=["langchain_core", "llm_reference"]
)
def test_shared_models_of_the_examples_are_of_the_same_library(side: dict[str, ModuleType], library: type[Any]) -> None:
    assert {type(module.llm).__bases__ for module in side.values() if hasattr(module, "llm")} == {(library,)}


IMPORT = re.compile(r"^from (?:langchain_core|llm_reference)\S* import (?:\([^)]*\)|.*)$", re.MULTILINE)


def without_imports(source: str) -> list[str]:
    return [line for line in IMPORT.sub("", source).splitlines() if line]


@pytest.mark.parametrize("stem", THEIRS)
def test_only_the_import_lines_change(stem: str) -> None:
    source = (EXAMPLES / f"{stem}.py").read_text(encoding="utf-8")

    assert without_imports(for_langchain(for_reference(source))) == without_imports(source)
    assert "langchain" not in " ".join(re.findall(r"^(?:from|import) .*$", for_reference(source), re.MULTILINE))
    assert "llm_reference" not in for_langchain(for_reference(source))
