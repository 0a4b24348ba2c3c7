"""Rules for the source of the reference and for its public names."""

import ast
import inspect
import io
import subprocess
import sys
import tokenize
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import langchain_core.callbacks
import langchain_core.language_models.chat_model_stream
import langchain_core.language_models.chat_models
import langchain_core.language_models.llms
import langchain_core.messages
import langchain_core.messages.ai
import langchain_core.output_parsers
import langchain_core.outputs
import langchain_core.prompt_values
import langchain_core.prompts
import langchain_core.runnables
import langchain_core.runnables.retry
import langchain_core.runnables.schema
import pytest

import llm_reference
from llm_reference import LLM, BaseChatModel, Runnable, RunnableBinding

HOME = Path(llm_reference.__file__).parent
MODULES = sorted(HOME.rglob("*.py"))
CHAT_NAMES = {"answer_run", "chat", "chat_answer", "chat_model", "echo_chat", "one_chunk_chat", "tool", "tool_parser"}
# The modules that every call passes through: no example, no step of a chain, no provider.
CORE = [
    *sorted(HOME.glob("runs/*.py")),
    *(HOME / "aio" / name for name in ("closing.py", "tasks.py", "thread.py")),
    *(HOME / "models" / name for name in ("language_model.py", "llm.py")),
    *(HOME / "runnables" / name for name in ("fields.py", "runnable.py")),
]
# The modules that only the streams of version v3 need.
BLOCKS = sorted(HOME.glob("blocks/*.py"))
# The modules that only chat models need.
CHAT = [
    *(path for path in MODULES if path.parent.name == "messages"),
    *(path for path in MODULES if path.parent.name in ("models", "openai", "runnables") and path.stem in CHAT_NAMES),
]
EXTRA_IMPORTS = {"models/openai/client.py": {"httpx"}, "__main__.py": {"llm_fixtures"}}
# `|`, `bind`, `with_retry` and `with_fallbacks` of the base class build subclasses of it.
FLUENT_CYCLE = {
    f"llm_reference.runnables.{name}"
    for name in (
        "binding",
        "coerce",
        "fallbacks",
        "function",
        "generator",
        "parallel",
        "retry",
        "runnable",
        "sequence",
        "step",
        "streaming_step",
    )
}
LANGCHAIN_NAMES = {
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
        langchain_core.language_models.chat_model_stream,
        langchain_core.language_models.chat_models,
        langchain_core.language_models.llms,
        langchain_core.messages,
        langchain_core.messages.ai,
    )
    for name, value in inspect.getmembers(module)
}
OWN = {
    "EchoChatModel",
    "EchoLLM",
    "IncompleteAnswerError",
    "OneChunkChatModel",
    "OneChunkLLM",
    "OpenAIChat",
    "OpenAICompletions",
    "ProviderError",
}
CALLS = ["invoke", "ainvoke", "batch", "abatch", "stream", "astream", "transform", "atransform", "bind"]
HOOKS = ["_call", "_acall", "_stream", "_astream"]
CHAT_HOOKS = ["_generate", "_agenerate", "_stream", "_astream", "bind_tools"]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def code_lines(path: Path) -> int:
    """Count the lines that hold code: without comments, docstrings and blank lines."""
    docstrings = {
        line
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    without_code = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    code = {
        line for token in tokens if token.type not in without_code for line in range(token.start[0], token.end[0] + 1)
    }
    return len(code - docstrings)


def import_lines(path: Path) -> int:
    imports = [node for node in ast.walk(tree(path)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in imports)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_imports_the_standard_library_and_the_reference_only(path: Path) -> None:
    imports = [node for node in ast.walk(tree(path)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {
        name
        for node in imports
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }

    extra = EXTRA_IMPORTS.get(path.relative_to(HOME).as_posix(), set())
    assert {name.split(".")[0] for name in names} <= {"llm_reference", *sys.stdlib_module_names, *extra}


def module_name(path: Path) -> str:
    parts = path.relative_to(HOME.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, modules: set[str]) -> set[str]:
    """The modules of the reference that this one imports: at the top, for type checkers only, or inside a function."""
    imported: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import module` imports the module.
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & modules
            imported |= submodules or {node.module}
    return imported & modules


def import_cycles(imports: Mapping[str, set[str]]) -> list[set[str]]:
    """The largest sets of modules in which each one imports each other, directly or through others."""
    reachable: dict[str, set[str]] = {}
    for module in imports:
        found: set[str] = set()
        pending = [module]
        while pending:
            new = imports[pending.pop()] - found
            found |= new
            pending += new
        reachable[module] = found
    cycles = {
        frozenset(other for other in reachable[module] if module in reachable[other])
        for module in imports
        if module in reachable[module]
    }
    return [set(cycle) for cycle in cycles]


def test_the_only_import_cycle_is_the_fluent_interface_of_a_runnable() -> None:
    modules = {module_name(path) for path in MODULES}
    imports = {module_name(path): imported_modules(path, modules) for path in MODULES}

    assert import_cycles(imports) == [FLUENT_CYCLE]


def test_import_cycles_are_found_through_other_modules() -> None:
    imports = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"e"}}

    assert sorted(import_cycles(imports), key=len) == [{"e"}, {"b", "c"}]


def test_httpx_is_imported_with_the_model_that_needs_it() -> None:
    program = (
        "import sys, llm_reference; print('httpx' in sys.modules); "
        "from llm_reference import OpenAICompletions; print('httpx' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_module_has_a_docstring_and_is_short(path: Path) -> None:
    assert ast.get_docstring(tree(path))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


def test_the_core_is_small() -> None:
    assert sum(map(code_lines, CORE)) < 940


def test_the_whole_is_not_much_larger() -> None:
    """Import lines do not count: small modules have many, and readers skip them."""
    library = [path for path in MODULES if path.name != "__main__.py" and path not in [*CHAT, *BLOCKS]]

    assert sum(code_lines(path) - import_lines(path) for path in library) < 1940


def test_the_chat_stack_is_small() -> None:
    assert len(CHAT) > 10
    assert sum(code_lines(path) - import_lines(path) for path in CHAT) < 850


def test_the_streams_of_version_v3_are_small() -> None:
    assert len(BLOCKS) > 5
    assert sum(code_lines(path) - import_lines(path) for path in BLOCKS) < 420


def test_the_public_names_are_those_of_langchain() -> None:
    assert set(llm_reference.__all__) - OWN <= set(LANGCHAIN_NAMES)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Runnable, langchain_core.runnables.Runnable),
        (RunnableBinding, langchain_core.runnables.RunnableBinding),
        (LLM, langchain_core.language_models.llms.LLM),
        (BaseChatModel, langchain_core.language_models.chat_models.BaseChatModel),
    ],
)
def test_a_call_has_the_parameters_of_langchain(ours: Any, theirs: Any, call: str) -> None:
    our_parameters, their_parameters = (inspect.signature(getattr(owner, call)).parameters for owner in (ours, theirs))

    assert [name for name in our_parameters if name != "kwargs"] == [
        name for name in their_parameters if name in our_parameters and name != "kwargs"
    ]
    assert set(their_parameters) - set(our_parameters) <= {"return_exceptions"}


def test_astream_events_has_the_parameters_of_langchain() -> None:
    theirs = inspect.signature(langchain_core.runnables.Runnable.astream_events).parameters

    assert list(inspect.signature(Runnable.astream_events).parameters) == list(theirs)


@pytest.mark.parametrize("call", ["stream_events", "astream_events"])
def test_a_call_of_version_v3_has_parameters_of_langchain(call: str) -> None:
    theirs = inspect.signature(getattr(langchain_core.language_models.chat_models.BaseChatModel, call)).parameters

    assert {*inspect.signature(getattr(BaseChatModel, call)).parameters} <= {*theirs}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_the_parameters_of_langchain(hook: str) -> None:
    theirs = inspect.signature(getattr(langchain_core.language_models.llms.LLM, hook)).parameters

    assert list(inspect.signature(getattr(LLM, hook)).parameters) == list(theirs)


@pytest.mark.parametrize("hook", CHAT_HOOKS)
def test_a_hook_of_a_chat_model_has_the_parameters_of_langchain(hook: str) -> None:
    theirs = inspect.signature(getattr(langchain_core.language_models.chat_models.BaseChatModel, hook)).parameters

    assert list(inspect.signature(getattr(BaseChatModel, hook)).parameters) == list(theirs)
