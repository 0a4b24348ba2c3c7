"""The contract, check by check. Importing this package imports its modules, and so registers every check.

A check reads records and nothing else: no model, no clock, no pytest.
"""

from __future__ import annotations

import importlib
import pkgutil

# The order of import is the order of the checks within a group, and a group begins with the plain call.
_FIRST = "invoke"

__all__ = [found.name for found in pkgutil.iter_modules(__path__)]
__all__.sort(key=lambda name: name != _FIRST)

for _name in __all__:
    importlib.import_module(f"{__name__}.{_name}")
