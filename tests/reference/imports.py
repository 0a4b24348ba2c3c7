"""Loads one source on either library. Only its import lines change."""

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

# The modules of langchain-core that have the names of `llm_reference`.
HOMES = {
    "langchain_core.callbacks": [
        "AsyncCallbackHandler",
        "AsyncCallbackManagerForChainRun",
        "AsyncCallbackManagerForLLMRun",
        "BaseCallbackHandler",
        "CallbackManager",
        "CallbackManagerForChainRun",
        "CallbackManagerForLLMRun",
        "adispatch_custom_event",
        "dispatch_custom_event",
    ],
    "langchain_core.language_models.chat_model_stream": ["AsyncChatModelStream", "ChatModelStream"],
    "langchain_core.language_models.chat_models": ["BaseChatModel"],
    "langchain_core.language_models.llms": ["LLM"],
    "langchain_core.messages": [
        "AIMessage",
        "AIMessageChunk",
        "BaseMessage",
        "HumanMessage",
        "InvalidToolCall",
        "SystemMessage",
        "ToolCall",
        "ToolCallChunk",
        "ToolMessage",
    ],
    "langchain_core.messages.ai": ["UsageMetadata"],
    "langchain_core.output_parsers": ["JsonOutputKeyToolsParser", "StrOutputParser"],
    "langchain_core.outputs": ["ChatGeneration", "ChatGenerationChunk", "ChatResult", "GenerationChunk", "LLMResult"],
    "langchain_core.prompt_values": ["StringPromptValue"],
    "langchain_core.prompts": ["PromptTemplate"],
    "langchain_core.runnables": [
        "AddableDict",
        "Runnable",
        "RunnableAssign",
        "RunnableBinding",
        "RunnableConfig",
        "RunnableGenerator",
        "RunnableLambda",
        "RunnableParallel",
        "RunnablePassthrough",
        "RunnableSequence",
        "RunnableWithFallbacks",
    ],
    "langchain_core.runnables.retry": ["RunnableRetry"],
    "langchain_core.runnables.schema": ["EventData", "StreamEvent"],
}


def for_langchain(source: str) -> str:
    """Return the source with the import lines of langchain-core."""

    def lines(node: ast.ImportFrom) -> list[str]:
        names = {alias.name for alias in node.names}
        assert names <= {name for home in HOMES.values() for name in home}
        return [f"from {home} import {', '.join(mine)}" for home, all_ in HOMES.items() if (mine := names & {*all_})]

    return _with_imports(source, lines)


def for_reference(source: str) -> str:
    """Return the source with the import lines of the reference."""
    return _with_imports(
        source, lambda node: [f"from llm_reference import {', '.join(alias.name for alias in node.names)}"]
    )


def every_name(rewrite: Callable[[str], str]) -> dict[str, Any]:
    """Return every name that both libraries have, from one of them."""
    namespace: dict[str, Any] = {}
    exec(rewrite(f"from llm_reference import {', '.join(name for home in HOMES.values() for name in home)}"), namespace)  # noqa: S102
    return namespace


def _with_imports(source: str, lines: Callable[[ast.ImportFrom], list[str]]) -> str:
    written = source.splitlines()
    imports = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and re.fullmatch(r"llm_reference|langchain_core(\..+)?", node.module or "")
    ]
    assert imports, "the source does not import either library"
    for node in reversed(imports):
        written[node.lineno - 1 : node.end_lineno] = ["; ".join(lines(node))]
    return "\n".join(written)


def loaded(path: Path, rewrite: Callable[[str], str]) -> ModuleType:
    """Load the file as a module, with its source rewritten."""
    module = ModuleType(f"{path.stem}_{rewrite.__name__}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # pydantic resolves annotations there
    source = rewrite(path.read_text(encoding="utf-8"))
    exec(compile(source, f"{path}:{rewrite.__name__}", "exec"), vars(module))  # noqa: S102
    return module
