"""What is done to a subject, one act a scenario. Importing this package imports, and so registers, them all."""

from __future__ import annotations

import importlib
import pkgutil

__all__ = [found.name for found in pkgutil.iter_modules(__path__)]

for _name in __all__:
    importlib.import_module(f"{__name__}.{_name}")
