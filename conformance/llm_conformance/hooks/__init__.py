"""The hooks of a black box, `_stream` and `_astream`: held between their chunks, whatever text is in them.

What a hook does is its own business. What is judged so is everything around it: who asks it, reads it and leaves it.
"""

from llm_conformance.hooks.cue import Cue
from llm_conformance.hooks.hooks import Hooks
from llm_conformance.hooks.subclass import hooked, hooks_of, unhooked
from llm_conformance.hooks.take import Take

__all__ = ["Cue", "Hooks", "Take", "hooked", "hooks_of", "unhooked"]
