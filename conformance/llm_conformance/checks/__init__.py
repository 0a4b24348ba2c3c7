"""The contract, rule by rule. Importing this package imports every module in it, and so registers every check.

A check reads records and nothing else: no model, no clock, no pytest.
"""

from __future__ import annotations

import importlib
import pkgutil

__all__ = [found.name for found in pkgutil.iter_modules(__path__)]

for _name in __all__:
    importlib.import_module(f"{__name__}.{_name}")
