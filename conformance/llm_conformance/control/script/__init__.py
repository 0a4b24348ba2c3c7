"""The script: what a model says when its text is in the hand of the harness. CONTROL.md above it tells authors how."""

from llm_conformance.control.script.answer import Cue
from llm_conformance.control.script.generation import Take
from llm_conformance.control.script.plan import Plan, ScriptedError
from llm_conformance.control.script.script import Script, Unscripted

__all__ = ["Cue", "Plan", "Script", "ScriptedError", "Take", "Unscripted"]
