"""The script: what a model says when its text is in the hand of the harness. CONTROL.md above it tells authors how."""

from llm_conformance.control.script.answer import ScriptedAnswer
from llm_conformance.control.script.generation import ScriptGeneration
from llm_conformance.control.script.plan import Plan, ScriptedError
from llm_conformance.control.script.script import Script, UnknownPromptError

__all__ = ["Plan", "Script", "ScriptGeneration", "ScriptedAnswer", "ScriptedError", "UnknownPromptError"]
