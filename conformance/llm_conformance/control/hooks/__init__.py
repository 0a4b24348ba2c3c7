"""The hooks of a black box, `_stream` and `_astream`: held between their chunks, whatever text is in them.

What a hook does is its own business. What is judged so is everything around it: who asks it, reads it and leaves it.
"""

from llm_conformance.control.hooks.answer import HookedAnswer
from llm_conformance.control.hooks.generation import HookGeneration
from llm_conformance.control.hooks.hooks import Hooks
from llm_conformance.control.hooks.subclass import hooked_subclass, hooks_of, not_hookable_because

__all__ = ["HookGeneration", "HookedAnswer", "Hooks", "hooked_subclass", "hooks_of", "not_hookable_because"]
