"""The script: what a model says when its text is in the hand of the harness. SCRIPT.md beside it tells authors how."""

from llm_conformance.script.cue import Cue
from llm_conformance.script.plan import Plan, ScriptedError
from llm_conformance.script.script import Script, Unscripted
from llm_conformance.script.take import Take

__all__ = ["Cue", "Plan", "Script", "ScriptedError", "Take", "Unscripted"]
