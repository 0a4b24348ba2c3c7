"""Every model of `models.py` twice, from one source: on the reference, and on langchain-core. Only imports differ."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from reference import models as on_reference

_OURS = "from llm_reference import LLM, GenerationChunk\n"
_THEIRS = "from langchain_core.language_models.llms import LLM\nfrom langchain_core.outputs import GenerationChunk\n"


def _build_on_langchain() -> ModuleType:
    source = Path(__file__).with_name("models.py").read_text(encoding="utf-8")
    before, line, after = source.partition(_OURS)
    assert line, "models.py imports the reference in another way"
    module = ModuleType("models_on_langchain")
    sys.modules[module.__name__] = module  # pydantic looks annotations up there
    exec(compile(before + _THEIRS + after, "models_on_langchain.py", "exec"), vars(module))  # noqa: S102
    return module


on_langchain = _build_on_langchain()


def twins(name: str) -> tuple[Any, Any]:
    """A model of that name on the reference, and one on langchain-core."""
    return getattr(on_reference, name)(), getattr(on_langchain, name)()


def normal(event: dict[str, Any]) -> dict[str, Any]:
    """An event without what differs by design: random ids, and the metadata that langchain-core adds of itself."""
    metadata = {key: value for key, value in event["metadata"].items() if not re.match("l[sc]_", key)}
    return {**event, "run_id": "an id" if event["run_id"].count("-") == 4 else event["run_id"], "metadata": metadata}
