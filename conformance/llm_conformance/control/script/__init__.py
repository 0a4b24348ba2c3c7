"""Control by a script: the model takes its text from the harness. CONTROL.md explains how to write such a model."""

from llm_conformance.control.script.answer import ScriptedAnswer
from llm_conformance.control.script.generation import ScriptGeneration
from llm_conformance.control.script.plan import Plan, ScriptedError
from llm_conformance.control.script.script import Script, UnknownPromptError

__all__ = ["Plan", "Script", "ScriptGeneration", "ScriptedAnswer", "ScriptedError", "UnknownPromptError"]
