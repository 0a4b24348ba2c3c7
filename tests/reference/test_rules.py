"""What the reference promises about its own source, and about its names."""

import ast
import inspect
import io
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import Any

import langchain_core.callbacks
import langchain_core.language_models.llms
import langchain_core.output_parsers
import langchain_core.outputs
import langchain_core.prompt_values
import langchain_core.prompts
import langchain_core.runnables
import langchain_core.runnables.retry
import langchain_core.runnables.schema
import pytest

import llm_reference
from llm_reference import LLM, Runnable, RunnableBinding

HOME = Path(llm_reference.__file__).parent
MODULES = sorted(path for path in HOME.rglob("*.py") if "zoo" not in path.parts)
EXAMPLES = {"__init__.py", "__main__.py", "echo.py", "one_chunk.py", "stop.py"}
HEART = sorted(path for path in HOME.glob("*.py") if path.name not in EXAMPLES)
THEIRS = {
    name: value
    for module in (
        langchain_core.outputs,
        langchain_core.runnables,
        langchain_core.runnables.retry,
        langchain_core.runnables.schema,
        langchain_core.callbacks,
        langchain_core.output_parsers,
        langchain_core.prompt_values,
        langchain_core.prompts,
        langchain_core.language_models.llms,
    )
    for name, value in inspect.getmembers(module)
}
OWN = {"EchoLLM", "IncompleteAnswerError", "OneChunkLLM", "OpenAICompletions", "ProviderError"}
CALLS = ["invoke", "ainvoke", "batch", "abatch", "stream", "astream", "transform", "atransform", "bind"]
HOOKS = ["_call", "_acall", "_stream", "_astream"]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def code_lines(path: Path) -> int:
    """The lines that hold code: no comments, no docstrings, no blank lines."""
    docstrings = {
        line
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    spoken = {line for token in tokens if token.type not in silent for line in range(token.start[0], token.end[0] + 1)}
    return len(spoken - docstrings)


def import_lines(path: Path) -> int:
    imports = [node for node in ast.walk(tree(path)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in imports)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_imports_the_standard_library_and_its_neighbours_only(path: Path) -> None:
    imports = [node for node in ast.walk(tree(path)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {
        name
        for node in imports
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }

    also = {"openai_completions.py": {"httpx"}, "__main__.py": {"llm_fixtures"}}.get(path.name, set())
    assert {name.split(".")[0] for name in names} <= {"llm_reference", *sys.stdlib_module_names, *also}


def test_httpx_is_imported_when_the_model_that_needs_it_is() -> None:
    program = (
        "import sys, llm_reference; print('httpx' in sys.modules); "
        "from llm_reference import OpenAICompletions; print('httpx' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_opens_with_its_rule_and_can_be_read_in_one_sitting(path: Path) -> None:
    assert ast.get_docstring(tree(path))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


def test_the_heart_is_small() -> None:
    assert sum(map(code_lines, HEART)) < 900


def test_the_whole_is_not_much_larger() -> None:
    """Imports aside: in small modules they are many, and nobody reads them."""
    library = [path for path in MODULES if path.name != "__main__.py"]

    assert sum(code_lines(path) - import_lines(path) for path in library) < 1900


def test_the_public_names_are_those_of_langchain() -> None:
    assert set(llm_reference.__all__) - OWN <= set(THEIRS)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Runnable, langchain_core.runnables.Runnable),
        (RunnableBinding, langchain_core.runnables.RunnableBinding),
        (LLM, langchain_core.language_models.llms.LLM),
    ],
)
def test_a_call_has_the_parameters_that_callers_of_langchain_know(ours: Any, theirs: Any, call: str) -> None:
    ours_has, theirs_has = (inspect.signature(getattr(owner, call)).parameters for owner in (ours, theirs))

    assert [name for name in ours_has if name != "kwargs"] == [
        name for name in theirs_has if name in ours_has and name != "kwargs"
    ]
    assert set(theirs_has) - set(ours_has) <= {"return_exceptions"}


def test_astream_events_has_the_parameters_that_callers_of_langchain_know() -> None:
    theirs = inspect.signature(langchain_core.runnables.Runnable.astream_events).parameters

    assert list(inspect.signature(Runnable.astream_events).parameters) == list(theirs)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_the_parameters_that_models_for_langchain_have(hook: str) -> None:
    theirs = inspect.signature(getattr(langchain_core.language_models.llms.LLM, hook)).parameters

    assert list(inspect.signature(getattr(LLM, hook)).parameters) == list(theirs)
