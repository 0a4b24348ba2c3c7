"""Control by the hooks of a black box: pauses `_stream` and `_astream` between their chunks, whatever the text.

The code inside a hook runs freely. Testable is the code around it, which calls, reads and closes the hook.
"""

from llm_conformance.control.hooks.answer import HookedAnswer
from llm_conformance.control.hooks.generation import HookGeneration
from llm_conformance.control.hooks.hooks import Hooks
from llm_conformance.control.hooks.subclass import hooked_subclass, hooks_of, not_hookable_because

__all__ = ["HookGeneration", "HookedAnswer", "Hooks", "hooked_subclass", "hooks_of", "not_hookable_because"]
