"""The hooks of a black box, `_stream` and `_astream`: held between their chunks, whatever text is in them.

What a hook does is its own business. What is judged so is everything around it: who asks it, reads it and leaves it.
"""

from llm_conformance.control.hooks.answer import Cue
from llm_conformance.control.hooks.generation import Take
from llm_conformance.control.hooks.hooks import Hooks
from llm_conformance.control.hooks.subclass import hooked, hooks_of, unhooked

__all__ = ["Cue", "Hooks", "Take", "hooked", "hooks_of", "unhooked"]
